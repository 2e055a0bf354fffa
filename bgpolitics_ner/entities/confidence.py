"""How sure a mention is: ``knowledge/gazetteers/confidence.jsonl``.

For what the tagger sees, its own probability is the start. A logistic curve for each kind of name brings it
to how often such names are right (J. Platt, "Probabilistic outputs for support vector machines", 1999). All
other mentions have the precision of their kind. `estimate` makes the rows from documents not trained on.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
from spacy.tokens import Doc

from bgpolitics_ner.knowledge import read_jsonl

SMOOTHING = 10.0
PRIOR = 0.7
FURTHEST = 9.0
"""Log-odds are cut at this: a probability of 0.9999 says no more than that the tagger is certain."""
ROUNDS = 20
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


def estimate(pairs: Iterable[tuple[Doc, Iterable[tuple[int, int, str]]]]) -> list[dict[str, Any]]:
    """Return the rows of the table for `pairs` of predicted Doc and gold ``(start, end, type)`` spans.

    Only named mentions are counted; right means equal offsets and type. Rows of other kinds are not made:
    copy them over.
    """
    seen: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    totals: Counter[str] = Counter()
    rights: Counter[str] = Counter()
    for doc, gold in pairs:
        answers = set(gold)
        for mention in doc._.mentions:
            if not mention.kind:
                continue
            right = (mention.start, mention.end, mention.type) in answers
            for name in (mention.kind, mention.type):
                totals[name] += 1
                rights[name] += right
            if mention.probability is not None:
                seen[mention.kind].append((log_odds(mention.probability), right))
    rows: list[dict[str, Any]] = [
        {"kind": kind, "precision": round((rights[kind] + SMOOTHING * PRIOR) / (totals[kind] + SMOOTHING), 3)}
        for kind in sorted(totals)
        if kind not in seen
    ]
    for kind, answers_ in sorted(seen.items()):
        bias, slope = fit_curve(answers_)
        rows.append({"kind": kind, "bias": round(bias, 3), "slope": round(slope, 3), "seen": len(answers_)})
    return rows


def fit_curve(answers: Iterable[tuple[float, bool]]) -> tuple[float, float]:
    """Return bias and slope of the logistic curve over log-odds that makes the answers likeliest.

    A weak prior draws the curve towards bias 0, slope 1, which believes the tagger.
    """
    odds, right = (np.array(column, dtype=np.float64) for column in zip(*answers, strict=True))
    design = np.stack([np.ones_like(odds), odds], axis=1)
    prior = np.array([0.0, 1.0])
    weight = np.diag([1.0, SMOOTHING])
    found = prior.copy()
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp(-design @ found))
        slope = design.T @ (right - chance) - weight @ (found - prior)
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + weight
        found = found + np.linalg.solve(curvature, slope)
    return float(found[0]), float(found[1])
