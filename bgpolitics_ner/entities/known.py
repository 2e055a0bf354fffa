"""Names of states, capitals and organisations known from the gazetteers, found in their written forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from spacy.tokens import Doc

from bgpolitics_ner.entities.inflect import inflect
from bgpolitics_ner.knowledge import read_jsonl


@dataclass(frozen=True)
class KnownName:
    """Token indices, end exclusive; a `weak` name is also a common word or somebody's name."""

    start: int
    end: int
    label: str
    origin: str
    weak: bool


class KnownNames:
    """Callable: the known names of a Doc in text order, the longest at each place, never overlapping."""

    def __init__(self, tokenize: Callable[[str], Doc]) -> None:
        self._index: dict[str, list[tuple[tuple[str, ...], str, str, bool]]] = {}
        for name, label, origin, weak in _entries():
            words = tuple(token.text for token in tokenize(name))
            self._index.setdefault(words[0], []).append((words, label, origin, weak))
        self._capitals = self._upper_case()
        for entries in self._index.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def _upper_case(self) -> dict[str, str]:
        """Map the upper-case form of each one-word place to the usual one (``БЕЛГРАД`` in a dateline)."""
        return {
            first.upper(): first
            for first, entries in self._index.items()
            for words, label, _, weak in entries
            if label == "LOC" and not weak and len(words) == 1 and len(first) > 3 and not first.isupper()
        }

    def __call__(self, doc: Doc) -> list[KnownName]:
        words = tuple(self._capitals.get(token.text, token.text) for token in doc)
        found: list[KnownName] = []
        at = 0
        while at < len(words):
            for name, label, origin, weak in self._index.get(words[at], ()):
                end = at + len(name)
                if words[at:end] == name:
                    shouted = name[0].isupper() and len(name[0]) > 1 and _is_shouted(words, at, end)
                    found.append(KnownName(at, end, label, origin, weak or shouted))
                    at = end - 1
                    break
            at += 1
        return found


def _entries() -> Iterator[tuple[str, str, str, bool]]:
    """Yield (written form, label, origin, weak) of the names that begin with a capital letter."""
    for row in read_jsonl("gazetteers/states.jsonl"):
        regional = row["kind"] == "world region"
        for name in dict.fromkeys([row["name"], *row["aliases"], *row["abbreviations"]]):
            if name[0].isupper():
                yield name, row["type"], "gazetteer:states", regional or name in row["weak"]
        for name in row["capitals"]:
            yield name, "LOC", "gazetteer:states", regional or name in row["weak"]
    for row in read_jsonl("gazetteers/organisations.jsonl"):
        for name in dict.fromkeys([row["name"], *row["aliases"], *row["abbreviations"]]):
            for form in _with_article(name):
                yield form, row["type"], "gazetteer:organisations", name in row["weak"]


def _with_article(name: str) -> list[str]:
    """Return a capitalised name as it is and, unless an abbreviation, with the article on its first word."""
    first, space, rest = name.partition(" ")
    if not first[0].isupper():
        return []
    if first.isupper() or first.isascii() or not first[-1].isalpha():
        return [name]
    return [form + space + rest for form in inflect(first, "definite")]


def _is_shouted(words: tuple[str, ...], start: int, end: int) -> bool:
    """Say whether the words around are in capitals too, so that an abbreviation may be a common word."""
    around = [w for w in (*words[max(0, start - 2) : start], *words[end : end + 2]) if w.isalpha()]
    return bool(around) and all(w.isupper() for w in around)
