"""Names made of a word and the name behind it, and names proved by a noun: the examples of the file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from spacy.language import Language

from bgpolitics_ner.entities.joins import Joiner
from bgpolitics_ner.entities.named import NamedSpan
from bgpolitics_ner.knowledge import read_toml

DATA = read_toml("gazetteers/joins.toml")


def examples(kind: str) -> Iterator[tuple[str, str, str]]:
    for row in [*DATA["join"], *DATA["proved"]]:
        for example in row[kind]:
            text, name = example.split(" | ")
            yield text, name, row["type"]


def joined(nlp: Language, text: str, label: str = "LOC") -> list[tuple[str, str]]:
    """Return what is found where the tagger takes every capitalised word inside the text for `label`."""
    doc = nlp.make_doc(text)
    tagged = [NamedSpan(t.i, t.i + 1, label, "model") for t in doc if t.i and t.text[0].isupper()]
    return [(doc[s.start : s.end].text, s.label) for s in Joiner(DATA)(doc, tagged)]


@pytest.mark.parametrize(("text", "name", "label"), list(examples("yes")))
def test_name_is_found(nlp: Language, text: str, name: str, label: str) -> None:
    assert (name, label) in joined(nlp, text, "PRO" if label == "WEAPON" else "LOC")


@pytest.mark.parametrize(("text", "name", "label"), list(examples("no")))
def test_other_words_make_no_name(nlp: Language, text: str, name: str, label: str) -> None:
    assert name not in [found for found, _ in joined(nlp, text)]


def test_tagger_wins_against_a_weapon_noun(nlp: Language) -> None:
    assert joined(nlp, "Свалиха дронове „Зорница“.", "PER") == []


def test_word_at_the_end_of_the_text(nlp: Language) -> None:
    assert joined(nlp, "Спряха АЕЦ") == joined(nlp, "Спряха АЕЦ „") == joined(nlp, "") == []
