"""The command line with an annotator that needs no model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bgpolitics_ner.cli import runtime
from bgpolitics_ner.cli.app import app
from bgpolitics_ner.document import Argument, Document, Entity, Referent, Relation, Sentence, Span, Triple

NAMES = {"Лукашенко": "PER", "Тръмп": "PER", "Минск": "LOC"}
BREAKS = "чупи"


@dataclass(frozen=True)
class FakeExplanation:
    document: Document
    relation: Relation
    path: tuple[str, ...]


class FakeAnnotator:
    """Knows three names and one relation: Лукашенко meets Тръмп wherever both stand; BREAKS breaks it."""

    def __call__(self, text: str, *, id: str | None = None, date: str | None = None) -> Document:
        if BREAKS in text:
            raise ZeroDivisionError("a defect of the pipeline")
        found = [name for name in NAMES if name in text]
        entities = tuple(
            Entity(
                f"m{i}", text.index(name), text.index(name) + len(name), name, NAMES[name], name, f"r{i}", 0.9
            )
            for i, name in enumerate(found)
        )
        referents = tuple(Referent(f"r{i}", name, NAMES[name]) for i, name in enumerate(found))
        relations: tuple[Relation, ...] = ()
        triples: tuple[Triple, ...] = ()
        if found[:2] == ["Лукашенко", "Тръмп"] and (start := text.find("среща")) >= 0:
            trigger = Span(start, start + 5, "среща")
            ends = (Argument("m0", "r0"), Argument("m1", "r1"))
            sentence = Sentence(0, len(text.rstrip()))
            relations = (
                Relation(
                    "x1", "meets-with", *ends, trigger, sentence, confidence=0.81, origin=("rule:meets.noun",)
                ),
            )
            triples = (Triple("Лукашенко", "meets-with", "Тръмп", ("asserted",), ("x1",)),)
        return Document(
            id or "doc-0",
            text,
            date=date,
            entities=entities,
            referents=referents,
            relations=relations,
            triples=triples,
        )

    def pipe(self, items: Iterable[Any]) -> Iterator[Document]:
        for item in items:
            yield self(item["text"], id=item.get("id"), date=item.get("date"))

    def explain(self, text: str, *, id: str | None = None) -> list[FakeExplanation]:
        document = self(text, id=id)
        path = ("среща", "nmod", "Тръмп")
        return [FakeExplanation(document, relation, path) for relation in document.relations or ()]


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Put the fake in the annotator's place; the list holds the arguments of each load."""
    calls: list[dict[str, Any]] = []

    def load(**arguments: Any) -> FakeAnnotator:
        calls.append(arguments)
        return FakeAnnotator()

    monkeypatch.setattr(runtime, "load_annotator", load)
    return calls


@pytest.fixture
def run(loads: list[dict[str, Any]]) -> Callable[..., Any]:
    """Run ``bgpolitics`` with arguments; a defect of the program is raised, not turned into a status."""

    def call(*arguments: str | Path, stdin: bytes = b"") -> Any:
        return CliRunner().invoke(app, [str(a) for a in arguments], input=stdin, catch_exceptions=False)

    return call
