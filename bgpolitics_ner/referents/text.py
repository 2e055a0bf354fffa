"""Comparing names: one normal form, and equality of two forms of one word."""

from __future__ import annotations

from functools import lru_cache

from bgpolitics_ner.knowledge import read_toml

_QUOTES = dict.fromkeys(map(ord, "„“”\"«»'’‘`()[],"), " ")
_DASHES = dict.fromkeys(map(ord, "-–—‑/"), " ")
_TABLE = {**_QUOTES, **_DASHES}


@lru_cache(maxsize=1 << 16)
def normalise(name: str) -> str:
    """Return the name in lower case without quotes and dashes: „Северен поток-2“ → ``северен поток 2``."""
    return " ".join(name.translate(_TABLE).casefold().split())


@lru_cache(maxsize=1)
def _inflections() -> frozenset[str]:
    return frozenset(read_toml("cues/coreference.toml")["names"]["inflections"])


@lru_cache(maxsize=1 << 16)
def same_token(first: str, second: str) -> bool:
    """Say whether two lower-case words are forms of one name (``корбина``, ``корбин``)."""
    if first == second:
        return True
    if min(len(first), len(second)) < 3 or first[:3] != second[:3]:
        return False
    shared = 3
    for a, b in zip(first[3:], second[3:], strict=False):
        if a != b:
            break
        shared += 1
    if shared < min(len(first), len(second)) - 2:
        return False
    endings = _inflections()
    return first[shared:] in endings and second[shared:] in endings


def same_words(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Say whether two names are the same word by word, up to inflection."""
    return len(first) == len(second) and all(map(same_token, first, second))
