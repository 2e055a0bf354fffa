"""Typed view of ``knowledge/schema.toml``: the entity and relation types and their codes."""

from __future__ import annotations

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
    for row in relations.values():
        unknown = set(row.subject + row.object) - set(entities)
        if unknown:
            raise KnowledgeError(f"knowledge/schema.toml: {row.name}: unknown entity type {sorted(unknown)}")
    return Schema(entities, relations)
