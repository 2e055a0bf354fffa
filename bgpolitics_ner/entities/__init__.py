"""Doc → mentions: learned tagger, gazetteers, nominal and pronoun candidates, merged by one rule."""

from bgpolitics_ner.entities.component import create_entities
from bgpolitics_ner.entities.mention import Cluster, Mention, register_extensions
from bgpolitics_ner.entities.tagger import create_tagger

__all__ = ["Cluster", "Mention", "create_entities", "create_tagger", "register_extensions"]
