"""Doc → Document: which mentions and referents are kept, how they are numbered, how triples are merged."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from spacy.tokens import Doc
from spacy.tokens import Span as SpacySpan

from bgpolitics_ner.document import (
    Argument,
    Document,
    Entity,
    Quote,
    Referent,
    Relation,
    Sentence,
    Span,
    TimeSpan,
    Token,
    Triple,
)
from bgpolitics_ner.entities.mention import Cluster, Mention
from bgpolitics_ner.frontend.orthography import Cleaned
from bgpolitics_ner.relations.clause import read_cues
from bgpolitics_ner.relations.combine import FoundRelation
from bgpolitics_ner.relations.dates import DateReader
from bgpolitics_ner.schema import Schema, load_schema


def build_document(
    doc: Doc,
    cleaned: Cleaned | None = None,
    *,
    id: str,
    date: str | None,
    meta: Mapping[str, Any] | None,
    min_confidence: float,
    schema: Schema | None = None,
) -> tuple[Document, dict[str, tuple[str, ...]]]:
    """Return the Document and, for each relation id, the path of its arguments.

    Named mentions are always kept; nominal and pronominal ones where they take part in a relation or
    corefer with a named mention. `cleaned` takes offsets back where the Doc's text is not the one that was
    read; without it the Doc's text is the document's. `schema` defines the types of the relations, None for
    the shipped one.
    """
    schema = schema or load_schema()
    cleaned = cleaned or Cleaned(doc.text, doc.text)
    relations: list[FoundRelation] = [r for r in doc._.relations or () if r.confidence >= min_confidence]
    writer = _Writer(doc, cleaned, relations, date, schema)
    found = [writer.relation(number, r) for number, r in enumerate(relations, 1)]
    document = Document(
        id=id,
        text=cleaned.original,
        date=date,
        meta=dict(meta or {}),
        sentences=tuple(_sentences(doc, cleaned)),
        tokens=tuple(_tokens(doc, cleaned)),
        entities=writer.entities(),
        referents=writer.referents(),
        relations=tuple(found),
        quotes=writer.quotes(),
        triples=merge_triples(found, writer.names(), schema),
    )
    return document, {r.id: f.path for r, f in zip(found, relations, strict=True)}


def merge_triples(
    relations: list[Relation], names: Mapping[str, str], schema: Schema | None = None
) -> tuple[Triple, ...]:
    """Merge relations with the same subject, type and object; symmetric types in the order first told."""
    types = (schema or load_schema()).relations
    merged: dict[tuple[str, str, str], tuple[list[str], list[str]]] = {}
    for relation in relations:
        subject, object_ = names[relation.subject.referent], names[relation.object.referent]
        key = (subject, relation.type, object_)
        turned = (object_, relation.type, subject)
        if types[relation.type].symmetric and turned in merged:
            key = turned
        values, ids = merged.setdefault(key, ([], []))
        if relation.factuality not in values:
            values.append(relation.factuality)
        ids.append(relation.id)
    return tuple(Triple(*key, tuple(values), tuple(ids)) for key, (values, ids) in merged.items())


@lru_cache(maxsize=1)
def date_reader() -> DateReader:
    """Return the reader of time expressions, built once per process."""
    return DateReader(read_cues("time"))


class _Writer:
    def __init__(
        self, doc: Doc, cleaned: Cleaned, relations: list[FoundRelation], date: str | None, schema: Schema
    ) -> None:
        self._doc = doc
        self._schema = schema
        self._date = date
        self._cleaned = cleaned
        self._text = cleaned.original
        self._mentions: list[Mention] = doc._.mentions or []
        self._clusters: list[Cluster] = doc._.referents or []
        named = {name for name, row in schema.entities.items() if row.named}
        with_name = {m.referent for m in self._mentions if m.type in named}
        used = {i for r in relations for i in (r.subject_mention, r.object_mention) if i is not None}
        keep = [
            i for i, m in enumerate(self._mentions) if m.type in named or i in used or m.referent in with_name
        ]
        self._mention_ids = {index: f"m{number}" for number, index in enumerate(keep, 1)}
        needed = [self._mentions[i].referent for i in keep]
        for r in relations:
            needed += [r.subject, r.object, r.source]
        self._referent_of_head, self._referent_of_token = self._read_referents()
        self._speakers = [self._speaker(q) for q in doc._.quotes or ()]
        needed += self._speakers
        order = list(dict.fromkeys(r for r in needed if r is not None))
        self._referent_ids = {index: f"r{number}" for number, index in enumerate(order, 1)}

    def entities(self) -> tuple[Entity, ...]:
        result = []
        for index, name in self._mention_ids.items():
            m = self._mentions[index]
            referent = None if m.referent is None else self._referent_ids[m.referent]
            start, end = self._cleaned.span(m.start, m.end)
            about = (m.lemma, referent, round(m.confidence, 3), m.origin, m.subtype)
            result.append(Entity(name, start, end, self._text[start:end], m.type, *about))
        return tuple(result)

    def referents(self) -> tuple[Referent, ...]:
        clusters = ((name, self._clusters[index]) for index, name in self._referent_ids.items())
        return tuple(Referent(name, c.name, c.type, c.link, c.wikidata) for name, c in clusters)

    def names(self) -> dict[str, str]:
        return {name: self._clusters[index].name for index, name in self._referent_ids.items()}

    def relation(self, number: int, found: FoundRelation) -> Relation:
        trigger = self._doc[found.trigger]
        kind = self._schema.relations[found.relation]
        when = None
        if found.when is not None:
            start, end = self._cleaned.span(*found.when)
            value = self._value(self._cleaned.text[slice(*found.when)])
            when = TimeSpan(start, end, self._text[start:end], value)
        return Relation(
            id=f"x{number}",
            type=found.relation,
            subject=self._argument(found.subject_mention, found.subject),
            object=self._argument(found.object_mention, found.object),
            trigger=self._span(trigger.idx, trigger.idx + len(trigger)),
            sentence=_sentence(trigger.sent, self._cleaned),
            factuality=found.factuality,
            source=None if found.source is None else self._referent_ids[found.source],
            when=when,
            roles={name: self._span(*span) for name, span in found.roles.items()},
            confidence=round(found.confidence, 3),
            origin=found.origin,
            plover=kind.plover or None,
            cameo=kind.cameo or None,
            hearsay=found.hearsay,
        )

    def quotes(self) -> tuple[Quote, ...]:
        result = []
        for quote, speaker in zip(self._doc._.quotes or (), self._speakers, strict=True):
            cue = quote.cue
            span = None if cue is None else self._span(cue.idx, cue.idx + len(cue))
            name = None if speaker is None else self._referent_ids[speaker]
            start, end = self._cleaned.span(quote.start, quote.end)
            result.append(Quote(start, end, name, span, quote.direct))
        return tuple(result)

    def _value(self, when: str) -> str | None:
        """Return the ISO 8601 value of a time expression, seen from the date of the document."""
        return date_reader().read(when, self._date)

    def _speaker(self, quote: Any) -> int | None:
        if quote.speaker is None:
            return None
        found = self._referent_of_head.get(quote.speaker.i)
        return self._referent_of_token.get(quote.speaker.i) if found is None else found

    def _read_referents(self) -> tuple[dict[int, int], dict[int, int]]:
        """Return the referents by the head token of a mention and by any token that starts inside one."""
        by_head: dict[int, int] = {}
        by_token: dict[int, int] = {}
        starts = [token.idx for token in self._doc]
        for m in self._mentions:
            if m.referent is not None:
                by_head.setdefault(m.head, m.referent)
                for i in range(bisect_left(starts, m.start), bisect_left(starts, m.end)):
                    by_token.setdefault(i, m.referent)
        return by_head, by_token

    def _argument(self, mention: int | None, referent: int) -> Argument:
        return Argument(None if mention is None else self._mention_ids[mention], self._referent_ids[referent])

    def _span(self, start: int, end: int) -> Span:
        """Return the original of a span of the Doc."""
        start, end = self._cleaned.span(start, end)
        return Span(start, end, self._text[start:end])


def _sentences(doc: Doc, cleaned: Cleaned) -> list[Sentence]:
    return [_sentence(sentence, cleaned) for sentence in doc.sents if any(not t.is_space for t in sentence)]


def _sentence(sentence: SpacySpan, cleaned: Cleaned) -> Sentence:
    """Return the offsets of a sentence without the white space around it."""
    tokens = [t for t in sentence if not t.is_space] or list(sentence)
    return Sentence(*cleaned.span(tokens[0].idx, tokens[-1].idx + len(tokens[-1])))


def _tokens(doc: Doc, cleaned: Cleaned) -> list[Token]:
    """The tokens without white space; heads are renumbered, a word under a white-space token is a root."""
    number: dict[int, int] = {}
    for token in doc:
        if not token.is_space:
            number[token.i] = len(number)
    result = []
    for token in doc:
        if token.is_space:
            continue
        here = number[token.i]
        head = number.get(token.head.i, here)
        deprel = "root" if head == here else token.dep_
        start, end = cleaned.span(token.idx, token.idx + len(token))
        result.append(Token(start, end, token.lemma_, token.pos_, str(token.morph), head, deprel))
    return result
