"""Which words fill which slots of a trigger, on sentences parsed by hand."""

from __future__ import annotations

import pytest

from bgpolitics_ner.relations.slots import SlotReader, is_passive, is_verbal

from .mentioned import MEETING
from .parsed_docs import find, parse

READER = SlotReader()

PASSIVE = """
    Пратасевич Пратасевич PROPN 3 nsubj:pass
    беше съм AUX 3 aux:pass
    задържан задържа VERB 0 ROOT VerbForm=Part|Voice=Pass
    от от ADP 5 case
    полицията полиция NOUN 3 obl
    . . PUNCT 3 punct
"""
PARTICIPLE = """
    задържаният задържа ADJ 2 amod VerbForm=Part|Voice=Pass
    журналист журналист NOUN 3 nsubj
    мълчи мълча VERB 0 ROOT VerbForm=Fin
"""
RELATIVE = """
    Мей Мей PROPN 6 nsubj
    , , PUNCT 4 punct
    която който PRON 4 nsubj
    посети посетя VERB 1 acl:relcl VerbForm=Fin
    Брюксел Брюксел PROPN 4 obj
    мълчи мълча VERB 0 ROOT VerbForm=Fin
"""
BETWEEN = """
    преговорите преговор NOUN 0 ROOT
    между между ADP 3 case
    Мей Мей PROPN 1 nmod
    и и CCONJ 5 cc
    Тръмп Тръмп PROPN 3 conj
"""
TALKS = """
    Минск Минск PROPN 2 nsubj
    води водя VERB 0 ROOT VerbForm=Fin
    преговори преговор NOUN 2 obj
    със със ADP 5 case
    САЩ САЩ PROPN 3 nmod
"""
PRODROP = """
    Срещна срещна VERB 0 ROOT VerbForm=Fin
    се се PRON 1 expl
    с с ADP 4 case
    Тръмп Тръмп PROPN 1 iobj
"""
DA_CLAUSE = """
    Мей Мей PROPN 2 nsubj
    иска искам VERB 0 ROOT VerbForm=Fin
    да да AUX 4 aux
    посети посетя VERB 2 ccomp VerbForm=Fin
    Минск Минск PROPN 4 obj
"""


def fillers(table: str, trigger: str) -> set[tuple[str, str]]:
    return {(f.slot, f.token.text) for f in READER.read(find(parse(table), trigger))}


@pytest.mark.parametrize(
    ("table", "trigger", "expected"),
    [
        (MEETING, "срещна", {("subj", "Лукашенко"), ("prep:с", "Тръмп"), ("prep:в", "Минск")}),
        (PASSIVE, "задържан", {("obj", "Пратасевич"), ("subj", "полицията"), ("prep:от", "полицията")}),
        (PARTICIPLE, "задържаният", {("obj", "журналист")}),
        (RELATIVE, "посети", {("subj", "Мей"), ("obj", "Брюксел")}),
        (BETWEEN, "преговорите", {("prep:между", "Мей"), ("prep:между", "Тръмп")}),
        (TALKS, "преговори", {("prep:с", "САЩ"), ("gov-subj", "Минск")}),
        (TALKS, "води", {("subj", "Минск"), ("obj", "преговори"), ("obj>prep:с", "САЩ")}),
        (PRODROP, "Срещна", {("implied", "Срещна"), ("prep:с", "Тръмп")}),
        (DA_CLAUSE, "посети", {("subj", "Мей"), ("obj", "Минск")}),
        (DA_CLAUSE, "иска", {("comp", "посети"), ("comp>obj", "Минск")}),
    ],
)
def test_slots(table: str, trigger: str, expected: set[tuple[str, str]]) -> None:
    assert expected <= fillers(table, trigger)


def test_the_trigger_fills_its_own_slot_first() -> None:
    trigger = find(parse(MEETING), "срещна")
    first = READER.read(trigger)[0]
    assert (first.slot, first.token.i) == ("self", trigger.i)


def test_a_subject_that_is_there_is_not_implied() -> None:
    assert "implied" not in {slot for slot, _ in fillers(MEETING, "срещна")}


def test_prepositions_are_normalised() -> None:
    doc = parse(TALKS)
    assert READER.preposition(find(doc, "САЩ")) == "с"
    assert READER.preposition(find(doc, "Минск")) == ""


def test_reflexive() -> None:
    assert READER.is_reflexive(find(parse(MEETING), "срещна"))
    assert not READER.is_reflexive(find(parse(TALKS), "води"))


def test_verbs_and_voice() -> None:
    doc = parse(PASSIVE)
    assert is_verbal(find(doc, "задържан")) and is_passive(find(doc, "задържан"))
    assert is_verbal(find(parse(PARTICIPLE), "задържаният"))
    assert not is_verbal(find(doc, "полицията"))
    assert not is_passive(find(parse(MEETING), "срещна"))


