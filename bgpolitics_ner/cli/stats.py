"""``bgpolitics stats``: what is in a corpus."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from bgpolitics_ner.cli import runtime
from bgpolitics_ner.cli.query import (
    Copies,
    Corpus,
    Format,
    Output,
    Publisher,
    Since,
    Until,
    join_counts,
    write_csv,
    write_json,
)
from bgpolitics_ner.cli.render import make_table

if TYPE_CHECKING:
    from bgpolitics_ner.corpus.stats import Stats

_COUNTED = ("types", "factuality", "subjects", "objects", "sources", "languages", "problems")
_BAR = 30


def stats(
    corpus: Corpus,
    since: Since = None,
    until: Until = None,
    publisher: Publisher = None,
    copies: Copies = False,
    limit: Annotated[int, typer.Option(min=1, help="Most names in each list.")] = 10,
    output: Format = Output.table,
) -> None:
    """Show what a corpus has: who, what, how often, over time, by publisher and source."""
    with runtime.user_errors():
        from bgpolitics_ner.corpus.stats import stats as count

        result = count(corpus, since=since, until=until, publisher=publisher, copies=copies, limit=limit)
        if output is Output.json:
            write_json(asdict(result))
        elif output is Output.csv:
            write_csv(("what", "name", "count", "relations"), _csv_rows(result))
        else:
            _print(result, limit)


def _csv_rows(result: Stats) -> Iterable[tuple[Any, ...]]:
    for name in ("documents", "duplicates", "words", "relations", "triples"):
        yield name, "", getattr(result, name), ""
    for name in _COUNTED:
        yield from ((name, key, count, "") for key, count in getattr(result, name).items())
    yield from (("publishers", p.publisher, p.documents, p.relations) for p in result.publishers)
    yield from (("months", m.month, m.documents, m.relations) for m in result.months)


def _print(result: Stats, limit: int) -> None:
    copied = f" ({result.duplicates:,} near-copies)" if result.duplicates else ""
    runtime.show(
        f"{result.documents:,} documents{copied}, {result.words:,} words, {result.relations:,} relations, "
        f"{result.triples:,} triples"
    )
    if result.first is not None:
        runtime.show(f"published {result.first} to {result.last}")
    for title in ("languages", "problems", "factuality"):
        if getattr(result, title):
            runtime.show(f"{title}: {join_counts(getattr(result, title))}")
    _print_counts("relation", dict(list(result.types.items())[:limit]))
    for title, counts in (
        ("subject", result.subjects),
        ("object", result.objects),
        ("source", result.sources),
    ):
        _print_counts(title, counts)
    publishers = [(p.publisher, p.documents, p.relations) for p in result.publishers]
    _print_amounts("publisher", publishers)
    _print_amounts("month", [(m.month, m.documents, m.relations) for m in result.months])


def _print_counts(title: str, counts: Mapping[str, int]) -> None:
    if not counts:
        return
    table = make_table(title, "relations", "")
    table.columns[1].justify = "right"
    most = max(counts.values())
    for name, count in counts.items():
        table.add_row(Text(name), f"{count:,}", _bar(count, most))
    runtime.show(table)


def _print_amounts(title: str, rows: list[tuple[str, int, int]]) -> None:
    if not rows:
        return
    table = make_table(title, "documents", "relations", "")
    for column in (1, 2):
        table.columns[column].justify = "right"
    most = max(relations for _, _, relations in rows)
    for name, documents, relations in rows:
        table.add_row(Text(name), f"{documents:,}", f"{relations:,}", _bar(relations, most))
    runtime.show(table)


def _bar(count: int, most: int) -> Text:
    return Text("▇" * round(_BAR * count / most) if most else "", style="cyan")
