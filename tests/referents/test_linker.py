"""Linking: what goes first, and how ids of unknown names are made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.tokens import Doc

from bgpolitics_ner.entities.mention import Cluster, Mention
from bgpolitics_ner.knowledge import read_jsonl, read_toml
from bgpolitics_ner.referents.kb import ORGANISATIONS, Entry, NameTable
from bgpolitics_ner.referents.linker import Linker
from bgpolitics_ner.referents.linking import ReferentLinker
from bgpolitics_ner.referents.spelling import Speller
from bgpolitics_ner.referents.transliteration import load_letters

COUNTS: list[dict[str, dict[str, float]]] = [
    {
        "": {
            "д:d": 2,
            "ж:zh": 1,
            "дж:j": 4,
            "о:o": 3,
            "о:oh": 1,
            "н:n": 3,
            "ъ:o": 2,
            "ъ:a": 1,
            "с:s": 3,
            ">": 5,
        }
    },
    {},
    {},
]


@pytest.fixture
def linker() -> Linker:
    table = NameTable()
    for kind, id, name in (
        ("PER", "PER-Boris-Johnson", "Борис Джонсън"),
        ("PER", "PER-Volodymyr-Zelensky", "Володимир Зеленський"),
        ("ORG", "ORG-European-Commission", "ЕК"),
        ("ORG", "ORG-European-Commission", "European Commission"),
        ("LOC", "LOC-Black-Sea", "Черно море"),
    ):
        table.add(kind, id, name)
    words: dict[str, list[list[Any]]] = {load_letters().stem("черен"): [["Black", 0.9]]}
    return Linker(table, words, Speller(COUNTS, {"johnson": 50.0, "jones": 9.0}))


def link(linker: Linker, kind: str, *names: str) -> tuple[str, str]:
    found = linker.link(kind, names)
    assert found is not None
    return found.id, found.origin


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("PER", "Борис Джонсън", ("PER-Boris-Johnson", "exact")),
        ("PER", "Boris Johnson", ("PER-Boris-Johnson", "sound")),
        ("PER", "Володимир Зеленски", ("PER-Volodymyr-Zelensky", "sound")),
        ("ORG", "Европейска комисия", ("ORG-European-Commission", "translated")),
        ("LOC", "Полша", ("GPE-Poland", "state")),
        ("LOC", "Перник", ("GPE-Pernik", "gazetteer")),
        ("PER", "поляк", ("GPE-Poland", "state")),
        ("WEAPON", "Искандер-М", ("WEAPON-Iskander", "gazetteer")),
    ],
)
def test_known_names(linker: Linker, kind: str, name: str, expected: tuple[str, str]) -> None:
    assert link(linker, kind, name) == expected


@pytest.mark.parametrize(
    ("kind", "name", "id"),
    [
        ("PER", "Цветан Гочев", "PER-Tsvetan-Gochev"),
        ("PER", "Джонсън", "PER-Johnson"),
        ("ORG", "Pfizer", "ORG-Pfizer"),
        ("ORG", "Пфайзер", "ORG-Pfizer"),
        ("ORG", "Министерство на културата", "ORG-Ministry-of-Culture"),
        ("LOC", "Нанадолнище", "GPE-Nanadolnishte"),
        ("LOC", "Горно Нанадолнище", "LOC-Gorno-Nanadolnishte"),
        ("LOC", "летище Нанадолнище", "LOC-Nanadolnishte-Airport"),
        ("PRO", "„Черен списък 2“", "PRO-Black-Spisak-2"),
    ],
)
def test_unknown_names_follow_the_scheme(linker: Linker, kind: str, name: str, id: str) -> None:
    assert link(linker, kind, name) == (id, "made")


def test_the_fullest_name_goes_first(linker: Linker) -> None:
    assert link(linker, "PER", "Том Джонсън", "Джонсън")[0] == "PER-Tom-Johnson"


def test_a_short_name_known_helps_an_unknown_full_one(linker: Linker) -> None:
    assert link(linker, "ORG", "Кабинет на Юнкер", "ЕК") == ("ORG-European-Commission", "exact")


def test_an_abbreviation_is_linked_by_its_expansion(linker: Linker) -> None:
    name = next(r["name"] for r in read_jsonl(ORGANISATIONS) if "БАН" in r.get("abbreviations", ()))
    assert link(linker, "ORG", "БАН") == link(linker, "ORG", name)


def test_a_name_without_letters_has_no_link(linker: Linker) -> None:
    assert linker.link("ORG", ["„“"]) is None


def test_the_users_entries_go_before_all_others(linker: Linker) -> None:
    entry = Entry(id="PER-Me", type="PER", names=["Борис Джонсън", "Zelensky"], wikidata="Q42")
    assert link(linker, "PER", "Борис Джонсън")[1] == "exact"
    linker.add([entry])
    found = linker.link("PER", ["Борис Джонсън"])
    assert found is not None and (found.id, found.wikidata, found.origin) == ("PER-Me", "Q42", "user")
    assert link(linker, "PER", "Зеленски") == ("PER-Me", "sound")
    linker.add([])
    assert link(linker, "PER", "Борис Джонсън") == ("PER-Boris-Johnson", "exact")


def test_a_speller_makes_known_names_or_follows_the_law() -> None:
    speller = Speller(COUNTS, {"johnson": 50.0})
    assert speller("Джонсън") == "johnson"
    assert speller("Гочев") == "gochev"


def test_the_english_words_are_found_again(linker: Linker) -> None:
    for word, english in read_toml("gazetteers/english.toml")["words"].items():
        assert word == word.lower() and english[0].isupper()
        assert linker._listed(word) == english, word


def test_the_component_links_named_clusters(linker: Linker, tmp_path: Path) -> None:
    nlp = spacy.blank("xx")
    component = ReferentLinker("linking", linker)
    component.to_disk(tmp_path)
    again = ReferentLinker("linking").from_disk(tmp_path)
    doc = Doc(nlp.vocab, words=["Борис", "Джонсън", "говори", "той"])
    doc._.mentions = [
        Mention(0, 13, "PER", 1, "Борис Джонсън", 1.0, "x"), Mention(21, 24, "PRON", 3, "той", 1.0, "x")
    ]  # fmt: skip
    doc._.referents = [Cluster("Борис Джонсън", "PER", [0]), Cluster("той", "PRON", [1])]
    again(doc)
    assert [c.link for c in doc._.referents] == ["PER-Boris-Johnson", None]


def test_a_component_without_learnt_names_uses_the_gazetteers() -> None:
    component = ReferentLinker("linking")
    component.add_entries([Entry(id="PER-Me", type="PER", names=["Аз Самият"])])
    assert link(component.linker, "PER", "Аз Самият") == ("PER-Me", "user")
    assert link(component.linker, "LOC", "Перник") == ("GPE-Pernik", "gazetteer")
