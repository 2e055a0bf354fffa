"""The referents' view of ``gazetteers/states.jsonl``: names, adjectives, capitals and seats → the state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from bgpolitics_ner.knowledge import read_jsonl, read_toml
from bgpolitics_ner.referents.text import normalise, same_token, same_words

STATES = "gazetteers/states.jsonl"
ORGANISATIONS = "gazetteers/organisations.jsonl"


@dataclass(frozen=True)
class States:
    """Lookups by normalised name; the values are the usual names of states and unions."""

    names: Mapping[str, str]
    adjectives: Mapping[str, str]
    seats: Mapping[str, str]
    types: Mapping[str, str]
    kinds: Mapping[str, str]
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    demonyms: Mapping[str, str] = field(default_factory=dict)
    capitals: Mapping[str, str] = field(default_factory=dict)
    weak: frozenset[str] = field(default_factory=frozenset)

    def state(self, name: str) -> str | None:
        """Return the state a name stands for (``съединените щати`` → ``САЩ``)."""
        key = normalise(name)
        return self.names.get(key) or self.names.get(strip_article(key, self.names) or "")

    def demonym(self, word: str) -> str | None:
        """Return the state whose citizen a singular noun names (``пакистанката`` → ``Пакистан``)."""
        key = normalise(word)
        return self.demonyms.get(key) or self.demonyms.get(strip_article(key, self.demonyms) or "")

    def name_like(self, state: str, form: str) -> str:
        """Return the state's name that begins like its adjective (``холандския`` → ``Холандия``)."""
        stem = form[:4].casefold()
        if stem in state.casefold():
            return state
        return next((a for a in self.aliases.get(state, ()) if a.casefold().startswith(stem)), state)

    def written(self, state: str, text: str) -> str | None:
        """Return the name that a text gives a state („Обединеното кралство“), no nickname, no long name."""
        key = normalise(text)
        if key == normalise(state):
            return state
        words = tuple(key.split())
        if len(words) > 1 and self.adjective(words[0], words[0]) == state and self.types.get(state) == "LOC":
            return None
        if same_words(tuple(normalise(state).split()), words):
            return state
        for alias in self.aliases.get(state, ()):
            name = normalise(alias)
            if name not in self.weak and same_words(tuple(name.split()), words):
                return alias
        return None

    def seat(self, name: str) -> str | None:
        """Return the state of a capital, residence or government building (``кремъл`` → ``Русия``)."""
        key = normalise(name)
        return self.seats.get(key) or self.seats.get(strip_article(key, self.seats) or "")

    def adjective(self, lemma: str, form: str = "") -> str | None:
        """Return the state an adjective names, by its lemma, else by its form (``руския`` → ``Русия``)."""
        found = self.adjectives.get(lemma.casefold())
        if found is not None or not form:
            return found
        low = form.casefold()
        for cut in (0, 1, 2, 3, 4):
            if cut >= len(low) - 3:
                break
            stem = low[: len(low) - cut]
            found = self.adjectives.get(stem) or self.adjectives.get(stem + "и")
            if found:
                return found
        return None


def strip_article(key: str, table: Mapping[str, str]) -> str | None:
    """Return the key of the table that is the same word without its article; None where there is none."""
    if " " in key:
        return None
    for cut in (1, 2):
        if len(key) - cut >= 3 and key[:-cut] in table and same_token(key, key[:-cut]):
            return key[:-cut]
    return None


def build_states(records: Iterable[Mapping[str, Any]], extra: Mapping[str, Any]) -> States:
    """Build the lookups; what `extra` (the cues) says goes first, then the records in their order."""
    names: dict[str, str] = {}
    adjectives: dict[str, str] = dict(extra["adjectives"])
    seats: dict[str, str] = {normalise(k): v for k, v in extra["seats"].items()}
    types: dict[str, str] = {}
    kinds: dict[str, str] = {}
    weak: set[str] = set()
    aliases: dict[str, tuple[str, ...]] = {}
    demonyms: dict[str, str] = {}
    capitals: dict[str, str] = {}
    for record in records:
        name = record["name"]
        types[name], kinds[name] = record["type"], record.get("kind") or "state"
        aliases[name] = tuple(record["aliases"])
        if record.get("capital"):
            capitals[name] = record["capital"]
        for people in record.get("demonyms") or ():
            for key in ("sg", "f"):
                if people.get(key):
                    demonyms.setdefault(people[key], name)
        weak |= {normalise(w) for w in record.get("weak", ())}
        for alias in (name, *record["aliases"], *record["abbreviations"]):
            names.setdefault(normalise(alias), name)
        for adjective in record["adjectives"]:
            adjectives.setdefault(adjective, name)
        for seat in (*(record.get("capitals") or ()), *(record.get("seats") or ())):
            seats.setdefault(normalise(seat), name)
    return States(names, adjectives, seats, types, kinds, aliases, demonyms, capitals, frozenset(weak))


@lru_cache(maxsize=1)
def load_states() -> States:
    """Read the lookups once."""
    return build_states(read_jsonl(STATES), read_toml("cues/coreference.toml")["states"])


@lru_cache(maxsize=1)
def load_organisations() -> Mapping[str, str]:
    """Map normalised aliases and abbreviations of organisations to their usual name."""
    table: dict[str, str] = {}
    for record in read_jsonl(ORGANISATIONS):
        weak = {normalise(w) for w in record.get("weak", ())}
        for alias in (record["name"], *record.get("aliases", ()), *record.get("abbreviations", ())):
            if normalise(alias) not in weak:
                table.setdefault(normalise(alias), record["name"])
    return table