CLITIC = """
    Борисов Борисов PROPN 3 nsubj Gender=Masc|Number=Sing
    го аз PRON 3 obj Case=Acc|Gender=Masc|Number=Sing
    критикува критикувам VERB 0 ROOT VerbForm=Fin
    Радев Радев PROPN 3 obj Gender=Masc|Number=Sing
"""
WOMAN = """
    Мей Мей PROPN 3 nsubj Gender=Fem|Number=Sing
    го аз PRON 3 obj Case=Acc|Gender=Masc|Number=Sing
    критикува критикувам VERB 0 ROOT VerbForm=Fin
    Радев Радев PROPN 3 obj Gender=Masc|Number=Sing
"""
SAID = """
    Мей Мей PROPN 2 nsubj Gender=Fem|Number=Sing
    каза кажа VERB 0 ROOT VerbForm=Fin|Number=Sing|Person=3
    че че SCONJ 5 mark
    ще ще AUX 5 aux
    посети посетя VERB 2 ccomp VerbForm=Fin|Number=Sing|Person=3
    Минск Минск PROPN 5 obj
"""
THEY = SAID.replace(
    "посети посетя VERB 2 ccomp VerbForm=Fin|Number=Sing",
    "посетят посетя VERB 2 ccomp VerbForm=Fin|Number=Plur",
)
LATER = """
    Удари ударя VERB 5 parataxis VerbForm=Fin|Number=Sing|Person=3
    Минск Минск PROPN 1 obj
    , , PUNCT 5 punct
    тихо тихо ADV 5 advmod
    каза кажа VERB 0 ROOT VerbForm=Fin|Number=Sing|Person=3
    Мей Мей PROPN 5 nsubj Gender=Fem|Number=Sing
"""
PARTY = """
    От от ADP 2 case
    ГЕРБ ГЕРБ PROPN 3 iobj
    поискаха поискам VERB 0 ROOT VerbForm=Fin|Number=Plur|Person=3
    оставка оставка NOUN 3 obj
"""
LOOSE = """
    политик политик NOUN 8 nsubj Gender=Masc|Number=Sing
    , , PUNCT 3 punct
    призовал призова VERB 8 conj VerbForm=Part|Voice=Act|Number=Sing
    към към ADP 5 case
    мир мир NOUN 3 iobj
    , , PUNCT 8 punct
    беше съм AUX 8 aux:pass
    убит убия VERB 0 ROOT VerbForm=Part|Voice=Pass
"""
OWN = """
    Путин Путин PROPN 2 nsubj
    посети посетя VERB 0 ROOT VerbForm=Fin
    съюзниците съюзник NOUN 2 obj
    си се PRON 3 det
"""
BEHIND_ADJECTIVE = """
    новата нов ADJ 3 amod
    ѝ тя PRON 1 det
    сделка сделка NOUN 0 ROOT
"""
BEFORE_DA = """
    призова призова VERB 0 ROOT VerbForm=Fin
    туристите турист NOUN 5 nsubj:pass
    да да AUX 5 aux
    се се PRON 5 expl
    изолират изолирам VERB 1 ccomp VerbForm=Fin
"""


@pytest.mark.parametrize(
    ("table", "trigger", "slot", "words"),
    [
        (CLITIC, "критикува", "obj", {"Борисов", "го"}),
        (CLITIC, "критикува", "subj", {"Радев"}),
        (WOMAN, "критикува", "subj", {"Мей"}),
        (SAID, "посети", "subj", {"Мей"}),
        (THEY, "посетят", "subj", set()),
        (LATER, "Удари", "subj", set()),
        (PARTY, "поискаха", "subj", {"ГЕРБ"}),
        (LOOSE, "призовал", "subj", {"политик"}),
        (OWN, "съюзниците", "poss", {"Путин"}),
        (OWN, "съюзниците", "own", {"си"}),
        (BEHIND_ADJECTIVE, "сделка", "poss", {"ѝ"}),
        (BEFORE_DA, "призова", "wish>subj", {"туристите"}),
    ],
)
def test_one_slot(table: str, trigger: str, slot: str, words: set[str]) -> None:
    doc = parse(table)
    assert {f.token.text for f in READER.read(find(doc, trigger)) if f.slot == slot} == words


def test_nobody_is_left_out_of_an_order() -> None:
    doc = parse("Спри спра VERB 0 ROOT VerbForm=Fin|Mood=Imp\nМинск Минск PROPN 1 obj")
    assert "implied" not in {f.slot for f in READER.read(doc[0])}
