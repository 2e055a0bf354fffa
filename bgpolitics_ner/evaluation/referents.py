"""When a predicted referent is the gold referent: by name, by alias, or by overlap of mentions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from bgpolitics_ner.document import Argument, Document, Entity
from bgpolitics_ner.evaluation.matching import Offsets, any_overlap
from bgpolitics_ner.schema import Schema, load_schema

QUOTES = "\"'`´„“”‟«»‹›‘’‚‛"
_NO_QUOTES = dict.fromkeys(map(ord, QUOTES))


def normalize(name: str) -> str:
    """Return `name` without differences of case, quotes and spaces (``„Гардиън“`` → ``гардиън``)."""
    return " ".join(name.translate(_NO_QUOTES).split()).casefold()


@lru_cache(maxsize=1)
def named_types() -> frozenset[str]:
    """The entity types that carry a name: PER LOC ORG EVT PRO WEAPON."""
    return frozenset(name for name, row in load_schema().entities.items() if row.named)


@dataclass(frozen=True, order=True)
class Key:
    """Identity of a referent inside one document.

    A named one is its normalised name, so two referents of one name are one; an unnamed one is its id,
    as two referents may both be called ``страната``.
    """

    named: bool
    value: str


@dataclass(frozen=True)
class Index:
    """The referents of one document, ready for comparison.

    `names` holds each normalised name; `aliases` the name together with the texts and lemmas of the
    referent's *named* mentions (``той`` or ``президентът`` is a mention, not an alias); `spans` where
    it is mentioned, arguments of relations that stand for it included; `mentions` entities by id.
    """

    document: Document
    keys: dict[str, Key]
    names: dict[Key, str]
    aliases: dict[Key, frozenset[str]]
    spans: dict[Key, frozenset[Offsets]]
    mentions: dict[str, Entity]
    schema: Schema = field(default_factory=load_schema)

    def span(self, argument: Argument) -> Offsets | None:
        """Return where the argument's mention stands; None for an argument left out."""
        if argument.mention is None:
            return None
        entity = self.mentions[argument.mention]
        return Offsets(entity.start, entity.end)

    def evidence(self, argument: Argument) -> frozenset[Offsets]:
        """Return the argument's mention, or all mentions of its referent where it is left out."""
        span = self.span(argument)
        return self.spans[self.keys[argument.referent]] if span is None else frozenset((span,))


def build_index(document: Document, schema: Schema | None = None) -> Index:
    """Collect names, aliases and mentions of every referent of `document`.

    `schema` defines the types of its relations, None for the shipped one.
    """
    keys: dict[str, Key] = {}
    names: dict[Key, str] = {}
    for referent in document.referents or ():
        name = normalize(referent.name)
        named = referent.type in named_types() and bool(name)
        key = keys[referent.id] = Key(named, name if named else referent.id)
        names[key] = name
    aliases: dict[Key, set[str]] = {key: {name} for key, name in names.items()}
    spans: dict[Key, set[Offsets]] = defaultdict(set)
    mentions = {entity.id: entity for entity in document.entities or ()}
    for entity in mentions.values():
        found = keys.get(entity.referent) if entity.referent is not None else None
        if found is not None:
            spans[found].add(Offsets(entity.start, entity.end))
            if entity.type in named_types():
                aliases[found].update(normalize(text) for text in (entity.text, entity.lemma) if text)
    for relation in document.relations or ():
        for argument in (relation.subject, relation.object):
            if argument.mention is not None:
                entity = mentions[argument.mention]
                spans[keys[argument.referent]].add(Offsets(entity.start, entity.end))
    return Index(
        document=document,
        keys=keys,
        names=names,
        aliases={key: frozenset(found) for key, found in aliases.items()},
        spans={key: frozenset(spans[key]) for key in names},
        mentions=mentions,
        schema=schema or load_schema(),
    )


def refers(gold: Index, key: Key, name: str, spans: Iterable[Offsets]) -> bool:
    """True where a predicted referent called `name` (normalised), mentioned at `spans`, is gold's `key`.

    A named referent answers to its name and to its aliases (``Лукашенко`` for ``Александър Лукашенко``),
    an unnamed one also to any mention that overlaps one of its own.
    """
    if name in gold.aliases[key]:
        return True
    return not key.named and any_overlap(spans, gold.spans[key])
