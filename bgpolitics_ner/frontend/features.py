"""What the parser network knows of a word form: number, affixes, inflection classes in a lexicon."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bgpolitics_ner.errors import ModelError

MAX_SUFFIX = 5
MAX_PREFIX = 4
MAX_SHAPE = 10
# Forms up to this length are a feature as they are written: `Си` is no clitic.
MAX_SHORT = 5

# The treebank has these marks in ASCII only; a network that never saw „ takes it for a name.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("„“”‟«»″", '"'),
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("–—―−‐‑", "-"),
        "…": "...",
    }
)

Numbers = tuple[int, ...]


def spell_plain(form: str) -> str:
    """Return a form with the quotation marks and dashes of the treebank (``„`` → ``"``)."""
    return form.translate(_PLAIN)


def spell_shape(form: str) -> str:
    """Return the shape of a form, runs cut after two (``НАТО-вски`` → ``XX-xx``, ``2022`` → ``dd``)."""
    shape = ""
    for char in form:
        kind = "X" if char.isupper() else "x" if char.islower() else "d" if char.isdigit() else char
        if shape[-2:] != kind * 2:
            shape += kind
    return shape[:MAX_SHAPE]


def list_affixes(form: str) -> list[str]:
    """Return the affix features of a form: suffixes (``-ите``), prefixes (``пре-``), shape, short forms."""
    lower = form.lower()
    size = len(lower)
    found = ["-" + lower[-length:] for length in range(1, min(MAX_SUFFIX, size) + 1)]
    found += [lower[:length] + "-" for length in range(1, min(MAX_PREFIX, size) + 1)]
    found.append("=" + spell_shape(form))
    if size <= MAX_SHORT:
        found.append("'" + form)
    return found


class InflectionTable:
    """Compact map lower-case form → inflection classes: what rules of a lexicon make the form.

    ``заяви`` is made by a rule of a class of verbs (``Q:я>и``). Keys are CRC-32 values in one sorted array,
    values are numbers of sets of classes: about 3 bytes a form on disk, 6 in memory. A form that is not in
    the table hits a key by chance in 1 of 5,000 look-ups.
    """

    def __init__(self, entries: Mapping[str, Iterable[str]] | None = None) -> None:
        made: dict[int, Numbers] = {}
        self.classes: list[str] = sorted({name for names in (entries or {}).values() for name in names})
        numbers = {name: number for number, name in enumerate(self.classes)}
        for form, names in sorted((entries or {}).items()):
            made.setdefault(hash_form(form), tuple(sorted(numbers[name] for name in names)))
        self.sets: list[Numbers] = sorted(set(made.values()))
        if len(self.sets) > np.iinfo(np.uint16).max:
            raise ModelError(f"inflection table: {len(self.sets)} different sets, at most 65535 fit")
        places = {numbers: place for place, numbers in enumerate(self.sets)}
        self._keys = np.array(sorted(made), dtype=np.uint32)
        self._values = np.array([places[made[key]] for key in self._keys.tolist()], dtype=np.uint16)

    def __len__(self) -> int:
        return len(self._keys)

    def find(self, form: str) -> Numbers:
        """Return the numbers of the classes of a lower-case form; empty when unknown."""
        key = np.uint32(hash_form(form))
        place = int(self._keys.searchsorted(key))
        if place == len(self._keys) or self._keys[place] != key:
            return ()
        return self.sets[int(self._values[place])]

    def to_arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """Return the two arrays to store: gaps between keys and set numbers, as planes of bytes."""
        gaps = np.diff(self._keys, prepend=np.uint32(0)).astype("<u4")
        return {
            "inflection.gaps": np.ascontiguousarray(gaps.view(np.uint8).reshape(-1, 4).T),
            "inflection.values": np.ascontiguousarray(
                self._values.astype("<u2").view(np.uint8).reshape(-1, 2).T
            ),
        }

    @classmethod
    def from_arrays(
        cls, arrays: Mapping[str, np.ndarray[Any, Any]], classes: Sequence[str], sets: Sequence[Sequence[int]]
    ) -> InflectionTable:
        """Read what `to_arrays` made."""
        table = cls()
        table.classes = list(classes)
        table.sets = [tuple(numbers) for numbers in sets]
        gaps = np.ascontiguousarray(arrays["inflection.gaps"].T).view("<u4").ravel()
        table._keys = np.cumsum(gaps, dtype=np.uint32)
        table._values = (
            np.ascontiguousarray(arrays["inflection.values"].T).view("<u2").ravel().astype(np.uint16)
        )
        return table


def hash_form(form: str) -> int:
    """Return the 32-bit key of a lower-case form."""
    return zlib.crc32(form.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True)
class WordFeatures:
    """Numbers of the features of one form; 0 stands for an unknown word."""

    word: int
    affixes: Numbers
    classes: Numbers


class FeatureReader:
    """Form, spelt plainly → feature numbers.

    `words` are lower-case; numbers start at 1 for words, at 0 for the others.
    """

    def __init__(self, words: Sequence[str], affixes: Sequence[str], table: InflectionTable) -> None:
        self.words = list(words)
        self.affixes = list(affixes)
        self.table = table
        self._words = {word: number for number, word in enumerate(self.words, 1)}
        self._affixes = {affix: number for number, affix in enumerate(self.affixes)}

    def __call__(self, form: str) -> WordFeatures:
        lower = form.lower()
        known = self._affixes
        return WordFeatures(
            word=self._words.get(lower, 0),
            affixes=tuple(known[affix] for affix in list_affixes(form) if affix in known),
            classes=self.table.find(lower),
        )
