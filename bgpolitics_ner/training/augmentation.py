"""Names that nobody bears, put in the place of names of the training texts.

A tagger that has seen „Тереза Мей“ a thousand times learns the name; one that sees „Ролфен“ and „ТКВ“ in its
place must learn what stands around. The replacement of mentions is from X. Dai and H. Adel, "An analysis of
simple data augmentation for named entity recognition", COLING 2020; the invented names are our own addition.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bgpolitics_ner.entities.signals import CONTEXT, load_person_names, load_places
from bgpolitics_ner.frontend.network import Array, Indices
from bgpolitics_ner.knowledge import read_lines, read_toml

ORDER = 2
MIN_LETTERS, MAX_LETTERS = 4, 12
INVENTED = 15_000
ABBREVIATIONS = 2_000
LONGEST_ABBREVIATION = 5
REPLACED = 0.5
"""How many of the names of a text are replaced."""
REAL = 0.35
"""How many of the replaced persons and places get a name from a list."""

Form = tuple[int, Array]
"""Number of a word form, and what the lists say of it: the part of the signals behind CONTEXT."""


@dataclass(frozen=True)
class TaggerText:
    """A training text: numbers of its word forms, signals, names, first words of sentences, gold tags.

    `kinds` maps the number of a name that may be replaced to its type, ``ABBR`` for an abbreviation.
    """

    forms: Indices
    signals: Array
    names: Indices
    starts: Sequence[int]
    tags: Indices
    kinds: Mapping[int, str]
    bulgarian: bool = True


class NameInventor:
    """Makes words that look like names, by a Markov chain over the letters of real ones."""

    def __init__(self, names: Iterable[str], seed: int = 0) -> None:
        self._random = random.Random(seed)
        self._next: dict[str, list[str]] = defaultdict(list)
        for name in sorted(names):
            padded = "^" * ORDER + name.lower() + "$"
            for at in range(ORDER, len(padded)):
                self._next[padded[at - ORDER : at]].append(padded[at])

    def __call__(self, is_word: Callable[[str], bool]) -> str:
        """Return a capitalised name that `is_word` does not take for a word of the language."""
        while True:
            made = "^" * ORDER
            while made[-1] != "$" and len(made) < MAX_LETTERS + ORDER + 2:
                made += self._random.choice(self._next[made[-ORDER:]])
            name = made[ORDER:].rstrip("$")
            if MIN_LETTERS <= len(name) <= MAX_LETTERS and not is_word(name):
                return name.capitalize()


def list_names() -> dict[str, list[str]]:
    """Return one-word names of persons and places of the gazetteers, capitalised; persons under PER."""
    given, family = load_person_names()
    letters = read_toml("gazetteers/endings.toml")["signals"]["letters"]
    census = (
        "".join(letters.get(letter, letter) for letter in line.split("\t")[0])
        for line in read_lines("gazetteers/census.tsv")
    )
    persons = {*given, *family, *census}
    places = {name.lower() for name in load_places() if name.isalpha() and len(name) >= MIN_LETTERS}
    return {
        "PER": sorted(name.capitalize() for name in persons),
        "LOC": sorted(name.capitalize() for name in places),
    }


def invent_abbreviations(count: int, seed: int = 0) -> list[str]:
    """Return abbreviations of two to four letters, one in four in Latin ones."""
    chosen = random.Random(seed)
    alphabets: list[str] = read_toml("gazetteers/endings.toml")["signals"]["capitals"]
    return [
        "".join(chosen.choices(alphabets[number % 4 == 0], k=chosen.choice((2, 3, 3, 3, 4, 4))))
        for number in range(count)
    ]


class Augmenter:
    """Callable: a text with names replaced, the same new form wherever the name stands; a copy.

    `forms` are the replacements by kind: ``ABBR``, ``NAME`` and the types that have real names.
    """

    def __init__(self, forms: Mapping[str, Sequence[Form]], share: float) -> None:
        self._forms, self._share = forms, share

    def __call__(self, text: TaggerText) -> TaggerText:
        """Return the text, changed with the probability `share`."""
        if not text.kinds or random.random() > self._share:
            return text
        forms, signals = text.forms.copy(), text.signals.copy()
        for name, kind in text.kinds.items():
            if random.random() < REPLACED:
                number, listed = self._choose(kind)
                rows = np.flatnonzero(text.names == name)
                forms[rows] = number
                signals[rows, len(CONTEXT) :] = listed
        return replace(text, forms=forms, signals=signals)

    def _choose(self, kind: str) -> Form:
        real = kind == "ABBR" or (kind in self._forms and random.random() < REAL)
        return random.choice(self._forms[kind if real else "NAME"])
