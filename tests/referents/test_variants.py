"""Spellings of one foreign name are one name; each rule by its examples."""

from __future__ import annotations

import re

import pytest

from bgpolitics_ner.knowledge import read_toml
from bgpolitics_ner.referents.variants import beginnings, same_name, same_names, spelling_key

NAMES = read_toml("orthography.toml")["names"]
YES = [pair for rule in NAMES["rules"] for pair in rule["yes"]]
NO = [pair for rule in NAMES["rules"] for pair in rule["no"]]


@pytest.mark.parametrize(("first", "second"), [*YES, *NAMES["listed"].items()])
def test_one_name(first: str, second: str) -> None:
    assert same_name(first, second)
    assert beginnings(first) & beginnings(second)


@pytest.mark.parametrize(("first", "second"), NO)
def test_two_names(first: str, second: str) -> None:
    assert spelling_key(first) != spelling_key(second)


def test_each_rule_is_needed_by_one_of_its_examples() -> None:
    for rule in NAMES["rules"]:
        assert rule["yes"] and rule["no"], rule["from"]
        assert any(re.search(rule["from"], word) for pair in rule["yes"] for word in pair), rule["from"]


def test_forms_of_one_name_stay_one_name() -> None:
    assert same_name("корбин", "корбина") and same_name("народен", "народна")
    assert same_names(("борис", "джонсън"), ("борис", "джонсон"))
    assert not same_names(("борис", "джонсън"), ("джонсон",))


def test_short_words_are_no_names_to_compare() -> None:
    assert spelling_key("ден") == "ден" and not same_name("рот", "род")
