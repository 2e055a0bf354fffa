"""Import of the packages that only a corpus needs; what is missing is said with the command that gets it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from bgpolitics_ner.errors import MissingExtraError


def import_extra(module: str, *, extra: str = "corpus") -> Any:
    """Import a module of an optional package; raise MissingExtraError naming the extra that has it."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        if error.name is None or error.name.partition(".")[0] != package:
            raise
        raise MissingExtraError(
            f'{package} is not installed: pip install "bgpolitics-ner[{extra}]"', name=package
        ) from error
