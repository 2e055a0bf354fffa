"""Time expressions, what they date, and their values."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from bgpolitics_ner.knowledge import read_toml
from bgpolitics_ner.relations.time import TimeRules, compile_times

from .parsed_docs import VOCAB, find, parse

CUES = read_toml("cues/time.toml")
PATTERN = compile_times(CUES)

WITH_REPORT = """
Вчера    вчера   ADV   3 advmod
Мей      Мей     PROPN 3 nsubj
каза     кажа    VERB  0 ROOT VerbForm=Fin
,        ,       PUNCT 7 punct
че       че      SCONJ 7 mark
Лондон   Лондон  PROPN 7 nsubj
напусна  напусна VERB  3 ccomp VerbForm=Fin
ЕС       ЕС      PROPN 7 obj
в        в       ADP   10 case
сряда    сряда   NOUN  7 obl
"""


@pytest.fixture(scope="module")
def rules() -> TimeRules:
    return TimeRules()


def words_of(doc: Doc, span: tuple[int, int] | None) -> str | None:
    return None if span is None else doc.text[span[0] : span[1]]


def test_an_expression_dates_its_own_clause(rules: TimeRules) -> None:
    doc = parse(WITH_REPORT)
    assert words_of(doc, rules.find_when(find(doc, "напусна"))) == "в сряда"
    assert words_of(doc, rules.find_when(find(doc, "каза"))) == "Вчера"


def test_a_modal_shares_its_time(rules: TimeRules) -> None:
    doc = parse(
        """
        Утре       утре    ADV  2 advmod
        трябва     трябва  VERB 0 ROOT VerbForm=Fin
        да         да      AUX  5 aux
        се         се      PRON 5 expl
        срещнат    срещна  VERB 2 ccomp VerbForm=Fin
        """
    )
    assert words_of(doc, rules.find_when(find(doc, "срещнат"))) == "Утре"


def test_asking_does_not_date_what_is_asked_for(rules: TimeRules) -> None:
    doc = parse(
        """
        Вчера    вчера   ADV  2 advmod
        поиска   поискам VERB 0 ROOT VerbForm=Fin
        помощ    помощ   NOUN 2 obj
        """
    )
    assert rules.find_when(find(doc, "помощ")) is None
    assert words_of(doc, rules.find_when(find(doc, "поиска"))) == "Вчера"


def test_an_act_of_speech_has_the_time_of_the_saying(rules: TimeRules) -> None:
    doc = parse(
        """
        Вчера    вчера  ADV   3 advmod
        Мей      Мей    PROPN 3 nsubj
        каза     кажа   VERB  0 ROOT VerbForm=Fin
        ,        ,      PUNCT 7 punct
        че       че     SCONJ 7 mark
        ЕС       ЕС     PROPN 7 nsubj
        вреди    вредя  VERB  3 ccomp VerbForm=Fin
        """
    )
    trigger, speaker, other = find(doc, "вреди"), find(doc, "Мей"), find(doc, "ЕС")
    assert words_of(doc, rules.find_when(trigger, relation="criticizes", subject=speaker)) == "Вчера"
    assert rules.find_when(trigger, relation="criticizes", subject=other) is None
    assert rules.find_when(trigger, relation="attacks", subject=speaker) is None


def test_an_event_noun_is_dated_by_its_verb(rules: TimeRules) -> None:
    doc = parse(
        """
        Вчера    вчера   ADV  2 advmod
        проведе  проведа VERB 0 ROOT VerbForm=Fin
        среща    среща   NOUN 2 obj
        """
    )
    assert words_of(doc, rules.find_when(find(doc, "среща"))) == "Вчера"
    assert rules.find_when(find(doc, "среща"), relation="holds-office") is None


def test_an_expression_behind_a_noun_phrase_dates_the_noun(rules: TimeRules) -> None:
    doc = parse(
        """
        След       след      ADP   2 case
        излизането излизане  NOUN  7 obl
        от         от        ADP   4 case
        ЕС         ЕС        PROPN 2 nmod
        през       през      ADP   6 case
        март       март      NOUN  7 obl
        спечели    спечеля   VERB  0 ROOT VerbForm=Fin
        """
    )
    assert words_of(doc, rules.find_when(find(doc, "излизането"))) == "през март"


def test_a_participle_and_the_day_itself_date_their_noun(rules: TimeRules) -> None:
    doc = parse(
        """
        Сключеният сключа ADJ 3 amod VerbForm=Part
        вчера вчера ADV 1 advmod
        договор договор NOUN 4 nsubj
        важи важа VERB 0 ROOT VerbForm=Fin
        """
    )
    assert rules.find_when(find(doc, "договор")) is not None
    doc = parse(
        """
        В в ADP 2 case
        петък петък NOUN 6 obl
        на на ADP 4 case
        среща среща NOUN 2 nmod
        Мей Мей PROPN 6 nsubj
        заплаши заплаша VERB 0 ROOT VerbForm=Fin
        """
    )
    assert rules.find_when(find(doc, "среща")) is not None


@pytest.mark.parametrize(
    "text", ["Тереза Май говори", "Лондон, 8 февруари /БТА/", "финансиране (до 2035 г.)"]
)
def test_look_alikes_are_no_expressions(rules: TimeRules, text: str) -> None:
    pieces = re.findall(r"\w+|[^\w\s]|\s", text)
    words = [piece for piece in pieces if piece != " "]
    spaces = [after == " " for piece, after in zip(pieces, [*pieces[1:], ""], strict=True) if piece != " "]
    doc = Doc(VOCAB, words=words, spaces=spaces)
    assert rules.find_expressions(doc) == []


@pytest.mark.parametrize("example", CUES["examples"]["yes"])
def test_examples_are_found(example: str) -> None:
    start, end = example.index("["), example.index("]") - 1
    text = example.replace("[", "").replace("]", "")
    assert text[start:end] in [match.group() for match in PATTERN.finditer(text)]


@pytest.mark.parametrize("example", CUES["examples"]["no"])
def test_look_alikes_are_not_matched(example: str) -> None:
    assert PATTERN.search(example) is None


def test_every_pattern_has_an_anchor() -> None:
    classes = CUES["classes"]
    anchors = {word for name in CUES["anchors"]["classes"] for word in classes[name]}
    anchors.update(CUES["anchors"]["words"])
    for text, _, _ in CUES["values"]["list"]:
        words = text.lower().split()
        dated = any(re.search(r"(?:19|20)\d\d", word) for word in words)
        assert dated or not anchors.isdisjoint(words), text


@pytest.mark.parametrize(("text", "today", "value"), CUES["values"]["list"])
def test_values(rules: TimeRules, text: str, today: str, value: str) -> None:
    assert rules.normalize(text, today or None) == (value or None)


@given(
    st.dates(min_value=date(1950, 1, 1), max_value=date(2090, 1, 1)), st.sampled_from(CUES["values"]["list"])
)
def test_any_date_gives_a_value_or_none(today: date, row: list[str]) -> None:
    value = TimeRules().normalize(row[0], today.isoformat())
    assert value is None or re.fullmatch(r"[\d.W/-]+", value)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "word", "expression"),
    [
        ("Русия нахлу в Украйна през 2022 г. и беше осъдена.", "нахлу", "през 2022 г."),
        ("Тази седмица страната получи системата „Орешник“.", "получи", "Тази седмица"),
        ("Мей ще се срещне с Меркел в сряда вечерта в Берлин.", "срещне", "в сряда вечерта"),
        ("Вчера Мей каза, че Лондон напуска ЕС.", "напуска", None),
    ],
)
def test_parsed_sentences(
    annotator: Any, rules: TimeRules, text: str, word: str, expression: str | None
) -> None:
    doc = annotator.nlp(text)
    assert words_of(doc, rules.find_when(find(doc, word))) == expression
