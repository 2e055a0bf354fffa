"""Named weapons in plain tokenised text."""

from __future__ import annotations

import pytest
from spacy.language import Language

from bgpolitics_ner.entities.nominals import load_nominals
from bgpolitics_ner.entities.weapons import WeaponMatcher, load_weapons


@pytest.fixture(scope="module")
def matcher(nlp: Language) -> WeaponMatcher:
    return WeaponMatcher(nlp.make_doc, load_nominals())


def found(nlp: Language, matcher: WeaponMatcher, text: str) -> list[tuple[str, str]]:
    doc = nlp.make_doc(text)
    return [(doc[m.start : m.end].text, m.base) for m in matcher(doc)]


@pytest.mark.parametrize(
    ("text", "weapons"),
    [
        ("Русия изстреля ракетата „Орешник“ срещу Днипро.", [("Орешник", "Орешник")]),
        ("Русия разположи С-400-те си.", [("С-400-те", "С-400")]),
        ("Обявиха T-72 с латинска буква.", [("T-72", "Т-72")]),
        (
            "САЩ дават Хаймарси, ATACMS и Ф-16.",
            [("Хаймарси", "Хаймарс"), ("ATACMS", "ATACMS"), ("Ф-16", "Ф-16")],
        ),
        ("Искандерите са до границата.", [("Искандерите", "Искандер")]),
        ("Германия праща „Леопард“ 2 на Киев.", [("„Леопард“ 2", "Леопард 2")]),
        ("Изстреляни са ракети „Калибър“.", [("Калибър", "Калибър")]),
        ("удариха с ракети Калибър", [("Калибър", "Калибър")]),
        ("Свалиха дрон Шахед-136 и МиГ 29.", [("Шахед-136", "Шахед-136"), ("МиГ 29", "МиГ-29")]),
        ("Британските Storm Shadow са удобни.", [("Storm Shadow", "Storm Shadow")]),
        ("Свалиха Su-34 и Су 35 край Бахмут.", [("Su-34", "Su-34"), ("Су 35", "Су-35")]),
        ("Разположиха С-300-та и Искандер-М там.", [("С-300-та", "С-300"), ("Искандер-М", "Искандер-М")]),
        ("Взеха F-16 и Ф16 за базата.", [("F-16", "F-16"), ("Ф16", "Ф-16")]),
        ("С\u2011300 и Т\u201190М горят.", [("С\u2011300", "С-300"), ("Т\u201190М", "Т-90М")]),
        ("Пратиха HIMARS-ите и Ф-16-ите.", [("HIMARS-ите", "HIMARS"), ("Ф-16-ите", "Ф-16")]),
        ("Дават Джавелини и Байрактари.", [("Джавелини", "Джавелин"), ("Байрактари", "Байрактар")]),
        ("Автомат „Калашников“ бе намерен.", [("Калашников", "Калашников")]),
        ("Фрегатата „Дръзки“ отплава.", [("Дръзки", "Дръзки")]),
    ],
)
def test_weapon_is_found(
    nlp: Language, matcher: WeaponMatcher, text: str, weapons: list[tuple[str, str]]
) -> None:
    assert found(nlp, matcher, text) == weapons


@pytest.mark.parametrize(
    "text",
    [
        "Градът е тих, а Буря Иванова спи.",
        "Бук расте в гората.",
        "Точка по точка.",
        "Шестима леопарди избягаха с 16 маймуни.",
        "Пътувахме с 400 войници и с 300 коня.",
        "Президентът Тръмп каза, че калибърът е друг.",
        "Москва отрече.",
        "Леопардът е защитен вид.",
        "Марките „Найк“ и „Пума“ поскъпнаха.",
        "Думата „град“ е стара.",
        "Сенаторът Смит е в Перник.",
        "Смели и дръзки хора.",
        "Пристигна в Москва с Молния и Вектор.",
        "Оса го ужили до Бора.",
    ],
)
def test_common_word_is_no_weapon(nlp: Language, matcher: WeaponMatcher, text: str) -> None:
    assert found(nlp, matcher, text) == []


def test_ambiguous_name_proved_once_counts_later(nlp: Language, matcher: WeaponMatcher) -> None:
    text = "Ракетата Орешник удари завод. После Путин спомена и Орешник."
    assert [name for name, _ in found(nlp, matcher, text)] == ["Орешник", "Орешник"]


def test_noun_beyond_full_stop_proves_nothing(nlp: Language, matcher: WeaponMatcher) -> None:
    assert found(nlp, matcher, "Свалиха ракети. Калибър няма.") == []


@pytest.mark.parametrize(
    "weapon", [w for w in load_weapons() if w.name not in w.ambiguous], ids=lambda w: w.name
)
def test_every_plain_weapon_is_found_by_its_name(
    nlp: Language, matcher: WeaponMatcher, weapon: object
) -> None:
    name = weapon.name  # type: ignore[attr-defined]
    assert [base for _, base in found(nlp, matcher, f"Видяха {name} край града.")] == [name]
