"""Who is in the reader's mind: clusters with their last mentions, weighted by role and distance."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bgpolitics_ner.entities.mention import Cluster

SUBJECT, OBJECT, OTHER = 3.0, 1.0, 1.0
DECAY = 0.5
WINDOW = 6


@dataclass(frozen=True)
class Trace:
    """One mention of a cluster: sentence number, offset of the mention, weight of its role."""

    cluster: int
    sentence: int
    start: int
    weight: float


class Discourse:
    """The clusters met so far, in text order."""

    def __init__(self, clusters: list[Cluster]) -> None:
        self.clusters = clusters
        self._traces: list[Trace] = []
        self._starts: list[int] = []
        self.counts: dict[int, int] = {}

    def add(self, cluster: int, sentence: int, start: int, weight: float) -> None:
        """Note a mention."""
        self._traces.append(Trace(cluster, sentence, start, weight))
        self._starts.append(start)
        self.counts[cluster] = self.counts.get(cluster, 0) + 1

    def rank(
        self,
        sentence: int,
        accept: Callable[[int], bool],
        *,
        window: int = WINDOW,
        boost: Callable[[int], float] | None = None,
        before: int | None = None,
    ) -> list[tuple[float, int]]:
        """Return (score, cluster) of the accepted clusters of the last `window` sentences, best first.

        With `before`, mentions from that offset on do not count.
        """
        scores: dict[int, float] = {}
        refused: set[int] = set()
        for order, trace in enumerate(self.recent(before), len(self._traces) - self._count(before)):
            gap = max(0, sentence - trace.sentence)
            if gap > window:
                break
            if trace.cluster in refused:
                continue
            if trace.cluster not in scores and not accept(trace.cluster):
                refused.add(trace.cluster)
                continue
            value = trace.weight * DECAY**gap * (1.0 + 0.3 / (1 + order))
            scores[trace.cluster] = max(scores.get(trace.cluster, 0.0), value) + 0.05
        if boost is not None:
            scores = {c: s + boost(c) for c, s in scores.items()}
        return sorted(((s, c) for c, s in scores.items()), reverse=True)

    def best(
        self,
        sentence: int,
        accept: Callable[[int], bool],
        *,
        window: int = WINDOW,
        boost: Callable[[int], float] | None = None,
        before: int | None = None,
    ) -> int | None:
        """Return the most salient accepted cluster; None where there is none."""
        ranked = self.rank(sentence, accept, window=window, boost=boost, before=before)
        return ranked[0][1] if ranked else None

    def recent(self, before: int | None = None) -> Iterable[Trace]:
        """Yield the traces, last first; with `before` only those that start before that offset."""
        for index in range(self._count(before) - 1, -1, -1):
            yield self._traces[index]

    def _count(self, before: int | None) -> int:
        """Return how many traces start before an offset; mentions are added in text order."""
        return len(self._traces) if before is None else bisect_left(self._starts, before)


def role_weight(dep: str) -> float:
    """Return the weight of a dependency label."""
    if dep.startswith("nsubj"):
        return SUBJECT
    return OBJECT if dep in ("obj", "iobj") else OTHER
