"""Typed view of ``knowledge/schema.toml``: the entity and relation types and their codes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bgpolitics_ner.errors import KnowledgeError
from bgpolitics_ner.knowledge import read_toml


@dataclass(frozen=True)
class EntityType:
    """One entity type; `named` types carry a name, the others a description or pronoun.

    `subtypes` is the closed list of what a mention may be called more closely, () where there is none.
    """

    name: str
    description: str
    label: str
    examples: str
    named: bool
    subtypes: tuple[str, ...] = ()


@dataclass(frozen=True)
class RelationType:
    """One relation type; `plover` and `cameo` are empty where the scheme has no such event."""

    name: str
    description: str
    label: str
    symmetric: bool
    subject: tuple[str, ...]
    object: tuple[str, ...]
    roles: tuple[str, ...]
    triggers: str
    plover: str
    cameo: str


@dataclass(frozen=True)
class Schema:
    """All types, in the order of the guidelines."""

    entities: dict[str, EntityType]
    relations: dict[str, RelationType]

    def with_relations(self, rows: Iterable[RelationType]) -> Schema:
        """Return a schema that has these types too, after its own.

        Raises KnowledgeError for an unknown entity type and for a name that has another definition here.
        """
        relations = dict(self.relations)
        for row in rows:
            if relations.setdefault(row.name, row) != row:
                raise KnowledgeError(f"{row.name}: there is a relation type of this name, defined otherwise")
            unknown = set(row.subject + row.object) - set(self.entities)
            if unknown:
                raise KnowledgeError(f"{row.name}: unknown entity type {', '.join(sorted(unknown))}")
        return Schema(self.entities, relations)


def _freeze(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


@lru_cache(maxsize=1)
def load_schema() -> Schema:
    """Read the schema; raise KnowledgeError naming the type that is malformed."""
    data = read_toml("schema.toml")
    try:
        entities = {name: EntityType(name=name, **_freeze(row)) for name, row in data["entities"].items()}
        relations = {name: RelationType(name=name, **_freeze(row)) for name, row in data["relations"].items()}
    except TypeError as error:
        raise KnowledgeError(f"knowledge/schema.toml: {error}") from error
    try:
        return Schema(entities, {}).with_relations(relations.values())
    except KnowledgeError as error:
        raise KnowledgeError(f"knowledge/schema.toml: {error}") from error
