"""Documents written as marked-up text, so that a test shows its answer in its input.

Each line is a sentence. ``[Лукашенко|PER|Александър Лукашенко]`` is a mention, its type and its referent
(the mention's own words where left out); mentions are m1, m2 … in text order. An argument is ``m1``,
``m1=Беларус`` (this mention, standing for another referent) or ``=Беларус`` (left out in the sentence).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bgpolitics_ner.document import (
    Argument,
    Document,
    Entity,
    Referent,
    Relation,
    Sentence,
    Span,
    TimeSpan,
)

MARK = re.compile(r"\[([^|\]]+)\|(\w+)(?:\|([^\]]+))?\]")


@dataclass(frozen=True)
class Fact:
    """A relation to build; evidence is given as its words, found at their first place in the line."""

    subject: str
    type: str
    object: str
    line: int = 0
    factuality: str = "asserted"
    source: str | None = None
    when: str | None = None
    trigger: str | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    origin: tuple[str, ...] = ()


def article(
    marked: str, facts: Sequence[Fact] = (), *, name: str = "d1", types: Mapping[str, str] | None = None
) -> Document:
    """Build a Document; `types` gives the type of referents that no mention's type tells (default LOC)."""
    text, entities, names = _parse_mentions(marked)
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    lines = [Sentence(start, start + len(line)) for start, line in zip(starts, text.split("\n"), strict=True)]
    kinds = {names[entity.id]: entity.type for entity in reversed(entities)}
    for fact in facts:
        left_out = (part.partition("=")[2] for part in (fact.subject, fact.object))
        for referent in (*left_out, fact.source):
            if referent:
                kinds.setdefault(referent, "LOC")
    kinds.update(types or {})
    ids = {referent: f"r{number}" for number, referent in enumerate(kinds, 1)}
    return Document(
        id=name,
        text=text,
        sentences=tuple(lines),
        entities=tuple(replace(entity, referent=ids[names[entity.id]]) for entity in entities),
        referents=tuple(Referent(ids[referent], referent, kind) for referent, kind in kinds.items()),
        relations=tuple(
            _build_relation(f"x{number}", fact, text, lines, names, ids)
            for number, fact in enumerate(facts, 1)
        ),
    )


def _parse_mentions(marked: str) -> tuple[str, list[Entity], dict[str, str]]:
    text, entities, names, last = "", [], {}, 0
    for number, match in enumerate(MARK.finditer(marked), 1):
        surface, kind, referent = match.groups()
        text += marked[last : match.start()]
        entities.append(Entity(f"m{number}", len(text), len(text) + len(surface), surface, kind))
        names[f"m{number}"] = referent or surface
        text += surface
        last = match.end()
    return text + marked[last:], entities, names


def _build_relation(
    number: str,
    fact: Fact,
    text: str,
    lines: Sequence[Sentence],
    names: Mapping[str, str],
    ids: Mapping[str, str],
) -> Relation:
    line = lines[fact.line]

    def argument(written: str) -> Argument:
        mention, _, referent = written.partition("=")
        return Argument(mention or None, ids[referent or names[mention]])

    def span(words: str) -> Span:
        start = text.index(words, line.start, line.end)
        return Span(start, start + len(words), words)

    when = span(fact.when) if fact.when else None
    return Relation(
        id=number,
        type=fact.type,
        subject=argument(fact.subject),
        object=argument(fact.object),
        trigger=span(fact.trigger) if fact.trigger else None,
        sentence=line,
        factuality=fact.factuality,
        source=ids[fact.source] if fact.source else None,
        when=TimeSpan(when.start, when.end, when.text) if when else None,
        roles={role: span(words) for role, words in fact.roles.items()},
        origin=fact.origin,
    )


def without(document: Document, *relations: str) -> Document:
    """Drop the relations of these ids."""
    kept = document.relations or ()
    return replace(document, relations=tuple(r for r in kept if r.id not in relations))
