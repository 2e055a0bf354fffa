"""Splits by text similarity: near-copies of one agency text never straddle train and dev."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

import regex

_WORD = regex.compile(r"\w+")
SHINGLE = 5


def shingles(text: str) -> set[int]:
    """Return the hashed 5-word shingles of a text."""
    words = _WORD.findall(text.casefold())
    return {hash(tuple(words[i : i + SHINGLE])) for i in range(max(1, len(words) - SHINGLE + 1))}


def cluster_copies(texts: Mapping[str, str], *, containment: float = 0.25) -> dict[str, str]:
    """Map each id to the smallest id of its cluster.

    Two texts are in one cluster when they share at least `containment` of the smaller one's shingles.
    """
    sets = {key: shingles(text) for key, text in texts.items()}
    parent = {key: key for key in texts}

    def find(key: str) -> str:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    where: dict[int, list[str]] = defaultdict(list)
    for key in sorted(sets):
        shared: dict[str, int] = defaultdict(int)
        for shingle in sets[key]:
            for other in where[shingle]:
                shared[other] += 1
            where[shingle].append(key)
        for other, count in shared.items():
            if count >= containment * min(len(sets[key]), len(sets[other])):
                first, second = sorted((find(key), find(other)))
                parent[second] = first
    return {key: find(key) for key in texts}


def hold_out(
    clusters: Mapping[str, str], *, share: float, keep: Iterable[str] = (), salt: str = "dev"
) -> set[str]:
    """Return the ids of about `share` of the clusters, chosen by hash; clusters of `keep` stay in train."""
    kept = {clusters[key] for key in keep if key in clusters}

    def draw(root: str) -> float:
        return int(hashlib.sha1(f"{salt}:{root}".encode()).hexdigest()[:8], 16) / 0xFFFFFFFF

    return {key for key, root in clusters.items() if root not in kept and draw(root) < share}


def spread(ids: Iterable[str], clusters: Mapping[str, str]) -> set[str]:
    """Return `ids` and all that are in a cluster with one of them; an id in no cluster stays alone."""
    chosen = set(ids)
    roots = {clusters[key] for key in chosen if key in clusters}
    return chosen | {key for key, root in clusters.items() if root in roots}


def fold(clusters: Mapping[str, str], folds: int, *, salt: str = "fold") -> dict[str, int]:
    """Return the number of a fold for each id, the same for a whole cluster, chosen by hash."""

    def draw(root: str) -> int:
        return int(hashlib.sha1(f"{salt}:{root}".encode()).hexdigest()[:8], 16) % folds

    return {key: draw(root) for key, root in clusters.items()}
