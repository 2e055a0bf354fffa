"""``bgpolitics annotate``: entities, referents and relations of one text or of JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from bgpolitics_ner.cli import runtime
from bgpolitics_ner.cli.render import entity_marks, mark_text, summary, triple_table
from bgpolitics_ner.cli.stream import annotate_stream
from bgpolitics_ner.document import Document
from bgpolitics_ner.errors import InputError
from bgpolitics_ner.reading import BadLine, display_name, read_lines, read_text

if TYPE_CHECKING:
    from bgpolitics_ner.annotator import Annotator


class Format(str, Enum):
    """What is printed."""

    text = "text"
    table = "table"
    json = "json"
    jsonl = "jsonl"


class Input(str, Enum):
    """What is read."""

    text = "text"
    jsonl = "jsonl"


def annotate(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="A UTF-8 text file; - is standard input.")],
    output: Annotated[
        Format, typer.Option("--format", "-f", help="Marked text and triples, triples, Documents.")
    ] = Format.text,
    source: Annotated[
        Input, typer.Option("--input", "-i", help='One text, or one {"id", "text", "date"?} a line.')
    ] = Input.text,
    date: Annotated[
        str | None, typer.Option(help="When the text was published (YYYY-MM-DD); with --input text.")
    ] = None,
    min_confidence: runtime.MinConfidence = 0.0,
    model: runtime.Model = None,
    frontend: runtime.FrontendName = runtime.Frontend.spacy,
    frontend_model: runtime.FrontendModel = None,
    kb: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help='Your own names to link: {"id", "type", "names", "wikidata"?} a line.'
        ),
    ] = None,
    frames: runtime.Frames = None,
    prefer: runtime.Prefer = runtime.Preference.balanced,
) -> None:
    """Annotate a text: who did what to whom, with the words that say it."""
    bad: list[BadLine] = []
    load = partial(
        runtime.load_annotator, model=model, frontend=frontend, frontend_model=frontend_model,
        min_confidence=min_confidence, kb=kb, frames=frames, prefer=prefer,
    )  # fmt: skip
    with runtime.user_errors():
        results = _keep_bad(_annotate(file, source, date, load), bad, display_name(file))
        if output in (Format.json, Format.jsonl):
            for line in _as_json(results, indent=output is Format.json, many=source is Input.jsonl):
                runtime.write_line(line)
        else:
            _print_readable(results, text_too=output is Format.text)
    if bad:
        raise typer.Exit(runtime.UNUSABLE_INPUT)


def _annotate(
    file: str, source: Input, date: str | None, load: Callable[[], Annotator]
) -> Iterator[Document | BadLine]:
    """Yield the results; input that is unusable as a whole is told before the model is loaded."""
    if source is Input.jsonl:
        if date is not None:
            raise InputError("--date goes with --input text; in JSON Lines each line has its own date")
        lines = read_lines(file)
        first = next(lines)
        nlp = load()
        yield from annotate_stream(nlp, chain([first], lines))
    else:
        item = read_text(file, date=date)
        nlp = load()
        yield nlp(item.text, id=item.id, date=item.date)


def _keep_bad(
    results: Iterable[Document | BadLine], bad: list[BadLine], name: str
) -> Iterator[Document | BadLine]:
    for result in results:
        if isinstance(result, BadLine):
            bad.append(result)
            runtime.tell(f"{name}:{result.line}: {result.error}")
        yield result


def _as_json(results: Iterable[Document | BadLine], *, indent: bool, many: bool) -> Iterator[str]:
    """Yield JSON Lines, or with `indent` one readable JSON value: an array where there are `many` inputs."""
    if not indent:
        yield from (_to_json(result, indent=None) for result in results)
        return
    opening, closing = ("[", "]") if many else ("", "")
    for result in results:
        yield opening + _to_json(result, indent=1)
        opening = ","
    if closing:
        yield closing


def _to_json(result: Document | BadLine, *, indent: int | None) -> str:
    if isinstance(result, Document):
        return result.to_json(indent=indent)
    return json.dumps(result.to_dict(), ensure_ascii=False, indent=indent)


def _print_readable(results: Iterable[Document | BadLine], *, text_too: bool) -> None:
    for document in results:
        if isinstance(document, BadLine):
            continue
        runtime.show(Text(document.id, style="bold underline"), Text(summary(document), style="dim"))
        if text_too:
            runtime.show()
            runtime.show(mark_text(document.text.rstrip(), entity_marks(document)))
        runtime.show(triple_table(document) if document.triples else "\nNo triples found.\n")
