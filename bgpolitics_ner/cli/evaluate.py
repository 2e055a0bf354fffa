"""``bgpolitics evaluate``: predictions against gold, as tables or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from bgpolitics_ner import evaluation
from bgpolitics_ner.cli import runtime
from bgpolitics_ner.cli.render import make_table
from bgpolitics_ner.document import Document
from bgpolitics_ner.errors import InputError
from bgpolitics_ner.evaluation.files import find_gold, read_documents
from bgpolitics_ner.evaluation.report import EvaluationReport, RelationError
from bgpolitics_ner.schema import Schema, load_schema

if TYPE_CHECKING:
    from bgpolitics_ner.annotator import Annotator

TABLES = {
    "entities, strict": ("entities", "strict"),
    "entities, relaxed": ("entities", "relaxed"),
    "relations, document level": ("relations", "document"),
    "relations, mention level, strict": ("relations", "mention_strict"),
    "relations, mention level, relaxed": ("relations", "mention_relaxed"),
}
QUALIFIERS = ("source", "when", "roles")


def evaluate(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[FOLDER]", help="Articles NAME.txt with NAME.gold.json: predict and score."),
    ] = None,
    gold: Annotated[Path | None, typer.Option(help="Gold Documents (.json or .jsonl); with --pred.")] = None,
    pred: Annotated[
        Path | None, typer.Option(help="Predicted Documents of the same ids; with --gold.")
    ] = None,
    conllu: Annotated[
        Path | None,
        typer.Option(
            help="CoNLL-U file: score the front end on its raw text as in the CoNLL 2018 shared task."
        ),
    ] = None,
    raw_lemmas: Annotated[
        bool, typer.Option("--raw-lemmas", help="With --conllu: compare lemmas with the file as it stands.")
    ] = False,
    errors: Annotated[bool, typer.Option("--errors", help="List every miss and every false alarm.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    model: Annotated[
        str | None, typer.Option(help="Name or path of a model; with FOLDER or --conllu.")
    ] = None,
    frontend: runtime.FrontendName = runtime.Frontend.spacy,
    frontend_model: runtime.FrontendModel = None,
    frames: runtime.Frames = None,
) -> None:
    """Score a folder of gold articles, predictions made before, or the front end on a treebank."""
    load = partial(
        runtime.load_annotator, model=model, frontend=frontend, frontend_model=frontend_model, frames=frames
    )
    with runtime.user_errors():
        if conllu is not None and folder is None and gold is None and pred is None and not errors:
            _evaluate_frontend(conllu, load, raw_lemmas, as_json)
            return
        if conllu is not None:
            raise InputError("--conllu FILE goes without folder, --gold, --pred and --errors")
        if raw_lemmas:
            raise InputError("--raw-lemmas goes with --conllu FILE only")
        report = evaluation.evaluate(*_read(folder, gold, pred, load), schema=_schema(frames))
        if as_json:
            values = report.to_dict()
            if errors:
                values["errors"] = [error.to_dict() for error in report.errors]
            runtime.write_line(json.dumps(values, ensure_ascii=False, indent=1))
            return
        _print_report(report)
        if errors:
            _print_errors(report.errors)


def _read(
    folder: Path | None, gold: Path | None, pred: Path | None, load: Callable[[], Annotator]
) -> tuple[list[Document], list[Document]]:
    """Return gold and predicted Documents; with a folder the predictions are made here."""
    if folder is not None and gold is None and pred is None:
        documents = [pair.read() for pair in find_gold(folder)]
        nlp = load()
        items = ({"id": d.id, "text": d.text, **({"date": d.date} if d.date else {})} for d in documents)
        return documents, list(nlp.pipe(items))
    if folder is None and gold is not None and pred is not None:
        return read_documents(gold), read_documents(pred)
    raise InputError("give a folder of gold articles, or both --gold FILE and --pred FILE, or --conllu FILE")


def _schema(frames: str | None) -> Schema | None:
    """Return the shipped types with those of the user's file, None without one."""
    if frames is None:
        return None
    from bgpolitics_ner.relations.own import read_own_frames

    return load_schema().with_relations(read_own_frames(frames).relations)


