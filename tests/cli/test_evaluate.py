"""``bgpolitics evaluate``: a folder, two files, errors, JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bgpolitics_ner import Document

Run = Callable[..., Any]


@pytest.fixture
def gold(tmp_path: Path, example: dict[str, Any]) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text(Document.from_dict(example).to_json() + "\n", encoding="utf-8")
    return path


@pytest.fixture
def predicted(tmp_path: Path, example: dict[str, Any]) -> Path:
    example["relations"][0]["type"] = "talks-with"
    example["entities"][3]["type"] = "PER"
    path = tmp_path / "predicted.jsonl"
    path.write_text(Document.from_dict(example).to_json() + "\n", encoding="utf-8")
    return path


def test_gold_against_itself(run: Run, gold: Path) -> None:
    result = run("evaluate", "--gold", gold, "--pred", gold)
    assert result.exit_code == 0
    row = next(line for line in result.stdout.splitlines() if "relations, document level" in line)
    assert row.split()[3:6] == ["1.000", "1.000", "1.000"]
    assert "factuality of document-level matches: 1.000 (1 of 1)" in result.stdout


def test_errors_are_listed_with_their_sentence(run: Run, gold: Path, predicted: Path) -> None:
    result = run("evaluate", "--gold", gold, "--pred", predicted, "--errors")
    assert result.exit_code == 0
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert "miss example Лукашенко meets-with Тръмп planned" in lines
    assert "false alarm example Лукашенко talks-with Тръмп planned" in lines
    assert sum(line.startswith("sentence Лукашенко ще се срещне") for line in lines) == 2


def test_json(run: Run, gold: Path, predicted: Path) -> None:
    values = json.loads(run("evaluate", "--gold", gold, "--pred", predicted, "--json", "--errors").stdout)
    assert values["relations"]["document"]["f1"] == 0
    assert values["entities"]["strict"]["f1"] == 0.75
    assert [error["kind"] for error in values["errors"]] == ["miss", "false alarm"]


def test_a_folder_is_predicted_and_scored(run: Run, tmp_path: Path, example: dict[str, Any]) -> None:
    (tmp_path / "example.txt").write_text(example["text"], encoding="utf-8")
    (tmp_path / "example.gold.json").write_text(json.dumps(example), encoding="utf-8")
    result = run("evaluate", tmp_path, "--json")
    values = json.loads(result.stdout)
    assert values["documents"] == 1
    assert values["entities"]["strict"]["recall"] == 0.75


@pytest.mark.parametrize(
    "options", [(), ("--gold", "g.jsonl"), ("folder", "--gold", "g.jsonl", "--pred", "p.jsonl")]
)
def test_what_to_score_must_be_said_once(run: Run, options: tuple[str, ...]) -> None:
    result = run("evaluate", *options)
    assert result.exit_code == 2
    assert "give a folder of gold articles, or both --gold FILE and --pred FILE" in result.stderr


def test_a_missing_file_is_named(run: Run, gold: Path, tmp_path: Path) -> None:
    result = run("evaluate", "--gold", gold, "--pred", tmp_path / "no.jsonl")
    assert result.exit_code == 2
    assert "no.jsonl" in result.stderr


def test_a_broken_line_is_named(run: Run, gold: Path, tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text(gold.read_text(encoding="utf-8") + "{\n", encoding="utf-8")
    result = run("evaluate", "--gold", gold, "--pred", path)
    assert result.exit_code == 2
    assert f"{path}:2" in result.stderr
