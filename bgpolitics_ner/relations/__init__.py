"""Mentions and referents → typed relations: frames, classifier, factuality, attribution, time."""

from bgpolitics_ner.relations.component import Relations, create_relations

__all__ = ["Relations", "create_relations"]
