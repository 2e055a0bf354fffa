"""Counts and the precision, recall and F1 made from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Score:
    """Correct (`tp`), predicted and gold items.

    0/0 is defined so that agreeing on nothing is agreement: with neither gold nor predictions all three
    rates are 1.0; with only one of the two they are 0.0. The counts always stand beside the rates.
    """

    tp: int = 0
    predicted: int = 0
    gold: int = 0

    @property
    def precision(self) -> float:
        """Correct share of the predictions."""
        return self.tp / self.predicted if self.predicted else float(not self.gold)

    @property
    def recall(self) -> float:
        """Found share of the gold."""
        return self.tp / self.gold if self.gold else float(not self.predicted)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.predicted + self.gold
        return 2 * self.tp / total if total else 1.0

    def __add__(self, other: Score) -> Score:
        return Score(self.tp + other.tp, self.predicted + other.predicted, self.gold + other.gold)

    def to_dict(self) -> dict[str, Any]:
        """Return rates and counts, ready for ``json.dumps``."""
        return {
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "tp": self.tp,
            "predicted": self.predicted,
            "gold": self.gold,
        }


def total(scores: Iterable[Score]) -> Score:
    """Return the micro-average: the counts added up."""
    return sum(scores, Score())


@dataclass(frozen=True)
class Accuracy:
    """Share of `matches` that are `correct`; None, not a number, where there was nothing to judge."""

    correct: int = 0
    matches: int = 0

    @property
    def accuracy(self) -> float | None:
        """``correct / matches``, or None without matches."""
        return self.correct / self.matches if self.matches else None

    def to_dict(self) -> dict[str, Any]:
        """Return the rate and its counts."""
        return {"accuracy": self.accuracy, "correct": self.correct, "matches": self.matches}


@dataclass(frozen=True)
class Table:
    """One way of scoring: micro-average, a row per type, and a 95 % interval of F1 over documents."""

    micro: Score
    per_type: Mapping[str, Score]
    interval: tuple[float, float]

    def to_dict(self) -> dict[str, Any]:
        """Return the micro-average with ``interval`` and ``per_type`` beside it."""
        rows = {name: score.to_dict() for name, score in self.per_type.items()}
        return {**self.micro.to_dict(), "interval": list(self.interval), "per_type": rows}


def sum_types(documents: Sequence[Mapping[str, Score]], order: Iterable[str]) -> dict[str, Score]:
    """Add up the rows of all documents; types in `order` first, those it lacks after them by name."""
    sums: dict[str, Score] = {}
    for rows in documents:
        for name, score in rows.items():
            sums[name] = sums.get(name, Score()) + score
    known = [name for name in order if name in sums]
    return {name: sums[name] for name in [*known, *sorted(set(sums) - set(known))]}
