"""Pairs of a Cyrillic and a Latin word → the model of spellings (`Speller`).

Letter groups are aligned by expectation maximisation, begun from the transliteration by law.
"""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path

from bgpolitics_ner.referents.kb import names_lines
from bgpolitics_ner.referents.spelling import END, GAP, START, given_names
from bgpolitics_ner.referents.transliteration import key_of, load_letters

_CYRILLIC = re.compile(r"[а-яѝ]{2,}")
_LATIN = re.compile(r"[a-z]+")
_SHAPES = {
    (1, 0): 0.02,
    (1, 1): 0.2,
    (1, 2): 0.05,
    (1, 3): 0.005,
    (1, 4): 0.0005,
    (2, 1): 0.003,
    (2, 2): 0.003,
}
_ALIKE = 0.34
_ROUNDS = 3
_RARE = 0.3
_HALF = 9  # of the places only every ninth is taken: most are Bulgarian and spelt by law

_GIVEN = 4.0

Pairs = defaultdict[tuple[str, str], float]
Group = tuple[str, str]


def word_pairs(name: str, latin: str) -> Iterator[tuple[str, str]]:
    """Yield the words of a name with their Latin spelling where both have as many and they sound alike."""
    letters = load_letters()
    left, right = key_of(name).split(), key_of(letters.plain(latin)).split()
    if len(left) != len(right):
        return
    for a, b in zip(left, right, strict=True):
        if not (_CYRILLIC.fullmatch(a) and _LATIN.fullmatch(b)):
            continue
        law = letters.law(a)
        if law == b or SequenceMatcher(None, law, b).ratio() >= _ALIKE:
            yield a, b


def open_pairs(data: Path) -> Pairs:
    """Return weighted pairs of the openly licensed gazetteers."""
    pairs: Pairs = defaultdict(float)
    for path in sorted((data / "gazetteers" / "person-names").glob("*.json")):
        for record in json.loads(path.read_text(encoding="utf-8")):
            for pair in word_pairs(record["cyrillic"], record["latin"]):
                pairs[pair] = 1.0
    for bulgarian, latin in given_names():
        for pair in word_pairs(bulgarian, latin):
            pairs[pair] = _GIVEN
    for number, line in enumerate(names_lines()):
        _kind, id, names, _, source = line.split("\t")
        weight = {"geonames": 0.4, "whosonfirst": 0.4}.get(source, 1.0)
        if source == "whosonfirst" and number % _HALF:
            continue
        for name in names.split("|"):
            for pair in word_pairs(name, id.partition("-")[2].replace("-", " ")):
                pairs[pair] = max(pairs[pair], weight)
    return pairs


class Aligner:
    """Probabilities of letter groups, learnt once and used to align any pair."""

    def __init__(self, pairs: Mapping[tuple[str, str], float]) -> None:
        self.probability: dict[Group, float] = {}
        self._known: dict[Group, list[Group] | None] = {}
        self._letters = load_letters()
        for _ in range(_ROUNDS):
            self._round(pairs)

    def _start(self, group: Group) -> float:
        source, target = group
        value = _SHAPES[len(source), len(target)]
        law = self._letters.law(source)
        if len(source) == 1 and target and target[0] == law[:1]:
            value *= 20 if target == law else 4
        return value

    def _round(self, pairs: Mapping[tuple[str, str], float]) -> None:
        counts: defaultdict[Group, float] = defaultdict(float)
        for (source, target), weight in pairs.items():
            n, m = len(source), len(target)
            forward = [[0.0] * (m + 1) for _ in range(n + 1)]
            forward[0][0] = 1.0
            arcs: list[tuple[int, int, int, int, Group, float]] = []
            for i in range(n + 1):
                for j in range(m + 1):
                    here = forward[i][j]
                    if not here:
                        continue
                    for a, b in _SHAPES:
                        if i + a <= n and j + b <= m:
                            group = (source[i : i + a], target[j : j + b])
                            p = self.probability.get(group, 0.0) if self.probability else self._start(group)
                            if p:
                                arcs.append((i, j, i + a, j + b, group, p))
                                forward[i + a][j + b] += here * p
            total = forward[n][m]
            if total <= 0:
                continue
            backward = [[0.0] * (m + 1) for _ in range(n + 1)]
            backward[n][m] = 1.0
            for i, j, k, h, group, p in reversed(arcs):
                if backward[k][h]:
                    backward[i][j] += backward[k][h] * p
                    counts[group] += weight * forward[i][j] * p * backward[k][h] / total
        size = sum(counts.values())
        self.probability = {group: value / size for group, value in counts.items() if value > _RARE}

    def align(self, source: str, target: str) -> list[Group] | None:
        """Return the likeliest groups of a pair; None where it has none."""
        if (source, target) not in self._known:
            self._known[source, target] = self._align(source, target)
        return self._known[source, target]

    def _align(self, source: str, target: str) -> list[Group] | None:
        n, m = len(source), len(target)
        best: dict[tuple[int, int], tuple[float, tuple[int, int], Group]] = {(0, 0): (0.0, (0, 0), ("", ""))}
        for i in range(n + 1):
            for j in range(m + 1):
                if (i, j) not in best:
                    continue
                score = best[i, j][0]
                for a, b in _SHAPES:
                    if i + a <= n and j + b <= m:
                        group = (source[i : i + a], target[j : j + b])
                        p = self.probability.get(group)
                        if p and score + math.log(p) > best.get((i + a, j + b), (-math.inf,))[0]:
                            best[i + a, j + b] = (score + math.log(p), (i, j), group)
        if (n, m) not in best:
            return None
        groups: list[Group] = []
        place = (n, m)
        while place != (0, 0):
            _, place, group = best[place]
            groups.append(group)
        return groups[::-1]


def count_groups(
    aligner: Aligner, pairs: Iterable[tuple[tuple[str, str], float]]
) -> list[dict[str, dict[str, float]]]:
    """Count what groups follow none, one and two groups before."""
    tables: list[defaultdict[str, defaultdict[str, float]]] = [
        defaultdict(lambda: defaultdict(float)) for _ in range(3)
    ]
    for (source, target), weight in pairs:
        groups = aligner.align(source, target)
        if groups is None:
            continue
        first, second = START, START
        for group in [*(f"{a}{GAP}{b}" for a, b in groups), END]:
            for table, context in zip(tables, ("", second, f"{first} {second}"), strict=True):
                table[context][group] += weight
            first, second = second, group
    return [
        {
            context: kept
            for context, counts in table.items()
            if (kept := {g: round(v, 2) for g, v in counts.items() if v >= _RARE})
        }
        for table in tables
    ]
