"""``bgpolitics batch``: a corpus of any size, in parallel, to be continued after whatever stopped it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Annotated, Any

import typer

from bgpolitics_ner.cli import runtime
from bgpolitics_ner.corpus.files import FORMATS
from bgpolitics_ner.corpus.interrupts import Interrupted
from bgpolitics_ner.corpus.progress import Progress, Summary
from bgpolitics_ner.corpus.runner import TIMEOUT, annotate_corpus
from bgpolitics_ner.errors import InputError

SOME_FAILED = 3
"""Exit status where all is written but some documents failed."""
_SIGNALLED = 128  # and the number of the signal: 130 for Ctrl-C
_EVERY = 10.0  # seconds between lines where standard error is no terminal
_BARS = 1000

_FORMAT_HELP = f"What the files are, where their endings do not say: {', '.join(FORMATS)}."
_DATA, _RUN, _MODEL = "Input and output", "How it runs", "Model"


class TableFormat(str, Enum):
    """The format of the flat tables."""

    parquet = "parquet"
    csv = "csv"


class Engine(str, Enum):
    """What runs the processes that annotate."""

    local = "local"
    ray = "ray"


def batch(
    inputs: Annotated[
        list[str],
        typer.Argument(metavar="INPUT…", help="Files, folders, patterns, or - (standard input)."),
    ],
    out: Annotated[
        str,
        typer.Option(
            "-o",
            "--out",
            metavar="OUT",
            rich_help_panel=_DATA,
            help="One file: .jsonl, .jsonl.gz, .jsonl.zst or .parquet. With Ray a folder or URL.",
        ),
    ],
    tables: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="Write flat tables too, to this folder.", rich_help_panel=_DATA),
    ] = None,
    table_format: Annotated[
        TableFormat, typer.Option(help="Format of the tables.", rich_help_panel=_DATA)
    ] = TableFormat.parquet,
    input_format: Annotated[str | None, typer.Option(help=_FORMAT_HELP, rich_help_panel=_DATA)] = None,
    text_column: Annotated[
        str | None, typer.Option(help="Column or key with the text; else guessed.", rich_help_panel=_DATA)
    ] = None,
    id_column: Annotated[
        str | None,
        typer.Option(
            help="Column or key with the id; else guessed, or made of file and row.", rich_help_panel=_DATA
        ),
    ] = None,
    date_column: Annotated[
        str | None, typer.Option(help="Column or key with the date; else guessed.", rich_help_panel=_DATA)
    ] = None,
    all_languages: Annotated[
        bool,
        typer.Option(
            "--all-languages",
            help="Annotate what is not Bulgarian, and boilerplate, too.",
            rich_help_panel=_DATA,
        ),
    ] = False,
    languages: Annotated[
        bool | None,
        typer.Option(
            "--languages/--no-languages",
            show_default="where py3langid is installed",
            help="Note the language of each text.",
            rich_help_panel=_DATA,
        ),
    ] = None,
    duplicates: Annotated[
        bool | None,
        typer.Option(
            "--duplicates/--no-duplicates",
            show_default="where rensa is installed",
            help="Mark near-copies of articles.",
            rich_help_panel=_DATA,
        ),
    ] = None,
    engine: Annotated[
        Engine, typer.Option(help="Annotate on this machine, or on a Ray cluster.", rich_help_panel=_RUN)
    ] = Engine.local,
    address: Annotated[
        str | None,
        typer.Option(help="Where the Ray cluster is; else one on this machine.", rich_help_panel=_RUN),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "-j",
            "--jobs",
            min=1,
            show_default="1; with Ray as many as there is room for",
            help="Processes that annotate.",
            rich_help_panel=_RUN,
        ),
    ] = None,
    timeout: Annotated[
        float,
        typer.Option(
            min=0, help="Seconds for one document, then it has failed; 0: no limit.", rich_help_panel=_RUN
        ),
    ] = TIMEOUT,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with what was broken off.", rich_help_panel=_RUN)
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Begin anew, whatever is there.", rich_help_panel=_RUN)
    ] = False,
    retry_failures: Annotated[
        bool,
        typer.Option(
            "--retry-failures",
            help="Annotate what failed again, in its place.",
            rich_help_panel=_RUN,
        ),
    ] = False,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="No progress and no summary.", rich_help_panel=_RUN)
    ] = False,
    min_confidence: runtime.MinConfidence = 0.0,
    model: runtime.Model = None,
    frontend: runtime.FrontendName = runtime.Frontend.spacy,
    frontend_model: runtime.FrontendModel = None,
    kb: Annotated[str | None, typer.Option(metavar="FILE", help="Your own names to link.")] = None,
    frames: runtime.Frames = None,
    prefer: runtime.Prefer = runtime.Preference.balanced,
    annotator: Annotated[str | None, typer.Option(hidden=True, metavar="MODULE:FUNCTION")] = None,
) -> None:
    """Annotate a corpus: files of any number and size into one file of Documents.

    Exit status: 0 all is done; 3 all is written, but some documents failed and stand in OUT.failures.jsonl;
    2 unusable input; 1 any other error; 130 or 143 stopped by Ctrl-C or SIGTERM: --resume goes on.
    """
    options: dict[str, Any] = {
        "model": model, "frontend": frontend.value, "kb": kb, "frames": frames, "prefer": prefer.value,
        "frontend_model": frontend_model, "min_confidence": min_confidence,
    }  # fmt: skip
    with runtime.user_errors(), _interrupts(), _reporter(quiet) as report:
        summary = annotate_corpus(
            inputs, out, tables=tables, table_format=table_format.value, engine=engine.value,
            address=address, jobs=jobs,
            existing=_existing(resume=resume, overwrite=overwrite, retry=retry_failures),
            timeout=timeout or None, input_format=input_format,
            text_column=text_column, id_column=id_column, date_column=date_column,
            all_languages=all_languages, languages=languages, duplicates=duplicates, progress=report,
            annotator=annotator, **({} if annotator else options),
        )  # fmt: skip
    if not quiet:
        for line in describe(summary):
            sys.stderr.write(line + "\n")
    if summary.failures:
        raise typer.Exit(SOME_FAILED)


def _existing(*, resume: bool, overwrite: bool, retry: bool) -> Any:
    chosen = [
        name for name, wanted in (("resume", resume), ("overwrite", overwrite), ("retry", retry)) if wanted
    ]
    if len(chosen) > 1:
        raise InputError("--resume, --overwrite and --retry-failures exclude one another")
    return chosen[0] if chosen else "refuse"


@contextmanager
def _interrupts() -> Iterator[None]:
    try:
        yield
    except Interrupted as interrupted:
        runtime.tell(str(interrupted))
        raise typer.Exit(_SIGNALLED + interrupted.number) from None


@contextmanager
def _reporter(quiet: bool) -> Iterator[Callable[[Progress], None] | None]:
    """Give what shows progress: a live line in a terminal, else a line now and then."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        with _live() as report:
            yield report
    else:
        yield _Lines()


