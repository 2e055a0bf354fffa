"""What the tagger knows of a word beside its form: its place, how its text writes it, which lists have it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from spacy.tokens import Doc

from bgpolitics_ner.entities.known import KnownName
from bgpolitics_ner.frontend.network import Array, Indices
from bgpolitics_ner.knowledge import read_jsonl, read_lines, read_toml

# The types that the lists of known names tell apart; others are of the last one.
LISTED = ("LOC", "ORG", "PRO", "EVT")
CONTEXT = (
    "first in its sentence", "small in this text", "how often capital", "capital inside a sentence",
    "quoted", "headline", "how often small", "foreign text",
)  # fmt: skip
PARTS = ("begins", "goes on")
LISTS = (
    *(f"place {part}" for part in PARTS), "given name", "family name",
    *(f"{label} {kind} {part}" for label in LISTED for kind in ("sure", "doubtful") for part in PARTS),
)  # fmt: skip
WIDTH = len(CONTEXT) + len(LISTS)
# Cyrillic text is Bulgarian at run time; the training has neighbours, too.
FOREIGN = CONTEXT.index("foreign text")
HEADLINE = 0.6
MIN_CUT = 4
MIN_KEY = 5


@dataclass(frozen=True)
class Signals:
    """Of the N tokens of a text: `values` as CONTEXT and LISTS name them, shape (N, WIDTH), and `names`.

    Tokens with a capital letter that write one name have the same number in `names`; the others -1.
    """

    values: Array
    names: Indices

    @property
    def count(self) -> int:
        """How many different names there are."""
        return _count(self.names)


def join_names(texts: Iterable[Indices]) -> Indices:
    """Return the `names` of texts one after the other, those of different texts with different numbers."""
    parts, shift = [], 0
    for names in texts:
        parts.append(np.where(names >= 0, names + shift, -1))
        shift += _count(names)
    return np.concatenate(parts)


def _count(names: Indices) -> int:
    return int(names.max(initial=-1)) + 1


@dataclass(frozen=True)
class _Form:
    key: str
    capital: bool
    upper: bool
    given: bool
    family: bool


class SignalReader:
    """Callable: tokens, sentence starts and known names of a text → Signals.

    `tokenize` splits the names of the lists as texts are split.
    """

    def __init__(self, tokenize: Callable[[str], Doc]) -> None:
        data = read_toml("gazetteers/endings.toml")
        self._quotes = frozenset(data["quotes"]["marks"])
        self._vowels: str = data["signals"]["endings"]
        self._given, self._family = load_person_names()
        self._places = _index(load_places(), tokenize)
        self._forms: dict[str, _Form] = {}

    def __call__(
        self,
        words: Sequence[str],
        starts: Sequence[int],
        known: Iterable[KnownName],
        *,
        foreign: bool = False,
    ) -> Signals:
        """Return the signals; `starts` are the indices of the first tokens of sentences, 0 among them."""
        forms = [self._forms.get(word) or self._read(word) for word in words]
        values = np.zeros((len(words), WIDTH), dtype=np.float32)
        self._write_context(values, words, forms, starts)
        values[:, FOREIGN] = foreign
        self._write_lists(values, words, forms, known)
        numbers: dict[str, int] = {}
        names = [numbers.setdefault(f.key, len(numbers)) if f.capital else -1 for f in forms]
        return Signals(values, np.array(names, dtype=np.int64))

    def _read(self, word: str) -> _Form:
        lower = word.lower()
        cut = lower.rstrip(self._vowels) if len(lower) >= MIN_KEY else lower
        form = _Form(
            key=cut if len(cut) >= MIN_CUT else lower[: max(len(cut), MIN_CUT)],
            capital=word[:1].isupper(),
            upper=len(word) > 1 and word.isupper(),
            given=word[:1].isupper() and lower in self._given,
            family=word[:1].isupper() and lower in self._family,
        )
        self._forms[word] = form
        return form

    def forget(self) -> None:
        """Drop what was remembered of single forms."""
        self._forms.clear()

    def __len__(self) -> int:
        return len(self._forms)

    def _write_context(
        self, values: Array, words: Sequence[str], forms: Sequence[_Form], starts: Sequence[int]
    ) -> None:
        first = set(starts)
        capital = Counter(form.key for form in forms if form.capital)
        small = Counter(form.key for form in forms if not form.capital)
        inside = {
            form.key
            for i, form in enumerate(forms)
            if form.capital and i not in first and not (i and words[i - 1] in self._quotes)
        }
        rows = {}
        for form in forms:
            if form.key not in rows:
                up, low = capital[form.key], small[form.key]
                rows[form.key] = (low > 0, math.log1p(up) / 2, form.key in inside, low / (low + up))
        columns = np.array([rows[form.key] for form in forms], dtype=np.float32).reshape(len(forms), 4)
        values[:, [1, 2, 3, 6]] = columns
        for start, end in zip(starts, [*starts[1:], len(words)], strict=True):
            values[start, 0] = 1
            letters = [i for i in range(start, end) if words[i].isalpha()]
            values[start:end, 5] = sum(forms[i].upper for i in letters) > HEADLINE * max(1, len(letters))
            quoted = False
            for i in range(start, end):
                values[i, 4] = quoted
                if words[i] in self._quotes:
                    quoted = not quoted

    def _write_lists(
        self, values: Array, words: Sequence[str], forms: Sequence[_Form], known: Iterable[KnownName]
    ) -> None:
        offset = len(CONTEXT)
        at = 0
        while at < len(words):
            places = self._places.get(words[at], ())
            size = max((len(p) for p in places if tuple(words[at : at + len(p)]) == p), default=0)
            if size:
                values[at, offset] = 1
                values[at + 1 : at + size, offset + 1] = 1
            at += max(1, size)
        for i, form in enumerate(forms):
            if form.given:
                values[i, offset + 2] = 1
            if form.family:
                values[i, offset + 3] = 1
        for name in known:
            label = LISTED.index(name.label) if name.label in LISTED else len(LISTED) - 1
            doubtful = name.weak and name.proof != "context"
            column = offset + 4 + 4 * label + 2 * doubtful
            values[name.start, column] = 1
            values[name.start + 1 : name.end, column + 1] = 1


@lru_cache(maxsize=1)
def load_places() -> frozenset[str]:
    """Return the names of places of all lists, capital first."""
    names = {name for row in read_jsonl("gazetteers/places.jsonl") for name in row["names"]}
    for line in read_lines("gazetteers/names.tsv"):
        kind, _, forms, *_ = line.split("\t")
        if kind == "LOC":
            names.update(forms.split("|"))
    return frozenset(name for name in names if name[:1].isupper())


@lru_cache(maxsize=1)
def load_person_names() -> tuple[frozenset[str], frozenset[str]]:
    """Return given names and family names in lower case."""
    found: dict[str, set[str]] = {"given": set(), "family": set()}
    for line in read_lines("gazetteers/person_names.tsv"):
        kind, names = line.split("\t")
        found[kind].update(names.split("|"))
    return frozenset(found["given"]), frozenset(found["family"])


def _index(names: Iterable[str], tokenize: Callable[[str], Doc]) -> dict[str, list[tuple[str, ...]]]:
    index: dict[str, list[tuple[str, ...]]] = {}
    for name in names:
        words = tuple(name.split(" "))
        if not all(word.isalpha() for word in words):  # else the tokenizer, which is slower, says the same
            words = tuple(token.text for token in tokenize(name))
        index.setdefault(words[0], []).append(words)
    return index
