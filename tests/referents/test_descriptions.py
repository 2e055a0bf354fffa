"""Definite descriptions: offices, states, unions, projects, repeated phrases, two sides."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.referents.conftest import resolve

Answers = Callable[[str], list[str]]

LUKASHENKO = """
Беларуският беларуски ADJ 2 amod Definite=Def ADJ:Беларус
президент президент NOUN 5 nsubj Gender=Masc|Number=Sing
Александър Александър PROPN 2 nmod Gender=Masc|Number=Sing PER
Лукашенко Лукашенко PROPN 3 flat _ +
говори говоря VERB 0 ROOT Number=Sing|Person=3
с с ADP 7 case _
народа народ NOUN 5 iobj Definite=Def|Gender=Masc|Number=Sing
"""


def test_office_and_state(answers: Answers) -> None:
    table = f"""{LUKASHENKO}
    Беларуският беларуски ADJ 2 amod Definite=Def ADJ:Беларус
    лидер лидер NOUN 3 nsubj Gender=Masc|Number=Sing NOM
    замина замина VERB 0 ROOT Number=Sing
    """
    assert answers(table)[-1] == "Александър Лукашенко"


def test_office_alone(answers: Answers) -> None:
    table = f"""{LUKASHENKO}
    Президентът президент NOUN 2 nsubj Definite=Def|Gender=Masc|Number=Sing NOM
    замина замина VERB 0 ROOT Number=Sing
    """
    assert answers(table)[-1] == "Александър Лукашенко"


def test_office_of_another_state_is_another_person(answers: Answers) -> None:
    table = f"""{LUKASHENKO}
    Руският руски ADJ 2 amod Definite=Def ADJ:Русия
    президент президент NOUN 3 nsubj Gender=Masc|Number=Sing NOM
    замина замина VERB 0 ROOT Number=Sing
    """
    assert answers(table)[-1] == "президент"


def test_country_of_the_subject(answers: Answers) -> None:
    table = f"""{LUKASHENKO}
    Той той PRON 2 nsubj Person=3 PRON
    напусна напусна VERB 0 ROOT Number=Sing
    страната страна NOUN 2 obj Definite=Def|Gender=Fem|Number=Sing NOM
    """
    assert answers(table)[-2:] == ["Александър Лукашенко", "Беларус"]


def test_union(answers: Answers) -> None:
    table = """
    ЕС ЕС PROPN 2 nsubj _ ORG
    реши реша VERB 0 ROOT _

    Съюзът съюз NOUN 2 nsubj Definite=Def|Number=Sing NOM
    преговаря преговарям VERB 0 ROOT _
    """
    assert answers(table) == ["ЕС", "ЕС"]


def test_described_project(answers: Answers) -> None:
    table = """
    Газопроводът газопровод NOUN 4 nsubj Definite=Def|Number=Sing
    Набуко Набуко PROPN 1 nmod _ PRO
    се се PRON 4 expl _
    строи строя VERB 0 ROOT _

    Проектът проект NOUN 2 nsubj Definite=Def|Number=Sing NOM
    спря спра VERB 0 ROOT _
    """
    assert answers(table) == ["Набуко", "Набуко"]


def test_repeated_phrase_is_one_referent() -> None:
    table = """
    Иран Иран PROPN 2 nsubj _ LOC
    подписа подпиша VERB 0 ROOT _
    сделка сделка NOUN 2 obj Definite=Ind|Number=Sing NOM

    Сделката сделка NOUN 2 nsubj Definite=Def|Number=Sing NOM
    падна падна VERB 0 ROOT _

    Нова нов ADJ 2 amod Definite=Ind
    сделка сделка NOUN 3 nsubj Definite=Ind|Number=Sing NOM
    предстои предстоя VERB 0 ROOT _
    """
    first, again, new = [m.referent for m in resolve(table)._.mentions[1:]]
    assert first == again != new


@pytest.mark.parametrize(("named", "expected"), [(True, "Швеция"), (False, "правителство")])
def test_government_named_with_its_state(answers: Answers, named: bool, expected: str) -> None:
    adjective = "Шведското шведски ADJ 2 amod Definite=Def" if named else "Новото нов ADJ 2 amod Definite=Def"
    table = f"""
    {adjective}
    правителство правителство NOUN 3 nsubj Number=Sing NOM
    помага помагам VERB 0 ROOT _
    """
    assert answers(table) == [expected]


def test_country_of_the_writer(answers: Answers) -> None:
    table = """
    Това това PRON 2 nsubj _
    засяга засягам VERB 0 ROOT _
    страната страна NOUN 2 obj Definite=Def|Number=Sing NOM
    ни аз PRON 3 det Number=Plur|Person=1
    """
    assert answers(table) == ["България"]


def test_citizen_of_the_headline(answers: Answers) -> None:
    table = """
    Франция Франция PROPN 2 nsubj _ LOC
    кани каня VERB 0 ROOT _
    пакистанката пакистанка NOUN 2 obj Definite=Def|Gender=Fem|Number=Sing PER

    Асия Асия PROPN 3 nsubj Gender=Fem|Number=Sing PER
    Биби Биби PROPN 1 flat _ +
    чака чакам VERB 0 ROOT _

    Биби Биби PROPN 2 nsubj _ PER
    чака чакам VERB 0 ROOT _

    Биби Биби PROPN 2 nsubj _ PER
    чака чакам VERB 0 ROOT _
    """
    assert answers(table)[1] == "Асия Биби"


def test_capital_of_a_state(answers: Answers) -> None:
    table = """
    беларуската беларуски ADJ 2 amod Definite=Def ADJ:Беларус
    столица столица NOUN 0 ROOT Number=Sing NOM
    """
    assert answers(table) == ["Беларус", "Минск"]


def test_description_after_a_dash_is_the_weapon(answers: Answers) -> None:
    table = """
    Минск Минск PROPN 2 nsubj _ LOC
    получи получа VERB 0 ROOT Number=Sing|Person=3
    Орешник Орешник PROPN 2 obj _ WEAPON
    - - PUNCT 6 punct _
    нова нов ADJ 6 amod Gender=Fem|Number=Sing
    ракета ракета NOUN 2 conj Gender=Fem|Number=Sing NOM
    """
    assert answers(table)[-1] == "Орешник"


def test_list_after_a_name_is_no_description(answers: Answers) -> None:
    table = """
    Минск Минск PROPN 2 nsubj _ LOC
    купи купя VERB 0 ROOT Number=Sing|Person=3
    Орешник Орешник PROPN 2 obj _ WEAPON
    , , PUNCT 5 punct _
    ракета ракета NOUN 2 conj Gender=Fem|Number=Sing NOM
    и и CCONJ 7 cc _
    танк танк NOUN 5 conj Gender=Masc|Number=Sing NOM
    """
    assert "Орешник" not in answers(table)[-2:]


def test_capital_with_its_description_is_the_city(answers: Answers) -> None:
    table = """
    Минск Минск PROPN 4 nsubj _ LOC
    е съм AUX 4 cop _
    голяма голям ADJ 4 amod Gender=Fem|Number=Sing
    столица столица NOUN 0 ROOT Gender=Fem|Number=Sing
    """
    assert answers(table)[0] == "Минск"
