"""Base forms of names and descriptions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.tokens import Doc

from bgpolitics_ner.entities.baseform import load_base_forms

DEF = "Definite=Def"


@pytest.mark.parametrize(
    ("lines", "label", "base"),
    [
        (f"Европейския европейски ADJ amod 1 {DEF}\nсъюз съюз NOUN ROOT 1", "ORG", "Европейски съюз"),
        (f"Върховният върховен ADJ amod 1 {DEF}\nсъд съд NOUN ROOT 1", "ORG", "Върховен съд"),
        (f"Енергийния енергиен ADJ amod 1 {DEF}\nсъюз съюз NOUN ROOT 1", "ORG", "Енергиен съюз"),
        (
            f"Консервативната консервативен ADJ amod 1 {DEF}\nпартия партия NOUN ROOT 1",
            "ORG",
            "Консервативна партия",
        ),
        (f"Белия бял ADJ amod 1 {DEF}\nдом дом NOUN ROOT 1", "LOC", "Бял дом"),
        (
            f"Камарата камара NOUN ROOT 0 {DEF}\nна на ADP case 2\nобщините община NOUN nmod 0",
            "ORG",
            "Камара на общините",
        ),
        (f"Съвета съвет NOUN ROOT 0 {DEF}\nна на ADP case 2\nЕС ЕС PROPN nmod 0", "ORG", "Съвет на ЕС"),
        ("Запада Запад PROPN ROOT 0", "LOC", "Запад"),
        (f"Сенатът сенат NOUN ROOT 0 {DEF}", "ORG", "Сенат"),
        ("Украйна Украйна PROPN ROOT 0", "LOC", "Украйна"),
        ("Великобритания Великобритания PROPN amod 0", "LOC", "Великобритания"),
        (f"американците американец NOUN ROOT 0 {DEF}|Number=Plur", "PER", "американци"),
        (f"Британците британец NOUN ROOT 0 {DEF}|Number=Plur", "PER", "британци"),
        ("Тереза Тереза PROPN ROOT 0\nМей Мей PROPN flat 0", "PER", "Тереза Мей"),
        ("Биби биби NOUN ROOT 0", "PER", "Биби"),
        (
            '" " PUNCT punct 1\nСеверен северен ADJ amod 2\nпоток поток NOUN ROOT 2\n'
            '" " PUNCT punct 2\n2 2 NUM nummod 2',
            "PRO",
            "Северен поток 2",
        ),
        (
            "фонд фонд NOUN ROOT 0\n„ „ PUNCT punct 2\nЗаря Заря PROPN appos 0\n“ “ PUNCT punct 2",
            "ORG",
            "фонд „ Заря “",
        ),
        (
            "„ „ PUNCT punct 1\nЗаря Заря PROPN ROOT 1\n“ “ PUNCT punct 1\nЕАД ЕАД PROPN appos 1",
            "ORG",
            "„ Заря “ ЕАД",
        ),
        (f"БСП-то бсп-то NOUN ROOT 0 {DEF}", "ORG", "БСП"),
        (f"ДПС-та дпс-та NOUN ROOT 0 {DEF}", "ORG", "ДПС"),
        ("Отава отава NOUN ROOT 0 Gender=Masc|Definite=Def", "LOC", "Отава"),
        ("Стара стар ADJ amod 1 Gender=Fem\nЗагора Загора PROPN ROOT 1", "LOC", "Стара Загора"),
        (
            f"Механизма механизъм NOUN ROOT 0 {DEF}\nза за ADP case 2\nпомощ помощ NOUN nmod 0",
            "PRO",
            "Механизъм за помощ",
        ),
        (f"MeToo MeToo PROPN nmod 1\nдвижението движение NOUN ROOT 1 {DEF}", "EVT", "MeToo движение"),
        (
            "Най-доброто най-добър ADJ ROOT 0 Definite=Def\nза за ADP case 2\nСофия София PROPN nmod 0",
            "ORG",
            "Най-доброто за София",
        ),
        ("ДЕСИСЛАВА ДЕСИСЛАВА PROPN ROOT 0\nАТАНАСОВА АТАНАСОВА PROPN flat 0", "PER", "Десислава Атанасова"),
        ("БЪЛГАРИЯ българия PROPN ROOT 0", "LOC", "България"),
        (f"социалистите социалисти PROPN ROOT 0 {DEF}|Number=Plur", "PER", "социалисти"),
        ("Радеве Радев PROPN ROOT 0 Case=Voc", "PER", "Радев"),
        ("Северен северен ADJ amod 1\nпоток-2 поток-2 NOUN ROOT 1", "PRO", "Северен поток 2"),
    ],
)
def test_base_form_of_name(build: Callable[[str], Doc], lines: str, label: str, base: str) -> None:
    assert load_base_forms()(build(lines)[:], label) == base


def test_the_text_says_what_an_unknown_name_is(build: Callable[[str], Doc]) -> None:
    """``Ноксита`` is a form of ``Ноксит`` where that stands in the text; small where it is never capital."""
    doc = build(
        "Ноксита Ноксита PROPN ROOT 0\nи и CCONJ cc 2\nНоксит Ноксит PROPN conj 0\nноксит ноксит NOUN dep 0"
    )
    assert load_base_forms()(doc[:1], "EVT") == "Ноксит"
    assert load_base_forms()(doc[3:], "EVT") == "Ноксит"
    alone = build("Ноксита Ноксита PROPN ROOT 0")
    assert load_base_forms()(alone[:], "EVT") == "Ноксита"


@pytest.mark.parametrize(
    ("lines", "base"),
    [
        (f"Новия нов ADJ amod 1 {DEF}\nзакон закон NOUN ROOT 1", "нов закон"),
        (
            f"Политическите политически ADJ amod 1 {DEF}\nзатворници затворник NOUN ROOT 1",
            "политически затворници",
        ),
        ("232 232 NUM nummod 1\nелектори електор NOUN ROOT 1", "електори"),
        (f"случая случай NOUN ROOT 0 {DEF}|Gender=Masc", "случай"),
        (f"адвоката адвока NOUN ROOT 0 {DEF}|Gender=Masc|Number=Sing", "адвокат"),
        (f"депозита депозита NOUN ROOT 0 {DEF}|Gender=Masc|Number=Sing", "депозит"),
        (f"бащата баща NOUN ROOT 0 {DEF}|Gender=Masc|Number=Sing", "баща"),
        (f"камарата камара NOUN ROOT 0 {DEF}|Gender=Fem|Number=Sing", "камара"),
        ("братя брат NOUN ROOT 0 Number=Plur", "братя"),
    ],
)
def test_base_form_of_description(build: Callable[[str], Doc], lines: str, base: str) -> None:
    doc = build(lines)
    assert load_base_forms().phrase(doc, 0, len(doc.text.rstrip()), len(doc) - 1) == base
