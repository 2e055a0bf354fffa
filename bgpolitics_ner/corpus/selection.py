"""Which relations of a corpus are asked for: the options of `query` and `stats` as a condition in SQL.

All values are bound as parameters, never written into the statement.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any

from bgpolitics_ner.corpus.naming import find_keys, key_sql
from bgpolitics_ner.document import FACTUALITY
from bgpolitics_ner.errors import InputError
from bgpolitics_ner.schema import load_schema

_PERIOD = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_ORIGINALS = "document NOT IN (SELECT document FROM documents WHERE duplicate_of IS NOT NULL)"


@dataclass
class Selection:
    """Conditions on rows of ``relations``, all of which hold, and the values of their parameters."""

    conditions: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def add(self, condition: str, **values: Any) -> None:
        """Add a condition; its parameters are called ``$name``."""
        self.conditions.append(condition)
        self.values.update(values)

    @property
    def where(self) -> str:
        """The WHERE clause, "" without conditions."""
        return "WHERE " + " AND ".join(f"({c})" for c in self.conditions) if self.conditions else ""


def select_period(selection: Selection, since: str | None, until: str | None) -> None:
    """Keep what was published from `since` to `until`, both included; what has no date falls out."""
    first = None if since is None else read_period(since)[0]
    last = None if until is None else read_period(until)[1]
    if first is not None and last is not None and last < first:
        raise InputError(f"since {since} is after until {until}")
    if first is not None:
        selection.add("date >= $since", since=first)
    if last is not None:
        selection.add("date <= $until", until=last)


def select_originals(selection: Selection) -> None:
    """Leave out what stands in near-copies."""
    selection.add(_ORIGINALS)


def select_factuality(selection: Selection, factuality: str | Iterable[str]) -> None:
    """Keep one value, or some; raise InputError for an unknown one."""
    wanted = [factuality] if isinstance(factuality, str) else list(factuality)
    unknown = [value for value in wanted if value not in FACTUALITY]
    if unknown:
        raise InputError(f"factuality is one of {', '.join(FACTUALITY)}, not {unknown[0]!r}")
    selection.add("factuality IN (SELECT unnest($factuality))", factuality=wanted)


def select_relation(selection: Selection, connection: Any, relation: str) -> None:
    """Keep one relation type, given by name or Bulgarian label.

    Raises InputError with the nearest names where neither the schema nor the tables have it.
    """
    types = load_schema().relations
    labels = {row.label.casefold(): name for name, row in types.items()}
    name = labels.get(relation.casefold(), relation)
    if name not in types:
        written = [row[0] for row in connection.execute("SELECT DISTINCT type FROM relations").fetchall()]
        if name not in written:
            raise InputError(_unknown(relation, [*types, *labels, *written]))
    selection.add("type = $relation", relation=name)


def select_source(selection: Selection, connection: Any, source: str) -> None:
    """Keep what is attributed to somebody."""
    keys = find_keys(connection, source, ["source"])
    selection.add(f"{key_sql('source')} IN (SELECT unnest($source))", source=keys)


def select_publisher(selection: Selection, publisher: str) -> None:
    """Keep what one publisher wrote; in any case."""
    selection.add(
        "document IN (SELECT document FROM documents WHERE lower(publisher) = lower($publisher))",
        publisher=publisher,
    )


def read_period(text: str) -> tuple[date, date]:
    """Return the first and last day of ``2024``, ``2024-03`` or ``2024-03-15``; else raise InputError."""
    match = _PERIOD.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError(text)
        year, month, day = (int(part) if part else None for part in match.groups())
        assert year is not None
        if day is not None:
            return (exact := date(year, month or 1, day)), exact
        first, last = date(year, month or 1, 1), month or 12
        return first, date(year, last, calendar.monthrange(year, last)[1])
    except ValueError as error:
        raise InputError(f"{text!r} is no date: write 2024, 2024-03 or 2024-03-15") from error


def _unknown(relation: str, names: Iterable[str]) -> str:
    names = list(dict.fromkeys(names))
    near = get_close_matches(relation.casefold(), names, n=3, cutoff=0.5)
    told = (
        f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(load_schema().relations)}"
    )
    return f"no relation type {relation!r}; {told}"
