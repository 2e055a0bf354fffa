"""Scores of what qualifies a relation: factuality, source, time and roles, over document-level matches.

A match pairs merged facts, so each side may hold several values of one qualifier: all distinct ones count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bgpolitics_ner.document import Relation
from bgpolitics_ner.evaluation.matching import Candidate, Offsets, match, overlap
from bgpolitics_ner.evaluation.referents import Index, Key, refers
from bgpolitics_ner.evaluation.relations import Fact, Match
from bgpolitics_ner.evaluation.score import Accuracy, Score, total

Value = TypeVar("Value")


@dataclass(frozen=True)
class QualifierScores:
    """Factuality as accuracy, the others as F1 over the same matches."""

    factuality: Accuracy
    source: Score
    when: Score
    roles: Score


def score_qualifiers(gold: Index, predicted: Index, matches: Sequence[Match]) -> QualifierScores:
    """Judge the qualifiers of the matched facts of one document."""
    return QualifierScores(
        factuality=Accuracy(sum(map(same_factuality, matches)), len(matches)),
        source=total(_score_sources(gold, predicted, pair) for pair in matches),
        when=total(_count(_times(m.gold), _times(m.predicted), overlap) for m in matches),
        roles=total(_count(_roles(m.gold), _roles(m.predicted), _same_role) for m in matches),
    )


def add_qualifiers(documents: Sequence[QualifierScores]) -> QualifierScores:
    """Add the counts of all documents up."""
    return QualifierScores(
        factuality=Accuracy(
            sum(row.factuality.correct for row in documents), sum(row.factuality.matches for row in documents)
        ),
        source=total(row.source for row in documents),
        when=total(row.when for row in documents),
        roles=total(row.roles for row in documents),
    )


def same_factuality(pair: Match) -> bool:
    """True where the factualities of both sides share a value.

    A fact told several times may have several: ``ще се срещнат`` (planned) in one sentence, ``се
    срещнаха`` (asserted) in another. The match is right if the two sets intersect.
    """
    return bool(factualities(pair.gold) & factualities(pair.predicted))


def factualities(fact: Fact) -> set[str]:
    """Return the distinct factualities with which `fact` is told."""
    return {relation.factuality for relation in fact.relations}


def _count(gold: list[Value], predicted: list[Value], same: Callable[[Value, Value], bool]) -> Score:
    pairs = [
        Candidate(i, j, int(one == other))
        for i, one in enumerate(gold)
        for j, other in enumerate(predicted)
        if same(one, other)
    ]
    return Score(len(match(pairs)), len(predicted), len(gold))


def _score_sources(gold: Index, predicted: Index, pair: Match) -> Score:
    """Sources are referents: name, alias, or for unnamed ones overlap of any of their mentions."""

    def same(one: Key, other: Key) -> bool:
        return refers(gold, one, predicted.names[other], predicted.spans[other])

    return _count(_sources(gold, pair.gold), _sources(predicted, pair.predicted), same)


def _sources(index: Index, fact: Fact) -> list[Key]:
    return _distinct(index.keys[r.source] for r in fact.relations if r.source is not None)


def _times(fact: Fact) -> list[Offsets]:
    return _distinct(Offsets(r.when.start, r.when.end) for r in fact.relations if r.when is not None)


def _roles(fact: Fact) -> list[tuple[str, Offsets]]:
    return _distinct(role for relation in fact.relations for role in _roles_of(relation))


def _roles_of(relation: Relation) -> Iterable[tuple[str, Offsets]]:
    return ((name, Offsets(span.start, span.end)) for name, span in relation.roles.items())


def _same_role(one: tuple[str, Offsets], other: tuple[str, Offsets]) -> bool:
    return one[0] == other[0] and overlap(one[1], other[1])


def _distinct(values: Iterable[Value]) -> list[Value]:
    return list(dict.fromkeys(values))
