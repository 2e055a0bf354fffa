"""``bgpolitics models`` and ``bgpolitics schema``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bgpolitics_ner import models
from bgpolitics_ner.document import json_schema

Run = Callable[..., Any]


def test_models(run: Run, model_folder: Path) -> None:
    result = run("models")
    assert result.exit_code == 0
    lines = dict(line.split("  ", 1) for line in result.stdout.splitlines() if "  " in line)
    values = {key.strip(): value.strip() for key, value in lines.items()}
    assert values["model"] == "bg_politics"
    assert values["stages"] == "tok2vec, parser, ner"
    assert values["licence of weights"] == "CC BY-NC-SA 3.0"
    assert values["scores"] == "dep_las 0.875"


def test_models_as_json(run: Run, model_folder: Path) -> None:
    (info,) = json.loads(run("models", "--json").stdout)
    assert info["name"] == "bg_politics" and info["path"] == str(model_folder)


def test_no_model_is_an_error_that_says_what_to_do(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "model_roots", lambda: [tmp_path])
    result = run("models")
    assert result.exit_code == 1
    assert "no model is installed; reinstall" in result.stderr


def test_schema(run: Run) -> None:
    assert json.loads(run("schema").stdout) == json_schema()


def test_version(run: Run) -> None:
    assert run("--version").stdout == "bgpolitics 0.1.0\n"
