"""Word forms by rule, from ``knowledge/gazetteers/endings.toml``: ``руски`` → ``руския``."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from bgpolitics_ner.knowledge import read_toml


@lru_cache(maxsize=1)
def _endings() -> dict[str, Any]:
    return read_toml("gazetteers/endings.toml")


def inflect(word: str, paradigm: str) -> list[str]:
    """Return the forms of `word`, itself first; `paradigm` is a table of endings.toml."""
    for row in _endings()[paradigm]:
        if word.endswith(row["ends"]):
            stem = word[: len(word) - row["drop"]]
            return list(dict.fromkeys([word, *(stem + form for form in row["forms"])]))
    return [word]


def noun_forms(word: str) -> list[str]:
    """Return the forms of a dictionary noun or adjective, whose paradigm its ending tells: ``дроновете``."""
    if not word[-1].isalpha() or word.isupper():
        return [word]
    endings = {"а": "feminine", "я": "feminine", "о": "neuter", "е": "neuter", "и": "plural"}
    paradigm = "adjective" if word.endswith(("ки", "ен")) else endings.get(word[-1], "masculine")
    return inflect(word, paradigm)


def inflect_name(word: str) -> list[str]:
    """Return the forms of a foreign name's last word: ``Искандерите``, ``Ф-16-те``."""
    if any(c.isdigit() for c in word):
        return [word + form for form in _endings()["number"]["forms"]]
    if word.isupper() and len(word) > 1:
        forms = _endings()["number"]["forms"]
        return list(dict.fromkeys([word + form for form in forms] + inflect(word, "name")))
    return inflect(word, "name")


@lru_cache(maxsize=1)
def lookalikes() -> dict[int, int]:
    """Return the translation table that turns Latin capitals into the Cyrillic ones they look like."""
    row = _endings()["lookalike"]
    return str.maketrans(row["latin"], row["cyrillic"])
