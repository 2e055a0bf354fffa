"""Coreference: MUC, B³ and CEAF-e over clusters of mentions, and their mean, the CoNLL score.

The measures are those of the CoNLL 2012 shared task (Vilain et al. 1995; Bagga and Baldwin 1998; Luo 2005;
Pradhan et al. 2014). A mention is anything that can be compared; one that only one side has counts against
that side. Numerators and denominators are added up over documents before they are divided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bgpolitics_ner.document import Document

Cluster = frozenset[Hashable]
METRICS = ("muc", "b3", "ceafe")


@dataclass(frozen=True)
class Ratio:
    """Precision and recall as fractions that can be added; 0/0 is 0, as in the reference scorer."""

    precise: float = 0.0
    predicted: float = 0.0
    recalled: float = 0.0
    gold: float = 0.0

    @property
    def precision(self) -> float:
        """What is right of what was predicted."""
        return self.precise / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """What was found of the gold."""
        return self.recalled / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def __add__(self, other: Ratio) -> Ratio:
        return Ratio(
            self.precise + other.precise,
            self.predicted + other.predicted,
            self.recalled + other.recalled,
            self.gold + other.gold,
        )

    def to_dict(self) -> dict[str, float]:
        """Return the rates, ready for ``json.dumps``."""
        return {"precision": self.precision, "recall": self.recall, "f1": self.f1}


@dataclass(frozen=True)
class CoreferenceScores:
    """The three measures over all documents."""

    muc: Ratio = Ratio()
    b3: Ratio = Ratio()
    ceafe: Ratio = Ratio()

    @property
    def conll(self) -> float:
        """The CoNLL score: the mean F1 of the three."""
        return (self.muc.f1 + self.b3.f1 + self.ceafe.f1) / 3

    def __add__(self, other: CoreferenceScores) -> CoreferenceScores:
        return CoreferenceScores(self.muc + other.muc, self.b3 + other.b3, self.ceafe + other.ceafe)

    def to_dict(self) -> dict[str, Any]:
        """Return all rates with the mean under ``conll``."""
        return {"conll": self.conll, **{name: getattr(self, name).to_dict() for name in METRICS}}


def score_clusters(gold: Iterable[Cluster], predicted: Iterable[Cluster]) -> CoreferenceScores:
    """Score the clusters of one document; no mention may stand in two clusters of one side."""
    ours, theirs = [c for c in predicted if c], [c for c in gold if c]
    return CoreferenceScores(_muc(theirs, ours), _b_cubed(theirs, ours), _ceaf(theirs, ours))


def score_coreference(
    pairs: Iterable[tuple[Document, Document]], types: Collection[str], *, singletons: bool = True
) -> CoreferenceScores:
    """Score the referents of (gold, predicted) Documents over their mentions of `types`.

    Mentions are compared by offsets, not by type. Without `singletons` clusters of one mention are left out
    on both sides, as in the shared task, whose gold has none.
    """
    return sum(
        (
            score_clusters(clusters_of(gold, types, singletons), clusters_of(ours, types, singletons))
            for gold, ours in pairs
        ),
        CoreferenceScores(),
    )


def clusters_of(document: Document, types: Collection[str], singletons: bool = True) -> list[Cluster]:
    """Return the referents as sets of (start, end); of two mentions at one place the first counts.

    A mention without a referent is a cluster of its own.
    """
    clusters: defaultdict[str, set[Hashable]] = defaultdict(set)
    seen: set[tuple[int, int]] = set()
    for entity in document.entities or ():
        place = (entity.start, entity.end)
        if entity.type in types and place not in seen:
            seen.add(place)
            clusters[entity.referent or f"alone {entity.id}"].add(place)
    return [frozenset(c) for c in clusters.values() if singletons or len(c) > 1]


def _where(clusters: Sequence[Cluster]) -> dict[Hashable, int]:
    return {mention: index for index, cluster in enumerate(clusters) for mention in cluster}


def _shared(clusters: Sequence[Cluster], others: Sequence[Cluster]) -> list[Mapping[int, int]]:
    """Return for each cluster how many of its mentions stand in which other cluster."""
    where = _where(others)
    rows: list[Mapping[int, int]] = []
    for cluster in clusters:
        row: defaultdict[int, int] = defaultdict(int)
        for mention in cluster:
            if mention in where:
                row[where[mention]] += 1
        rows.append(row)
    return rows


def _muc(gold: Sequence[Cluster], ours: Sequence[Cluster]) -> Ratio:
    """Count links: a cluster of n mentions has n - 1, and loses one for each part that it falls into."""

    def count(clusters: Sequence[Cluster], others: Sequence[Cluster]) -> tuple[float, float]:
        right = total = 0
        for cluster, row in zip(clusters, _shared(clusters, others), strict=True):
            parts = len(row) + len(cluster) - sum(row.values())
            right, total = right + len(cluster) - parts, total + len(cluster) - 1
        return right, total

    return Ratio(*count(ours, gold), *count(gold, ours))


def _b_cubed(gold: Sequence[Cluster], ours: Sequence[Cluster]) -> Ratio:
    """Count for each mention the share of its cluster that is in its cluster on the other side too."""

    def count(clusters: Sequence[Cluster], others: Sequence[Cluster]) -> tuple[float, float]:
        right = 0.0
        for cluster, row in zip(clusters, _shared(clusters, others), strict=True):
            right += sum(number * number for number in row.values()) / len(cluster)
        return right, float(sum(map(len, clusters)))

    return Ratio(*count(ours, gold), *count(gold, ours))


def _ceaf(gold: Sequence[Cluster], ours: Sequence[Cluster]) -> Ratio:
    """Align clusters one to one so that their likeness, 2·|shared| / (|one| + |other|), is greatest."""
    likeness = [[0.0] * len(ours) for _ in gold]
    for index, row in enumerate(_shared(gold, ours)):
        for other, number in row.items():
            likeness[index][other] = 2 * number / (len(gold[index]) + len(ours[other]))
    right = best_alignment(likeness)
    return Ratio(right, float(len(ours)), right, float(len(gold)))


def best_alignment(values: Sequence[Sequence[float]]) -> float:
    """Return the greatest sum of `values` (rows × columns) with at most one of each row and column.

    The Hungarian method with potentials (Kuhn 1955, Munkres 1957), rows times columns squared steps at most.
    """
    if not values or not values[0]:
        return 0.0
    if len(values) > len(values[0]):
        values = list(zip(*values, strict=True))
    rows, columns = len(values), len(values[0])
    low, high = [0.0] * (rows + 1), [0.0] * (columns + 1)  # potentials; index 0 stands for none
    owner = [0] * (columns + 1)
    for row in range(1, rows + 1):
        owner[0], column = row, 0
        least, before = [float("inf")] * (columns + 1), [0] * (columns + 1)
        used = [False] * (columns + 1)
        while owner[column]:
            used[column] = True
            here, step, following = owner[column], float("inf"), 0
            for j in range(1, columns + 1):
                if used[j]:
                    continue
                cost = -values[here - 1][j - 1] - low[here] - high[j]
                if cost < least[j]:
                    least[j], before[j] = cost, column
                if least[j] < step:
                    step, following = least[j], j
            for j in range(columns + 1):
                if used[j]:
                    low[owner[j]] += step
                    high[j] -= step
                else:
                    least[j] -= step
            column = following
        while column:
            owner[column] = owner[before[column]]
            column = before[column]
    return sum(values[owner[j] - 1][j - 1] for j in range(1, columns + 1) if owner[j])
