"""Finds who is meant: a name as somebody types it → the keys of referents in the tables.

A referent's key is its link, or its name in lower case where it has none; so all spellings of one person
count together. How names are compared comes from the stage that groups mentions; it is imported when a name
is given, for spaCy comes with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

PERSON = "PER"

_ITEM = re.compile(r"Q[1-9]\d*")
_LINK = re.compile(r"[A-Z]{2,}-\S+")


def key_sql(side: str) -> str:
    """Return the SQL for the key of ``subject``, ``object`` or ``source``."""
    return f"coalesce({side}_link, lower({side}_name))"


def find_keys(connection: Any, wanted: str, sides: Sequence[str]) -> list[str]:
    """Return the keys of those whom a name means, sorted; [] where nobody is called so.

    The name is a Q-id of Wikidata, a link (``PER-Alexander-Lukashenko``), or a name in Cyrillic or Latin
    letters, in any case, inflected or not. Of a person the family name is enough: ``Лукашенко``.
    """
    wanted = wanted.strip()
    keys: set[str] = set()
    for side in sides:
        where, values = _where(side, wanted)
        if where:
            found = connection.execute(
                f"SELECT DISTINCT {key_sql(side)}, {side}_name, {side}_type, {side}_link "
                f"FROM relations WHERE {side}_name IS NOT NULL AND ({where})",
                values,
            ).fetchall()
            keys.update(key for key, *row in found if _is_id(wanted) or _fits(wanted, *row))
    return sorted(keys)


def _is_id(wanted: str) -> bool:
    return bool(_ITEM.fullmatch(wanted) or _LINK.fullmatch(wanted))


def _where(side: str, wanted: str) -> tuple[str, list[str]]:
    """Return a condition that lets through all who may be meant, and not many more."""
    if _ITEM.fullmatch(wanted):
        return f"{side}_wikidata = ?", [wanted]
    if _LINK.fullmatch(wanted):
        return f"{side}_link = ?", [wanted]
    from bgpolitics_ner.referents.transliteration import is_cyrillic, key_of
    from bgpolitics_ner.referents.variants import beginnings

    words = key_of(wanted).split()
    if not words:
        return "", []
    last = words[-1]
    if is_cyrillic(last):
        starts = sorted({start[:2] for start in beginnings(last)})
        return " OR ".join(f"contains(lower({side}_name), ?)" for _ in starts), starts
    return f"contains(lower({side}_name), ?) OR contains(lower({side}_link), ?)", [last, last]


def _fits(wanted: str, name: str, type: str | None, link: str | None) -> bool:
    from bgpolitics_ner.referents.transliteration import key_of

    words = key_of(wanted).split()
    return _is_called(words, key_of(name).split(), type) or (
        link is not None and _is_called(words, key_of(link.replace("-", " ")).split()[1:], type)
    )


def _is_called(wanted: Sequence[str], name: Sequence[str], type: str | None) -> bool:
    """Say whether all words agree; of a person some of the given names may be left out."""
    from bgpolitics_ner.referents.variants import same_name

    if len(wanted) == len(name):
        return all(map(same_name, wanted, name))
    if type != PERSON or len(wanted) > len(name) or not same_name(wanted[-1], name[-1]):
        return False
    rest = iter(name[:-1])
    return all(any(same_name(word, other) for other in rest) for word in wanted[:-1])
