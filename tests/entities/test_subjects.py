"""Persons that begin a sentence and that the tagger misses; names that run into an abbreviation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.tokens import Doc

from bgpolitics_ner.document import Document
from bgpolitics_ner.entities.component import Entities
from bgpolitics_ner.entities.known import KnownName
from bgpolitics_ner.entities.named import NamedSpan, merge
from tests.entities.conftest import Build

VERB = "командва командвам VERB ROOT 1"


def persons(stage: Entities, doc: Doc) -> list[tuple[str, str]]:
    return [(doc.text[m.start : m.end], m.origin) for m in stage(doc)._.mentions if m.type == "PER"]


def test_a_proper_name_that_is_the_subject(build: Build, stage: Entities) -> None:
    doc = build(f"Рюте Рюте PROPN nsubj 1\n{VERB}\nвойските войска NOUN obj 1")
    assert persons(stage, doc) == [("Рюте", "rule:subject")]


@pytest.mark.parametrize(
    "first",
    [
        "Рюте рюте NOUN nsubj 1",
        "Рюте Рюте PROPN obj 1",
        "РЮТ РЮТ PROPN nsubj 1",
        "Easyjet Easyjet PROPN nsubj 1",
        "Рютът Рют PROPN nsubj 1 Definite=Def",
        "Рютите Рют PROPN nsubj 1 Number=Plur",
        "Белене Белене PROPN nsubj 1",
        "Президент президент PROPN nsubj 1",
    ],
)
def test_what_is_no_person(build: Build, stage: Entities, first: str) -> None:
    assert persons(stage, build(f"{first}\n{VERB}\nвойските войска NOUN obj 1")) == []


def test_a_text_that_has_the_word_again_is_left_to_the_tagger(build: Build, stage: Entities) -> None:
    doc = build(f"Рюте Рюте PROPN nsubj 1\n{VERB}\nРюте Рюте PROPN obj 1")
    assert persons(stage, doc) == []


def test_no_person_holds_an_abbreviation() -> None:
    span = NamedSpan(0, 2, "PER", "model", probability=0.6)
    usa = KnownName(1, 2, "LOC", "gazetteer:states", False, abbreviation=True)
    assert [(s.start, s.end, s.label) for s in merge([span], [], [usa])] == [(0, 1, "PER"), (1, 2, "LOC")]
    first = KnownName(0, 1, "ORG", "gazetteer:organisations", False, abbreviation=True)
    assert [(s.start, s.end, s.label) for s in merge([span], [], [first])] == [(0, 1, "ORG"), (1, 2, "PER")]


@pytest.mark.parametrize(
    "known",
    [
        KnownName(1, 2, "LOC", "gazetteer:states", False),
        KnownName(1, 2, "LOC", "gazetteer:states", True, abbreviation=True),
    ],
)
def test_other_names_may_be_part_of_a_person(known: KnownName) -> None:
    span = NamedSpan(0, 2, "PER", "model", probability=0.6)
    assert [(s.start, s.end, s.label) for s in merge([span], [], [known])] == [(0, 2, "PER")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Столтенберг командва НАТО.", [("Столтенберг", "PER"), ("НАТО", "ORG")]),
        ("Путин САЩ не заплашва.", [("Путин", "PER"), ("САЩ", "LOC")]),
        ("Мелони отказа среща.", [("Мелони", "PER")]),
    ],
)
def test_short_texts(annotator: Callable[[str], Document], text: str, names: list[tuple[str, str]]) -> None:
    found = [(e.text, e.type) for e in annotator(text).entities or () if e.type in ("PER", "LOC", "ORG")]
    assert found == names
