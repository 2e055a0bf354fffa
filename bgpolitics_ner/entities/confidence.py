"""How sure a mention is: ``knowledge/gazetteers/confidence.jsonl``.

For what the tagger sees, its own probability is the start. A logistic curve for each kind of name brings it
to how often such names are right (J. Platt, "Probabilistic outputs for support vector machines", 1999). All
other mentions have the precision of their kind. `training.confidence` makes the rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from bgpolitics_ner.knowledge import read_jsonl

PRIOR = 0.7
FURTHEST = 9.0
"""Log-odds are cut at this: a probability of 0.9999 says no more than that the tagger is certain."""
TAGGER = "|tagger"


def kind_of(label: str, *, listed: bool = False, tagged: bool = True) -> str:
    """Return the key: the label, and whether a gazetteer, the tagger or both have the name."""
    return f"{label}|{'both' if listed and tagged else 'list' if listed else 'tagger' if tagged else 'rule'}"


class Confidence:
    """Callable: the confidence of a kind of mention.

    Rows are ``{"kind": …, "precision": …}`` or ``{"kind": …, "bias": …, "slope": …}`` for a curve over the
    tagger's log-odds.
    """

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        rows = list(rows)
        self._values: dict[str, float] = {r["kind"]: r["precision"] for r in rows if "precision" in r}
        self._curves = {r["kind"]: (r["bias"], r["slope"]) for r in rows if "slope" in r}

    def __call__(self, kind: str, probability: float | None = None) -> float:
        """Return the confidence; that of the label alone, then PRIOR, where the kind was never seen."""
        if probability is not None and kind in self._curves:
            bias, slope = self._curves[kind]
            return round(1 / (1 + math.exp(-bias - slope * log_odds(probability))), 3)
        value = self._values.get(kind)
        if value is None and probability is not None and kind.endswith(TAGGER):
            return round(probability, 3)
        return self._values.get(kind.partition("|")[0], PRIOR) if value is None else value


@lru_cache(maxsize=1)
def load_confidence() -> Confidence:
    """Read the table once."""
    return Confidence(read_jsonl("gazetteers/confidence.jsonl"))


def log_odds(probability: float) -> float:
    """Return log(p / (1 - p)), at most FURTHEST from zero."""
    if not 0 < probability < 1:
        return FURTHEST if probability >= 1 else -FURTHEST
    return max(-FURTHEST, min(FURTHEST, math.log(probability / (1 - probability))))
