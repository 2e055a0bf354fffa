"""Marked text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpolitics_ner.cli.render import Mark, mark_text


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([], "абвгд"),
        ([(0, 5, "A")], "[абвгд|A]"),
        ([(0, 2, "A"), (2, 4, "B")], "[аб|A][вг|B]д"),
        ([(0, 4, "A"), (1, 2, "B")], "[а[б|B]вг|A]д"),
        ([(1, 3, "A"), (1, 3, "B")], "а[[бв|B]|A]г д".replace(" д", "д")),
    ],
)
def test_brackets(marks: list[tuple[int, int, str]], expected: str) -> None:
    assert mark_text("абвгд", [Mark(*mark, style="") for mark in marks]).plain == expected


def test_a_part_of_the_text() -> None:
    marks = [Mark(0, 1, "A", ""), Mark(3, 4, "B", "")]
    assert mark_text("абвгд", marks, start=2, end=5).plain == "в[г|B]д"


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=5))
def test_the_text_stays_whole(spans: list[tuple[int, int]]) -> None:
    marks = [Mark(start, end, "X", "") for start, end in spans]
    plain = mark_text("абвгд", marks).plain
    assert plain.replace("[", "").replace("|X]", "") == "абвгд"
