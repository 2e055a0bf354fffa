"""``bgpolitics query``: who did what to whom in a corpus, or SQL over its tables."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.padding import Padding
from rich.text import Text

from bgpolitics_ner.cli import runtime
from bgpolitics_ner.cli.render import make_table
from bgpolitics_ner.errors import InputError

if TYPE_CHECKING:
    from bgpolitics_ner.corpus.query import CorpusTriple, Example, QueryResult

_SHOWN = 3  # sources and publishers in a row; the others are counted


class Output(str, Enum):
    """What is printed."""

    table = "table"
    json = "json"
    csv = "csv"


class Factuality(str, Enum):
    """Whether it happened."""

    asserted = "asserted"
    negated = "negated"
    possible = "possible"
    planned = "planned"
    demanded = "demanded"


Corpus = Annotated[
    Path, typer.Argument(metavar="CORPUS", help="A folder of tables (--tables), or the output of a batch.")
]
Since = Annotated[str | None, typer.Option(metavar="DATE", help="Published then or later: 2024, 2024-03-15.")]
Until = Annotated[str | None, typer.Option(metavar="DATE", help="Published then or earlier.")]
Publisher = Annotated[str | None, typer.Option(metavar="NAME", help="Only what this publisher wrote.")]
Copies = Annotated[bool, typer.Option("--copies", help="Count near-copies of an article too.")]
Format = Annotated[Output, typer.Option("--format", "-f", help="How it is printed.")]


def query(
    corpus: Corpus,
    relation: Annotated[
        str | None, typer.Argument(metavar="[RELATION]", help="A relation type, as in meets-with; else all.")
    ] = None,
    subject: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who: a name in any spelling, a Q-id or a link.")
    ] = None,
    object: Annotated[str | None, typer.Option(metavar="NAME", help="To whom.")] = None,
    source: Annotated[str | None, typer.Option(metavar="NAME", help="Who says so.")] = None,
    since: Since = None,
    until: Until = None,
    factuality: Annotated[
        list[Factuality] | None, typer.Option(help="Whether it happened; may be given more than once.")
    ] = None,
    publisher: Publisher = None,
    copies: Copies = False,
    limit: Annotated[int, typer.Option(min=1, help="Most triples to print.")] = 20,
    examples: Annotated[int, typer.Option(min=0, help="Most sentences for each.")] = 1,
    output: Format = Output.table,
    sql: Annotated[
        str | None,
        typer.Option(
            "--sql", metavar="SELECT", help="Your own SQL over documents, relations, triples …; no options."
        ),
    ] = None,
) -> None:
    """Ask a corpus: who did what to whom, how often, when, who says so."""
    with runtime.user_errors():
        options = (relation, subject, object, source, since, until, factuality, publisher)
        if sql is not None:
            if any(option is not None for option in options):
                raise InputError("--sql is the whole question; the other options cannot be added to it")
            _print_sql(corpus, sql, output)
            return
        from bgpolitics_ner.corpus.query import query as ask

        result = ask(
            corpus, relation, subject=subject, object=object, source=source, publisher=publisher,
            since=since, until=until, factuality=[f.value for f in factuality] if factuality else None,
            copies=copies, limit=limit, examples=examples,
        )  # fmt: skip
        for name in result.unknown:
            runtime.tell(f"nobody in this corpus is called {name}")
        _print(result, output)


def _print_sql(corpus: Path, sql: str, output: Output) -> None:
    from bgpolitics_ner.corpus.database import run_sql

    result = run_sql(corpus, sql)
    if output is Output.json:
        rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
        write_json(rows)
    elif output is Output.csv:
        write_csv(result.columns, result.rows)
    else:
        table = make_table(*result.columns)
        for row in result.rows:
            table.add_row(*(Text("" if value is None else str(value)) for value in row))
        runtime.show(table)


def _print(result: QueryResult, output: Output) -> None:
    if output is Output.json:
        write_json(asdict(result))
    elif output is Output.csv:
        write_csv(_CSV_COLUMNS, map(_csv_row, result.triples))
    elif not result.triples:
        runtime.show("No triples found.")
    else:
        for triple in result.triples:
            _print_triple(triple)
        runtime.show(Text(_total(result), style="dim"))


def _print_triple(triple: CorpusTriple) -> None:
    runtime.show(
        Text.assemble(
            (f"{triple.count:>5}  ", "bold cyan"),
            (triple.subject, "bold"),
            (f"  {triple.relation}  ", "bold yellow"),
            (triple.object, "bold"),
        )
    )
    texts = f"{triple.documents} {'document' if triple.documents == 1 else 'documents'}"
    facts = [texts, _dates(triple), join_counts(triple.factuality)]
    for label, counts in (("in", triple.publishers), ("said by", triple.sources)):
        if counts:
            facts.append(f"{label} {join_counts(counts, most=_SHOWN)}")
    runtime.show(Text("       " + "; ".join(fact for fact in facts if fact), style="dim"))
    for example in triple.examples:
        lines = Text.assemble(" ".join((example.sentence or "").split()), (_origin(example), "dim"))
        runtime.show(Padding(lines, (0, 0, 0, 7), expand=False))


def _dates(triple: CorpusTriple) -> str:
    if triple.first is None or triple.first == triple.last:
        return str(triple.first or "")
    return f"{triple.first} to {triple.last}"


def _origin(example: Example) -> str:
    parts = (example.document, example.publisher, example.date, example.factuality)
    return f"  [{', '.join(str(part) for part in parts if part)}]"


def _total(result: QueryResult) -> str:
    shown = len(result.triples)
    which = f"{shown} of {result.found:,}" if shown < result.found else f"{shown:,}"
    return f"{which} triples, {result.relations:,} relations"


def join_counts(counts: Mapping[str, int], *, most: int | None = None) -> str:
    """Return ``bta.bg 12, dnevnik.bg 3 and 5 more``."""
    shown = ", ".join(f"{name} {count:,}" for name, count in list(counts.items())[:most])
    more = 0 if most is None else len(counts) - most
    return f"{shown} and {more} more" if more > 0 else shown


def write_json(value: Any) -> None:
    """Print a value of plain data and dates as JSON."""
    runtime.write_line(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print rows as CSV with a header."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    runtime.write_line(buffer.getvalue().removesuffix("\n"))


_CSV_COLUMNS = (
    "subject", "relation", "object", "count", "documents", "factuality", "sources", "publishers", "first",
    "last", "document", "sentence",
)  # fmt: skip


def _csv_row(triple: CorpusTriple) -> tuple[Any, ...]:
    example = triple.examples[0] if triple.examples else None
    counts = (join_counts(c) for c in (triple.factuality, triple.sources, triple.publishers))
    first: date | None = triple.first
    return (
        triple.subject, triple.relation, triple.object, triple.count, triple.documents, *counts, first,
        triple.last, example and example.document, example and example.sentence,
    )  # fmt: skip
