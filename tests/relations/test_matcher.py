"""Frames on sentences parsed by hand: when one fires and with which arguments."""

from __future__ import annotations

from typing import Any

import pytest
from spacy.tokens import Doc

from bgpolitics_ner.relations.frames import index_frames, parse_frames
from bgpolitics_ner.relations.matcher import FrameMatcher, Match

from .mentioned import mark, meeting

FRAME = {
    "id": "verb",
    "triggers": ["срещна"],
    "pos": "verb",
    "subject": ["subj"],
    "object": ["obj", "prep:с"],
    "subject_types": ["PER"],
    "object_types": ["PER"],
    "roles": {"place": ["prep:в"]},
    "confidence": 0.8,
    "yes": [],
    "no": [],
}
BETWEEN = """
    преговорите преговор NOUN 0 ROOT
    между между ADP 3 case
    Мей Мей PROPN 1 nmod
    и и CCONJ 5 cc
    Тръмп Тръмп PROPN 3 conj
"""


def match(doc: Doc, **changes: Any) -> list[Match]:
    frames = parse_frames({"relation": "meets-with", "frame": [{**FRAME, **changes}]}, place="test")
    return FrameMatcher(index_frames(frames)).match(doc)


def test_a_match_says_all() -> None:
    doc = meeting()
    (found,) = match(doc)
    assert (found.relation, found.rule, found.confidence) == ("meets-with", "meets-with.verb", 0.8)
    assert (doc[found.trigger].text, found.path) == ("срещна", ("subj", "prep:с"))
    assert (found.subject_mention, found.subject, found.object_mention, found.object) == (0, 0, 1, 1)
    assert {name: doc.text[a:b] for name, (a, b) in found.roles.items()} == {"place": "Минск"}


@pytest.mark.parametrize(
    ("changes", "fires"),
    [
        ({"reflexive": "required"}, True),
        ({"reflexive": "forbidden"}, False),
        ({"pos": "noun"}, False),
        ({"triggers": ["видя"]}, False),
        ({"subject_types": ["ORG"]}, False),
        ({"object": ["prep:при"]}, False),
        ({"requires": {"prep:в": ["минск"]}}, True),
        ({"requires": {"prep:в": ["брюксел"]}}, False),
        ({"excludes": {"prep:с": ["тръмп"]}}, False),
        ({"excludes": {"*": ["минск"]}}, False),
        ({"object_lemmas": ["тръмп"]}, True),
        ({"object_lemmas": ["мей"]}, False),
    ],
)
def test_conditions(changes: dict[str, Any], fires: bool) -> None:
    assert bool(match(meeting(), **changes)) is fires


def test_a_pair_needs_two_and_is_told_once() -> None:
    pair = {"triggers": ["преговор"], "pos": "noun", "roles": {}}
    pair["subject"] = pair["object"] = ["pair:prep:между"]  # type: ignore[assignment]
    doc = mark(BETWEEN, {"Мей": "PER", "Тръмп": "PER"})
    assert [(m.subject, m.object) for m in match(doc, **pair)] == [(0, 1)]
    assert match(mark(BETWEEN, {"Мей": "PER"}), **pair) == []


def test_nothing_without_mentions() -> None:
    assert match(mark("срещна срещна VERB 0 ROOT VerbForm=Fin", {})) == []


def test_a_list_of_names_behind_a_noun() -> None:
    table = """
        Компаниите компания NOUN 5 nsubj Number=Plur
        Шел Шел PROPN 1 nmod
        и и CCONJ 4 cc
        Енжи Енжи PROPN 2 conj
        напускат напускам VERB 0 ROOT VerbForm=Fin|Number=Plur|Person=3
        Русия Русия PROPN 5 obj
    """
    doc = mark(table, {"Шел": "ORG", "Енжи": "ORG", "Русия": "LOC"})
    frame = {
        "triggers": ["напускам"],
        "subject": ["subj"],
        "object": ["obj"],
        "roles": {},
        "subject_types": ["ORG"],
        "object_types": ["LOC"],
    }
    assert [(m.subject, m.object) for m in match(doc, **frame)] == [(0, 2), (1, 2)]
