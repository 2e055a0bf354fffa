"""Frames: which words, with which argument slots, tell which relation. Data in ``knowledge/frames/``.

One TOML file per relation type::

    relation = "meets-with"

    [[frame]]
    id = "verb"                       # the rule id is "meets-with.verb"
    triggers = ["срещна", "срещам"]   # lemmas
    pos = "verb"                      # verb | noun | adj | any
    reflexive = "required"            # required | forbidden | any
    subject = ["subj", "implied"]     # slots, the first that is filled wins
    object = ["prep:с"]
    roles = {place = ["prep:в"]}
    requires = {obj = ["подкрепа"]}   # some filler of the slot has one of these lemmas
    excludes = {obj = ["трудност"]}   # no filler of the slot has one of these lemmas
    subject_types = ["PER"]           # narrower (or wider) than the schema
    confidence = 0.8
    yes = ["Лукашенко се срещна с Тръмп. | Лукашенко | Тръмп"]
    no = ["Лукашенко срещна трудности."]

A ``[[frame]]`` may have a ``relation`` of its own, as in files with frames of several types (`own`).

A slot ``pair:X`` stands for two fillers of slot X („преговорите между A и B“, „A и B се срещнаха“);
it is written both as subject and as object.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bgpolitics_ner.errors import KnowledgeError, first_problem
from bgpolitics_ner.knowledge import ROOT, read_toml
from bgpolitics_ner.schema import RelationType, Schema, load_schema


class FrameRow(BaseModel):
    """One ``[[frame]]`` table as written in the file; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")
    id: str
    relation: str | None = None
    triggers: list[str]
    pos: str = "any"
    reflexive: str = "any"
    subject: list[str]
    object: list[str]
    roles: dict[str, list[str]] = {}
    requires: dict[str, list[str]] = {}
    excludes: dict[str, list[str]] = {}
    subject_types: list[str] = []
    object_types: list[str] = []
    object_lemmas: list[str] = []
    confidence: float = 0.7
    yes: list[str]
    no: list[str]


@dataclass(frozen=True)
class Frame:
    """One rule; `id` is ``relation.name``; `subject` and `object` are slot names in order of preference."""

    id: str
    relation: str
    triggers: frozenset[str]
    pos: str
    reflexive: str
    subject: tuple[str, ...]
    object: tuple[str, ...]
    roles: Mapping[str, tuple[str, ...]]
    requires: Mapping[str, frozenset[str]]
    excludes: Mapping[str, frozenset[str]]
    subject_types: frozenset[str]
    object_types: frozenset[str]
    object_lemmas: frozenset[str]
    confidence: float
    yes: tuple[str, ...]
    no: tuple[str, ...]


@dataclass(frozen=True)
class FrameLexicon:
    """All frames, indexed by trigger lemma."""

    frames: tuple[Frame, ...]
    by_lemma: Mapping[str, tuple[Frame, ...]]


def parse_frames(data: Mapping[str, Any], place: str, schema: Schema | None = None) -> list[Frame]:
    """Build the frames of one parsed TOML file; raise KnowledgeError naming `place` and the frame.

    `schema` is None for the shipped one.
    """
    schema = schema or load_schema()
    every = data.get("relation")
    if every is not None and every not in schema.relations:
        raise KnowledgeError(f"{place}: unknown relation {every!r}")
    frames = []
    for number, table in enumerate(data.get("frame", ())):
        try:
            row = FrameRow.model_validate(table)
        except ValidationError as error:
            key, problem = first_problem(error)
            name = table.get("id", f"number {number + 1}")
            raise KnowledgeError(f"{place}: frame {name}: {key}: {problem}") from error
        relation = row.relation or every
        if relation not in schema.relations:
            raise KnowledgeError(f"{place}: frame {row.id}: unknown relation {relation!r}")
        frames.append(_build(row, schema.relations[relation]))
    return frames


def _build(row: FrameRow, kind: RelationType) -> Frame:
    return Frame(
        id=f"{kind.name}.{row.id}",
        relation=kind.name,
        triggers=frozenset(word.lower() for word in row.triggers),
        pos=row.pos,
        reflexive=row.reflexive,
        subject=tuple(row.subject),
        object=tuple(row.object),
        roles={name: tuple(slots) for name, slots in row.roles.items()},
        requires={slot: frozenset(lemmas) for slot, lemmas in row.requires.items()},
        excludes={slot: frozenset(lemmas) for slot, lemmas in row.excludes.items()},
        subject_types=frozenset(row.subject_types or kind.subject),
        object_types=frozenset(row.object_types or kind.object),
        object_lemmas=frozenset(row.object_lemmas),
        confidence=row.confidence,
        yes=tuple(row.yes),
        no=tuple(row.no),
    )


def index_frames(frames: Iterable[Frame]) -> FrameLexicon:
    """Index frames by trigger lemma; raise KnowledgeError where two frames have one id."""
    by_lemma: dict[str, list[Frame]] = {}
    seen: set[str] = set()
    every = tuple(frames)
    for frame in every:
        if frame.id in seen:
            raise KnowledgeError(f"two frames have the id {frame.id!r}")
        seen.add(frame.id)
        for lemma in frame.triggers:
            by_lemma.setdefault(lemma, []).append(frame)
    return FrameLexicon(every, {lemma: tuple(rows) for lemma, rows in by_lemma.items()})


@lru_cache(maxsize=1)
def load_frames() -> FrameLexicon:
    """Read every file of ``knowledge/frames/``, in the order of their names."""
    frames: list[Frame] = []
    for path in sorted((ROOT / "frames").glob("*.toml")):
        frames.extend(parse_frames(read_toml(f"frames/{path.name}"), place=str(Path("frames") / path.name)))
    return index_frames(frames)
