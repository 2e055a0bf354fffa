"""Tokens: entity borders fall on token borders, and the text is never changed."""

from __future__ import annotations

import time

import pytest
import spacy
from hypothesis import example, given
from hypothesis import strategies as st

from bgpolitics_ner.frontend.tokenizer import Tokenizer
from bgpolitics_ner.knowledge import read_toml

TOKENIZER = Tokenizer(spacy.blank("bg").vocab)


def tokens(text: str) -> list[str]:
    return [token.text for token in TOKENIZER(text) if not token.is_space]


@pytest.mark.parametrize(
    "answer",
    [
        "БТА|.|Правителство",
        "/|БТА|/",
        "„|Северен| поток|“|2",
        "„|Северен| поток| 2|“|.",
        "ПП-ДБ| внесе| вот",
        "Ф-16| и| С-400",
        "На| 18.01.2018| г.| в| Минск",
        "През| 2022| г.| Путин| нахлу",
        "т.нар.| специална| операция",
        "Дж.| Буш| и| А.| Меркел",
        "Г.| Борисов",
        "г-н| Петров|,| д-р| Иванов",
        "инж.| Иванов",
        "300| млн.| лв.",
        "3,5| %",
        "Срещата| е| в| 10:30| ч.",
        "Отиде| си|.| Върна| се|.",
        "Какво|?|!| Нищо|…",
        "президента|(|59|)|,",
        "https://www.bta.bg/bg/news?id=1|,| край",
        "пишете| на| info@bta.bg|.",
        "«|Гардиън|»",
    ],
)
def test_splits(answer: str) -> None:
    """The answer stands in the text: ``|`` marks each border between tokens."""
    assert tokens(answer.replace("|", "")) == [piece.strip() for piece in answer.split("|")]


@pytest.mark.parametrize(
    "answer",
    [answer for rule in read_toml("tokenizer.toml")["rules"] for answer in (*rule["yes"], *rule["no"])],
)
def test_examples_of_the_rules(answer: str) -> None:
    assert tokens(answer.replace("|", "")) == [piece.strip() for piece in answer.split("|")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("съобщи БТА.Правителство", "БТА"),
        ("/БТА/", "БТА"),
        ("„Северен поток“2", "Северен поток"),
        ("коалицията ПП-ДБ", "ПП-ДБ"),
        ("изтребители Ф-16,", "Ф-16"),
        ("ракети „Орешник“-", "Орешник"),
        ("Тръмп:„Да“", "Тръмп"),
        ("(НАТО)", "НАТО"),
        ("Ройтерс/АП", "Ройтерс"),
    ],
)
def test_borders_of_names_are_token_borders(text: str, name: str) -> None:
    start = text.index(name)
    assert TOKENIZER(text).char_span(start, start + len(name)) is not None


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
PIECES = [
    "БТА",
    ".",
    "г.",
    "2022",
    "т.нар.",
    "„",
    "“",
    "-",
    "Ф-16",
    "А.",
    "С",
    "/",
    "@",
    "www.",
    "http://",
    ",",
]
PIECES += ["%", "…", "...", "а\u0301", "👨\u200d👩\u200d👧", "\ufeff", "\u200b", "\x00"]
SPACES = [" ", "  ", "\n", "\u00a0", "\x1c", "\x85", "\u2028"]
NEWS_TEXT = st.lists(st.sampled_from(PIECES + SPACES), max_size=30).map("".join)


@given(ANY_TEXT | NEWS_TEXT)
@example("")
@example(" ")
@example(" \n Минск \t")
@example("\r\nа\u0300б  ")
def test_the_text_is_never_changed(text: str) -> None:
    assert TOKENIZER(text).text == text


@given(ANY_TEXT | NEWS_TEXT)
def test_tokens_cover_every_character_that_is_no_space(text: str) -> None:
    covered: set[int] = set()
    for token in TOKENIZER(text):
        assert text[token.idx : token.idx + len(token)] == token.text
        covered.update(range(token.idx, token.idx + len(token)))
    assert all(text[place].isspace() for place in set(range(len(text))) - covered)


@pytest.mark.parametrize(
    "piece",
    [
        *("А.", "1.", "1-", "а-", "'", "http://", "…", "а\u0301", "г. ", "а.", "-", "a+"),
    ],
)
def test_time_grows_with_the_text_not_with_its_square(piece: str) -> None:
    """Ten times the text may take ten times as long, with room to spare; a square takes a hundred times."""

    def seconds(repeats: int) -> float:
        text = piece * repeats
        start = time.process_time()
        TOKENIZER(text)
        return time.process_time() - start

    assert seconds(20_000) < 30 * seconds(2_000) + 0.2
