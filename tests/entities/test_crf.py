"""Best paths and odds against all paths, counted one by one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from bgpolitics_ner.entities.crf import ConditionalField, list_allowed, make_tags
from bgpolitics_ner.entities.tagging import find_spans
from bgpolitics_ner.frontend.network import Array, pack

TAGS = make_tags(["PER"])
LENGTHS = (3, 1, 4)


def numbers(seed: int, *shape: int) -> Array:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


@pytest.fixture(scope="module")
def field() -> ConditionalField:
    return ConditionalField(TAGS, numbers(1, 5, 5), numbers(2, 5), numbers(3, 5))


def all_paths(emissions: Array) -> dict[tuple[int, ...], float]:
    """Return the score of every allowed path of one sentence."""
    allowed, begins, ends = list_allowed(TAGS)
    transitions, start, end = numbers(1, 5, 5), numbers(2, 5), numbers(3, 5)
    scores = {}
    for path in itertools.product(range(5), repeat=len(emissions)):
        steps = list(itertools.pairwise(path))
        if begins[path[0]] and ends[path[-1]] and all(allowed[a, b] for a, b in steps):
            score = start[path[0]] + end[path[-1]] + sum(transitions[a, b] for a, b in steps)
            scores[path] = float(score + sum(emissions[i, tag] for i, tag in enumerate(path)))
    return scores


def test_tags_that_may_follow() -> None:
    allowed, begins, ends = list_allowed(make_tags(["PER", "LOC"]))
    tags = make_tags(["PER", "LOC"])
    assert tags[:5] == ["O", "B-PER", "I-PER", "E-PER", "S-PER"]
    follow = {tag for tag, may in zip(tags, allowed[tags.index("B-PER")], strict=True) if may}
    assert follow == {"I-PER", "E-PER"}
    assert [tag for tag, may in zip(tags, begins, strict=True) if may] == [
        "O",
        "B-PER",
        "S-PER",
        "B-LOC",
        "S-LOC",
    ]
    assert [tag for tag, may in zip(tags, ends, strict=True) if may] == [
        "O",
        "E-PER",
        "S-PER",
        "E-LOC",
        "S-LOC",
    ]


def test_best_path_and_odds(field: ConditionalField) -> None:
    packing = pack(LENGTHS)
    emissions = numbers(4, sum(LENGTHS), 5)
    packed = np.empty_like(emissions)
    packed[packing.rows] = emissions
    best = field.decode(packed, packing.sizes)[packing.rows]
    forward, backward = field.sum_paths(packed, packing.sizes)
    at = 0
    for length in LENGTHS:
        paths = all_paths(emissions[at : at + length])
        assert tuple(best[at : at + length]) == max(paths, key=lambda path: paths[path])
        total = np.logaddexp.reduce(list(paths.values()))
        for start, end in itertools.combinations(range(length + 1), 2):
            span = [4] if end - start == 1 else [1, *[2] * (end - start - 2), 3]
            hits = [score for path, score in paths.items() if list(path[start:end]) == span]
            rows = packing.rows[at + start : at + end].tolist()
            expected = np.exp(np.logaddexp.reduce(hits) - total)
            assert field.span_odds(packed, forward, backward, rows, span) == pytest.approx(expected, rel=1e-3)
        at += length


def test_spans_of_tags() -> None:
    tags = ["O", "B-PER", "E-PER", "S-PER", "O", "B-PER", "I-PER", "E-PER"]
    assert list(find_spans(tags)) == [(1, 3, "PER"), (3, 4, "PER"), (5, 8, "PER")]
