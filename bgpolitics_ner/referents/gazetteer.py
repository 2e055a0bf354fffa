"""The referents' view of the states: names, capitals and seats → the state.

Records and forms of adjectives are those of `entities.states`; what is added here is comparing names without
quotes, article and differences of spelling, and what the cues say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from bgpolitics_ner.entities.inflect import inflect
from bgpolitics_ner.entities.states import States as Forms
from bgpolitics_ner.entities.states import load_states as load_forms
from bgpolitics_ner.knowledge import read_jsonl, read_toml
from bgpolitics_ner.referents.text import normalise, same_token, same_words
from bgpolitics_ner.referents.variants import spelling_key

ORGANISATIONS = "gazetteers/organisations.jsonl"


@dataclass(frozen=True)
class States:
    """Lookups by normalised name; the values are the usual names of states and unions.

    `adjectives` are forms that the cues add to those of `forms`, `spellings` the seats by what all spellings
    of a name have in common (`spelling_key` of each word).
    """

    forms: Forms
    names: Mapping[str, str]
    adjectives: Mapping[str, str]
    seats: Mapping[str, str]
    spellings: Mapping[str, str]
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
        found = self.seats.get(key) or self.seats.get(strip_article(key, self.seats) or "")
        return found or self.spellings.get(_spelling(key))

    def adjective(self, lemma: str, form: str = "") -> str | None:
        """Return the state an adjective names, by its lemma, else by its form (``руския`` → ``Русия``)."""
        for word in (lemma.casefold(), form.casefold()):
            if word in self.adjectives:
                return self.adjectives[word]
            found = self.forms.adjective(word)
            if found is not None:
                return found.state
        return None


def _spelling(key: str) -> str:
    return " ".join(map(spelling_key, key.split()))


def strip_article(key: str, table: Mapping[str, str]) -> str | None:
    """Return the key of the table that is the same word without its article; None where there is none."""
    if " " in key:
        return None
    for cut in (1, 2):
        if len(key) - cut >= 3 and key[:-cut] in table and same_token(key, key[:-cut]):
            return key[:-cut]
    return None


def build_states(forms: Forms, extra: Mapping[str, Any]) -> States:
    """Build the lookups; what `extra` (the cues) says goes first, then the records in their order."""
    names: dict[str, str] = {}
    seats: dict[str, str] = {normalise(k): v for k, v in extra["seats"].items()}
    types: dict[str, str] = {}
    kinds: dict[str, str] = {}
    weak: set[str] = set()
    aliases: dict[str, tuple[str, ...]] = {}
    demonyms: dict[str, str] = {}
    capitals: dict[str, str] = {}
    for name, record in forms.records.items():
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
        for seat in (*(record.get("capitals") or ()), *(record.get("seats") or ())):
            seats.setdefault(normalise(seat), name)
    adjectives = {f: state for word, state in extra["adjectives"].items() for f in inflect(word, "adjective")}
    spellings: dict[str, str] = {}
    for seat, name in seats.items():
        spellings.setdefault(_spelling(seat), name)
    return States(
        forms, names, adjectives, seats, spellings, types, kinds, aliases, demonyms, capitals, frozenset(weak)
    )


@lru_cache(maxsize=1)
def load_states() -> States:
    """Read the lookups once."""
    return build_states(load_forms(), read_toml("cues/coreference.toml")["states"])


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
