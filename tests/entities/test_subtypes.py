"""Sub-types: every rule by its examples, the lists, and sharing within a text."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from bgpolitics_ner.entities.known import load_entries
from bgpolitics_ner.entities.subtypes import Subtypes, load_subtypes, share
from bgpolitics_ner.entities.weapons import load_weapons
from bgpolitics_ner.errors import KnowledgeError
from bgpolitics_ner.knowledge import read_jsonl, read_toml
from bgpolitics_ner.schema import load_schema

DATA = read_toml("cues/subtypes.toml")


def examples(kind: str) -> Iterator[tuple[str, str, str, str]]:
    for rule in DATA["rule"]:
        for example in rule[kind]:
            text, name, subtype = example.split(" | ")
            yield rule["type"], text, name, subtype


def subtype_of(nlp: Language, text: str, name: str, label: str) -> str | None:
    doc: Doc = nlp.make_doc(text)
    span = doc.char_span(text.index(name), text.index(name) + len(name))
    assert span is not None, f"{name!r} is not made of tokens of {text!r}"
    return load_subtypes()(doc, span.start, span.end, label, name)


@pytest.mark.parametrize(("label", "text", "name", "subtype"), list(examples("yes")))
def test_rule_gives_its_subtype(nlp: Language, label: str, text: str, name: str, subtype: str) -> None:
    assert subtype_of(nlp, text, name, label) == subtype


@pytest.mark.parametrize(("label", "text", "name", "subtype"), list(examples("no")))
def test_rule_leaves_others_alone(nlp: Language, label: str, text: str, name: str, subtype: str) -> None:
    assert subtype_of(nlp, text, name, label) != subtype


def test_all_lists_use_the_subtypes_of_the_schema() -> None:
    allowed = {name: set(row.subtypes) for name, row in load_schema().entities.items()}
    for entry in load_entries():
        assert entry.subtype is None or entry.subtype in allowed[entry.label], entry
    assert {weapon.subtype for weapon in load_weapons()} <= allowed["WEAPON"]
    assert {row["subtype"] for row in read_jsonl("gazetteers/places.jsonl")} <= allowed["LOC"]


@pytest.mark.parametrize(
    ("label", "name", "subtype"),
    [
        ("LOC", "Съединените щати", "country"),
        ("LOC", "Пловдив", "city"),
        ("LOC", "Тексас", "region"),
        ("LOC", "Северна Македония", "country"),
        ("LOC", "Южна Англия", "region"),
        ("LOC", "Кремъл", "facility"),
        ("LOC", "Дунав", "water"),
        ("LOC", "Алфа Кентавър", None),
        ("ORG", "ДПС – Ново начало", "party"),
        ("ORG", "БНТ", "medium"),
        ("ORG", "НАТО", "international"),
        ("ORG", "Зорница", None),
        ("PRO", "Гардиън", "medium"),
        ("PRO", "Северен поток 2", "project"),
        ("EVT", "Брекзит", "referendum"),
        ("EVT", "Зорница", None),
        ("WEAPON", "С-300", "air-defence"),
        ("WEAPON", "„Леопард“ 2", "tank"),
        ("PER", "Пловдив", None),
    ],
)
def test_subtype_of_a_name_alone(nlp: Language, label: str, name: str, subtype: str | None) -> None:
    assert subtype_of(nlp, f"Видяха {name} вчера.", name, label) == subtype


def test_one_form_has_the_subtype_of_its_type(nlp: Language) -> None:
    assert subtype_of(nlp, "Видяха Фатах вчера.", "Фатах", "WEAPON") == "missile"
    assert subtype_of(nlp, "Видяха Фатах вчера.", "Фатах", "ORG") == "party"


def test_equal_names_share_a_subtype_that_is_not_disputed() -> None:
    names = [("ORG", "Зорница"), ("ORG", "Зорница"), ("PRO", "Зорница"), ("ORG", "Вихрен")]
    assert share(["party", None, None, None], names) == ["party", "party", None, None]
    same = [("LOC", "Марица")] * 3
    assert share(["water", "facility", None], same) == ["water", "facility", None]


def test_unknown_subtype_is_refused() -> None:
    data = copy.deepcopy(DATA)
    data["rule"][0]["subtype"] = "planet"
    with pytest.raises(KnowledgeError, match="planet"):
        Subtypes(data)
