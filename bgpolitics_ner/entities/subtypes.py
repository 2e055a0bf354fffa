"""The sub-type of a named mention: from gazetteers, from head words in or before the name, from place lists.

The words are data, ``knowledge/cues/subtypes.toml``; the values allowed for each type are in schema.toml.
What nothing supports has no sub-type.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from spacy.tokens import Doc

from bgpolitics_ner.entities.inflect import noun_forms
from bgpolitics_ner.entities.known import load_entries
from bgpolitics_ner.entities.weapons import key, load_weapons
from bgpolitics_ner.errors import KnowledgeError
from bgpolitics_ner.knowledge import read_jsonl, read_toml
from bgpolitics_ner.schema import load_schema

Names = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Rule:
    """One row of the file; all words are lower-case inflected forms, `marks` are as written."""

    subtype: str
    inside: frozenset[str]
    before: frozenset[str]
    partners: frozenset[str]
    follows: frozenset[str]
    marks: frozenset[str]

    def fits(self, head: Sequence[str], behind: str, words: Sequence[str], before: str) -> bool:
        """Say whether the rule fits a name.

        `head` are its words up to the preposition `behind` in lower case, `words` all as written, `before` is
        the word in front of it.
        """
        if before in self.before or not self.marks.isdisjoint(words):
            return True
        if self.inside.isdisjoint(head) or (self.follows and behind not in self.follows):
            return False
        return not self.partners or not self.partners.isdisjoint(head)


class Subtypes:
    """Callable: the sub-type of a name, None where nothing supports one."""

    def __init__(self, data: dict[str, Any]) -> None:
        words = data["words"]
        self._prepositions = frozenset(words["prepositions"])
        marks = read_toml("gazetteers/endings.toml")["quotes"]
        self._quotes = frozenset(marks["marks"])
        self._dashes = dict.fromkeys(marks["dashes"], "-")
        self._allowed = {name: frozenset(row.subtypes) for name, row in load_schema().entities.items()}
        self._rules: dict[str, list[Rule]] = {}
        for row in data["rule"]:
            if row["subtype"] not in self._allowed.get(row["type"], ()):
                raise KnowledgeError(f"knowledge/cues/subtypes.toml: {row['type']} has no {row['subtype']!r}")
            self._rules.setdefault(row["type"], []).append(_rule(row, words["forms"]))
        self._names = self._collect(_listed())
        self._places = self._collect(
            (name, row["subtype"]) for row in read_jsonl("gazetteers/places.jsonl") for name in row["names"]
        )

    def __call__(self, doc: Doc, start: int, end: int, label: str, lemma: str) -> str | None:
        """Return the sub-type of a name: the tokens `start` to `end` (exclusive), base form `lemma`."""
        allowed = self._allowed.get(label)
        if not allowed:
            return None
        words = [t.text for t in doc[start:end] if t.text not in self._quotes]
        written = (lemma, " ".join(self._dashes.get(word, word) for word in words))
        found = self._look_up(self._names, written, allowed) or self._by_words(doc, start, words, label)
        if found is None and label == "LOC":
            found = self._look_up(self._places, written, allowed)
        return found

    def _collect(self, pairs: Iterable[tuple[str, str]]) -> Names:
        """Return the sub-types by compared form, without quotation marks."""
        table: Names = {}
        for name, subtype in pairs:
            form = key("".join(c for c in name if c not in self._quotes))
            known = table.get(form, ())
            if subtype not in known:
                table[form] = (*known, subtype)
        return table

    def _look_up(self, table: Names, written: Iterable[str], allowed: frozenset[str]) -> str | None:
        for name in written:
            for subtype in table.get(key(name), ()):
                if subtype in allowed:
                    return subtype
        return None

    def _by_words(self, doc: Doc, start: int, words: list[str], label: str) -> str | None:
        lower = [word.lower() for word in words]
        at = next((i for i, word in enumerate(lower) if i and word in self._prepositions), len(lower))
        behind = lower[at] if at < len(lower) else ""
        before = self._before(doc, start)
        rules = self._rules.get(label, ())
        return next((r.subtype for r in rules if r.fits(lower[:at], behind, words, before)), None)

    def _before(self, doc: Doc, start: int) -> str:
        """Return the word in front of a name in lower case, opening quotation marks left out."""
        at = start - 1
        while at >= 0 and doc[at].text in self._quotes:
            at -= 1
        return doc[at].text.lower() if at >= 0 else ""


def share(subtypes: Sequence[str | None], names: Sequence[tuple[str, str]]) -> list[str | None]:
    """Give names without a sub-type that of equal (type, base form) names of the text, where these agree."""
    seen: dict[tuple[str, str], set[str]] = {}
    for subtype, name in zip(subtypes, names, strict=True):
        if subtype is not None:
            seen.setdefault(name, set()).add(subtype)
    return [
        next(iter(seen[name])) if subtype is None and len(seen.get(name, ())) == 1 else subtype
        for subtype, name in zip(subtypes, names, strict=True)
    ]


@lru_cache(maxsize=1)
def load_subtypes() -> Subtypes:
    """Read the files once."""
    return Subtypes(read_toml("cues/subtypes.toml"))


def _listed() -> Iterator[tuple[str, str]]:
    """Yield (written form, sub-type) of the gazetteers."""
    for entry in load_entries():
        if entry.subtype:
            yield entry.form, entry.subtype
    for row in read_jsonl("gazetteers/states.jsonl"):
        for seat in row["seats"]:
            yield seat, "facility"
    for weapon in load_weapons():
        for spelling in weapon.spellings:
            yield spelling, weapon.subtype


def _rule(row: dict[str, Any], extra: dict[str, list[str]]) -> Rule:
    def forms(name: str) -> frozenset[str]:
        return frozenset(
            form for word in row.get(name, ()) for form in (*noun_forms(word), *extra.get(word, ()))
        )

    return Rule(
        row["subtype"],
        forms("inside"),
        forms("before"),
        forms("with"),
        frozenset(row.get("follows", ())),
        frozenset(row.get("marks", ())),
    )
