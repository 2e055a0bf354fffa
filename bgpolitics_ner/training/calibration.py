"""Answers on documents that the classifier was not trained on → curves from scores to probabilities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from bgpolitics_ner.relations.calibration import KINDS, Calibration, Curve, logit

STEPS = 50
LEAST_SLOPE = 0.1
PRIOR = 1.0
# How much better frames look on the documents they were written on than elsewhere, in log odds: right 0.57
# and 0.46 where they speak alone, 0.83 and 0.76 with the classifier (benchmarks/EXPERIMENTS.md).
FRAMES_DISCOUNT = 0.4


def fit_line(
    odds: Sequence[float], right: Sequence[bool], *, prior: float = PRIOR, firm: float | None = None
) -> tuple[float, float]:
    """Return slope and offset of the rising logistic curve over log odds that makes the answers likeliest.

    Found by Newton's method. A Gaussian prior of weight `prior` pulls slope and offset to 1 and 0, so a few
    answers change little; `firm` is its weight for the slope where that is another.
    """
    x, y = np.asarray(odds, dtype=float), np.asarray(right, dtype=float)
    firm = prior if firm is None else firm
    slope, offset = 1.0, 0.0
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-(slope * x + offset)))
        weight = np.maximum(p * (1 - p), 1e-6)
        gradient = np.array([((p - y) * x).sum() + firm * (slope - 1), (p - y).sum() + prior * offset])
        mixed = (weight * x).sum()
        curvature = np.array([[(weight * x * x).sum() + firm, mixed], [mixed, weight.sum() + prior]])
        step = np.linalg.solve(curvature, gradient)
        slope, offset = max(slope - step[0], LEAST_SLOPE), offset - step[1]
        if np.abs(step).max() < 1e-6:
            break
    return float(slope), float(offset)


def fit_curve(scores: Sequence[float], right: Sequence[bool], *, prior: float = PRIOR) -> Curve:
    """Fit the curve of scores of 0 to 1; without answers it changes nothing."""
    return Curve(*fit_line([logit(score) for score in scores], right, prior=prior))


def fit_calibration(answers: Iterable[tuple[str, float, bool]], *, discount: float = 0.0) -> Calibration:
    """Fit a curve for each kind of (kind, score, right); a kind without answers keeps its scores.

    `discount` is taken off the log odds where a frame has spoken; FRAMES_DISCOUNT for answers in documents
    that the frames were written on.
    """
    rows: dict[str, list[tuple[float, bool]]] = {kind: [] for kind in KINDS}
    for kind, score, right in answers:
        rows[kind].append((score, right))
    curves = {}
    for kind, found in rows.items():
        curve = fit_curve([score for score, _ in found], [right for _, right in found])
        less = discount if found and kind != "model" else 0.0
        curves[kind] = Curve(curve.slope, curve.offset - less)
    return Calibration(curves)
