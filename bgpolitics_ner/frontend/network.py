"""Bidirectional LSTMs in numpy: the encoder of the parser network.

Shapes: N words of a batch, D the width of a word representation, H of one direction of an LSTM.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float32]]
Indices = np.ndarray[Any, np.dtype[np.int64]]

SLOPE = np.float32(0.1)
"""Slope of the leaky rectifier left of zero."""


def rectify(values: Array) -> Array:
    """Leaky rectifier, in place."""
    np.maximum(values, values * SLOPE, out=values)
    return values


def sum_rows(table: Array, groups: Sequence[Sequence[int]]) -> Array:
    """Return the sum of the rows of each group, shape (groups, width); an empty group has zeros."""
    rows = np.array(list(chain.from_iterable(groups)), dtype=np.int64)
    lengths = np.array([len(group) for group in groups], dtype=np.int64)
    order = np.argsort(-lengths, kind="stable")
    starts = (np.cumsum(lengths) - lengths)[order]
    sums = np.zeros((len(groups), table.shape[1]), dtype=np.float32)
    # The first rows of all groups at once, then the second ones: six times as fast as np.add.reduceat.
    for place in range(int(lengths.max(initial=0))):
        here = starts[: int((lengths > place).sum())] + place
        sums[: len(here)] += table.take(rows[here], axis=0)
    found = np.empty_like(sums)
    found[order] = sums
    return found


@dataclass(frozen=True)
class Packing:
    """How the words of several sentences lie in memory time step by time step, long sentences first.

    Row ``rows[i]`` of the packed array is word ``i`` of the batch; step ``t`` has ``sizes[t]`` rows.
    """

    rows: Indices
    sizes: tuple[int, ...]


def pack(lengths: Sequence[int]) -> Packing:
    """Return the packing of sentences with these numbers of words, none of them 0."""
    counts = np.asarray(lengths, dtype=np.int64)
    order = np.argsort(-counts, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    longest = int(counts.max())
    # sizes[t]: how many sentences have more than t words.
    sizes = len(counts) - np.searchsorted(np.sort(counts), np.arange(longest), side="right")
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    step = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    return Packing(rows=starts[step] + np.repeat(rank, counts), sizes=tuple(sizes.tolist()))


@dataclass(frozen=True)
class Beside:
    """What stands behind the values of some rows; the other rows have zeros there."""

    rows: Indices  # no row twice
    values: Array


@dataclass(frozen=True)
class Direction:
    """One direction of an LSTM layer; gates in the order input, forget, output, cell."""

    inputs: Array  # (D, 4H)
    recurrent: Array  # (H, 4H)
    bias: Array  # (4H,)

    @classmethod
    def from_torch(cls, inputs: Array, recurrent: Array, bias: Array) -> Direction:
        """Reorder torch's gates (input, forget, cell, output); fold the halving of the sigmoid into them."""
        width = recurrent.shape[1]
        order = np.r_[0 : 2 * width, 3 * width : 4 * width, 2 * width : 3 * width]
        # sigmoid(x) = tanh(x / 2) / 2 + 1 / 2: one tanh for all four gates.
        scale = np.repeat(np.array([0.5, 1.0], dtype=np.float32), [3 * width, width])
        return cls(
            np.ascontiguousarray(inputs[order].T * scale),
            np.ascontiguousarray(recurrent[order].T * scale),
            bias[order] * scale,
        )

    def read(self, values: Array, beside: Beside | None = None) -> Array:
        """Return what words give to the gates, shape (words, 4H)."""
        width = values.shape[1]
        gates: Array = values @ self.inputs[:width]
        gates += self.bias
        if beside is not None:
            gates[beside.rows] += beside.values @ self.inputs[width:]
        return gates

    def run(
        self, gates: Array, rows: Indices | None, sizes: Sequence[int], output: Array, *, backward: bool
    ) -> None:
        """Write the states of all words into `output`, shape (N, H).

        `gates` is what `read` returns of the packed words, or with `rows` of each different word once: row
        ``i`` of the packed words is row ``rows[i]`` of it.
        """
        width = len(self.recurrent)
        state = np.zeros((sizes[0], width), dtype=np.float32)
        cell = np.zeros((sizes[0], width), dtype=np.float32)
        buffer = np.empty((sizes[0], 4 * width), dtype=np.float32)
        ends = np.cumsum(sizes).tolist()
        steps = range(len(sizes) - 1, -1, -1) if backward else range(len(sizes))
        for step in steps:
            size, end = sizes[step], ends[step]
            part = slice(end - size, end)
            now = np.matmul(state[:size], self.recurrent, out=buffer[:size])
            now += gates[part] if rows is None else gates.take(rows[part], axis=0)
            np.tanh(now, out=now)
            sigmoids = now[:, : 3 * width]
            sigmoids *= 0.5
            sigmoids += 0.5
            memory = cell[:size]
            memory *= now[:, width : 2 * width]
            candidate = now[:, 3 * width :]
            candidate *= now[:, :width]
            memory += candidate
            active = state[:size]
            np.tanh(memory, out=active)
            active *= now[:, 2 * width : 3 * width]
            output[part] = active


Layer = tuple[Direction, Direction]


def encode(
    layers: Sequence[Layer],
    values: Array,
    sizes: Sequence[int],
    rows: Indices | None = None,
    beside: Beside | None = None,
) -> list[Array]:
    """Return the packed states of each bidirectional layer, shape (N, 2H).

    `values` are the packed words, shape (N, D). With `rows` it has each different word once, and row ``i`` of
    the packed array is ``values[rows[i]]``: what the first layer makes of a word is then computed once.
    `beside` are further columns of the first layer's input.
    """
    found: list[Array] = []
    count = sum(sizes)
    for forward, backward in layers:
        width = len(forward.recurrent)
        states = np.empty((count, 2 * width), dtype=np.float32)
        forward.run(forward.read(values, beside), rows, sizes, states[:, :width], backward=False)
        backward.run(backward.read(values, beside), rows, sizes, states[:, width:], backward=True)
        found.append(states)
        values, rows, beside = states, None, None
    return found


def read_layers(arrays: Mapping[str, Array], prefix: str) -> list[Layer]:
    """Return the LSTM layers stored under ``<prefix>.<layer>.<direction>.inputs`` and so on."""
    layers: list[Layer] = []
    while f"{prefix}.{len(layers)}.0.inputs" in arrays:
        one, two = (
            Direction(
                *(arrays[f"{prefix}.{len(layers)}.{side}.{name}"] for name in ("inputs", "recurrent", "bias"))
            )
            for side in (0, 1)
        )
        layers.append((one, two))
    return layers
