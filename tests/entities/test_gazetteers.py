"""The data files of the stage: complete, without contradictions, in the forms the code expects."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from bgpolitics_ner.entities.nominals import PARADIGMS, load_nominals
from bgpolitics_ner.entities.states import load_states
from bgpolitics_ner.entities.weapons import load_weapons
from bgpolitics_ner.knowledge import read_jsonl, read_toml
from bgpolitics_ner.schema import load_schema

STATES = list(read_jsonl("gazetteers/states.jsonl"))
THINGS = list(read_jsonl("gazetteers/things.jsonl"))
ORGANISATIONS = list(read_jsonl("gazetteers/organisations.jsonl"))
MIXED = "latin and cyrillic letters in one word"


def mixed(word: str) -> bool:
    """Say whether a word without digits mixes Latin and Cyrillic letters."""
    latin = any("a" <= c <= "z" for c in word.lower())
    cyrillic = any("а" <= c <= "я" or c == "ѝ" for c in word.lower())
    return latin and cyrillic and not any(c.isdigit() for c in word)


def test_states_cover_the_world() -> None:
    codes = {row["iso"] for row in STATES if row["kind"] == "state"}
    assert len(codes) >= 196
    assert {"XK", "TW", "PS", "VA"} <= codes


@pytest.mark.parametrize("row", STATES, ids=lambda row: row["name"])
def test_state_is_well_formed(row: dict[str, Any]) -> None:
    assert row["type"] in load_schema().entities
    assert not row["capitals"] or row["capital"] == row["capitals"][0]
    for adjective in row["adjectives"]:
        assert adjective.endswith(("ки", "ен")), adjective
    known = {row["name"], *row["aliases"], *row["abbreviations"], *row["adjectives"], *row["seats"]}
    known.update(row["capitals"])
    assert set(row["weak"]) <= known | {d["sg"] for d in row["demonyms"]}


def test_names_of_states_are_unique() -> None:
    names = Counter(n for row in STATES for n in {row["name"], *row["aliases"], *row["abbreviations"]})
    assert [name for name, count in names.items() if count > 1] == []


def test_weapons_are_many_and_distinct() -> None:
    weapons = load_weapons()
    assert len(weapons) >= 700
    classes = Counter(weapon.subtype for weapon in weapons)
    for name in ("missile", "aircraft", "tank", "artillery", "air-defence", "drone", "ship", "rifle"):
        assert classes[name] >= 30, name
    assert sum(any(not s.isascii() for s in weapon.spellings) for weapon in weapons) >= 650
    sources = {row["source"] for row in read_jsonl("gazetteers/weapons.jsonl")}
    assert sources == {"own", "oryx", "equipment"}
    for weapon in weapons:
        assert weapon.subtype, weapon.name
        assert weapon.latin, weapon.name
        assert max(weapon.latin) < "А", weapon.name
        assert weapon.ambiguous | weapon.initially <= set(weapon.spellings), weapon.name
    spellings = Counter(s for weapon in weapons for s in weapon.spellings)
    assert [s for s, count in spellings.items() if count > 1] == []
    assert all(weapon.name in weapon.spellings for weapon in weapons)


def test_organisations_are_distinct_and_typed() -> None:
    names = Counter(n for row in ORGANISATIONS for n in {row["name"], *row["aliases"], *row["abbreviations"]})
    assert len(ORGANISATIONS) >= 150
    assert [name for name, count in names.items() if count > 1] == []
    assert {row["type"] for row in ORGANISATIONS} == {"ORG", "PRO"}
    for row in ORGANISATIONS:
        assert set(row["weak"]) <= {row["name"], *row["aliases"], *row["abbreviations"]}
        assert not row.get("near") or row["weak"], "words near a name that needs no proof"


def test_things_are_distinct_and_no_organisations() -> None:
    names = Counter(n for row in THINGS for n in {row["name"], *row["aliases"], *row["abbreviations"]})
    organisations = {
        n for row in ORGANISATIONS for n in (row["name"], *row["aliases"], *row["abbreviations"])
    }
    assert [name for name, count in names.items() if count > 1 or name in organisations] == []
    assert {row["type"] for row in THINGS} == {"PRO", "EVT", "LOC"}


def test_no_place_has_two_subtypes() -> None:
    names = Counter(name for row in read_jsonl("gazetteers/places.jsonl") for name in row["names"])
    assert [name for name, count in names.items() if count > 1] == []


def test_no_word_mixes_alphabets() -> None:
    words = [s for row in STATES for s in (row["name"], *row["aliases"], *row["adjectives"], *row["seats"])]
    words += [s for row in ORGANISATIONS for s in (row["name"], *row["aliases"])]
    for groups in read_toml("cues/nominals.toml").values():
        words += [w for kind in PARADIGMS for w in groups.get(kind, ())]
    assert [w for text in words for w in text.split() if mixed(w)] == []


@pytest.mark.parametrize(
    ("form", "state"),
    [
        ("беларуския", "Беларус"),
        ("Американските", "САЩ"),
        ("руско", "Русия"),
        ("чешката", "Чехия"),
        ("норвежкото", "Норвегия"),
        ("западните", "Запад"),
    ],
)
def test_adjective_names_its_state(form: str, state: str) -> None:
    found = load_states().adjective(form)
    assert found is not None and found.state == state


def test_european_is_weak_and_american_is_not() -> None:
    states = load_states()
    european, american = states.adjective("европейските"), states.adjective("американските")
    assert european is not None and european.weak and european.state == "ЕС"
    assert american is not None and not american.weak


def test_capitals_and_seats() -> None:
    states = load_states()
    assert states.capital("Минск") == ("Беларус",)
    assert set(states.capital("Брюксел")) == {"ЕС", "Белгия"}
    for form, state in [("Кремъл", "Русия"), ("Белия дом", "САЩ"), ("Даунинг стрийт", "Великобритания")]:
        seat = states.seat(form)
        assert seat is not None and seat.state == state


@pytest.mark.parametrize(
    ("form", "state"), [("американците", "САЩ"), ("пакистанката", "Пакистан"), ("сърбите", "Сърбия")]
)
def test_people_belong_to_a_state(form: str, state: str) -> None:
    found = load_states().demonym(form)
    assert found is not None and found.state == state


@pytest.mark.parametrize(
    ("lemma", "form", "kind"),
    [
        ("президент", "президентът", "office"),
        ("", "министрите", "office"),
        ("", "привържениците", "person"),
        ("войска", "войски", "group"),
        ("страна", "страната", "state"),
        ("", "правителството", "organisation"),
        ("споразумение", "споразумението", "document"),
        ("газопровод", "газопровода", "project"),
        ("", "ракетите", "weapon"),
    ],
)
def test_class_of_noun(lemma: str, form: str, kind: str) -> None:
    assert load_nominals().classes(lemma, form)[0] == kind
