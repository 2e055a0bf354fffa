"""``bgpolitics models`` and ``bgpolitics schema``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bgpolitics_ner import models
from bgpolitics_ner.document import json_schema
from bgpolitics_ner.frontend import external

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


@pytest.mark.parametrize(("more", "folder"), [((), None), (("--dir", "here"), Path("here"))])
def test_download_is_for_those_who_ask(
    run: Run, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...], folder: Path | None
) -> None:
    calls: list[tuple[str, Path | None]] = []
    monkeypatch.setattr(external, "download", lambda *arguments: calls.append(arguments))
    for name in ("stanza", "classla"):
        result = run("models", "download", name, *more)
        assert (result.exit_code, result.stdout) == (0, "")
        assert name in result.stderr
    assert calls == [("stanza", folder), ("classla", folder)]


def test_nothing_else_can_be_downloaded(run: Run) -> None:
    assert run("models", "download", "spacy").exit_code == 2


def test_a_missing_package_says_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "stanza", None)
    result = run("models", "download", "stanza")
    assert result.exit_code == 1
    assert "pip install 'bgpolitics-ner[stanza]'" in result.stderr


def test_schema(run: Run) -> None:
    assert json.loads(run("schema").stdout) == json_schema()


def test_version(run: Run) -> None:
    assert run("--version").stdout == "bgpolitics 0.1.0\n"
