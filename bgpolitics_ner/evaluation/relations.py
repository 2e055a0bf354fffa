"""Scores of relations: document level (the headline), mention level strict and relaxed.

Every level pairs gold with predicted items one to one, so a gold relation is found once and a second
prediction of it is a false alarm.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bgpolitics_ner.document import Argument, Relation, Span
from bgpolitics_ner.evaluation.bootstrap import interval
from bgpolitics_ner.evaluation.matching import Candidate, Offsets, any_overlap, equal, match, overlap
from bgpolitics_ner.evaluation.referents import Index, Key, refers
from bgpolitics_ner.evaluation.score import Score, Table, sum_types, total
from bgpolitics_ner.schema import Schema, load_schema

Fits = Callable[[Offsets, Offsets], bool]
End = TypeVar("End")


@dataclass(frozen=True)
class Side:
    """Subject or object of a Fact: who it is, and the mentions that say so."""

    key: Key
    spans: frozenset[Offsets]


@dataclass(frozen=True)
class Fact:
    """Relations of one (subject, type, object) in a document, merged; `relations` in the order given."""

    type: str
    subject: Side
    object: Side
    relations: tuple[Relation, ...]


@dataclass(frozen=True)
class Match:
    """A gold fact and the prediction paired with it."""

    gold: Fact
    predicted: Fact


@dataclass(frozen=True)
class Outcome:
    """What became of the facts of one document."""

    matches: tuple[Match, ...]
    misses: tuple[Fact, ...]
    false_alarms: tuple[Fact, ...]
    rows: dict[str, Score]


def is_symmetric(name: str, schema: Schema) -> bool:
    """True for a type that holds in either order, such as meets-with."""
    row = schema.relations.get(name)
    return row is not None and row.symmetric


def _orders(
    name: str, schema: Schema, gold: tuple[End, End], predicted: tuple[End, End]
) -> list[list[tuple[End, End]]]:
    """Return who is compared with whom: subject with subject, for symmetric types also crosswise."""
    straight = list(zip(gold, predicted, strict=True))
    if not is_symmetric(name, schema):
        return [straight]
    return [straight, list(zip(gold, predicted[::-1], strict=True))]


def tabulate(documents: Sequence[dict[str, Score]], schema: Schema | None = None) -> Table:
    """Add the rows of all documents up into one table, its types in the order of `schema`."""
    scores = [total(rows.values()) for rows in documents]
    types = (schema or load_schema()).relations
    return Table(total(scores), sum_types(documents, types), interval(scores))


def merge(index: Index) -> list[Fact]:
    """Merge relations told several times into one Fact each.

    For symmetric types A–B and B–A are the same; the smaller key is written first.
    """
    grouped: dict[tuple[str, Key, Key], list[tuple[Relation, bool]]] = defaultdict(list)
    for relation in index.document.relations or ():
        subject, object_ = index.keys[relation.subject.referent], index.keys[relation.object.referent]
        turned = is_symmetric(relation.type, index.schema) and object_ < subject
        ends = (object_, subject) if turned else (subject, object_)
        grouped[(relation.type, ends[0], ends[1])].append((relation, turned))
    return [
        Fact(
            type=name,
            subject=_side(index, subject, (r.object if turned else r.subject for r, turned in told)),
            object=_side(index, object_, (r.subject if turned else r.object for r, turned in told)),
            relations=tuple(relation for relation, _ in told),
        )
        for (name, subject, object_), told in grouped.items()
    ]


def _side(index: Index, key: Key, arguments: Iterable[Argument]) -> Side:
    return Side(key, frozenset(span for argument in arguments for span in index.evidence(argument)))


def compare_facts(gold: Index, predicted: Index) -> Outcome:
    """Pair the facts of one document: the document level of the guidelines."""
    theirs, ours = merge(gold), merge(predicted)
    found = match(
        Candidate(i, j, likeness)
        for i, fact in enumerate(theirs)
        for j, guess in enumerate(ours)
        if fact.type == guess.type and (likeness := _likeness(gold, fact, predicted, guess)) is not None
    )
    used = set(found.values())
    matches = tuple(Match(theirs[i], ours[j]) for i, j in sorted(found.items()))
    return Outcome(
        matches=matches,
        misses=tuple(fact for i, fact in enumerate(theirs) if i not in found),
        false_alarms=tuple(guess for j, guess in enumerate(ours) if j not in used),
        rows=_rows((m.gold.type for m in matches), (f.type for f in ours), (f.type for f in theirs)),
    )


def _rows(correct: Iterable[str], predicted: Iterable[str], gold: Iterable[str]) -> dict[str, Score]:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for place, names in enumerate((correct, predicted, gold)):
        for name in names:
            counts[name][place] += 1
    return {name: Score(*numbers) for name, numbers in counts.items()}


def _likeness(gold: Index, fact: Fact, predicted: Index, guess: Fact) -> int | None:
    """Return how alike two facts of one type are, None where they are not the same fact.

    Only names and places count. Qualifiers are judged on the matches, so they must not choose them.
    """
    fitting = [
        sum(_side_likeness(gold, one, predicted, other) for one, other in order)
        for order in _orders(
            fact.type, gold.schema, (fact.subject, fact.object), (guess.subject, guess.object)
        )
        if all(refers(gold, one.key, predicted.names[other.key], other.spans) for one, other in order)
    ]
    if not fitting:
        return None
    return max(fitting) + any_overlap(_triggers(fact), _triggers(guess))


def _side_likeness(gold: Index, side: Side, predicted: Index, guess: Side) -> int:
    same_name = gold.names[side.key] == predicted.names[guess.key]
    return same_name + any_overlap(side.spans, guess.spans)


def _triggers(fact: Fact) -> list[Offsets]:
    return [_offsets(relation.trigger) for relation in fact.relations if relation.trigger is not None]


def _offsets(span: Span) -> Offsets:
    return Offsets(span.start, span.end)


def score_mentions(gold: Index, predicted: Index, *, relaxed: bool) -> dict[str, Score]:
    """Score relation by relation: type and both spans equal, or overlapping where `relaxed`."""
    theirs, ours = gold.document.relations or (), predicted.document.relations or ()
    found = match_mentions(gold, predicted, relaxed=relaxed)
    return _rows((theirs[i].type for i in found), (r.type for r in ours), (r.type for r in theirs))


def match_mentions(gold: Index, predicted: Index, *, relaxed: bool) -> dict[int, int]:
    """Pair the relations of one document one to one; return gold index → predicted index."""
    fits = overlap if relaxed else equal
    theirs, ours = gold.document.relations or (), predicted.document.relations or ()
    return match(
        Candidate(i, j)
        for i, relation in enumerate(theirs)
        for j, guess in enumerate(ours)
        if relation.type == guess.type and _same_mentions(gold, relation, predicted, guess, fits)
    )


def _same_mentions(gold: Index, relation: Relation, predicted: Index, guess: Relation, fits: Fits) -> bool:
    theirs, ours = (relation.subject, relation.object), (guess.subject, guess.object)
    if all(argument.mention is None for argument in theirs) and not _same_place(relation, guess):
        return False
    return any(
        all(_same_argument(gold, one, relation, predicted, other, fits) for one, other in order)
        for order in _orders(relation.type, gold.schema, theirs, ours)
    )


def _same_place(relation: Relation, guess: Relation) -> bool:
    """With both arguments left out only sentence or trigger say that the same words are meant."""
    if relation.sentence is not None and guess.sentence is not None:
        one, other = relation.sentence, guess.sentence
        return overlap(Offsets(one.start, one.end), Offsets(other.start, other.end))
    if relation.trigger is not None and guess.trigger is not None:
        return overlap(_offsets(relation.trigger), _offsets(guess.trigger))
    return True


def _same_argument(
    gold: Index, argument: Argument, relation: Relation, predicted: Index, guess: Argument, fits: Fits
) -> bool:
    """Left out in gold: the referent decides. Else any gold mention of it in the sentence is right."""
    key = gold.keys[argument.referent]
    own = gold.span(argument)
    if own is None:
        return refers(gold, key, predicted.names[predicted.keys[guess.referent]], predicted.evidence(guess))
    span = predicted.span(guess)
    if span is None:
        return False
    return fits(own, span) or any(fits(other, span) for other in _in_sentence(gold.spans[key], relation))


def _in_sentence(spans: Iterable[Offsets], relation: Relation) -> list[Offsets]:
    if relation.sentence is None:
        return []
    return [s for s in spans if relation.sentence.start <= s.start and s.end <= relation.sentence.end]
