"""Which gold relations the candidates reach."""

from __future__ import annotations

from dataclasses import replace

from bgpolitics_ner.document import Argument, Document, Entity, Referent, Relation, Sentence, Span
from bgpolitics_ner.relations.candidates import CandidateGenerator
from bgpolitics_ner.training.reach import count_reached

from .mentioned import meeting

TEXT = meeting().text
NAMES = {"Лукашенко": "PER", "Тръмп": "PER", "Минск": "LOC"}


def gold(*relations: Relation) -> Document:
    starts = {name: TEXT.index(name) for name in NAMES}
    return Document(
        id="a",
        text=TEXT,
        entities=tuple(
            Entity(name, start, start + len(name), name, NAMES[name], referent=name)
            for name, start in starts.items()
        ),
        referents=tuple(Referent(name, name, kind) for name, kind in NAMES.items()),
        relations=tuple(replace(r, id=f"x{number}") for number, r in enumerate(relations)),
    )


def relation(kind: str, subject: str, object_: str, trigger: str) -> Relation:
    start = TEXT.index(trigger)
    ends = (Argument(name, name) for name in (subject, object_))
    return Relation(
        "x", kind, *ends, Span(start, start + len(trigger), trigger), sentence=Sentence(0, len(TEXT))
    )


def test_a_pair_is_reached_by_any_trigger_and_fully_by_its_own() -> None:
    doc = meeting()
    candidates = CandidateGenerator(["срещна"]).generate(doc, [])
    found = gold(
        relation("meets-with", "Тръмп", "Лукашенко", "срещна"),
        relation("visits", "Лукашенко", "Минск", "в"),
    )
    assert count_reached(doc, found, candidates) == (2, 2, 1)
    assert count_reached(doc, found, []) == (2, 0, 0)
