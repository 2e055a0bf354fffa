"""Features of candidates, several at a time.

A feature is a name and the words it is made of: ``("slot", "subj", "срещна")``. A bundle is the words of
several features that always come together: of ``("slot", "subj", "срещна", "PER")`` three features are made.
A bundle is looked up once where each of its features would be, and the sum of their embeddings is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bgpolitics_ner.frontend.network import Array, sum_rows
from bgpolitics_ner.frontend.remembered import Rows

Feature = tuple[str, ...]
Bundle = tuple[str, ...]

MAX_BUNDLES = 25_000
"""Bundles whose sums are kept; at 1 kB each."""

# Kind of bundle → its features: the name, and which words of the bundle it takes (the kind is word 0).
_FEATURES: dict[str, tuple[tuple[str, tuple[int, ...]], ...]] = {
    # of a trigger
    "trigger": (("t", (1,)), ("tpos", (2,)), ("t", (1, 3)), ("tsuf", (4,)), ("tpre", (5,))),
    "thead": (("thead", (1,)), ("thead", (1, 2))),
    "tchild": (("tchild", (1,)), ("tchild", (2, 1))),
    "passive": (("passive", ()),),
    "near": (("near", (1, 2)),),
    # of an argument
    "slot": (("slot", (1,)), ("slot", (1, 2)), ("slot", (1, 3))),
    "noslot": (("noslot", ()),),
    "path": (("path", (1,)), ("path", (1, 2))),
    "prep": (("prep", (1,)), ("prep", (1, 2))),
    "type": (("type", (1,)), ("type", (1, 2)), ("ref", (3, 1))),
    "dist": (("dist", (1,)),),
    "head": (("head", (1,)), ("head", (1, 2))),
    "dep": (("dep", (1,)),),
    "adjective": (("adjective", ()),),
    "gov": (("gov", (1,)), ("gov", (1, 2))),
    "first": (("first", ()),),
    "rank": (("rank", (1,)), ("rank", (2, 3))),
}


def expand(bundles: Sequence[Bundle]) -> list[Feature]:
    """Return the features of bundles."""
    return [(name, *(b[i] for i in words)) for b in bundles for name, words in _FEATURES[b[0]]]


class BundleSums:
    """Bundles → sums of the embeddings of their features; those without one count nothing."""

    def __init__(self, vocabulary: Mapping[Feature, int], table: Array) -> None:
        self._vocabulary = vocabulary
        self._table = table
        self._sums = Rows(table.shape[1])
        self._forget()

    def __call__(self, groups: Sequence[Sequence[Bundle]]) -> Array:
        """Return the sum of each group of bundles, shape (groups, width)."""
        if len(self._known) > MAX_BUNDLES:
            self._forget()
        known = self._known
        self._new: list[list[int]] = []
        numbers: list[list[int]] = []
        for group in groups:
            found = []
            for bundle in group:
                number = known.get(bundle)
                if number is None:
                    number = known[bundle] = self._number(bundle)
                if number:
                    found.append(number)
            numbers.append(found)
        if self._new:
            self._sums.add(sum_rows(self._table, self._new))
        return sum_rows(self._sums.values, numbers)

    def _number(self, bundle: Bundle) -> int:
        """Return the row that the sum of a new bundle will have, 0 where none of its features is known."""
        rows = [row for f in expand([bundle]) if (row := self._vocabulary.get(f)) is not None]
        if not rows:
            return 0
        self._new.append(rows)
        return self._sums.count + len(self._new) - 1

    def _forget(self) -> None:
        self._known: dict[Bundle, int] = {}
        self._sums = self._sums.emptied(self._table.shape[1])
        self._sums.add(np.zeros((1, self._table.shape[1]), dtype=np.float32))
