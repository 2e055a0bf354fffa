"""Scores of mentions: strict (same span and type) and relaxed (overlapping span, same type)."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bgpolitics_ner.document import Document, Entity
from bgpolitics_ner.evaluation.bootstrap import interval
from bgpolitics_ner.evaluation.matching import Candidate, Offsets, equal, match, overlap
from bgpolitics_ner.evaluation.referents import named_types
from bgpolitics_ner.evaluation.score import Score, Table, sum_types, total
from bgpolitics_ner.schema import load_schema


@dataclass(frozen=True)
class MentionTable:
    """Named mentions, and for information the rest.

    Only named types count: GROUP, NOM and PRON (`unnamed`) are annotated where they take part in a
    relation, so finding another one is not an error.
    """

    named: Table
    unnamed: dict[str, Score]

    def to_dict(self) -> dict[str, Any]:
        """Return the table of the named types with a key ``unnamed`` for the others."""
        return {**self.named.to_dict(), "unnamed": {k: v.to_dict() for k, v in self.unnamed.items()}}


@dataclass(frozen=True)
class EntityScores:
    """Mentions of all `documents` whose gold has entities."""

    documents: int
    strict: MentionTable
    relaxed: MentionTable

    def to_dict(self) -> dict[str, Any]:
        """Return both tables."""
        return {
            "documents": self.documents,
            "strict": self.strict.to_dict(),
            "relaxed": self.relaxed.to_dict(),
        }


def score_entities(pairs: Sequence[tuple[Document, Document]]) -> EntityScores:
    """Score the mentions of (gold, predicted) documents."""
    return EntityScores(
        documents=len(pairs),
        strict=_table([_score_document(gold, predicted, equal) for gold, predicted in pairs]),
        relaxed=_table([_score_document(gold, predicted, overlap) for gold, predicted in pairs]),
    )


def _table(documents: list[dict[str, Score]]) -> MentionTable:
    rows = sum_types(documents, load_schema().entities)
    named = {name: score for name, score in rows.items() if name in named_types()}
    headline = [total(score for name, score in row.items() if name in named_types()) for row in documents]
    return MentionTable(
        named=Table(total(headline), named, interval(headline)),
        unnamed={name: score for name, score in rows.items() if name not in named_types()},
    )


def _score_document(
    gold: Document, predicted: Document, fits: Callable[[Offsets, Offsets], bool]
) -> dict[str, Score]:
    theirs, ours = _spans_by_type(gold.entities or ()), _spans_by_type(predicted.entities or ())
    return {
        name: Score(
            tp=len(match(_candidates(theirs.get(name, []), ours.get(name, []), fits))),
            predicted=len(ours.get(name, ())),
            gold=len(theirs.get(name, ())),
        )
        for name in {**theirs, **ours}
    }


def _spans_by_type(entities: Iterable[Entity]) -> dict[str, list[Offsets]]:
    spans: dict[str, list[Offsets]] = defaultdict(list)
    for entity in entities:
        spans[entity.type].append(Offsets(entity.start, entity.end))
    return {name: sorted(found) for name, found in spans.items()}


def _candidates(
    gold: list[Offsets], predicted: list[Offsets], fits: Callable[[Offsets, Offsets], bool]
) -> Iterator[Candidate]:
    """Yield the pairs that fit; both lists are sorted, so only neighbours are compared."""
    longest = max((span.end - span.start for span in gold), default=0)
    for place, span in enumerate(predicted):
        first = bisect_left(gold, Offsets(span.start - longest, 0))
        for index in range(first, len(gold)):
            if gold[index].start > span.end:
                break
            if fits(gold[index], span):
                yield Candidate(index, place, likeness=int(gold[index] == span))
