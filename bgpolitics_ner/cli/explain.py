"""``bgpolitics explain``: why each relation was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.padding import Padding
from rich.text import Text

from bgpolitics_ner.cli import runtime
from bgpolitics_ner.cli.render import Mark, describe_roles, mark_text, referent_names
from bgpolitics_ner.document import Argument, Document, Relation
from bgpolitics_ner.reading import read_text

if TYPE_CHECKING:
    from bgpolitics_ner.annotator import Explanation


def explain(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="A UTF-8 text file; - is standard input.")],
    min_confidence: runtime.MinConfidence = 0.0,
    model: runtime.Model = None,
    frontend: runtime.FrontendName = runtime.Frontend.spacy,
    frontend_model: runtime.FrontendModel = None,
    frames: runtime.Frames = None,
    prefer: runtime.Prefer = runtime.Preference.balanced,
) -> None:
    """Show for each relation its sentence, trigger and arguments, and the frame or model that found it."""
    with runtime.user_errors():
        item = read_text(file)
        nlp = runtime.load_annotator(
            model=model, frontend=frontend, frontend_model=frontend_model, min_confidence=min_confidence,
            frames=frames, prefer=prefer,
        )  # fmt: skip
        explanations = nlp.explain(item.text, id=item.id)
        for explanation in explanations:
            _print_relation(explanation)
        if not explanations:
            runtime.show("No relations found.")


def _print_relation(explanation: Explanation) -> None:
    document, relation = explanation.document, explanation.relation
    names = referent_names(document)
    head = Text.assemble(
        (f"{relation.id}  ", "dim"),
        (names.get(relation.subject.referent, "?"), "bold"),
        (f"  {relation.type}  ", "bold yellow"),
        (names.get(relation.object.referent, "?"), "bold"),
        f"  {relation.factuality}",
    )
    runtime.show(head)
    runtime.show(Padding(marked_sentence(document, relation), (0, 0, 0, 4), expand=False))
    for label, value in _reasons(explanation, names):
        runtime.show(Text.assemble((f"    {label:<11}", "dim"), value))
    runtime.show()


def marked_sentence(document: Document, relation: Relation) -> Text:
    """Return the relation's sentence with subject, trigger and object in brackets."""
    entities = {entity.id: entity for entity in document.entities or ()}
    marks: list[Mark] = []
    sides: tuple[tuple[Argument, str, str], ...] = (
        (relation.subject, "SUBJECT", "bold cyan"),
        (relation.object, "OBJECT", "bold green"),
    )
    for argument, label, style in sides:
        if argument.mention is not None:
            mention = entities[argument.mention]
            marks.append(Mark(mention.start, mention.end, label, style))
    if relation.trigger is not None:
        marks.append(Mark(relation.trigger.start, relation.trigger.end, "TRIGGER", "bold yellow"))
    if relation.sentence is None:
        return Text("(no sentence)")
    text = mark_text(document.text, marks, start=relation.sentence.start, end=relation.sentence.end)
    return Text(" ").join(text.split())


def _reasons(explanation: Explanation, names: dict[str, str]) -> list[tuple[str, str]]:
    relation = explanation.relation
    confidence = "" if relation.confidence is None else f"{relation.confidence:.2f}"
    values = [
        ("found by", ", ".join(relation.origin)),
        ("path", " → ".join(explanation.path)),
        ("confidence", confidence),
        ("said by", names.get(relation.source, relation.source) if relation.source else ""),
        ("hearsay", "told as heard from others, nobody named" if relation.hearsay else ""),
        ("when", relation.when.text if relation.when else ""),
        ("roles", "; ".join(describe_roles(relation))),
        ("codes", " ".join(code for code in (relation.plover, relation.cameo) if code)),
    ]
    return [(label, value) for label, value in values if value]
