"""``bgpolitics explain``: sentence with marks, and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]


def test_a_relation_is_shown_with_its_evidence(run: Run) -> None:
    result = run("explain", "-", stdin="Лукашенко има среща с Тръмп.\n".encode())
    assert result.exit_code == 0
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert lines[:5] == [
        "x1 Лукашенко meets-with Тръмп asserted",
        "[Лукашенко|SUBJECT] има [среща|TRIGGER] с [Тръмп|OBJECT].",
        "found by rule:meets.noun",
        "path среща → nmod → Тръмп",
        "confidence 0.81",
    ]


def test_nothing_found_is_said(run: Run) -> None:
    assert run("explain", "-", stdin="Нищо.".encode()).stdout == "No relations found.\n"
