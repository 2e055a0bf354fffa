"""Curves and precisions of the confidence table."""

from __future__ import annotations

import math
import random

import pytest

from bgpolitics_ner.entities.confidence import Confidence, fit_curve, kind_of, load_confidence, log_odds

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


def test_the_curve_is_found_again() -> None:
    chosen = random.Random(0)
    odds = [chosen.uniform(-3, 6) for _ in range(20_000)]
    answers = [(x, chosen.random() < 1 / (1 + math.exp(0.5 - 0.6 * x))) for x in odds]
    assert fit_curve(answers) == pytest.approx((-0.5, 0.6), abs=0.05)


def test_few_answers_change_little() -> None:
    bias, slope = fit_curve([(1.0, True)])
    assert abs(bias) < 0.5
    assert slope == pytest.approx(1.0, abs=0.1)


def test_the_table_has_a_row_for_each_type_without_a_name() -> None:
    confidence = load_confidence()
    assert all(0 < confidence(kind) < 1 for kind in ("NOM", "PRON", "GROUP", "rule:state-adjective"))
