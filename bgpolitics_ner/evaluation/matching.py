"""Pairing gold with predicted items one to one, and the overlap of spans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple


class Offsets(NamedTuple):
    """Characters ``start`` to ``end`` (exclusive) of a text."""

    start: int
    end: int


class Candidate(NamedTuple):
    """A pair that may be matched: two indices, and how alike the two are."""

    gold: int
    predicted: int
    likeness: int = 0


def equal(one: Offsets, other: Offsets) -> bool:
    """True where the two are the same characters."""
    return one == other


def overlap(one: Offsets, other: Offsets) -> bool:
    """True where the two share a character or are equal."""
    return max(one.start, other.start) < min(one.end, other.end) or one == other


def any_overlap(some: Iterable[Offsets], others: Iterable[Offsets]) -> bool:
    """True where any span of `some` overlaps any of `others`."""
    others = tuple(others)
    return any(overlap(one, other) for one in some for other in others)


def match(candidates: Iterable[Candidate]) -> dict[int, int]:
    """Return a maximum one-to-one matching as gold index → predicted index.

    The most alike pairs are taken first; augmenting paths (Kuhn 1955) then bring the number of pairs
    to its maximum, so a gold item that fits two predictions never costs another one its match.
    """
    ordered = sorted(candidates, key=lambda pair: (-pair.likeness, pair.gold, pair.predicted))
    edges: dict[int, list[int]] = defaultdict(list)
    taken: dict[int, int] = {}
    owner: dict[int, int] = {}
    for pair in ordered:
        edges[pair.predicted].append(pair.gold)
        if pair.predicted not in taken and pair.gold not in owner:
            taken[pair.predicted] = pair.gold
            owner[pair.gold] = pair.predicted
    for predicted in edges:
        if predicted not in taken:
            _augment(predicted, edges, taken, owner)
    return owner


def _augment(start: int, edges: dict[int, list[int]], taken: dict[int, int], owner: dict[int, int]) -> None:
    reached_from: dict[int, int] = {}
    queue = [start]
    for predicted in queue:  # breadth first: the queue grows while it is read
        for gold in edges[predicted]:
            if gold in reached_from:
                continue
            reached_from[gold] = predicted
            if gold not in owner:
                _flip(gold, reached_from, taken, owner)
                return
            queue.append(owner[gold])


def _flip(end: int, reached_from: dict[int, int], taken: dict[int, int], owner: dict[int, int]) -> None:
    gold: int | None = end
    while gold is not None:
        predicted = reached_from[gold]
        freed = taken.get(predicted)
        owner[gold], taken[predicted] = predicted, gold
        gold = freed
