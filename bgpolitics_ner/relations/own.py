"""A user's own relation types and frames: one TOML file, read and checked.

::

    [relations.nominates]                  # a type of your own; leave out for frames of shipped types
    description = "put somebody up for an office"
    label = "издига"                       # in Bulgarian; the name of the type where it is missing
    subject = ["PER", "ORG"]               # entity types
    object = ["PER"]
    symmetric = false                      # optional, as are the next ones
    roles = ["office"]
    triggers = "издигна, издигам"          # for people to read
    plover = "SUPPORT"
    cameo = "051"

    [[frame]]
    relation = "nominates"                 # a type of this file or a shipped one
    id = "verb"                            # the rule id is "nominates.verb"
    …                                      # the other keys: `bgpolitics_ner.relations.frames`
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bgpolitics_ner.errors import InputError, KnowledgeError, first_problem
from bgpolitics_ner.knowledge import read_toml, tomllib
from bgpolitics_ner.relations.frames import Frame, index_frames, load_frames, parse_frames
from bgpolitics_ner.schema import RelationType, Schema, load_schema

POS = ("verb", "noun", "adj", "any")
REFLEXIVE = ("required", "forbidden", "any")

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_PLAIN = "subj|obj|obl|adj|poss|appos|comp|wish|case|neg|adv|cop|implied|speaker|self|head|gov|deep"

_PART = rf"(?:{_PLAIN}|gov-(?:{_PLAIN})|(?:part-|gov-)?prep:[^:>]+|head:[^:>]+)"
_SLOT = re.compile(rf"(?:pair:)?{_PART}(?:>{_PART})*")
_PREPOSITION = re.compile(r"(?:prep|head):([^:>]+)")


class RelationRow(BaseModel):
    """One ``[relations.NAME]`` table as written in the file; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")
    description: str
    label: str = ""
    symmetric: bool = False
    subject: list[str]
    object: list[str]
    roles: list[str] = []
    triggers: str = ""
    plover: str = ""
    cameo: str = ""


@dataclass(frozen=True)
class OwnFrames:
    """What one file defines: relation types that are not shipped, and frames."""

    relations: tuple[RelationType, ...]
    frames: tuple[Frame, ...]


