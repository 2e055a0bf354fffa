"""Cleaned text: every rule by its examples, offsets exact on any text, the pipeline on ill-spelled text."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any
from unicodedata import category, normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bgpolitics_ner.frontend.orthography import Cleaned, clean
from bgpolitics_ner.knowledge import read_toml

RULES = read_toml("orthography.toml")["rules"]
YES = [(rule["name"], *pair) for rule in RULES for pair in rule["yes"]]
NO = [(rule["name"], text) for rule in RULES for text in rule["no"]]


@pytest.mark.parametrize(("rule", "text", "expected"), YES)
def test_rule_changes(rule: str, text: str, expected: str) -> None:
    assert clean(text).text == expected, rule


@pytest.mark.parametrize(("rule", "text"), NO)
def test_rule_leaves_alone(rule: str, text: str) -> None:
    assert clean(text) == Cleaned(text, text), rule


def test_every_rule_has_both_kinds_of_examples() -> None:
    assert all(rule["yes"] and rule["no"] for rule in RULES)


def original(text: str, part: str) -> str:
    """Return what the text has where the cleaned text has `part`."""
    cleaned = clean(text)
    start = cleaned.text.index(part)
    first, last = cleaned.span(start, start + len(part))
    return text[first:last]


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ("Лукаше\u0301нко каза", "Лукашенко", "Лукаше\u0301нко"),
        ("пара\u0301 и", "пара", "пара\u0301"),
        ("пара\u0301 и", "пар", "пар"),
        ("сестра и\u0300.", "й", "и\u0300"),
        ("Бои\u0306ко", "й", "и\u0306"),
        ("Ук\u00adрай\u00adна.", "Украйна", "Ук\u00adрай\u00adна"),
        ("\u200bПутин\u200b, да", "Путин", "Путин"),
        ("през май т. г. в", "т.г.", "т. г."),
        ("през май т. г. в", "т.", "т."),
        ("през май т. г. в", "г. в", "г. в"),
        ("каза ,,Не''", "„Не", ",,Не"),
        ("заяви 3eлeнcки.", "Зеленски", "3eлeнcки"),
        ("отъ градъ въ", "град", "градъ"),
    ],
)
def test_spans_are_those_of_the_original(text: str, part: str, expected: str) -> None:
    assert original(text, part) == expected


def test_offsets_are_not_kept_where_no_character_is_dropped() -> None:
    assert clean("Пyтин каза").offsets is None
    assert clean("Пу\u0301тин").offsets is not None


def test_an_empty_span_has_a_place() -> None:
    cleaned = clean("Пу\u0301тин")
    assert [cleaned.span(n, n) for n in (0, 2, len(cleaned.text))] == [(0, 0), (3, 3), (6, 6)]


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
PIECES = [
    *("Пyтин", "Ук\u00adрайна", "и\u0300", "ѝ", "а\u0301", "e\u0301", "т. нар.",
      "HATO", "c", "EC", "a", "3eлeн"),
    *(",,", "ѣ", "ѫ", "отъ", "градъ", "\u200b", "\u200d", "\ufeff", "\u0301", "\u0306",
      "и", "X", "ІІ", "V", "СNN", "BBС", "т. г. "),
    *("www.", "@", ".bg", "-", "2", " ", "\u00a0", "\n", "\u2028", ". ", "“", "👨\u200d👩",
      "ї", "ѓ", "é", "한", "\u0958", "İ"),
]  # fmt: skip
ODD_TEXT = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


@given(ANY_TEXT | ODD_TEXT)
@example("")
@example("\u0301")
@example("а\u00ad\u0301б")
@example("Е\u0301\u0327")
@example("EC HATO и c нещo")
@example("тѣ\u0301ъ отъ въ")
def test_offsets_are_exact(text: str) -> None:
    cleaned = clean(text)
    spans = [cleaned.span(n, n + 1) for n in range(len(cleaned.text))]
    assert cleaned.original == text
    assert all(start < end for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert all(start >= 0 and end <= len(text) for start, end in spans)
    kept = {n for start, end in spans for n in range(start, end)}
    dropped = {text[n] for n in range(len(text)) if n not in kept}
    assert all(c.isspace() or category(c) == "Cf" for c in dropped)


@given(ANY_TEXT | ODD_TEXT)
@example("EC HATO и c нещo")
@example("отъ тѣ\u0301ъ въ пишѫ\u0301тъ")
def test_a_clean_text_stays_as_it_is(text: str) -> None:
    once = clean(text).text
    assert clean(once) == Cleaned(once, once)


@given(st.text("абвгдежзийклмнопрстуфхцчшщъьюя АБВ.,!?-–„“0123456789\n", max_size=200))
def test_ordinary_text_is_never_changed(text: str) -> None:
    if ". " not in text and ".\n" not in text:
        assert clean(text).text is text


@pytest.mark.parametrize(
    "piece",
    ["\u0301", "Пyтин ", "a ", "т. г. ", "а\u0301", "\u200b", "a\u00ad", ",,а", "отъ ", "EC ", "нa ce "],
)
def test_time_grows_with_the_text_not_with_its_square(piece: str) -> None:
    """Ten times the text may take ten times as long, with room to spare; a square takes a hundred times."""

    def seconds(repeats: int) -> float:
        text = piece * repeats
        start = time.process_time()
        clean(text)
        return time.process_time() - start

    assert seconds(20_000) < 30 * seconds(2_000) + 0.2


WRONG = (
    "Президентът на САЩ Доналд Тръмп се срещна с Влади\u0301мир Пyтин в Минск\u00ad, съобщи БTА. "
    "Лукашѐнко каза, че Ук\u00adрайна не е поканена в т. нар. формат на HATO с Русия."
)


@pytest.mark.slow
def test_entities_of_an_ill_spelled_text_have_original_offsets(annotator: Any) -> None:
    document = annotator(WRONG)
    assert document.text == WRONG
    found = {e.text: (e.type, e.lemma) for e in document.entities}
    assert found["Влади\u0301мир Пyтин"] == ("PER", "Владимир Путин")
    assert found["Лукашѐнко"] == ("PER", "Лукашенко")
    assert found["Ук\u00adрайна"] == ("LOC", "Украйна")
    assert found["HATO"] == ("ORG", "НАТО")
    assert found["БTА"] == ("ORG", "БТА")
    assert all(WRONG[e.start : e.end] == e.text for e in document.entities)
    assert "т. нар." in [WRONG[t.start : t.end] for t in document.tokens]
    assert len(document.sentences) == 2
    meeting = next(r for r in document.relations if r.type == "meets-with")
    assert meeting.trigger is not None and meeting.trigger.text == "срещна"


@pytest.mark.slow
def test_look_alikes_change_no_answer(annotator: Any) -> None:
    right = "Владимир Путин заплаши НАТО с удар. Според Сергей Лавров ЕС подкрепя Украйна."
    table = str.maketrans("ауосе", "ayoce")
    wrong = " ".join(w.translate(table) if any(c in "влдимпркйзшшт" for c in w) else w for w in right.split())
    assert wrong != right and normalize("NFC", wrong) == wrong
    expected, document = annotator(right), annotator(wrong)
    assert [(e.start, e.end, e.type, e.lemma) for e in document.entities] == [
        (e.start, e.end, e.type, e.lemma) for e in expected.entities
    ]
    assert document.triples == expected.triples


@pytest.mark.slow
def test_a_long_ill_spelled_text_is_cut_and_mapped(annotator: Any) -> None:
    text = "Лукашѐнко посети\u0301 Ми\u00adнск.\n\n" * 2000
    document = annotator(text)
    places = [e.start for e in document.entities if e.text == "Ми\u00adнск"]
    assert len(places) > 1900 and all(text[p:].startswith("Ми\u00adнск.") for p in places)
