"""The component around the tagger network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from bgpolitics_ner import ModelError
from bgpolitics_ner.entities import tagger as module
from bgpolitics_ner.entities.tagger import VOCABULARY, Names, Tagger
from tests.entities.tiny_tagger import make_names, make_pipeline

TEXTS = [
    "Лукашенко пристигна в Минск. Той говори с Тръмп.",
    "",
    "\n \n",
    "Не. Минск! Лукашенко?",
    "Минск " * 300,
]


@pytest.fixture(scope="module")
def tiny() -> Language:
    return make_pipeline()


def names_of(nlp: Language, text: str) -> list[tuple[int, int, str, float]]:
    return [(e.start, e.end, e.label_, e._.probability) for e in nlp(text).ents]


def test_names_have_probabilities(tiny: Language) -> None:
    found = names_of(tiny, TEXTS[0])
    assert found
    assert all(0 < probability <= 1 for *_, probability in found)


def test_a_batch_says_what_single_texts_say(tiny: Language) -> None:
    for text, doc in zip(TEXTS, tiny.pipe(TEXTS), strict=True):
        found = [(e.start, e.end, e.label_) for e in doc.ents]
        assert found == [name[:3] for name in names_of(tiny, text)]


def test_known_names_are_handed_on(tiny: Language) -> None:
    assert [doc_name.label for doc_name in tiny("НАТО и Минск")._.known_names] == ["ORG", "LOC"]
    assert tiny("")._.known_names == []


def test_round_trip(tiny: Language, tmp_path: Path) -> None:
    tiny.to_disk(tmp_path / "tiny")
    again = spacy.load(tmp_path / "tiny")
    assert [n[:3] for n in names_of(again, TEXTS[0])] == [n[:3] for n in names_of(tiny, TEXTS[0])]
    tagger = Tagger(tiny).from_bytes(tiny.get_pipe("bgpolitics_tagger").to_bytes())
    assert tagger.labels == ("PER", "LOC")


def test_forms_are_forgotten_in_time(tiny: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    before = names_of(tiny, TEXTS[0])
    monkeypatch.setattr(module, "MAX_FORMS", 3)
    assert names_of(tiny, TEXTS[0]) == before
    assert names_of(tiny, TEXTS[0]) == before


def test_other_vectors_are_refused(nlp: Language) -> None:
    with pytest.raises(ModelError, match="word vectors of width 4, this pipeline has 0"):
        Tagger(nlp).set_names(make_names())


def test_no_weights(nlp: Language) -> None:
    with pytest.raises(ModelError, match="no weights; load a trained model"):
        Tagger(nlp)(nlp.make_doc("Минск"))


def test_damaged_folders(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="the tagger cannot be read"):
        Names.from_disk(tmp_path)
    make_names().to_disk(tmp_path)
    (tmp_path / VOCABULARY).write_text('{"format": 99}', encoding="utf-8")
    with pytest.raises(ModelError, match="format 99, this version reads 1; update the model"):
        Names.from_disk(tmp_path)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=80))
def test_any_text(tiny: Language, text: str) -> None:
    doc = tiny(text)
    assert doc.text == text
    assert all(np.isfinite(e._.probability) for e in doc.ents)
