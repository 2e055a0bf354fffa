"""Rows of a table that are computed once for each word form and kept."""

from __future__ import annotations

import numpy as np

from bgpolitics_ner.frontend.network import Array


class Rows:
    """A growing table of rows of one width; `values` may be longer than what was added."""

    def __init__(self, width: int) -> None:
        self.values: Array = np.empty((1024, width), dtype=np.float32)
        self.count = 0

    def emptied(self, width: int) -> Rows:
        """Return an empty table of this width, where it can be in the memory that this one has.

        A new one each time would leave holes: the memory of a process would grow with the texts it has read.
        """
        if width != self.values.shape[1]:
            return Rows(width)
        self.count = 0
        return self

    def add(self, rows: Array) -> range:
        """Put rows behind the others; return their numbers."""
        numbers = range(self.count, self.count + len(rows))
        if numbers.stop > len(self.values):
            grown = np.empty((max(2 * len(self.values), numbers.stop), rows.shape[1]), dtype=np.float32)
            grown[: self.count] = self.values[: self.count]
            self.values = grown
        self.values[self.count : numbers.stop] = rows
        self.count = numbers.stop
        return numbers
