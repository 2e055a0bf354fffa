"""Cue words as tables: found by lemma, by form, or by the beginning of the form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from spacy.tokens import Token

from bgpolitics_ner.relations.clause import lemma_of

_SHORTEST_STEM = 3


@dataclass(frozen=True)
class Cue:
    """What a word says of its complements in `takes`: `value`, or `denied` where it is itself negated."""

    value: str
    denied: str
    takes: frozenset[str]
    types: frozenset[str]

    @classmethod
    def from_rule(cls, rule: Mapping[str, Any]) -> Cue:
        """Build the cue of one TOML rule; `types` empty means all relation types."""
        value = rule.get("value", "asserted")
        takes, types = frozenset(rule.get("takes", ())), frozenset(rule.get("types", ()))
        return cls(value, rule.get("negated", value), takes, types)

    def fits(self, relation: str | None) -> bool:
        """Say whether the cue counts for a relation of this type."""
        return not self.types or relation in self.types


class CueTable:
    """The cues of one place; stems, because both aspects share them and lemmatisers err on rare verbs."""

    def __init__(self) -> None:
        self._words: dict[str, list[Cue]] = {}
        self._stems: dict[str, list[Cue]] = {}
        self._seen: dict[tuple[int, int], list[Cue]] = {}

    def add(self, cue: Cue, words: Iterable[str], stems: Iterable[str]) -> None:
        """Add one cue under its words and stems."""
        for word in words:
            self._words.setdefault(word, []).append(cue)
        for stem in stems:
            self._stems.setdefault(stem, []).append(cue)

    def find(self, token: Token) -> list[Cue]:
        """Return the cues of the token's lemma, else of its form, else of the longest stem in the form."""
        key = (token.lemma, token.lower)
        found = self._seen.get(key)
        if found is None:
            found = self._seen[key] = self._search(lemma_of(token), token.lower_)
        return found

    def _search(self, lemma: str, form: str) -> list[Cue]:
        cues = self._words.get(lemma) or self._words.get(form)
        if cues is not None:
            return cues
        lengths = range(len(form), _SHORTEST_STEM - 1, -1)
        return next((self._stems[form[:n]] for n in lengths if form[:n] in self._stems), [])
