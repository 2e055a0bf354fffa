"""Curves fitted to answers: sure where there is much to learn from, careful where there is little."""

from __future__ import annotations

import math
import random

import pytest

from bgpolitics_ner.relations.calibration import Curve
from bgpolitics_ner.training.calibration import LEAST_SLOPE, fit_calibration, fit_curve, fit_line


def answers(score: float, right: int, wrong: int) -> list[tuple[float, bool]]:
    return [(score, True)] * right + [(score, False)] * wrong


def fit(*rows: list[tuple[float, bool]]) -> Curve:
    flat = [answer for row in rows for answer in row]
    return fit_curve([score for score, _ in flat], [right for _, right in flat])


def test_a_curve_finds_the_shares_that_are_right() -> None:
    curve = fit(answers(0.4, 200, 800), answers(0.9, 600, 400))
    assert curve(0.4) == pytest.approx(0.2, abs=0.01)
    assert curve(0.9) == pytest.approx(0.6, abs=0.01)


def test_a_few_answers_change_little() -> None:
    curve = fit(answers(0.7, 0, 1))
    assert 0.4 < curve(0.7) < 0.7


def test_a_curve_never_falls() -> None:
    curve = fit(answers(0.3, 900, 100), answers(0.8, 100, 900))
    assert curve.slope == LEAST_SLOPE


def test_nothing_to_learn_from_changes_nothing() -> None:
    assert fit_curve([], []) == Curve(1.0, 0.0)
    calibration = fit_calibration([("frame", 0.8, True), ("frame", 0.8, False)])
    assert calibration("both", 0.7) == pytest.approx(0.7)


def test_frames_are_trusted_less_beyond_their_own_documents() -> None:
    rows = [(kind, 0.6, number < 6) for kind in ("frame", "both", "model") for number in range(10)]
    plain, careful = fit_calibration(rows), fit_calibration(rows, discount=0.4)
    assert careful("frame", 0.6) < plain("frame", 0.6)
    assert careful("both", 0.6) < plain("both", 0.6)
    assert careful("model", 0.6) == plain("model", 0.6)


def test_the_curve_is_found_again() -> None:
    chosen = random.Random(0)
    odds = [chosen.uniform(-3, 6) for _ in range(20_000)]
    right = [chosen.random() < 1 / (1 + math.exp(0.5 - 0.6 * x)) for x in odds]
    assert fit_line(odds, right) == pytest.approx((0.6, -0.5), abs=0.05)


def test_a_firm_slope_moves_less() -> None:
    free, _ = fit_line([3.0] * 5, [False] * 5)
    firm, offset = fit_line([3.0] * 5, [False] * 5, firm=10)
    assert free < firm < 1
    assert offset < 0
