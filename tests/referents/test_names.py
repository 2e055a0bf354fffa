"""Named mentions: full and family names, abbreviations, states, metonymy."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Answers = Callable[[str], list[str]]


def row(*names: str) -> str:
    """One sentence of names between commas, „TYPE:base form“ each."""
    lines = []
    for number, name in enumerate(names):
        kind, base = name.split(":")
        words = base.split()
        head = len(lines) + 1
        for index, word in enumerate(words):
            mark = f"{kind}:{base}" if index == 0 else "+"
            dep = ("nsubj" if number == 0 else "conj") if index == 0 else "flat"
            parent = head if index else (0 if number == 0 else 1)
            if parent == 0:
                dep = "ROOT"
            lines.append(f"{word} {word} PROPN {parent} {dep} _ {mark}")
        lines.append(", , PUNCT 1 punct _")
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("mentions", "expected"),
    [
        (["PER:Мей", "PER:Тереза Мей"], ["Тереза Мей"] * 2),
        (
            ["PER:Доналд Тръмп", "PER:Доналд Туск", "PER:Тръмп"],
            ["Доналд Тръмп", "Доналд Туск", "Доналд Тръмп"],
        ),
        (
            ["PER:Доналд Тръмп", "PER:Доналд Туск", "PER:Доналд"],
            ["Доналд Тръмп", "Доналд Туск", "Доналд Туск"],
        ),
        (["PER:Корбин", "PER:Корбина"], ["Корбин"] * 2),
        (["PER:Асия Биби", "PER:Азия Биби"], ["Асия Биби"] * 2),
        (["PER:Тереза Мей", "PER:Филип Мей"], ["Тереза Мей", "Филип Мей"]),
        (["PER:Володимир Зеленски", "PER:Зеленский"], ["Володимир Зеленски"] * 2),
        (["PER:Герхард Шрьодер", "PER:Герхард Шредер", "PER:Шредер"], ["Герхард Шрьодер"] * 3),
        (["PER:Джо Байдън", "PER:Хънтър Байдън"], ["Джо Байдън", "Хънтър Байдън"]),
        (
            ["LOC:Харкив", "LOC:Гьотеборг", "LOC:Гетеборг", "LOC:Харков"],
            ["Харкив", "Гьотеборг", "Гьотеборг", "Харкив"],
        ),
        (["ORG:Ню-Йорк Таймс", "ORG:Ню Йорк Таймс"], ["Ню-Йорк Таймс"] * 2),
        (["LOC:САЩ", "LOC:Съединени щати"], ["САЩ"] * 2),
        (["ORG:Европейски съюз", "ORG:ЕС"], ["ЕС"] * 2),
        (["ORG:Европейски съвет", "ORG:ЕС"], ["Европейски съвет", "ЕС"]),
        (["ORG:Върховен съд на Пакистан", "ORG:Върховния съд"], ["Върховен съд на Пакистан"] * 2),
        (["PRO:Северен поток", "PRO:Северен поток 2"], ["Северен поток", "Северен поток 2"]),
        (["ORG:Демократична юнионистка партия", "ORG:ДЮП"], ["Демократична юнионистка партия"] * 2),
        (["LOC:Корея", "LOC:Северна Корея"], ["Корея", "Северна Корея"]),
    ],
)
def test_names_of_one_referent(answers: Answers, mentions: list[str], expected: list[str]) -> None:
    assert answers(row(*mentions)) == expected


def test_state_is_named_as_the_text_does(answers: Answers) -> None:
    assert (
        answers(row("LOC:Обединеното кралство", "LOC:Обединеното кралство")) == ["Обединеното кралство"] * 2
    )


def test_adjective_means_the_state(answers: Answers) -> None:
    table = """
    руския руски ADJ 2 amod Definite=Def ADJ:Русия
    народ народ NOUN 0 ROOT Number=Sing
    Русия Русия PROPN 2 conj _ LOC
    """
    assert answers(table) == ["Русия", "Русия"]


def test_abbreviation_in_parentheses(answers: Answers) -> None:
    table = """
    Световният световен ADJ 2 amod _ ORG:Световен фонд
    фонд фонд NOUN 0 ROOT _ +*
    ( ( PUNCT 4 punct _
    WWF WWF PROPN 2 appos _ ORG
    ) ) PUNCT 4 punct _
    """
    assert answers(table)[1].startswith("Световен фонд")


SPEAKS = """
Вашингтон Вашингтон PROPN 2 nsubj Gender=Masc|Number=Sing LOC
обяви обявя VERB 0 ROOT Number=Sing|Person=3
санкции санкция NOUN 2 obj Number=Plur
"""
ARRIVES = """
Той той PRON 2 nsubj Person=3
пристигна пристигна VERB 0 ROOT Number=Sing
във във ADP 4 case _
Вашингтон Вашингтон PROPN 2 iobj Gender=Masc|Number=Sing LOC
"""
BETWEEN = """
преговорите преговор NOUN 0 ROOT Number=Plur
между между ADP 3 case _
Минск Минск PROPN 1 nmod _ LOC
и и CCONJ 5 cc _
Вашингтон Вашингтон PROPN 3 conj _ LOC
"""
MAYOR = """
кметът кмет NOUN 0 ROOT Number=Sing
на на ADP 3 case _
Лондон Лондон PROPN 1 nmod _ LOC
"""
LEAVES = """
Самолетът самолет NOUN 2 nsubj _
летял летя VERB 0 ROOT _
от от ADP 4 case _
Лондон Лондон PROPN 2 iobj _ LOC
"""
TRUST = """
доверие доверие NOUN 0 ROOT _
в в ADP 3 case _
Брюксел Брюксел PROPN 1 nmod _ LOC
"""


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (SPEAKS, ["САЩ"]),
        (ARRIVES, ["Вашингтон"]),
        (BETWEEN, ["Беларус", "САЩ"]),
        (MAYOR, ["Лондон"]),
        (LEAVES, ["Лондон"]),
        (TRUST, ["ЕС"]),
    ],
)
def test_capital_by_its_role(answers: Answers, table: str, expected: list[str]) -> None:
    assert answers(table) == expected
