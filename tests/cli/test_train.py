"""``bgpolitics train``: thin over the training modules."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bgpolitics_ner.cli.app import app

COMMANDS = ("vectors", "frontend", "entities", "kb", "gazetteer", "relations", "model")
GOLD = {"id": "a", "text": "", "relations": []}


def test_help_needs_no_spacy() -> None:
    code = "import sys, bgpolitics_ner.cli.app; sys.exit('spacy' in sys.modules or 'torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_the_data_folder_must_be_given(command: str) -> None:
    result = CliRunner().invoke(app, ["train", command])
    assert result.exit_code == 2
    assert "--data" in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--data", "d", "--corpus", "c", "--split", "cross-topic"], "give --data or --corpus"),
        (["--corpus", "c"], "--corpus goes with --split"),
        (["--data", "d", "--split", "cross-topic"], "--corpus goes with --split"),
        (["--corpus", "c", "--split", "cross-topic", "--topic", "brexit"], "--topic with --data"),
        (["--corpus", "c", "--split", "none"], "SPLIT_none_train.txt: cannot be read"),
    ],
)
def test_an_official_split_needs_its_corpus(arguments: list[str], message: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["train", "entities", *arguments, "-o", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert message in " ".join(result.output.replace("│", " ").split())


def test_a_folder_without_data_is_unusable_input(tmp_path: Path) -> None:
    arguments = ["train", "frontend", "--data", str(tmp_path), "-o", str(tmp_path / "out")]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert "bg_btb-ud-train.conllu: no such file" in result.output


def test_gold_without_relations_is_unusable_input(tmp_path: Path) -> None:
    gold = tmp_path / "mine.jsonl"
    gold.write_text(json.dumps(GOLD) + "\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["train", "relations", "--gold", str(gold)])
    assert result.exit_code == 2
    assert "mine.jsonl: no gold relations in it" in result.output


def test_a_bad_line_of_gold_is_named(tmp_path: Path) -> None:
    gold = tmp_path / "mine.jsonl"
    gold.write_text(json.dumps(GOLD) + "\n{}\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["train", "relations", "--gold", str(gold)])
    assert result.exit_code == 2
    assert "mine.jsonl:2: " in result.output


def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "floret", None)
    result = CliRunner().invoke(app, ["train", "vectors", "--data", str(tmp_path), "-o", str(tmp_path / "v")])
    assert result.exit_code == 1
    assert "pip install 'bgpolitics-ner[train]'" in result.output


def test_a_list_to_leave_out_must_be_there(tmp_path: Path) -> None:
    gold, left_out = tmp_path / "mine.jsonl", tmp_path / "ids.txt"
    gold.write_text("".join(json.dumps({**GOLD, "id": name}) + "\n" for name in "ab"), encoding="utf-8")
    left_out.write_text("b\n", encoding="utf-8")
    arguments = ["train", "relations", "--gold", str(gold), "--leave-out", str(left_out)]
    assert "no gold relations" in CliRunner().invoke(app, arguments).output
    missing = ["train", "relations", "--gold", str(gold), "--leave-out", str(tmp_path / "no.txt")]
    result = CliRunner().invoke(app, missing)
    assert result.exit_code == 2
    assert "no.txt: no such list" in result.output
