"""Sentence borders that are known before parsing."""

from __future__ import annotations

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

import bgpolitics_ner.frontend  # noqa: F401  (registers the factories)
from bgpolitics_ner.frontend.tokenizer import Tokenizer
from bgpolitics_ner.knowledge import read_toml


@pytest.fixture(scope="module")
def nlp() -> Language:
    nlp = spacy.blank("bg")
    nlp.tokenizer = Tokenizer(nlp.vocab)
    nlp.add_pipe("bgpolitics_boundaries")
    return nlp


def preset(doc: Doc) -> tuple[list[str], list[str]]:
    """Return the words that must begin a sentence and those that must not."""
    rest = [token for token in doc if token.i]
    starts = [token.text for token in rest if token.is_sent_start is True]
    inside = [token.text for token in rest if token.is_sent_start is False]
    return starts, inside


def test_headline_ends_at_line_break(nlp: Language) -> None:
    starts, inside = preset(nlp("Путин заминава за Минск\n\nПрезидентът тръгва утре."))
    assert starts == ["Президентът"]
    assert inside == ["\n\n"]


def test_soft_wrap_does_not_end_a_sentence(nlp: Language) -> None:
    starts, inside = preset(nlp("Правителството прие\nбюджета."))
    assert starts == []
    assert "бюджета" in inside


def test_line_break_after_full_stop_ends_a_sentence_before_lower_case(nlp: Language) -> None:
    assert preset(nlp("Правителството прие бюджета.\nи още нещо"))[0] == ["и"]


def test_capital_after_wrap_is_left_to_the_parser(nlp: Language) -> None:
    text = "Вчера министърът\nна финансите говори с\nпрезидента и с\nПетров за\nбюджета."
    starts, inside = preset(nlp(text))
    assert "Петров" not in starts + inside


def test_abbreviation_before_lower_case_never_ends_a_sentence(nlp: Language) -> None:
    starts, inside = preset(nlp("Едва през 2022 г. президентът подписа указа."))
    assert (starts, inside) == ([], ["президентът"])


def test_abbreviation_before_capital_is_left_to_the_parser(nlp: Language) -> None:
    assert preset(nlp("Това стана през 2022 г. Президентът подписа.")) == ([], [])


def test_comma_begins_no_sentence_except_after_a_full_stop(nlp: Language) -> None:
    assert preset(nlp("Да, каза той")) == ([], [","])
    assert preset(nlp("Няма пари. , каза той")) == ([], [])


BORDERS = read_toml("tokenizer.toml")["borders"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(answer, kind == "yes") for rule in BORDERS for kind in ("yes", "no") for answer in rule[kind]],
)
def test_examples_of_the_rules(nlp: Language, answer: str, expected: bool) -> None:
    doc, place = nlp(answer.replace("¦", "")), answer.index("¦")
    word = next(token for token in doc if token.idx == place)
    assert (word.is_sent_start is False) == expected


@pytest.mark.parametrize("text", ["", "\n\n", "\n\nЗаглавие\nТекст.\n", " \n", "Край.\n"])
def test_blanks_are_never_sentences_of_their_own(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert doc.text == text
    assert all(token.is_sent_start is False for token in doc if token.is_space and token.i)
    starts = preset(doc)[0]
    assert starts == (["Текст"] if "Текст" in text else [])


def test_parsed_doc_is_left_alone(nlp: Language) -> None:
    doc = Doc(nlp.vocab, words=["Едно", "\n", "Две"], heads=[0, 0, 0], deps=["ROOT", "dep", "dep"])
    assert len(list(nlp.get_pipe("bgpolitics_boundaries")(doc).sents)) == 1
