"""Mentions → referents: coreference, metonymy, office descriptions, pronouns, left-out subjects."""

from bgpolitics_ner.referents.component import ReferentResolver, create_referents
from bgpolitics_ner.referents.implied import implied_subject, members_of, speaker_of

__all__ = ["ReferentResolver", "create_referents", "implied_subject", "members_of", "speaker_of"]
