"""What pyproject.toml promises: entry points that exist and one version."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import bgpolitics_ner as bgp

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECT: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8")
)["project"]
ENTRY_POINTS = {
    **PROJECT["scripts"],
    **{k: v for group in PROJECT["entry-points"].values() for k, v in group.items()},
}


@pytest.mark.parametrize("target", ENTRY_POINTS.values(), ids=ENTRY_POINTS.keys())
def test_an_entry_point_resolves(target: str) -> None:
    """spaCy loads every factory whenever it makes a pipeline: one that is missing breaks them all."""
    module, _, name = target.partition(":")
    assert callable(getattr(import_module(module), name))


def test_the_version_is_the_package_s() -> None:
    assert PROJECT["version"] == bgp.__version__


def test_the_extras_are_no_runtime_dependencies() -> None:
    runtime = " ".join(PROJECT["dependencies"])
    assert not any(name in runtime for name in ("torch", "stanza", "classla", "floret"))


def test_every_data_file_is_inside_the_package(root: Path) -> None:
    """Only files inside the package reach the wheel, and a .gitignore pattern would keep one out."""
    files = [path for path in (root / "bgpolitics_ner" / "knowledge").rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".toml", ".jsonl"}
    assert (root / "bgpolitics_ner" / "py.typed").is_file()
