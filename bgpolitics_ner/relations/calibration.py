"""Joined scores → confidences that can be read as probabilities.

A score of 0.6 from a frame, from the classifier and from both together is not right equally often. Each
of the three kinds has a logistic curve of its own (Platt 1999) over the logit of the score: rising, so the
order of relations of a kind stays. `training.calibration` fits the curves.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bgpolitics_ner.errors import ModelError

FILE = "calibration.json"
KINDS = ("frame", "both", "model")
EDGE = 1e-3
"""Scores nearer to 0 or 1 than this count as this near: no score is certain."""


@dataclass(frozen=True)
class Curve:
    """A rising map from scores to probabilities; ``Curve(1, 0)`` changes nothing."""

    slope: float
    offset: float

    def __call__(self, score: float) -> float:
        """Return the probability of a score of 0 to 1."""
        return 1 / (1 + math.exp(-(self.slope * logit(score) + self.offset)))


def logit(score: float) -> float:
    """Return the log odds of a score, which is taken off the edges first."""
    score = min(max(score, EDGE), 1 - EDGE)
    return math.log(score / (1 - score))


@dataclass(frozen=True)
class Calibration:
    """The curve of each of KINDS; without one, or for a kind that has none, scores stay as they are."""

    curves: Mapping[str, Curve]

    def __call__(self, kind: str, score: float) -> float:
        """Return the probability that a relation of this kind and score is right."""
        curve = self.curves.get(kind)
        return score if curve is None else curve(score)

    def to_disk(self, path: Path) -> None:
        """Write FILE into the folder `path`."""
        rows = {kind: [round(c.slope, 4), round(c.offset, 4)] for kind, c in self.curves.items()}
        (path / FILE).write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def from_disk(cls, path: Path) -> Calibration:
        """Read FILE from the folder `path`; without one nothing is changed.

        Raises ModelError for a broken file.
        """
        file = path / FILE
        if not file.is_file():
            return cls({})
        try:
            rows = json.loads(file.read_text(encoding="utf-8"))
            curves = {str(kind): Curve(float(slope), float(offset)) for kind, (slope, offset) in rows.items()}
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise ModelError(f"{file}: no calibration: {error}") from error
        if set(curves) - set(KINDS) or any(curve.slope <= 0 for curve in curves.values()):
            raise ModelError(f"{file}: a calibration has rising curves for {', '.join(KINDS)} only")
        return cls(curves)
