"""Bundles of features and the sums of their embeddings."""

from __future__ import annotations

import numpy as np
import pytest

from bgpolitics_ner.relations import features
from bgpolitics_ner.relations.features import BundleSums, expand

SLOT = ("slot", "subj", "срещна", "PER")
RANK = ("rank", "+1", "+0", "LOC")
VOCABULARY = {("slot", "subj"): 0, ("slot", "subj", "PER"): 1, ("rank", "+1"): 2, ("noslot",): 3}
TABLE = np.random.default_rng(3).normal(size=(4, 5)).astype(np.float32)


def test_a_bundle_stands_for_its_features() -> None:
    assert expand([SLOT, ("noslot",)]) == [
        ("slot", "subj"),
        ("slot", "subj", "срещна"),
        ("slot", "subj", "PER"),
        ("noslot",),
    ]
    assert expand([RANK]) == [("rank", "+1"), ("rank", "+0", "LOC")]


def test_sums_are_those_of_the_known_features(monkeypatch: pytest.MonkeyPatch) -> None:
    sums = BundleSums(VOCABULARY, TABLE)
    groups = [[SLOT, RANK], [], [("first",)], [RANK, RANK, ("noslot",)]]
    expected = np.stack(
        [
            sum((TABLE[VOCABULARY[f]] for f in expand(group) if f in VOCABULARY), np.zeros(5, np.float32))
            for group in groups
        ]
    )
    for _ in range(2):  # the second time from what is kept
        np.testing.assert_allclose(sums(groups), expected, atol=1e-6)
    monkeypatch.setattr(features, "MAX_BUNDLES", 0)
    np.testing.assert_allclose(sums(groups[::-1]), expected[::-1], atol=1e-6)
