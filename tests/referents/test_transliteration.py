"""Letters: the law, and what makes spellings of one name alike."""

from __future__ import annotations

import pytest

from bgpolitics_ner.knowledge import read_toml
from bgpolitics_ner.referents.transliteration import is_cyrillic, key_of, load_letters

EXAMPLES = read_toml("transliteration.toml")["law"]["examples"]


@pytest.mark.parametrize(("word", "latin"), EXAMPLES)
def test_the_examples_of_the_law(word: str, latin: str) -> None:
    assert load_letters().law(word) == latin.lower()


@pytest.mark.parametrize(
    ("bulgarian", "foreign"),
    [("Зеленски", "Зеленский"), ("Зеленски", "Zelensky"), ("Джонсън", "Johnson"), ("Юнкер", "Juncker"),
     ("Тачър", "Thatcher"), ("Мишел Барние", "Michel Barnier"), ("Вагнер", "Wagner")],
)  # fmt: skip
def test_spellings_that_share_a_skeleton(bulgarian: str, foreign: str) -> None:
    letters = load_letters()
    assert set(letters.skeletons(bulgarian)) & {
        s for f in letters.skeletons(foreign) for s in (f, f.rstrip("S"))
    } or (set(letters.skeletons(bulgarian)) & {s[:-1] for s in letters.skeletons(foreign)})


def test_other_names_have_another_skeleton() -> None:
    letters = load_letters()
    assert not set(letters.skeletons("Радев")) & set(letters.skeletons("Борисов"))


def test_forms_of_a_word_share_a_stem() -> None:
    stem = load_letters().stem
    assert stem("Европейската") == stem("европейски") == stem("европейский")
    assert stem("съвет") != stem("съюз")


def test_keys_and_romanised_names() -> None:
    letters = load_letters()
    assert key_of("„Северен поток-2“") == "северен поток 2"
    assert letters.romanise("Жан-Клод") == "zhan klod"
    assert letters.romanise("Adam Vojtěch") == "adam vojtech"
    assert letters.plain("Łódź") == "Lodz"
    assert is_cyrillic("BG Радио") and not is_cyrillic("NATO")
