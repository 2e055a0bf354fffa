"""Documents as flat tables, for DuckDB, pandas, Spark and spreadsheets: one row an item, no nested values.

Every row has the id of its document. Offsets are called ``…_start`` and ``…_end`` and count code points as in
the Document. A layer that was not run gives no rows; its count in ``documents`` is null, not 0. Whether a
document is a near-copy stands only in ``documents``; the rows of the other tables do not depend on any other
document.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from bgpolitics_ner.document import Document, Referent, Relation, Span, Triple

Row = dict[str, Any]
Rows = dict[str, list[Row]]

_TEXT, _COUNT, _NUMBER, _FLAG, _DATE = "string", "int32", "float64", "bool", "date32"
_NAME = ("name", "type", "link", "wikidata")
_ARGUMENT = ("mention", *_NAME)

TABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "documents": {
        "document": _TEXT, "date": _DATE, "title": _TEXT, "publisher": _TEXT, "url": _TEXT,
        "language": _TEXT, "problem": _TEXT, "duplicate_of": _TEXT, "characters": _COUNT, "words": _COUNT,
        **dict.fromkeys(("sentences", "entities", "referents", "relations", "quotes", "triples"), _COUNT),
        "meta": _TEXT,
    },
    "entities": {
        "document": _TEXT, "entity": _TEXT, "entity_start": _COUNT, "entity_end": _COUNT, "text": _TEXT,
        "type": _TEXT, "subtype": _TEXT, "lemma": _TEXT, "referent": _TEXT, "confidence": _NUMBER,
        "origin": _TEXT,
    },
    "referents": {
        "document": _TEXT, "referent": _TEXT, "name": _TEXT, "type": _TEXT, "link": _TEXT, "wikidata": _TEXT,
        "mentions": _COUNT,
    },
    "relations": {
        "document": _TEXT, "date": _DATE, "relation": _TEXT, "type": _TEXT,
        "subject": _TEXT, **{f"subject_{key}": _TEXT for key in _ARGUMENT},
        "object": _TEXT, **{f"object_{key}": _TEXT for key in _ARGUMENT},
        "factuality": _TEXT, "hearsay": _FLAG,
        "source": _TEXT, **{f"source_{key}": _TEXT for key in _NAME},
        "time": _TEXT, "time_value": _TEXT, "roles": _TEXT,
        "trigger": _TEXT, "trigger_start": _COUNT, "trigger_end": _COUNT,
        "sentence": _TEXT, "sentence_start": _COUNT, "sentence_end": _COUNT,
        "origin": _TEXT, "confidence": _NUMBER, "plover": _TEXT, "cameo": _TEXT,
    },
    "quotes": {
        "document": _TEXT, "quote": _COUNT, "quote_start": _COUNT, "quote_end": _COUNT, "text": _TEXT,
        "speaker": _TEXT, "speaker_name": _TEXT, "speaker_link": _TEXT, "cue": _TEXT, "direct": _FLAG,
    },
    "triples": {
        "document": _TEXT, "date": _DATE, "triple": _COUNT, "subject": _TEXT, "predicate": _TEXT,
        "object": _TEXT, "factuality": _TEXT, "relations": _TEXT, "count": _COUNT,
    },
}  # fmt: skip
"""The columns of each table with their Arrow types, in order.

``roles`` and ``meta`` are JSON objects. ``origin``, and in ``triples`` ``factuality`` and ``relations``, are
lists with a blank between the items. ``triple`` and ``quote`` count from 1 in each document.
"""
TABLE_NAMES = tuple(TABLES)

META_KEYS: Final[Mapping[str, Sequence[str]]] = {
    "title": ("title", "headline"),
    "publisher": ("publisher", "source", "site", "outlet"),
    "url": ("url", "link", "uri"),
}
"""The keys of a document's ``meta`` that fill a column; the first that is there counts."""
_NOTES = ("language", "problem", "duplicate_of")


@dataclass(frozen=True)
class Notes:
    """What is known of a document beside its annotation; `duplicate_of` is the id of the original."""

    language: str | None = None
    problem: str | None = None
    duplicate_of: str | None = None


def notes_of(document: Document) -> Notes:
    """Return the notes that stand in a document's ``meta``."""
    return Notes(**{key: _text_or_none(document.meta.get(key)) for key in _NOTES})


def rows(document: Document, notes: Notes | None = None) -> Rows:
    """Return the rows of a document in each table, plain JSON values; dates as ``2025-12-18``."""
    notes = notes or notes_of(document)
    referents = {referent.id: referent for referent in document.referents or ()}
    return {
        "documents": [_document_row(document, notes)],
        "entities": [_entity_row(document, entity) for entity in document.entities or ()],
        "referents": _referent_rows(document),
        "relations": [_relation_row(document, relation, referents) for relation in document.relations or ()],
        "quotes": _quote_rows(document, referents),
        "triples": [_triple_row(document, i, triple) for i, triple in enumerate(document.triples or (), 1)],
    }


