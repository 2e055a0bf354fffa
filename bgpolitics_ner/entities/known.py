"""Names of states, capitals, organisations and things of the gazetteers, found in their written forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from spacy.tokens import Doc

from bgpolitics_ner.entities.inflect import inflect
from bgpolitics_ner.entities.states import KIND_SUBTYPES
from bgpolitics_ner.knowledge import read_jsonl, read_toml

# How many tokens on either side of a doubtful name are searched for a word that speaks for it.
NEAR = 12
LISTS = ("organisations", "things")


@dataclass(frozen=True)
class Entry:
    """One written form of a name; a `weak` one is also a common word or somebody's name.

    `near` are beginnings of words that speak for a weak name where they stand close to it. A `common` weak
    name (``Съюза``, ``Острова``) is so often something else that nothing but the tagger can prove it.
    """

    form: str
    name: str
    label: str
    origin: str
    weak: bool
    subtype: str | None = None
    near: tuple[str, ...] = ()
    common: bool = False


@dataclass(frozen=True)
class KnownName:
    """Token indices, end exclusive.

    `proof` says why a `weak` name counts: "context" for words near it or its long form elsewhere in the text,
    "quotes" for quotation marks around it, "" for nothing. An `abbreviation` is one word in capitals.
    """

    start: int
    end: int
    label: str
    origin: str
    weak: bool
    proof: str = ""
    abbreviation: bool = False


class KnownNames:
    """Callable: the known names of a Doc in text order, the longest at each place, never overlapping.

    Quotation marks inside a name and the kind of dash do not matter.
    """

    def __init__(self, tokenize: Callable[[str], Doc]) -> None:
        data: dict[str, Any] = read_toml("gazetteers/endings.toml")["quotes"]
        self._quotes = frozenset(data["marks"])
        self._dashes = dict.fromkeys(data["dashes"], "-")
        self._index: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
        for entry in load_entries():
            words = [self._plain(token.text) for token in tokenize(entry.form)]
            words = [word for word in words if word not in self._quotes]
            self._index.setdefault(words[0], []).append((tuple(words[1:]), entry))
        self._capitals = self._upper_case()
        for entries in self._index.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def _plain(self, word: str) -> str:
        return self._dashes.get(word, word)

    def _upper_case(self) -> dict[str, str]:
        """Map the upper-case form of each one-word place to the usual one (``БЕЛГРАД`` in a dateline)."""
        return {
            first.upper(): first
            for first, entries in self._index.items()
            for rest, entry in entries
            if entry.label == "LOC" and not entry.weak and not rest and len(first) > 3 and not first.isupper()
        }

    def spellings(self) -> Iterator[tuple[str, ...]]:
        """Yield the words of each name; not those of one word that is also a common one."""
        for first, entries in self._index.items():
            for rest, entry in entries:
                if rest or not entry.weak:
                    yield (first, *rest)

    def __call__(self, doc: Doc) -> list[KnownName]:
        return self.find([token.text for token in doc])

    def find(self, tokens: Sequence[str]) -> list[KnownName]:
        """Return the known names of a text given its tokens."""
        words = tuple(self._capitals.get(token) or self._plain(token) for token in tokens)
        found: list[tuple[int, int, Entry]] = []
        at = 0
        while at < len(words):
            for rest, entry in self._index.get(words[at], ()):
                end = self._end(words, at, rest)
                if end is not None:
                    found.append((at, end, entry))
                    at = end - 1
                    break
            at += 1
        told = {entry.name for _, _, entry in found if not entry.weak}
        return [self._known(words, start, end, entry, entry.name in told) for start, end, entry in found]

    def _end(self, words: Sequence[str], start: int, rest: tuple[str, ...]) -> int | None:
        """Return the end of a match, with the quotation mark that closes one opened inside it."""
        at, opened = start + 1, False
        for wanted in rest:
            if at < len(words) and words[at] in self._quotes:
                opened = not opened
                at += 1
            if at >= len(words) or words[at] != wanted:
                return None
            at += 1
        return at + 1 if opened and at < len(words) and words[at] in self._quotes else at

    def _known(self, words: Sequence[str], start: int, end: int, entry: Entry, told: bool) -> KnownName:
        first, proof = words[start], ""
        shouted = first.isupper() and len(first) > 1 and _is_shouted(words, start, end)
        if entry.weak and not entry.common and not shouted:
            proof = "context" if told or self._is_near(words, start, end, entry.near) else ""
            if not proof and self._is_quoted(words, start, end):
                proof = "quotes"
        short = end - start == 1 and len(first) > 1 and first.isupper()
        return KnownName(start, end, entry.label, entry.origin, entry.weak or shouted, proof, short)

    def _is_quoted(self, words: Sequence[str], start: int, end: int) -> bool:
        return start > 0 and end < len(words) and {words[start - 1], words[end]} <= self._quotes

    def _is_near(self, words: Sequence[str], start: int, end: int, near: tuple[str, ...]) -> bool:
        """Say whether a word that begins like one of `near` stands close by."""
        if not near:
            return False
        around = (*words[max(0, start - NEAR) : start], *words[end : end + NEAR])
        return any(word.lower().startswith(near) for word in around)


@lru_cache(maxsize=1)
def load_entries() -> tuple[Entry, ...]:
    """Return the written forms of all lists, read once.

    They begin with a capital letter, but for the names of rows with `small`, which news often write small.
    """
    return (*_states(), *(entry for name in LISTS for entry in _rows(name)))


def _states() -> Iterator[Entry]:
    origin = "gazetteer:states"
    for row in read_jsonl("gazetteers/states.jsonl"):
        regional, subtype = row["kind"] == "world region", KIND_SUBTYPES.get(row["kind"])
        for name in dict.fromkeys([row["name"], *row["aliases"], *row["abbreviations"]]):
            if name[0].isupper():
                weak = regional or name in row["weak"]
                yield Entry(name, row["name"], row["type"], origin, weak, subtype, common=True)
        for name in row["capitals"]:
            weak = regional or name in row["weak"]
            yield Entry(name, name, "LOC", origin, weak, "city", common=True)


def _rows(name: str) -> Iterator[Entry]:
    for row in read_jsonl(f"gazetteers/{name}.jsonl"):
        near = tuple(row.get("near", ()))
        for written in dict.fromkeys([row["name"], *row["aliases"], *row["abbreviations"]]):
            for form in [written] if row.get("small") else _with_article(written):
                weak = written in row["weak"]
                yield Entry(form, row["name"], row["type"], f"gazetteer:{name}", weak, row["subtype"], near)


def _with_article(name: str) -> list[str]:
    """Return a capitalised name as it is and, unless an abbreviation, with the article on its first word."""
    first, space, rest = name.partition(" ")
    if not (first[0].isdigit() or any(c.isupper() for c in first)):
        return []
    if first.isupper() or first.isascii() or not first[0].isupper() or not first[-1].isalpha():
        return [name]
    return [form + space + rest for form in inflect(first, "definite")]


def _is_shouted(words: Sequence[str], start: int, end: int) -> bool:
    """Say whether the words around are in capitals too, so that an abbreviation may be a common word."""
    around = [w for w in (*words[max(0, start - 2) : start], *words[end : end + 2]) if w.isalpha()]
    return bool(around) and all(w.isupper() for w in around)
