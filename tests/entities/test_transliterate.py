"""Designations of weapons from one alphabet to the other."""

from __future__ import annotations

import pytest

from bgpolitics_ner.entities.transliterate import to_cyrillic, to_latin
from bgpolitics_ner.entities.weapons import load_weapons, variants
from bgpolitics_ner.knowledge import read_jsonl, read_toml

EXAMPLES: dict[str, str] = read_toml("gazetteers/transliteration.toml")["examples"]


@pytest.mark.parametrize(("latin", "cyrillic"), EXAMPLES.items())
def test_examples_of_the_file(latin: str, cyrillic: str) -> None:
    assert to_cyrillic(latin) == (cyrillic or None)
    if cyrillic:
        assert to_latin(cyrillic) == latin


def test_what_does_not_change_has_no_other_form() -> None:
    assert to_cyrillic("Т-72") is None and to_latin("T-72") is None and to_cyrillic("88") is None


def test_listed_designations_follow_the_rule() -> None:
    """The two lists of losses are in Latin letters: a designation found there is written by the rule."""
    sources = {row["name"]: row["source"] for row in read_jsonl("gazetteers/weapons.jsonl")}
    checked = 0
    for weapon in load_weapons():
        simple = " " not in weapon.latin and any(c.isdigit() for c in weapon.latin)
        by_rule = to_cyrillic(weapon.latin) if simple else None
        if by_rule and sources[weapon.name] != "own":
            assert by_rule in weapon.spellings, f"{weapon.latin} is {by_rule} by rule, not {weapon.spellings}"
            checked += 1
    assert checked >= 100


@pytest.mark.parametrize(
    ("spelling", "form"),
    [("Су-35", "Su-35"), ("Су-35", "Су35"), ("Су-35", "Su 35"), ("F-16", "Ф-16"), ("Хаймарс", "Хаймарс")],
)
def test_variants_of_a_spelling(spelling: str, form: str) -> None:
    assert form in variants(spelling) and variants(spelling)[0] == spelling