def _document_row(document: Document, notes: Notes) -> Row:
    layers = ("sentences", "entities", "referents", "relations", "quotes", "triples")
    counts = {layer: getattr(document, layer) for layer in layers}
    url = _from_meta(document, "url")
    return {
        "document": document.id,
        "date": document.date,
        "title": _from_meta(document, "title"),
        "publisher": _from_meta(document, "publisher") or _host(url),
        "url": url,
        **{key: getattr(notes, key) for key in _NOTES},
        "characters": len(document.text),
        "words": len(document.text.split()),
        **{layer: None if items is None else len(items) for layer, items in counts.items()},
        "meta": _as_json(document.meta),
    }


def _entity_row(document: Document, entity: Any) -> Row:
    same = ("text", "type", "subtype", "lemma", "referent", "confidence", "origin")
    return {
        "document": document.id,
        "entity": entity.id,
        "entity_start": entity.start,
        "entity_end": entity.end,
        **{key: getattr(entity, key) for key in same},
    }


def _referent_rows(document: Document) -> list[Row]:
    mentions: dict[str | None, int] = {}
    for entity in document.entities or ():
        mentions[entity.referent] = mentions.get(entity.referent, 0) + 1
    return [
        {
            "document": document.id,
            "referent": referent.id,
            "name": referent.name,
            "type": referent.type,
            "link": referent.link,
            "wikidata": referent.wikidata,
            "mentions": mentions.get(referent.id, 0),
        }
        for referent in document.referents or ()
    ]


def _relation_row(document: Document, relation: Relation, referents: Mapping[str, Referent]) -> Row:
    row: Row = {"document": document.id, "date": document.date, "relation": relation.id}
    row["type"] = relation.type
    for side in ("subject", "object"):
        argument = getattr(relation, side)
        row[f"{side}_mention"] = argument.mention
        row.update(_referent_row(side, argument.referent, referents))
    row.update(_referent_row("source", relation.source, referents))
    row.update(
        factuality=relation.factuality,
        hearsay=relation.hearsay,
        time=relation.when and relation.when.text,
        time_value=relation.when and relation.when.value,
        roles=_as_json({role: span.text for role, span in sorted(relation.roles.items())}),
        origin=" ".join(relation.origin),
        confidence=relation.confidence,
        plover=relation.plover,
        cameo=relation.cameo,
    )
    trigger, sentence = relation.trigger, relation.sentence
    text = None if sentence is None else document.text[sentence.start : sentence.end]
    row.update(_span_row("trigger", trigger, None if trigger is None else trigger.text))
    row.update(_span_row("sentence", sentence, text))
    return row


def _referent_row(side: str, id: str | None, referents: Mapping[str, Referent]) -> Row:
    referent = None if id is None else referents.get(id)
    return {side: id, **{f"{side}_{key}": getattr(referent, key, None) for key in _NAME}}


def _span_row(name: str, span: Any, text: str | None) -> Row:
    offsets = {f"{name}_start": getattr(span, "start", None), f"{name}_end": getattr(span, "end", None)}
    return {name: text, **offsets}


def _quote_rows(document: Document, referents: Mapping[str, Referent]) -> list[Row]:
    made = []
    for number, quote in enumerate(document.quotes or (), 1):
        speaker = referents.get(quote.speaker or "")
        cue: Span | None = quote.cue
        made.append(
            {
                "document": document.id,
                "quote": number,
                "quote_start": quote.start,
                "quote_end": quote.end,
                "text": document.text[quote.start : quote.end],
                "speaker": quote.speaker,
                "speaker_name": getattr(speaker, "name", None),
                "speaker_link": getattr(speaker, "link", None),
                "cue": None if cue is None else cue.text,
                "direct": quote.direct,
            }
        )
    return made


def _triple_row(document: Document, number: int, triple: Triple) -> Row:
    return {
        "document": document.id,
        "date": document.date,
        "triple": number,
        "subject": triple.subject,
        "predicate": triple.predicate,
        "object": triple.object,
        "factuality": " ".join(triple.factuality),
        "relations": " ".join(triple.relations),
        "count": len(triple.relations),
    }


def _from_meta(document: Document, column: str) -> str | None:
    return next((text for key in META_KEYS[column] if (text := _text_or_none(document.meta.get(key)))), None)


def _text_or_none(value: Any) -> str | None:
    return None if value is None or value == "" else str(value)


def _host(url: str | None) -> str | None:
    """Return the web site of an address: ``https://www.bta.bg/news/1`` → ``bta.bg``."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def _as_json(value: Mapping[str, Any]) -> str | None:
    return json.dumps(value, ensure_ascii=False, default=str) if value else None


def __getattr__(name: str) -> Any:
    """Give what writes the tables under one roof with what they are; pyarrow is needed only there."""
    if name in ("TableWriter", "schemas"):
        from bgpolitics_ner.corpus import table_writer

        return getattr(table_writer, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
