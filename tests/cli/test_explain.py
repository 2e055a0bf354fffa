"""``bgpolitics explain``: sentence with marks, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bgpolitics_ner.cli import runtime

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


def test_hearsay_is_shown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    nlp = runtime.load_annotator()
    (found,) = nlp.explain("Лукашенко имал среща с Тръмп.")
    heard = replace(found, relation=replace(found.relation, hearsay=True))
    monkeypatch.setattr(nlp, "explain", lambda text, id: [heard])
    monkeypatch.setattr(runtime, "load_annotator", lambda **_: nlp)
    result = run("explain", "-", stdin="Лукашенко имал среща с Тръмп.\n".encode())
    assert "hearsay told as heard from others, nobody named" in " ".join(result.stdout.split())
