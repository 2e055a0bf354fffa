"""What the tagger is told of words beside their forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from bgpolitics_ner.entities.known import KnownNames
from bgpolitics_ner.entities.signals import CONTEXT, LISTS, WIDTH, SignalReader, Signals

NAMES = (*CONTEXT, *LISTS)


@pytest.fixture(scope="module")
def read(nlp: Language) -> SignalReader:
    return SignalReader(nlp.make_doc)


def told(signals: Signals, word: int) -> set[str]:
    return {name for name, value in zip(NAMES, signals.values[word], strict=True) if value}


def test_place_in_the_sentence(read: SignalReader) -> None:
    signals = read(["Той", "дойде", ".", "Биби", "каза", "„", "Не", "“", "."], [0, 3], ())
    assert "first in its sentence" in told(signals, 3)
    assert "quoted" in told(signals, 6)
    assert "quoted" not in told(signals, 8)
    assert "capital inside a sentence" not in told(signals, 3)


def test_small_and_capital_spellings_of_a_text(read: SignalReader) -> None:
    signals = read(["Мир", "иска", "светът", ".", "Сега", "мир", "!"], [0, 4], ())
    assert "small in this text" in told(signals, 0)
    assert signals.values[0, CONTEXT.index("how often small")] == pytest.approx(0.5)


def test_forms_of_a_name_have_one_number(read: SignalReader) -> None:
    signals = read(["Лукашенко", "Лукашенка", "Минск", "минск"], [0], ())
    assert signals.names.tolist() == [0, 0, 1, -1]
    assert signals.count == 2


def test_headlines(read: SignalReader) -> None:
    assert "headline" in told(read(["ПУТИН", "ПРИСТИГНА", "Днес"], [0], ()), 2)
    assert "headline" not in told(read(["Путин", "пристигна", "Днес"], [0], ()), 2)


def test_lists(read: SignalReader, nlp: Language) -> None:
    words = ["Мария", "Петрова", "отиде", "в", "Нова", "Загора", "с", "НАТО"]
    signals = read(words, [0], KnownNames(nlp.make_doc)(nlp.make_doc(" ".join(words))))
    assert {"given name"} <= told(signals, 0)
    assert {"family name"} <= told(signals, 1)
    assert {"place begins"} <= told(signals, 4)
    assert {"place goes on"} <= told(signals, 5)
    assert {"ORG sure begins"} <= told(signals, 7)
    assert not {name for name in told(signals, 2) if name in LISTS}


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=20))
def test_any_words(read: SignalReader, words: list[str]) -> None:
    signals = read(words, [0], ())
    assert signals.values.shape == (len(words), WIDTH)
    assert np.isfinite(signals.values).all()
    assert all((number >= 0) == word[:1].isupper() for number, word in zip(signals.names, words, strict=True))
