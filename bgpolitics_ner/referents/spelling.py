"""How a Bulgarian spelling of a foreign name is written in Latin letters: ``Джонсън`` → ``Johnson``.

A model of letter groups (a letter or two on either side, given the two groups before) scores spellings. It
does not invent any: a word becomes one of the known names, or else its transliteration by law.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from bgpolitics_ner.knowledge import read_toml
from bgpolitics_ner.referents.transliteration import Letters, load_letters

START, END, GAP = "<", ">", ":"
ORDER = 3
_BEAM = 8
_FLOOR = 1e-7
_UNSEEN = 0.05
_CACHE = 1 << 13

Counts = Sequence[Mapping[str, Mapping[str, float]]]


def given_names() -> Iterator[tuple[str, str]]:
    """Yield the listed given names with their spelling."""
    for table in read_toml("gazetteers/given.toml").values():
        for item in table["names"].split(","):
            bulgarian, latin = item.split()
            yield bulgarian, latin


class Speller:
    """Callable: a Cyrillic word → its likely Latin spelling, in lower case.

    `counts` holds for each length of context (0, 1, 2 groups joined by spaces) the groups that followed,
    written ``дж:j``; `lexicon` known Latin names with how often they were seen; `words` spellings that are
    known. `weight` says how much the lexicon counts, `bonus` what the transliteration by law is given.
    """

    def __init__(
        self,
        counts: Counts,
        lexicon: Mapping[str, float],
        words: Mapping[str, str] | None = None,
        *,
        letters: Letters | None = None,
        weight: float = 1.0,
        bonus: float = 2.0,
    ) -> None:
        self._letters = letters or load_letters()
        self.counts = counts
        self.lexicon = lexicon
        self.words = words or {}
        self.weight, self.bonus = weight, bonus
        self._totals = [{c: (sum(n.values()), len(n)) for c, n in table.items()} for table in counts]
        self._groups: dict[str, list[tuple[str, str]]] = {}
        for group in counts[0].get("", {}) if counts else ():
            if group != END:
                source, _, target = group.partition(GAP)
                self._groups.setdefault(source, []).append((group, target))
        self._logs: dict[tuple[str, str, str], float] = {}
        self._known: dict[str, str] = {}
        self._given = frozenset(bulgarian.lower() for bulgarian, _ in given_names())

    def __call__(self, word: str) -> str:
        """Return the best spelling; the transliteration by law where no known name fits better."""
        found = self._known.get(word)
        if found is None:
            if len(self._known) >= _CACHE:
                self._known.clear()
            found = self._known[word] = self._best(word.lower())
        return found

    @cached_property
    def _prefixes(self) -> frozenset[str]:
        """Return how the known names begin; made with the first word that is not known."""
        return frozenset(word[:end] for word in self.lexicon for end in range(len(word) + 1))

    def is_foreign(self, given: str) -> bool:
        """Say whether a given name is one that other languages spell in their own way."""
        return given.lower() in self._given

    def spellings(self, word: str) -> dict[str, float]:
        """Return the known names and the transliteration by law with their log probabilities."""
        law = self._letters.law(word)
        own = {law[:end] for end in range(len(law) + 1)}
        size = len(word)
        states: list[dict[tuple[str, str, str], float]] = [{} for _ in range(size + 1)]
        states[0][START, START, ""] = 0.0
        for place in range(size):
            current = states[place].items()
            if len(current) > _BEAM:
                current = sorted(current, key=lambda item: -item[1])[:_BEAM]  # type: ignore[assignment]
            for (first, second, made), score in current:
                for step in (1, 2):
                    following = states[place + step] if place + step <= size else None
                    if following is None:
                        break
                    for group, target in self._groups.get(word[place : place + step], ()):
                        longer = made + target
                        if longer in self._prefixes or longer in own:
                            value = score + self._log(first, second, group)
                            key = (second, group, longer)
                            if value > following.get(key, -math.inf):
                                following[key] = value
        found: dict[str, float] = {}
        for (first, second, made), score in states[size].items():
            if made in self.lexicon or made == law:
                value = score + self._log(first, second, END)
                found[made] = max(value, found.get(made, -math.inf))
        return found

    def _best(self, word: str) -> str:
        if word in self.words:
            return self.words[word]
        law = self._letters.law(word)
        best, top = law, -math.inf
        for made, score in self.spellings(word).items():
            score += self.weight * math.log(_UNSEEN + self.lexicon.get(made, 0.0))
            if made == law:
                score += self.bonus
            if score > top:
                best, top = made, score
        return best

    def _log(self, first: str, second: str, group: str) -> float:
        key = (first, second, group)
        value = self._logs.get(key)
        if value is None:
            value = self._logs[key] = math.log(self._probability(first, second, group))
        return value

    def _probability(self, first: str, second: str, group: str) -> float:
        """Interpolate the contexts by how many different groups each was followed by (Witten–Bell)."""
        value = _FLOOR
        for length, context in enumerate(("", second, f"{first} {second}")):
            totals = self._totals[length].get(context)
            if totals is None:
                break
            total, kinds = totals
            value = (self.counts[length][context].get(group, 0.0) + kinds * value) / (total + kinds)
        return value

    def to_dict(self) -> dict[str, Any]:
        """Return what ``Speller(**values)`` takes."""
        return {
            "counts": self.counts,
            "lexicon": self.lexicon,
            "words": self.words,
            "weight": self.weight,
            "bonus": self.bonus,
        }
