"""Letters of names: transliteration by law, plain Latin, skeletons and stems that join spellings."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bgpolitics_ner.knowledge import read_toml

_MARKS = str.maketrans("", "", "„“”\"«»'’‘`()[],")
_GAPS = re.compile(r"[\s\-–—‑/_.]+")
_CYRILLIC = re.compile(r"[а-яё-џѝґ]", re.IGNORECASE)
_MOST_SKELETONS = 16


@dataclass(frozen=True)
class _Classes:
    sequences: tuple[tuple[str, tuple[str, ...]], ...]
    letters: dict[str, tuple[str, ...]]


class Letters:
    """The tables of ``knowledge/transliteration.toml``."""

    def __init__(self, tables: dict[str, Any]) -> None:
        law = tables["law"]
        self._law: dict[str, str] = {**law["letters"], **law["foreign"]}
        self._endings: list[list[str]] = law["endings"]
        self._words: dict[str, str] = dict(law["words"])
        self._plain: dict[int, str] = str.maketrans(tables["latin"]["letters"])
        self._cyrillic = _classes(tables["skeleton"]["cyrillic"])
        self._latin = _classes(tables["skeleton"]["latin"])
        stem = tables["stem"]
        self._stem = str.maketrans(stem["letters"])
        self._vowels: str = stem["vowels"]
        self._length: int = stem["length"]

    def law(self, word: str) -> str:
        """Return a word in lower-case Latin letters by the law of 2009: ``Щъркелово`` → ``shtarkelovo``.

        Letters of other alphabets stay.
        """
        word = word.lower()
        known = self._words.get(word)
        if known is not None:
            return known
        for ending, latin in self._endings:
            if word.endswith(ending):
                return "".join([self._law.get(c, c) for c in word[: -len(ending)]]) + latin
        return "".join([self._law.get(c, c) for c in word])

    def plain(self, text: str) -> str:
        """Return a Latin text without diacritics: ``Timişoara`` → ``Timisoara``."""
        if text.isascii():
            return text
        parts = unicodedata.normalize("NFD", text.translate(self._plain))
        return "".join([c for c in parts if not unicodedata.combining(c)])

    def romanise(self, name: str) -> str:
        """Return the key of a name in any alphabet: ``Жан-Клод`` → ``zhan klod``."""
        return " ".join([self.plain(self.law(word)) for word in key_of(name).split()])

    def skeletons(self, name: str) -> list[str]:
        """Return the skeletons of a name, several where letters are read in several ways."""
        found = [""]
        for word in key_of(name).split():
            if is_cyrillic(word):
                parts = _skeleton(word, self._cyrillic)
            else:
                parts = _skeleton(self.plain(word), self._latin)
            found = [f"{left} {part or '0'}" for left in found for part in parts][:_MOST_SKELETONS]
        return [skeleton.strip() for skeleton in found]

    def stem(self, word: str) -> str:
        """Return what forms of a Cyrillic word share: ``европейската``, ``европейский`` → ``европе``."""
        word = word.lower().translate(self._stem)
        cut = word[: self._length]
        return cut if len(word) > self._length else cut[:2] + cut[2:].rstrip(self._vowels)


def _classes(table: dict[str, Any]) -> _Classes:
    def read(value: str) -> tuple[str, ...]:
        return tuple("" if part == "-" else part for part in value.split())

    sequences = tuple((letters, read(value)) for letters, value in table["sequences"])
    return _Classes(sequences, {letter: read(value) for letter, value in table["letters"].items()})


def _skeleton(word: str, classes: _Classes) -> list[str]:
    found, i = [""], 0
    while i < len(word):
        step, options = 1, classes.letters.get(word[i], ("",))
        for letters, values in classes.sequences:
            if word.startswith(letters, i):
                step, options = len(letters), values
                break
        i += step
        if options == ("",):
            continue
        joined = [left + (o[1:] if left and o and left[-1] == o[0] else o) for left in found for o in options]
        found = list(dict.fromkeys(joined))[:8]
    return found


@lru_cache(maxsize=1 << 14)
def key_of(name: str) -> str:
    """Return a name in lower case without marks and dashes: „Северен поток-2“ → ``северен поток 2``."""
    return " ".join(_GAPS.sub(" ", name.translate(_MARKS)).casefold().split())


def is_cyrillic(text: str) -> bool:
    """Say whether a text has a Cyrillic letter."""
    return _CYRILLIC.search(text) is not None


@lru_cache(maxsize=1)
def load_letters() -> Letters:
    """Read the tables once."""
    return Letters(read_toml("transliteration.toml"))
