"""The role slots of a relation, on sentences parsed by hand."""

from __future__ import annotations

from spacy.tokens import Doc

from bgpolitics_ner.relations.arguments import ArgumentResolver
from bgpolitics_ner.relations.combine import FoundRelation
from bgpolitics_ner.relations.roles import RoleReader, noun_span, office_span
from bgpolitics_ner.relations.slots import SlotReader

from .mentioned import mark, meeting
from .parsed_docs import find, parse

READER = SlotReader()
SUPPLIES = """
    САЩ САЩ PROPN 2 nsubj
    доставиха доставя VERB 0 ROOT VerbForm=Fin
    хуманитарна хуманитарен ADJ 4 amod
    помощ помощ NOUN 2 obj
    на на ADP 6 case
    Украйна Украйна PROPN 2 iobj
"""
OFFICE = """
    бившият бивш ADJ 2 amod
    министър министър NOUN 0 ROOT
    на на ADP 4 case
    отбраната отбрана NOUN 2 nmod
    на на ADP 6 case
    Украйна Украйна PROPN 2 nmod
"""


def roles(
    doc: Doc, kind: str, trigger: str, subject: int, object_: int, **given: tuple[int, int]
) -> dict[str, str]:
    relation = FoundRelation(
        kind, find(doc, trigger).i, subject, subject, object_, object_, 0.9, ("model",), roles=dict(given)
    )
    found = RoleReader(READER).read(doc, relation, ArgumentResolver(doc, READER))
    return {name: doc.text[start:end] for name, (start, end) in found.items()}


def test_a_role_by_table() -> None:
    doc = mark(SUPPLIES, {"САЩ": "LOC", "Украйна": "LOC"})
    assert roles(doc, "supplies", "доставиха", 0, 1) == {"item": "хуманитарна помощ"}


def test_the_role_of_the_frame_comes_first() -> None:
    doc = mark(SUPPLIES, {"САЩ": "LOC", "Украйна": "LOC"})
    span = find(doc, "помощ")
    given = (span.idx, span.idx + len(span))
    assert roles(doc, "supplies", "доставиха", 0, 1, item=given) == {"item": "помощ"}


def test_an_argument_is_no_role() -> None:
    doc = mark(SUPPLIES, {"САЩ": "LOC", "Украйна": "LOC", "помощ": "NOM"})
    aid = 1
    assert roles(doc, "supplies", "доставиха", 0, aid) == {"item": "Украйна"}


def test_a_type_without_roles_has_none() -> None:
    assert roles(meeting(), "visits", "срещна", 0, 2) == {}


def test_the_office_of_a_person() -> None:
    doc = mark(OFFICE, {"министър": "NOM", "Украйна": "LOC"})
    assert roles(doc, "holds-office", "министър", 0, 1) == {"office": "бившият министър на отбраната"}


def test_spans() -> None:
    doc = parse(SUPPLIES)
    start, end = noun_span(find(doc, "помощ"))
    assert doc.text[start:end] == "хуманитарна помощ"
    start, end = noun_span(find(doc, "САЩ"))
    assert doc.text[start:end] == "САЩ"
    doc = parse("президентът президент NOUN 0 ROOT")
    assert office_span(doc[0]) == (0, len("президентът"))
