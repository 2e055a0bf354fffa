"""Who did what to whom, in a whole corpus: triples with counts, sources, dates and example sentences.

Relations are counted; those in near-copies of an article are not. Names with one link are one. A relation
type that is symmetric is found from both sides: who meets whom is the same as whom who meets.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bgpolitics_ner.corpus import selection as select
from bgpolitics_ner.corpus.database import open_tables
from bgpolitics_ner.corpus.naming import find_keys, key_sql
from bgpolitics_ner.corpus.selection import Selection
from bgpolitics_ner.schema import load_schema

LIMIT = 20
EXAMPLES = 3


@dataclass(frozen=True)
class Example:
    """One sentence that tells a triple; `source` is who says so, None for the writer."""

    document: str
    relation: str
    date: date | None
    publisher: str | None
    sentence: str | None
    factuality: str
    source: str | None
    confidence: float | None


@dataclass(frozen=True)
class CorpusTriple:
    """One triple of a corpus. Names are the most frequent ones of those who have the same link.

    `count` is the number of relations, `documents` of the texts that tell them. `factuality`, `sources`
    (who says so) and `publishers` map values to numbers of relations, most first. `first` and `last` are
    dates of documents, None where none has a date.
    """

    subject: str
    relation: str
    object: str
    count: int
    documents: int
    factuality: Mapping[str, int]
    sources: Mapping[str, int]
    publishers: Mapping[str, int]
    first: date | None
    last: date | None
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class QueryResult:
    """The most frequent triples, and how many triples and relations there are in all.

    `unknown` lists the names asked for that nobody in the corpus has.
    """

    triples: tuple[CorpusTriple, ...]
    found: int
    relations: int
    unknown: tuple[str, ...] = ()


def query(
    path: str | Path,
    relation: str | None = None,
    *,
    subject: str | None = None,
    object: str | None = None,
    source: str | None = None,
    publisher: str | None = None,
    since: str | None = None,
    until: str | None = None,
    factuality: str | Iterable[str] | None = None,
    copies: bool = False,
    limit: int = LIMIT,
    examples: int = EXAMPLES,
) -> QueryResult:
    """Return the most frequent triples of a corpus, the tables of a batch or its output (`open_tables`).

    `subject`, `object` and `source` are names in any spelling, Q-ids or links (`naming.find_keys`). Dates
    are ``2024``, ``2024-03`` or ``2024-03-15``, of the documents, both ends included. `copies` counts
    near-copies too. Equal counts are in the order of links, or of names where there are none. Raises
    InputError for an unknown relation type, factuality or date, and for a path without tables.
    """
    wanted = Selection()
    select.select_period(wanted, since, until)
    if factuality is not None:
        select.select_factuality(wanted, factuality)
    if publisher is not None:
        select.select_publisher(wanted, publisher)
    with open_tables(path) as connection:
        if relation is not None:
            select.select_relation(wanted, connection, relation)
        if not copies:
            select.select_originals(wanted)
        if source is not None:
            select.select_source(wanted, connection, source)
        sides = {"subject": subject, "object": object}
        for side, name in sides.items():
            if name is not None:
                wanted.values[side] = find_keys(connection, name, ["subject", "object"])
        names = {**sides, "source": source}
        unknown = tuple(name for side, name in names.items() if name is not None and not wanted.values[side])
        if unknown:
            return QueryResult((), 0, 0, unknown)
        select_sides(wanted)
        return _ask(connection, wanted, limit, examples)


def select_sides(wanted: Selection) -> None:
    """Keep the relations of the subjects and objects in `wanted.values`, lists of keys, from both sides."""
    wanted.values["symmetric"] = [name for name, row in load_schema().relations.items() if row.symmetric]
    told, turned = _orientations(wanted.values)
    if told:
        wanted.add(f"({told}) OR (type IN (SELECT unnest($symmetric)) AND {turned})")


def _orientations(values: Mapping[str, Any]) -> tuple[str, str]:
    """Return the conditions on subject and object as told and turned round; "" where none is given."""
    subject, object_ = key_sql("subject"), key_sql("object")
    given = [side for side in ("subject", "object") if side in values]
    told = {"subject": subject, "object": object_}
    turned = {"subject": object_, "object": subject}
    both = ({side: f"{keys[side]} IN (SELECT unnest(${side}))" for side in given} for keys in (told, turned))
    first, second = (" AND ".join(parts.values()) for parts in both)
    return first, second


def triples_sql(wanted: Selection, columns: str = "") -> str:
    """Return the SELECT of the relations that are wanted, each turned so that equal triples look equal.

    It has ``s``, ``type``, ``o`` (keys), ``swap`` (whether it was turned) and more `columns`.
    """
    subject, object_ = key_sql("subject"), key_sql("object")
    told, turned = _orientations(wanted.values)
    fits = f"({turned}) AND (NOT ({told}) OR {object_} < {subject})" if told else f"{object_} < {subject}"
    return f"""
        SELECT if(swap, b, a) AS s, type, if(swap, a, b) AS o, * EXCLUDE (a, b, type)
        FROM (SELECT {subject} AS a, {object_} AS b, type,
                     type IN (SELECT unnest($symmetric)) AND {fits} AS swap {columns}
              FROM relations {wanted.where})"""


_TOP = """
    WITH told AS ({told}), counted AS (SELECT s, type, o, count(*) AS n FROM told GROUP BY ALL)
    SELECT s, type, o, n, count(*) OVER (), sum(n) OVER () FROM counted
    ORDER BY n DESC, s, type, o LIMIT $limit"""

_DETAILS = """
    WITH told AS ({told}),
         top AS (SELECT unnest($s) AS s, unnest($type) AS type, unnest($o) AS o)
    SELECT s, type, o,
           histogram(if(swap, object_name, subject_name)), histogram(if(swap, subject_name, object_name)),
           count(DISTINCT document), histogram(factuality),
           histogram(source_name) FILTER (source_name IS NOT NULL),
           histogram(publisher) FILTER (publisher IS NOT NULL), min(date), max(date),
           max_by(
               struct_pack(document, relation, date, publisher, factuality, source_name, confidence),
               (coalesce(confidence, 0), document, relation), $examples)
    FROM told JOIN top USING (s, type, o)
         LEFT JOIN (SELECT document, publisher FROM documents) USING (document)
    GROUP BY s, type, o"""

# Written out as a list, the documents let the reader skip row groups that have none of them.
_SENTENCES = "SELECT document, relation, sentence FROM relations WHERE document IN ({places})"

_COLUMNS = """, document, relation, date, subject_name, object_name, source_name, factuality, confidence"""

_Key = tuple[str, str, str]


def _ask(connection: Any, wanted: Selection, limit: int, examples: int) -> QueryResult:
    values = wanted.values
    top = connection.execute(_TOP.format(told=triples_sql(wanted)), {**values, "limit": limit}).fetchall()
    if not top:
        return QueryResult((), 0, 0)
    keys: list[_Key] = [(s, type, o) for s, type, o, *_ in top]
    columns = dict(zip(("s", "type", "o"), map(list, zip(*keys, strict=True)), strict=True))
    details = {
        (s, type, o): row
        for s, type, o, *row in connection.execute(
            _DETAILS.format(told=triples_sql(wanted, _COLUMNS)),
            {**values, **columns, "examples": max(examples, 1)},
        ).fetchall()
    }
    chosen = {key: details[key][-1][:examples] for key in keys}
    sentences = _fetch_sentences(connection, {found["document"] for key in keys for found in chosen[key]})
    triples = tuple(
        _make_triple(key, row[3], details[key], [_make_example(found, sentences) for found in chosen[key]])
        for key, row in zip(keys, top, strict=True)
    )
    return QueryResult(triples, top[0][4], int(top[0][5]))


def _fetch_sentences(connection: Any, documents: Collection[str]) -> dict[tuple[str, str], str | None]:
    """Return the sentence of each relation of some documents, by document and relation."""
    if not documents:
        return {}
    places = ", ".join("?" for _ in documents)
    found = connection.execute(_SENTENCES.format(places=places), sorted(documents)).fetchall()
    return {(document, relation): sentence for document, relation, sentence in found}


def _make_example(found: Mapping[str, Any], sentences: Mapping[tuple[str, str], str | None]) -> Example:
    place = found["document"], found["relation"]
    about = (found["factuality"], found["source_name"], found["confidence"])
    return Example(*place, found["date"], found["publisher"], sentences.get(place), *about)


def _make_triple(key: _Key, count: int, row: Sequence[Any], examples: Sequence[Example]) -> CorpusTriple:
    subjects, objects, documents, factuality, sources, publishers, first, last, _ = row
    return CorpusTriple(
        subject=next(iter(_ordered(subjects)), key[0]),
        relation=key[1],
        object=next(iter(_ordered(objects)), key[2]),
        count=count,
        documents=documents,
        factuality=_ordered(factuality),
        sources=_ordered(sources),
        publishers=_ordered(publishers),
        first=first,
        last=last,
        examples=tuple(examples),
    )


def _ordered(counts: Mapping[str, int] | None) -> dict[str, int]:
    return dict(sorted((counts or {}).items(), key=lambda item: (-item[1], item[0])))
