"""Articles in Latin letters, written in Cyrillic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpolitics_ner.document import Document, Entity
from bgpolitics_ner.knowledge import read_toml
from bgpolitics_ner.training.neighbours import FILE, load_script, write_cyrillic

EXAMPLES = [
    (language, *pair) for language, rows in read_toml(FILE).items() for pair in rows.get("examples", ())
]


@pytest.mark.parametrize(("language", "latin", "cyrillic"), EXAMPLES)
def test_examples(language: str, latin: str, cyrillic: str) -> None:
    script = load_script(language)
    assert script is not None
    assert script.convert(latin)[0] == cyrillic


def test_mentions_keep_their_places() -> None:
    text = "Wałęsa w Warszawie"
    found = (Entity("m1", 0, 6, "Wałęsa", "PER"), Entity("m2", 9, 18, "Warszawie", "LOC"))
    document = write_cyrillic(Document("a", text, entities=found), "pl")
    assert document.text == "Валенса в Варшаве"
    assert [e.text for e in document.entities or ()] == ["Валенса", "Варшаве"]
    assert all(document.text[e.start : e.end] == e.text for e in document.entities or ())


def test_cyrillic_stays_as_it_is() -> None:
    document = Document("a", "Путин")
    assert write_cyrillic(document, "ru") is document


@given(st.text())
def test_any_text(text: str) -> None:
    script = load_script("pl")
    assert script is not None
    written, places = script.convert(text)
    assert len(places) == len(text) + 1
    assert places == sorted(places)
    assert places[-1] == len(written)
