"""Designations of weapons from Latin to Cyrillic letters and back, by ``gazetteers/transliteration.toml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from bgpolitics_ner.knowledge import read_toml


@lru_cache(maxsize=1)
def _tables() -> tuple[tuple[re.Pattern[str], Mapping[str, str]], tuple[re.Pattern[str], Mapping[str, str]]]:
    letters: dict[str, str] = read_toml("gazetteers/transliteration.toml")["letters"]
    return _table(letters), _table({cyrillic: latin for latin, cyrillic in letters.items()})


def _table(letters: Mapping[str, str]) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Return a pattern for one unit, longest first, and what replaces it, both cases."""
    both = {key.lower(): value.lower() for key, value in letters.items()} | dict(letters)
    return re.compile("|".join(sorted(both, key=len, reverse=True))), both


def to_cyrillic(designation: str) -> str | None:
    """Return ``Т-72Б3`` for ``T-72B3``; None where a letter has no counterpart or nothing changes."""
    return _turn(designation, *_tables()[0])


def to_latin(designation: str) -> str | None:
    """Return ``Kh-101`` for ``Х-101``; None where a letter has no counterpart or nothing changes."""
    return _turn(designation, *_tables()[1])


def _turn(text: str, pattern: re.Pattern[str], table: Mapping[str, str]) -> str | None:
    if any(c.isalpha() for c in pattern.sub("", text)):
        return None
    turned = pattern.sub(lambda match: table[match.group()], text)
    return None if turned == text else turned
