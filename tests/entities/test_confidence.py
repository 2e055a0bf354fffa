"""Curves and precisions of the confidence table."""

from __future__ import annotations

import math

import pytest

from bgpolitics_ner.entities.confidence import Confidence, kind_of, load_confidence, log_odds

ROWS = [
    {"kind": "PER", "precision": 0.9},
    {"kind": "PER|list", "precision": 0.8},
    {"kind": "PER|tagger", "bias": -1.0, "slope": 1.0, "seen": 100},
]


def test_a_curve_moves_the_probability() -> None:
    confidence = Confidence(ROWS)
    assert confidence("PER|tagger", 0.5) == pytest.approx(1 / (1 + math.e), abs=1e-3)
    assert confidence("PER|tagger", 0.9) > confidence("PER|tagger", 0.8)


def test_kinds_without_a_curve_have_their_precision() -> None:
    confidence = Confidence(ROWS)
    assert confidence("PER|list") == 0.8
    assert confidence("PER|rule") == 0.9
    assert confidence("ORG|both", 0.9) == 0.7
    assert confidence("ORG|tagger", 0.6) == 0.6


def test_kinds() -> None:
    assert kind_of("PER", listed=True, tagged=True) == "PER|both"
    assert kind_of("PER", listed=False, tagged=False) == "PER|rule"


@pytest.mark.parametrize("probability", [0.0, 1.0, 0.5, 1e-12])
def test_log_odds_are_bounded(probability: float) -> None:
    assert -9 <= log_odds(probability) <= 9


def test_the_table_has_a_row_for_each_type_without_a_name() -> None:
    confidence = load_confidence()
    assert all(0 < confidence(kind) < 1 for kind in ("NOM", "PRON", "GROUP", "rule:state-adjective"))
