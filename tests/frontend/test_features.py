"""Features of word forms, and the table of inflection classes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpolitics_ner.frontend.features import (
    MAX_SHAPE,
    FeatureReader,
    InflectionTable,
    list_affixes,
    spell_plain,
    spell_shape,
)


@pytest.mark.parametrize(
    ("form", "shape"),
    [("НАТО-вски", "XX-xx"), ("2022", "dd"), ("Минск", "Xxx"), ("Ф-16", "X-dd"), ("…", "…"), ("г.", "x.")],
)
def test_a_shape_tells_cases_and_digits(form: str, shape: str) -> None:
    assert spell_shape(form) == shape


@pytest.mark.parametrize(
    ("form", "plain"), [("„", '"'), ("Ню‑Йорк", "Ню-Йорк"), ("…", "..."), ("НАТО", "НАТО")]
)
def test_marks_are_spelt_as_in_the_treebank(form: str, plain: str) -> None:
    assert spell_plain(form) == plain


def test_affixes_are_in_lower_case_and_short_forms_as_written() -> None:
    assert list_affixes("Си") == ["-и", "-си", "с-", "си-", "=Xx", "'Си"]
    assert "-ските" in list_affixes("Руските")
    assert not any(affix.startswith("'") for affix in list_affixes("Руските"))


@given(st.text(min_size=1))
def test_any_form_has_a_shape_of_bounded_length(form: str) -> None:
    assert 0 < len(spell_shape(form)) <= MAX_SHAPE
    assert list_affixes(form)


ENTRIES = {"съюзът": {"A:>ът", "=A"}, "съюз": {"A:base", "=A"}, "заяви": {"Q:я>и"}}


def test_the_table_knows_the_classes_of_its_forms_only() -> None:
    table = InflectionTable(ENTRIES)
    assert {table.classes[number] for number in table.find("съюзът")} == {"A:>ът", "=A"}
    assert table.find("съюзи") == ()
    assert len(table) == 3


@given(st.dictionaries(st.text(min_size=1, max_size=6), st.sets(st.sampled_from("ABCDE"), min_size=1)))
def test_arrays_give_the_table_back(entries: dict[str, set[str]]) -> None:
    table = InflectionTable(entries)
    again = InflectionTable.from_arrays(table.to_arrays(), table.classes, table.sets)
    assert [again.find(form) for form in entries] == [table.find(form) for form in entries]
    assert len(again) == len(table)


def test_unknown_words_are_number_zero() -> None:
    read = FeatureReader(["съюз"], ["-з", "с-"], InflectionTable(ENTRIES))
    known, unknown = read("Съюз"), read("xyz")
    assert (known.word, known.affixes) == (1, (0, 1))
    assert (unknown.word, unknown.affixes, unknown.classes) == (0, (), ())
    assert len(known.classes) == 2


def test_an_empty_table_is_fine() -> None:
    table = InflectionTable()
    assert table.find("") == ()
    assert np.asarray(table.to_arrays()["inflection.values"]).size == 0