class _Lines:
    """Writes a line every few seconds."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._last >= _EVERY:
            self._last = now
            sys.stderr.write(progress_line(progress) + "\n")
            sys.stderr.flush()


@contextmanager
def _live() -> Iterator[Callable[[Progress], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    console = Console(file=sys.stderr, highlight=False, markup=False)
    with Bar(BarColumn(bar_width=20), TextColumn("{task.description}", markup=False), console=console,
             refresh_per_second=4, transient=True) as bar:  # fmt: skip
        task = bar.add_task("", total=None)

        def report(progress: Progress) -> None:
            done = None if progress.fraction is None else progress.fraction * _BARS
            total = None if done is None else _BARS
            bar.update(task, description=progress_line(progress), completed=done or 0, total=total)

        yield report


def progress_line(progress: Progress) -> str:
    """Return how far a run is in one line."""
    if progress.phase == "checking":
        return f"reading the input … {_duration(progress.seconds)}"
    parts = [
        f"{progress.documents:,} documents",
        f"{progress.words_per_second:,.0f} words/s",
        f"{progress.triples:,} triples",
        f"{progress.failures:,} failed",
    ]
    if progress.phase == "writing":
        parts.append("writing the output")
    elif progress.fraction is not None and progress.seconds_left is not None:
        parts.append(f"{progress.fraction:.0%}, {_duration(progress.seconds_left)} left")
    return " · ".join(parts)


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h"
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def describe(summary: Summary) -> Iterator[str]:
    """Yield the lines of the summary."""
    counts = summary.counts
    speed = f", {summary.words_per_second:,.0f} words/s" if summary.words_per_second else ""
    done = f"{summary.documents:,} documents, {summary.words:,} words"
    yield f"{done} in {_duration(summary.seconds)}{speed} → {summary.out}"
    layers = ("entities", "referents", "relations", "quotes", "triples")
    yield "  " + ", ".join(f"{counts.get(name, 0):,} {name}" for name in layers)
    if summary.tables is not None:
        yield f"  tables: {summary.tables}"
    left_out = summary.documents - counts.get("annotated", 0)
    if left_out:
        reasons = ", ".join(f"{name} {count:,}" for name, count in summary.problems.items())
        yield f"  {left_out:,} not annotated ({reasons})"
    others = {name: count for name, count in summary.languages.items() if name != "bg"}
    if others:
        yield "  not Bulgarian: " + ", ".join(f"{name} {count:,}" for name, count in others.items())
    for key, text in (
        ("duplicates", "near-copies of an article before them (duplicate_of)"),
        ("original_id", "ids stood before and were made unique (original_id)"),
        ("original_date", "dates could not be read (original_date)"),
    ):
        if counts.get(key):
            yield f"  {counts[key]:,} {text}"
    for notice in summary.notices:
        yield f"  {notice}"
    if summary.failures:
        yield f"  {summary.failures:,} documents failed: {summary.failures_file} (--retry-failures)"
