"""The knowledge base of names: layers of tables from names to ids, and the user's own entries.

An entry is one JSON object a line::

    {"id": "PER-Rumen-Radev", "type": "PER", "names": ["Румен Радев", "Radev"], "wikidata": "Q26257557"}

`id` is any text without white space, `type` a named type of the schema, `names` all spellings that stand for
it, `wikidata` may be left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bgpolitics_ner.errors import InputError, KnowledgeError, first_problem
from bgpolitics_ner.knowledge import ROOT, read_jsonl
from bgpolitics_ner.referents.transliteration import key_of, load_letters

NAMES = "gazetteers/names.tsv"
STATES = "gazetteers/states.jsonl"
ORGANISATIONS = "gazetteers/organisations.jsonl"
WEAPONS = "gazetteers/weapons.jsonl"

Table = dict[str, dict[str, str]]
"""For each type, keys of names → id."""


class Entry(BaseModel):
    """One entry of a knowledge base as its author writes it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: Annotated[str, Field(pattern=r"^\S+$")]
    type: Literal["PER", "LOC", "ORG", "EVT", "PRO", "WEAPON"]
    names: Annotated[list[Annotated[str, Field(pattern=r"\w")]], Field(min_length=1)]
    wikidata: Annotated[str, Field(pattern=r"^Q[1-9]\d*$")] | None = None


def read_entries(path: Path) -> list[Entry]:
    """Read JSON Lines of entries; empty lines are skipped.

    Raises InputError that names the file and line and says what is wrong there.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: the knowledge base cannot be read: {error}") from error
    entries = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                entries.append(Entry.model_validate_json(line))
            except ValidationError as error:
                told = ": ".join(part for part in first_problem(error) if part)
                raise InputError(f"{path}:{number}: {told}") from error
    return entries


class NameTable:
    """One layer for each type: exact and romanised names → id, skeletons → romanised names."""

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        values = values or {}
        self.exact: Table = dict(values.get("exact", {}))
        self.romanised: Table = dict(values.get("romanised", {}))
        self.skeletons: dict[str, dict[str, list[str]]] = dict(values.get("skeletons", {}))

    def add(self, kind: str, id: str, name: str, *, romanised: str | None = None) -> None:
        """Let a name stand for an id; what was there before stays under its other names only."""
        letters = load_letters()
        key = key_of(name)
        self.exact.setdefault(kind, {})[key] = id
        plain = romanised or letters.romanise(name)
        self.romanised.setdefault(kind, {})[plain] = id
        table = self.skeletons.setdefault(kind, {})
        for skeleton in letters.skeletons(name):
            rows = table.setdefault(skeleton, [])
            if plain not in rows:
                rows.append(plain)

    def to_dict(self) -> dict[str, Any]:
        """Return what ``NameTable(values)`` takes."""
        return {"exact": self.exact, "romanised": self.romanised, "skeletons": self.skeletons}


def user_table(entries: Iterable[Entry]) -> tuple[NameTable, dict[str, str]]:
    """Return the layer of the user's entries and their Wikidata items by id; later entries go first."""
    table, items = NameTable(), {}
    for entry in entries:
        for name in entry.names:
            table.add(entry.type, entry.id, name)
        if entry.wikidata:
            items[entry.id] = entry.wikidata
    return table, items


class Gazetteer:
    """The names of ``gazetteers/names.tsv``, states, organisations and weapons: exact names only.

    `aliases` gives for the key of an organisation's name all its names, the full one first.
    """

    def __init__(
        self,
        rows: Iterable[str],
        states: Iterable[Mapping[str, Any]],
        organisations: Iterable[Mapping[str, Any]] = (),
        weapons: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        self.names: Table = {}
        self.items: dict[str, str] = {}
        for kind, id, names, item, _ in (line.split("\t") for line in rows):
            table = self.names.setdefault(kind, {})
            for name in names.casefold().replace("-", " ").replace("–", " ").split("|"):
                table[name] = id
            if item:
                self.items[id] = item
        self.states: dict[str, tuple[str, str]] = {}
        self.people: dict[str, str] = {}
        for record in states:
            self._add_state(record)
        self.aliases: dict[tuple[str, str], tuple[str, ...]] = {}
        for record in organisations:
            self._add_organisation(record)
        for record in weapons:
            id = "-".join(["WEAPON", *record["latin"].split()])
            for name in (record["name"], record["latin"], *record["spellings"]):
                self.names.setdefault("WEAPON", {}).setdefault(key_of(name), id)

    def _add_state(self, record: Mapping[str, Any]) -> None:
        name = record["name"]
        key = key_of(name)
        id = record.get("link") or self.names.get(record["type"], {}).get(key)
        if not id:
            return
        for form in (name, *record["aliases"], *record["abbreviations"]):
            self.states.setdefault(key_of(form), (record["type"], id))
        for people in record["demonyms"]:
            for form in (people["sg"], people.get("f"), *people["pl"]):
                if form:
                    self.people.setdefault(key_of(form), id)
        listed = self.names.get(record["type"], {}).get(key)
        if listed in self.items:
            self.items.setdefault(id, self.items[listed])

    def _add_organisation(self, record: Mapping[str, Any]) -> None:
        others = (*record.get("aliases", ()), *record.get("abbreviations", ()))
        weak = set(record.get("weak", ()))
        names = (record["name"], *(name for name in others if name not in weak))
        for name in names:
            self.aliases.setdefault((record["type"], key_of(name)), names)

    def find_state(self, kind: str, key: str) -> str | None:
        """Return the id of a state by its name, or for PER by the name of its people."""
        if kind == "PER":
            return self.people.get(key)
        found = self.states.get(key)
        return found[1] if found and found[0] == kind else None


def names_lines() -> Iterator[str]:
    """Yield the lines of the gazetteer of names."""
    path = ROOT / NAMES
    try:
        yield from path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise KnowledgeError(f"{path}: {error}") from error


@lru_cache(maxsize=1)
def load_gazetteer() -> Gazetteer:
    """Read the gazetteers once."""
    return Gazetteer(names_lines(), read_jsonl(STATES), read_jsonl(ORGANISATIONS), read_jsonl(WEAPONS))
