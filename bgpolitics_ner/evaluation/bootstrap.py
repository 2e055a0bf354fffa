"""Bootstrap intervals: how far F1 moves when the documents are drawn again."""

from __future__ import annotations

import random
from collections.abc import Sequence

from bgpolitics_ner.evaluation.score import Score

SAMPLES = 1000
SEED = 20


def interval(
    documents: Sequence[Score], *, samples: int = SAMPLES, seed: int = SEED, level: float = 0.95
) -> tuple[float, float]:
    """Return the percentile interval of micro F1 over documents (Efron 1979).

    `documents` holds the counts of each document; as many are drawn with replacement, `samples` times.
    The same input gives the same interval. Where all documents score alike (one document
    alone, for instance) nothing can vary: both ends are their F1.
    """
    if len(set(documents)) <= 1:
        score = documents[0].f1 if documents else Score().f1
        return (score, score)
    hits = [2 * score.tp for score in documents]
    items = [score.predicted + score.gold for score in documents]
    places = range(len(documents))
    source = random.Random(seed)
    values = []
    for _ in range(samples):
        drawn = source.choices(places, k=len(documents))
        size = sum(map(items.__getitem__, drawn))
        values.append(sum(map(hits.__getitem__, drawn)) / size if size else 1.0)
    values.sort()
    tail = (1 - level) / 2
    return (_quantile(values, tail), _quantile(values, 1 - tail))


def _quantile(values: list[float], share: float) -> float:
    """Return the quantile of sorted `values`, linear between neighbours."""
    place = share * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (place - below) * (values[above] - values[below])
