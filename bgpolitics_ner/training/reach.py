"""How many gold relations the candidates of the classifier reach at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from spacy.tokens import Doc

from bgpolitics_ner.document import Document
from bgpolitics_ner.relations.candidates import TriggerCandidate
from bgpolitics_ner.schema import Schema
from bgpolitics_ner.training.relations import label_candidates


def count_reached(
    doc: Doc, gold: Document, candidates: Sequence[TriggerCandidate], schema: Schema | None = None
) -> tuple[int, int, int]:
    """Return the number of gold relations, of those whose pair some candidate has, and of those fully met.

    A pair is there where both referents are arguments of a trigger in the relation's sentence; fully met
    is a relation whose own trigger has the very mentions.
    """
    pairs = exact = 0
    relations = gold.relations or ()
    for relation in relations:
        alone = replace(gold, relations=(relation,))
        labels = [example.labels for example in label_candidates(doc, alone, candidates, schema)]
        pairs += any((rows != 0).any() for rows in labels)
        exact += any((rows > 0).any() for rows in labels)
    return len(relations), pairs, exact