def _evaluate_frontend(path: Path, load: Callable[[], Annotator], raw_lemmas: bool, as_json: bool) -> None:
    gold = evaluation.read_conllu(path, raw_lemmas=raw_lemmas)
    report = evaluation.score_conllu(gold, evaluation.from_doc(*load().parse(gold.text)))
    if as_json:
        runtime.write_line(json.dumps(report.to_dict()))
        return
    runtime.show(
        f"{len(gold.sentences):,} sentences, {len(gold.tokens):,} tokens, {len(gold.words):,} words\n"
    )
    table = make_table(
        "metric", "precision", "recall", "F1", "aligned accuracy", "correct", "predicted", "gold"
    )
    for name, metric in report.metrics.items():
        score = metric.score
        rates = (score.precision, score.recall, score.f1, metric.accuracy)
        cells = ("" if rate is None else f"{100 * rate:.2f}" for rate in rates)
        table.add_row(name, *cells, *map(str, (score.tp, score.predicted, score.gold)))
    runtime.show(table)


def _print_report(report: EvaluationReport) -> None:
    values = report.to_dict()
    runtime.show(f"{report.documents} document(s)\n")
    overview = make_table(
        "what", "precision", "recall", "F1", "95 % interval", "correct", "predicted", "gold"
    )
    for title, (layer, level) in TABLES.items():
        if values[layer] is not None:
            overview.add_row(title, *_score_cells(values[layer][level]))
    for name in QUALIFIERS:
        if values[name] is not None:
            overview.add_row(f"{name} (of matches)", *_score_cells(values[name]))
    runtime.show(overview)
    if values["factuality"] is not None:
        runtime.show(_describe_accuracy(values["factuality"]))
    for title in ("entities, strict", "relations, document level"):
        layer, level = TABLES[title]
        if values[layer] is not None:
            runtime.show()
            runtime.show(_type_table(title, values[layer][level]["per_type"]))


def _score_cells(score: Mapping[str, Any]) -> Iterator[str]:
    for rate in ("precision", "recall", "f1"):
        yield f"{score[rate]:.3f}"
    low_high = score.get("interval")
    yield f"{low_high[0]:.3f}–{low_high[1]:.3f}" if low_high else ""
    for count in ("tp", "predicted", "gold"):
        yield str(score[count])


def _describe_accuracy(values: Mapping[str, Any]) -> str:
    accuracy = "no match to judge" if values["accuracy"] is None else f"{values['accuracy']:.3f}"
    return f"factuality of document-level matches: {accuracy} ({values['correct']} of {values['matches']})"


def _type_table(title: str, rows: Mapping[str, Mapping[str, Any]]) -> Table:
    table = make_table(title, "precision", "recall", "F1", "", "correct", "predicted", "gold")
    for name, score in rows.items():
        table.add_row(name, *_score_cells(score))
    return table


def _print_errors(errors: Iterable[RelationError]) -> None:
    styles = {"miss": "bold yellow", "false alarm": "bold red"}
    runtime.show("\nDocument-level errors\n")
    for error in errors:
        runtime.show(
            Text.assemble(
                (f"{error.kind:<12}", styles.get(error.kind, "")),
                (f"{error.document}  ", "dim"),
                (error.subject, "bold"),
                f"  {error.type}  ",
                (error.object, "bold"),
                f"  {', '.join(error.factuality)}",
            )
        )
        for label, value in _error_details(error):
            runtime.show(Text.assemble((f"    {label:<11}", "dim"), value))


def _error_details(error: RelationError) -> list[tuple[str, str]]:
    values = [
        ("sentence", " ".join((error.sentence or "").split())),
        ("trigger", error.trigger or ""),
        (
            "mentions",
            " / ".join(text or "(left out)" for text in (error.subject_mention, error.object_mention)),
        ),
        ("found by", ", ".join(error.origin)),
    ]
    return [(label, value) for label, value in values if value]
