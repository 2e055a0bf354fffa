"""Language knowledge as data files; this module only finds and reads them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from bgpolitics_ner.errors import KnowledgeError

if sys.version_info >= (3, 11):
    import tomllib
else:  # pragma: no cover
    import tomli as tomllib

__all__ = ["ROOT", "read_jsonl", "read_lines", "read_toml", "tomllib"]

ROOT = Path(__file__).parent


@cache
def read_toml(name: str) -> dict[str, Any]:
    """Return the parsed TOML file ``knowledge/<name>``; raise KnowledgeError naming the file."""
    path = ROOT / name
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise KnowledgeError(f"knowledge file {path}: {error}") from error
    return data


def read_jsonl(name: str) -> Iterator[dict[str, Any]]:
    """Yield the records of the JSON Lines file ``knowledge/<name>``."""
    path = ROOT / name
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield json.loads(line)
            except ValueError as error:
                raise KnowledgeError(f"{path}:{number}: {error}") from error


def read_lines(name: str) -> list[str]:
    """Return the lines of the text file ``knowledge/<name>`` without their ends, empty ones left out."""
    return [line for line in (ROOT / name).read_text(encoding="utf-8").split("\n") if line]
