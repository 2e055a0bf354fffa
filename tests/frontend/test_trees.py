"""The best tree of a matrix of arc scores, against all trees there are."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpolitics_ner.frontend.trees import are_trees, find_tree


def is_tree(heads: tuple[int, ...]) -> bool:
    if heads.count(0) != 1:
        return False
    for word in range(1, len(heads) + 1):
        node, steps = word, 0
        while node and steps <= len(heads):
            node, steps = heads[node - 1], steps + 1
        if node:
            return False
    return True


def best_score(scores: np.ndarray) -> float:
    size = len(scores)
    trees = (heads for heads in product(range(size + 1), repeat=size) if is_tree(heads))
    return max(sum(float(scores[word, head]) for word, head in enumerate(heads)) for heads in trees)


@given(size=st.integers(1, 5), seed=st.integers(0, 10_000))
def test_no_tree_is_better(size: int, seed: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(size, size + 1)).astype(np.float32)
    heads = tuple(find_tree(scores).tolist())
    assert is_tree(heads)
    found = sum(float(scores[word, head]) for word, head in enumerate(heads))
    assert found == pytest.approx(best_score(scores), abs=1e-4)


@given(size=st.integers(1, 40), seed=st.integers(0, 10_000))
def test_long_sentences_and_equal_scores_have_a_tree(size: int, seed: int) -> None:
    scores = np.random.default_rng(seed).integers(0, 3, size=(size, size + 1)).astype(np.float32)
    assert is_tree(tuple(find_tree(scores).tolist()))


@pytest.mark.parametrize(
    ("heads", "expected"),
    [
        ([0, 0, 1, 3, 3], [True, True]),  # two sentences: 0 ← 1 ← 2 and 3 ← 4
        ([0, 2, 1, 3, 3], [False, True]),  # 1 and 2 govern each other
        ([0, 1, 0, 3, 3], [False, True]),  # two roots
        ([1, 2, 0, 3, 4], [False, False]),  # a cycle, no root; two roots
    ],
)
def test_what_is_no_tree_is_noticed(heads: list[int], expected: list[bool]) -> None:
    assert are_trees(np.array(heads), np.array([0, 3])).tolist() == expected
