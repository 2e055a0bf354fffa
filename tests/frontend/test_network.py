"""The encoder against plain sums, and the packing of sentences."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bgpolitics_ner.frontend.network import Beside, Direction, encode, pack, sum_rows


@given(st.lists(st.integers(1, 9), min_size=1, max_size=8))
def test_packing_puts_each_word_in_its_own_row_of_its_step(lengths: list[int]) -> None:
    packing = pack(lengths)
    assert sorted(packing.rows.tolist()) == list(range(sum(lengths)))
    assert list(packing.sizes) == [sum(n > step for n in lengths) for step in range(max(lengths))]
    starts = np.cumsum([0, *packing.sizes])
    step = [place for length in lengths for place in range(length)]
    for row, here in zip(packing.rows.tolist(), step, strict=True):
        assert starts[here] <= row < starts[here + 1]


def plain_lstm(inputs: np.ndarray, weights: tuple[np.ndarray, ...]) -> np.ndarray:
    """One sentence, one direction, torch's layout of gates: input, forget, cell, output."""
    into, recurrent, bias = weights
    width = recurrent.shape[1]
    state, cell, found = np.zeros(width), np.zeros(width), []
    for row in inputs:
        gates = into @ row + recurrent @ state + bias
        parts = [gates[k * width : (k + 1) * width] for k in range(4)]
        sigmoid = [1 / (1 + np.exp(-part)) for part in parts]
        cell = sigmoid[1] * cell + sigmoid[0] * np.tanh(parts[2])
        state = sigmoid[3] * np.tanh(cell)
        found.append(state)
    return np.array(found)


@given(lengths=st.lists(st.integers(1, 6), min_size=1, max_size=5), seed=st.integers(0, 1000))
def test_the_packed_encoder_is_an_lstm(lengths: list[int], seed: int) -> None:
    chance = np.random.default_rng(seed)
    width, hidden = 5, 3
    weights = [
        (
            chance.normal(size=(4 * hidden, width)).astype(np.float32),
            chance.normal(size=(4 * hidden, hidden)).astype(np.float32),
            chance.normal(size=4 * hidden).astype(np.float32),
        )
        for _ in range(2)
    ]
    words = chance.normal(size=(sum(lengths), width)).astype(np.float32)
    packing = pack(lengths)
    packed = np.empty_like(words)
    packed[packing.rows] = words
    layer = (Direction.from_torch(*weights[0]), Direction.from_torch(*weights[1]))
    states = encode([layer], packed, packing.sizes)[0][packing.rows]
    start = 0
    for length in lengths:
        sentence = words[start : start + length]
        expected = np.concatenate(
            [plain_lstm(sentence, weights[0]), plain_lstm(sentence[::-1], weights[1])[::-1]], axis=1
        )
        np.testing.assert_allclose(states[start : start + length], expected, rtol=1e-3, atol=1e-4)
        start += length


def test_words_given_once_are_encoded_like_words_given_each_time() -> None:
    chance = np.random.default_rng(5)
    width, hidden, lengths = 5, 3, [4, 2, 6]

    def draw(inputs: int) -> Direction:
        shapes = (inputs, 4 * hidden), (hidden, 4 * hidden), (4 * hidden,)
        return Direction(*(chance.normal(size=shape).astype(np.float32) for shape in shapes))

    layers = [(draw(width), draw(width)), (draw(2 * hidden), draw(2 * hidden))]
    table = chance.normal(size=(7, width)).astype(np.float32)
    rows = chance.integers(0, len(table), size=sum(lengths))
    sizes = pack(lengths).sizes
    for once, each in zip(
        encode(layers, table, sizes, rows), encode(layers, table[rows], sizes), strict=True
    ):
        np.testing.assert_allclose(once, each, rtol=1e-5, atol=1e-6)


@given(st.lists(st.lists(st.integers(0, 4), max_size=5), max_size=7))
def test_sums_of_groups_of_rows(groups: list[list[int]]) -> None:
    table = np.random.default_rng(1).normal(size=(5, 3)).astype(np.float32)
    found = sum_rows(table, groups)
    assert found.shape == (len(groups), 3) and found.dtype == np.float32
    for row, group in zip(found, groups, strict=True):
        np.testing.assert_allclose(row, table[group].sum(0) if group else np.zeros(3), rtol=1e-5, atol=1e-6)


def test_what_stands_beside_some_words_is_further_input() -> None:
    chance = np.random.default_rng(6)
    hidden, lengths = 3, [4, 2, 6]
    shapes = (7, 4 * hidden), (hidden, 4 * hidden), (4 * hidden,)
    one, two = (Direction(*(chance.normal(size=s).astype(np.float32) for s in shapes)) for _ in range(2))
    values = chance.normal(size=(sum(lengths), 5)).astype(np.float32)
    beside = Beside(np.array([8, 3]), chance.normal(size=(2, 2)).astype(np.float32))
    joined = np.zeros((sum(lengths), 7), dtype=np.float32)
    joined[:, :5] = values
    joined[beside.rows, 5:] = beside.values
    sizes = pack(lengths).sizes
    apart = encode([(one, two)], values, sizes, beside=beside)[0]
    np.testing.assert_allclose(apart, encode([(one, two)], joined, sizes)[0], rtol=1e-5, atol=1e-6)
