"""What is in a corpus: who, what, how often, over time, by publisher and by source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bgpolitics_ner.corpus import selection as select
from bgpolitics_ner.corpus.database import open_tables
from bgpolitics_ner.corpus.naming import key_sql
from bgpolitics_ner.corpus.selection import Selection

LIMIT = 10


@dataclass(frozen=True)
class Month:
    """How much was published in a month (``2025-12``), and how many relations it tells."""

    month: str
    documents: int
    relations: int


@dataclass(frozen=True)
class Publisher:
    """How much comes from one publisher."""

    publisher: str
    documents: int
    relations: int


@dataclass(frozen=True)
class Stats:
    """The numbers of a corpus; all but `documents` and `duplicates` leave near-copies out.

    `languages` and `problems` count documents by what was noted of them. `subjects`, `objects` and
    `sources` (who is quoted) map names to numbers of relations, most first, at most `limit` of each.
    `months` has only months in which something was published.
    """

    documents: int
    duplicates: int
    words: int
    relations: int
    triples: int
    first: date | None
    last: date | None
    languages: Mapping[str, int]
    problems: Mapping[str, int]
    types: Mapping[str, int]
    factuality: Mapping[str, int]
    subjects: Mapping[str, int]
    objects: Mapping[str, int]
    sources: Mapping[str, int]
    publishers: tuple[Publisher, ...]
    months: tuple[Month, ...]


def stats(
    path: str | Path,
    *,
    since: str | None = None,
    until: str | None = None,
    publisher: str | None = None,
    copies: bool = False,
    limit: int = LIMIT,
) -> Stats:
    """Return the numbers of a corpus; `path`, dates and errors are as in `query`.

    With `copies` near-copies are counted as if they were articles of their own.
    """
    relations, documents = Selection(), Selection()
    for selection in (relations, documents):
        select.select_period(selection, since, until)
        if publisher is not None:
            select.select_publisher(selection, publisher)
    with open_tables(path) as connection:
        whole = _sum_documents(connection, documents)
        if not copies:
            select.select_originals(relations)
            documents.add("duplicate_of IS NULL")
        return _count(connection, whole, documents, relations, limit)


def _count(
    connection: Any, whole: tuple[int, int], documents: Selection, relations: Selection, limit: int
) -> Stats:
    words, triples, first, last, languages, problems = _row(
        connection,
        f"""SELECT coalesce(sum(words), 0), coalesce(sum(triples), 0), min(date), max(date),
                   histogram(language) FILTER (language IS NOT NULL),
                   histogram(problem) FILTER (problem IS NOT NULL)
            FROM documents {documents.where}""",
        documents,
    )
    total, types, factuality = _row(
        connection,
        f"SELECT count(*), histogram(type), histogram(factuality) FROM relations {relations.where}",
        relations,
    )
    return Stats(
        documents=whole[0],
        duplicates=whole[1],
        words=int(words),
        relations=total,
        triples=int(triples),
        first=first,
        last=last,
        languages=_ordered(languages),
        problems=_ordered(problems),
        types=_ordered(types),
        factuality=_ordered(factuality),
        subjects=_count_names(connection, "subject", relations, limit),
        objects=_count_names(connection, "object", relations, limit),
        sources=_count_names(connection, "source", relations, limit),
        publishers=_count_publishers(connection, documents, limit),
        months=_count_months(connection, documents),
    )


def _sum_documents(connection: Any, documents: Selection) -> tuple[int, int]:
    found = _row(
        connection, f"SELECT count(*), count(duplicate_of) FROM documents {documents.where}", documents
    )
    return found[0], found[1]


def _count_names(connection: Any, side: str, relations: Selection, limit: int) -> dict[str, int]:
    """Count those with one link as one, under their most frequent name."""
    rows = connection.execute(
        f"""WITH named AS (SELECT {key_sql(side)} AS key, {side}_name AS name, count(*) AS n
                           FROM relations {relations.where} GROUP BY ALL)
            SELECT max_by(name, (n, name)), sum(n) AS total FROM named WHERE name IS NOT NULL
            GROUP BY key ORDER BY total DESC, key LIMIT $limit""",
        {**relations.values, "limit": limit},
    ).fetchall()
    counts: dict[str, int] = {}
    for name, total in rows:  # two who have one name but not one link
        counts[name] = counts.get(name, 0) + int(total)
    return counts


def _count_publishers(connection: Any, documents: Selection, limit: int) -> tuple[Publisher, ...]:
    rows = connection.execute(
        f"""SELECT publisher, count(*) AS n, coalesce(sum(relations), 0) FROM documents
            {documents.where} GROUP BY publisher HAVING publisher IS NOT NULL
            ORDER BY n DESC, publisher LIMIT $limit""",
        {**documents.values, "limit": limit},
    ).fetchall()
    return tuple(Publisher(name, count, int(relations)) for name, count, relations in rows)


def _count_months(connection: Any, documents: Selection) -> tuple[Month, ...]:
    rows = connection.execute(
        f"""SELECT strftime(date, '%Y-%m') AS month, count(*), coalesce(sum(relations), 0) FROM documents
            {documents.where} GROUP BY month HAVING month IS NOT NULL ORDER BY month""",
        documents.values,
    ).fetchall()
    return tuple(Month(month, count, int(relations)) for month, count, relations in rows)


def _row(connection: Any, sql: str, selection: Selection) -> tuple[Any, ...]:
    found: tuple[Any, ...] = connection.execute(sql, selection.values).fetchall()[0]
    return found


def _ordered(counts: Mapping[str, int] | None) -> dict[str, int]:
    return dict(sorted((counts or {}).items(), key=lambda item: (-item[1], item[0])))
