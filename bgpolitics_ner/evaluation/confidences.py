"""The confidences of predicted relations with whether they were right: what `calibrate` wants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bgpolitics_ner.document import Document, Relation
from bgpolitics_ner.evaluation.referents import build_index
from bgpolitics_ner.evaluation.relations import Fact, compare_facts, match_mentions
from bgpolitics_ner.schema import Schema


@dataclass(frozen=True)
class Answer:
    """A predicted relation with its confidence, what found it, and whether gold has it."""

    relation: Relation
    confidence: float
    right: bool


def answer_mentions(
    gold: Iterable[Document], predicted: Iterable[Document], *, schema: Schema | None = None
) -> Iterator[Answer]:
    """Yield every predicted relation; right is what the relaxed mention level pairs with gold.

    Both sides hold the same documents in the same order. Relations without a confidence are passed over.
    """
    for theirs, ours in zip(gold, predicted, strict=True):
        pairs = match_mentions(build_index(theirs, schema), build_index(ours, schema), relaxed=True)
        right = set(pairs.values())
        for number, relation in enumerate(ours.relations or ()):
            if relation.confidence is not None:
                yield Answer(relation, relation.confidence, number in right)


def answer_facts(
    gold: Iterable[Document], predicted: Iterable[Document], *, schema: Schema | None = None
) -> Iterator[Answer]:
    """Yield every predicted fact of the document level with the confidence of its most certain telling."""
    for theirs, ours in zip(gold, predicted, strict=True):
        outcome = compare_facts(build_index(theirs, schema), build_index(ours, schema))
        yield from (_answer(match.predicted, True) for match in outcome.matches)
        yield from (_answer(fact, False) for fact in outcome.false_alarms)


def _answer(fact: Fact, right: bool) -> Answer:
    best = max(fact.relations, key=lambda relation: relation.confidence or 0.0)
    return Answer(best, best.confidence or 0.0, right)
