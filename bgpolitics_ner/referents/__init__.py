"""Mentions → referents: coreference, metonymy, office descriptions, pronouns, left-out subjects."""

from bgpolitics_ner.referents.component import ReferentResolver, create_referents
from bgpolitics_ner.referents.implied import implied_subject, members_of, speaker_of
from bgpolitics_ner.referents.linking import ReferentLinker, create_linking

__all__ = [
    "ReferentLinker",
    "ReferentResolver",
    "create_linking",
    "create_referents",
    "implied_subject",
    "members_of",
    "speaker_of",
]