def read_own_frames(path: str | Path) -> OwnFrames:
    """Read a file of own types and frames; raise InputError naming the file, the place and what to do."""
    path = Path(path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: not TOML: {error}") from error
    try:
        return _parse(data, str(path))
    except KnowledgeError as error:
        raise InputError(str(error)) from error


def _parse(data: Mapping[str, Any], place: str) -> OwnFrames:
    unknown = sorted(set(data) - {"relation", "relations", "frame"})
    if unknown:
        raise InputError(
            f"{place}: unknown key {unknown[0]!r}; a file has tables [relations.NAME] and [[frame]]"
        )
    own = _relations(data.get("relations", {}), place)
    try:
        schema = load_schema().with_relations(own)
    except KnowledgeError as error:
        raise InputError(f"{place}: relations.{error}; {_entity_types(load_schema())}") from error
    tables = data.get("frame", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise InputError(f"{place}: frame: write each frame as a table [[frame]]")
    _check_defined(schema, tables, data.get("relation"), place)
    frames = parse_frames(data, place, schema)
    for frame in frames:
        for key, problem in find_problems(frame, schema):
            raise InputError(f"{place}: frame {frame.id}: {key}: {problem}")
    _check_ids(frames, place)
    return OwnFrames(tuple(row for row in own if row.name not in load_schema().relations), tuple(frames))


def _relations(tables: Any, place: str) -> list[RelationType]:
    if not isinstance(tables, dict):
        raise InputError(f"{place}: relations: write each type as a table [relations.NAME]")
    return [_relation(name, table, f"{place}: relations.{name}") for name, table in tables.items()]


def _relation(name: str, table: Any, place: str) -> RelationType:
    if not _NAME.fullmatch(name):
        raise InputError(f"{place}: a name is lower-case Latin words joined by hyphens, like meets-with")
    try:
        row = RelationRow.model_validate(table)
    except ValidationError as error:
        key, problem = first_problem(error)
        raise InputError(f"{place}: {key}: {problem}; keys: {', '.join(RelationRow.model_fields)}") from error
    shipped = load_schema().relations.get(name)
    if shipped is not None:
        given = {key: getattr(row, key) for key in row.model_fields_set}
        if any(_plain(getattr(shipped, key)) != value for key, value in given.items()):
            raise InputError(
                f"{place}: a shipped type has this name and another definition; choose another name, or "
                f"leave the table out and write only frames with relation = {name!r}"
            )
        return shipped
    for key in ("subject", "object"):
        if not getattr(row, key):
            raise InputError(f"{place}: {key}: name at least one entity type; {_entity_types(load_schema())}")
    if row.symmetric and set(row.subject) != set(row.object):
        raise InputError(f"{place}: a symmetric type has the same types as subject and as object")
    if row.cameo and not re.fullmatch(r"[0-9]{2,4}", row.cameo):
        raise InputError(f"{place}: cameo: a code of CAMEO has two to four digits, like '051'")
    return RelationType(
        name=name,
        description=row.description,
        label=row.label or name,
        symmetric=row.symmetric,
        subject=tuple(row.subject),
        object=tuple(row.object),
        roles=tuple(row.roles),
        triggers=row.triggers,
        plover=row.plover,
        cameo=row.cameo,
    )


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _entity_types(schema: Schema) -> str:
    return f"entity types: {', '.join(schema.entities)}"


def _check_defined(schema: Schema, tables: list[Mapping[str, Any]], every: Any, place: str) -> None:
    """Say of a frame whose type nobody defines how to define it."""
    for number, table in enumerate(tables, 1):
        name = table.get("relation", every)
        if name not in schema.relations:
            raise InputError(
                f"{place}: frame {table.get('id', f'number {number}')}: "
                + (
                    "no relation; name one"
                    if name is None
                    else f"unknown relation {name!r}; name a shipped one"
                )
                + " (the README lists them) or define it in a table [relations.NAME]"
            )


def _check_ids(frames: Iterable[Frame], place: str) -> None:
    try:
        index_frames((*load_frames().frames, *frames))
    except KnowledgeError as error:
        raise InputError(f"{place}: {error} (shipped ones count); give one of them another id") from error


def find_problems(frame: Frame, schema: Schema) -> Iterator[tuple[str, str]]:
    """Yield (key, what is wrong and what to do) for each value of a frame that can never work."""
    for key, value, allowed in (("pos", frame.pos, POS), ("reflexive", frame.reflexive, REFLEXIVE)):
        if value not in allowed:
            yield key, f"{value!r} is none of {', '.join(allowed)}"
    for key, values in (("triggers", frame.triggers), ("subject", frame.subject), ("object", frame.object)):
        if not values:
            yield key, "is empty; name at least one"
    if not 0 < frame.confidence <= 1:
        yield "confidence", f"{frame.confidence} is not between 0 and 1"
    yield from _slot_problems(frame)
    yield from _type_problems(frame, schema)
    known = schema.relations[frame.relation].roles
    for role in frame.roles:
        if role not in known:
            yield (
                f"roles.{role}",
                f"{frame.relation} has no such role; it has: {', '.join(known) or '(none)'}",
            )
    for example in frame.yes:
        if len(example.split(" | ")) != 3:
            yield "yes", f"{example!r} is not 'sentence | subject | object'"
    for key, examples in (("yes", frame.yes), ("no", frame.no)):
        if not examples:
            yield key, "is empty; a frame is proved by at least one example of each kind"


def _slot_problems(frame: Frame) -> Iterator[tuple[str, str]]:
    named = [("subject", frame.subject), ("object", frame.object)]
    named += [(f"roles.{role}", slots) for role, slots in frame.roles.items()]
    named += [(key, tuple(getattr(frame, key))) for key in ("requires", "excludes")]
    variants: Mapping[str, str] = read_toml("cues/slots.toml")["prepositions"]
    for key, slots in named:
        for slot in slots:
            if slot == "*" and key in ("requires", "excludes"):
                continue
            if not _SLOT.fullmatch(slot):
                yield (
                    key,
                    f"{slot!r} is no slot; slots are subj, obj, implied, prep:с, obj>prep:за … (README)",
                )
            for word in _PREPOSITION.findall(slot):
                if variants.get(word, word) != word:
                    yield key, f"{slot!r} is never filled: {word!r} is written {variants[word]!r} in slots"


def _type_problems(frame: Frame, schema: Schema) -> Iterator[tuple[str, str]]:
    classes = set(read_toml("cues/nominals.toml")) - {"pronoun"}
    for key in ("subject_types", "object_types"):
        for kind in sorted(getattr(frame, key)):
            name, _, rest = kind.partition(":")
            if name not in schema.entities:
                yield key, f"unknown entity type {name!r}; {_entity_types(schema)}"
            elif rest and not (rest == "named" or (name == "NOM" and rest in classes)):
                yield key, f"{kind!r}: after NOM: stands one of {', '.join(sorted(classes))}"
