"""Spellings of one foreign name: ``Зеленский`` and ``Зеленски``, ``Киив`` and ``Киев``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from bgpolitics_ner.knowledge import read_toml
from bgpolitics_ner.referents.text import same_token


@cache
def _rules() -> Sequence[tuple[re.Pattern[str], str]]:
    return [
        (re.compile(rule["from"]), rule["to"]) for rule in read_toml("orthography.toml")["names"]["rules"]
    ]


@lru_cache(maxsize=1 << 16)
def spelling_key(word: str) -> str:
    """Return what all spellings of a lower-case name have in common (``шрьодер`` → ``шредър``)."""
    names = read_toml("orthography.toml")["names"]
    key: str = names["listed"].get(word, word)
    if len(key) >= names["shortest"]:
        for pattern, new in _rules():
            key = pattern.sub(new, key)
    return key


@lru_cache(maxsize=1 << 16)
def same_name(first: str, second: str) -> bool:
    """Say whether two lower-case words are forms or spellings of one name."""
    return same_token(first, second) or same_token(spelling_key(first), spelling_key(second))


def same_names(first: Sequence[str], second: Sequence[str]) -> bool:
    """Say whether two names are the same word by word, up to inflection and spelling."""
    return len(first) == len(second) and all(map(same_name, first, second))


def beginnings(word: str) -> set[str]:
    """Return the first three letters of a word and of its key; forms of one name share one of them."""
    return {word[:3], spelling_key(word)[:3]}
