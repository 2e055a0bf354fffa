"""Two-sentence documents for the tests of tables and queries."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bgpolitics_ner.corpus.table_writer import TableWriter
from bgpolitics_ner.corpus.tables import rows
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
    Triple,
)

LUKASHENKO = ("Александър Лукашенко", "PER", "PER-Alexander-Lukashenko", "Q2866")
TRUMP = ("Доналд Тръмп", "PER", "PER-Donald-Trump", None)
RUSSIA = ("Русия", "LOC", "GPE-Russia", None)
PARTY = ("Единна Русия", "ORG", "ORG-United-Russia", None)
CRITICS = ("негови критици", "NOM", None, None)


def tell(
    id: str,
    subject: tuple[str, str, str | None, str | None],
    type: str,
    object: tuple[str, str, str | None, str | None],
    *,
    date: str | None = "2024-05-06",
    factuality: str = "asserted",
    source: tuple[str, str, str | None, str | None] | None = None,
    confidence: float | None = 0.8,
    **meta: Any,
) -> Document:
    """Return a document that tells one relation: ``S казва: O.``"""
    first = f"{subject[0]} среща вчера {object[0]}."
    text = first + '\n„Добре“, каза той, „и "ясно", нали“.'
    start = len(subject[0]) + 1
    people = [subject, object, *([source] if source else [])]
    referents = tuple(
        Referent(f"r{i}", name, kind, link, wikidata)
        for i, (name, kind, link, wikidata) in enumerate(people, 1)
    )
    second = start + len("среща вчера ")
    entities = (
        Entity("m1", 0, len(subject[0]), subject[0], subject[1], subject[0], "r1", 0.9, "model"),
        Entity("m2", second, second + len(object[0]), object[0], object[1], object[0], "r2"),
    )
    relation = Relation(
        "x1", type, Argument("m1", "r1"), Argument(None, "r2"), Span(start, start + 5, "среща"),
        Sentence(0, len(first)), factuality, "r3" if source else None,
        TimeSpan(start + 6, start + 11, "вчера", "2024-05-05"), {"place": Span(start, start + 5, "среща")},
        confidence, ("rule:meets-with.verb", "model"), "CONSULT", "040",
    )  # fmt: skip
    quote_start = text.index("„")
    quotes = (Quote(quote_start, quote_start + 7, "r1", None, True),)
    triples = (Triple(subject[0], type, object[0], (factuality,), ("x1",)),)
    return Document(
        id, text, date=date, meta=meta, sentences=(relation.sentence,), tokens=(), entities=entities,
        referents=referents, relations=(relation,), quotes=quotes, triples=triples,
    )  # fmt: skip


def tell_corpus() -> list[Document]:
    """Return six documents; d2 is a near-copy of d1, d6 is not Bulgarian and was not annotated."""
    lukashenko = ("Лукашенко", *LUKASHENKO[1:])
    return [
        tell("d1", LUKASHENKO, "meets-with", TRUMP, publisher="БТА", language="bg"),
        tell("d2", LUKASHENKO, "meets-with", TRUMP, publisher="Дневник", language="bg", duplicate_of="d1"),
        tell("d3", TRUMP, "meets-with", lukashenko, date="2024-07-01", source=RUSSIA, confidence=0.9,
             publisher="бта", language="bg"),
        tell("d4", lukashenko, "criticizes", CRITICS, date="2023-12-31", factuality="possible",
             language="bg"),
        tell("d5", PARTY, "supports", RUSSIA, date=None, factuality="planned", language="bg"),
        Document("d6", "Денес", date="2024-01-01", meta={"language": "mk", "problem": "language"}),
    ]  # fmt: skip


def write_tables(
    folder: Path, *, format: str = "parquet", documents: Iterable[Document] | None = None
) -> Path:
    """Write the tables of a corpus, that of `tell_corpus` by default."""
    with TableWriter(folder, format=format) as writer:
        for document in tell_corpus() if documents is None else documents:
            writer.write(rows(document))
    return folder
