"""States and state-like actors, from ``knowledge/gazetteers/states.jsonl``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bgpolitics_ner.entities.inflect import inflect
from bgpolitics_ner.knowledge import read_jsonl

# The sub-type of a place by the kind of its record; a union of states is no place.
KIND_SUBTYPES = {
    "state": "country",
    "former": "country",
    "region": "region",
    "world region": "region",
    "union": "international",
}


@dataclass(frozen=True)
class StateName:
    """What a form names: the `state`, and whether it often means something else (`weak`)."""

    state: str
    weak: bool


class States:
    """Lookups by lower-cased form; every value is the name of the state as in the gazetteer."""

    def __init__(self, records: list[dict[str, Any]]) -> None:
        self.records = {record["name"]: record for record in records}
        self._names: dict[str, StateName] = {}
        self._adjectives: dict[str, StateName] = {}
        self._prefixes: dict[str, StateName] = {}
        self._demonyms: dict[str, StateName] = {}
        self._seats: dict[str, StateName] = {}
        self._capitals: dict[str, list[str]] = {}
        for record in records:
            self._add(record)

    def _add(self, record: dict[str, Any]) -> None:
        state, weak = record["name"], set(record["weak"])

        def put(table: dict[str, StateName], form: str, base: str) -> None:
            table.setdefault(form.lower(), StateName(state, base in weak))

        for name in [state, *record["aliases"], *record["abbreviations"]]:
            put(self._names, name, name)
        for adjective in record["adjectives"]:
            for form in inflect(adjective, "adjective"):
                put(self._adjectives, form, adjective)
            put(self._prefixes, inflect(adjective, "adjective")[-3], adjective)
        for prefix in record.get("prefixes", ()):
            put(self._prefixes, prefix, prefix)
        for demonym in record["demonyms"]:
            forms = inflect(demonym["sg"], "masculine")
            for plural in demonym["pl"]:
                forms += inflect(plural, "plural")
            if "f" in demonym:
                forms += inflect(demonym["f"], "feminine")
            for form in forms:
                put(self._demonyms, form, demonym["sg"])
        for seat in record["seats"]:
            put(self._seats, seat, seat)
        for capital in record["capitals"]:
            self._capitals.setdefault(capital.lower(), []).append(state)

    def name(self, form: str) -> StateName | None:
        """Return the state that a name, alias or abbreviation names: ``Съединените щати`` → САЩ."""
        return self._names.get(form.lower())

    def adjective(self, form: str) -> StateName | None:
        """Return the state of an inflected adjective: ``руския`` → Русия."""
        return self._adjectives.get(form.lower())

    def prefix(self, form: str) -> StateName | None:
        """Return the state of the first part of a compound adjective: ``руско``-украински → Русия."""
        return self._prefixes.get(form.lower())

    def demonym(self, form: str) -> StateName | None:
        """Return the state whose people an inflected noun names: ``американците`` → САЩ."""
        return self._demonyms.get(form.lower())

    def seat(self, form: str) -> StateName | None:
        """Return the state whose government a building stands for: ``Кремъл`` → Русия."""
        return self._seats.get(form.lower())

    def capital(self, name: str) -> tuple[str, ...]:
        """Return the states of which `name` is the capital, most usual first: ``Брюксел`` → (ЕС, Белгия)."""
        return tuple(self._capitals.get(name.lower(), ()))


@lru_cache(maxsize=1)
def load_states() -> States:
    """Read the gazetteer once."""
    return States(list(read_jsonl("gazetteers/states.jsonl")))
