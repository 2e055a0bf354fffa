"""What stands in the input of a corpus: texts with id, date and source data, and what cannot be read.

Also the rules that make a record of a row of a table: which column is the text, how dates are read, what
becomes of the other columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date as calendar
from datetime import datetime
from typing import Any

from bgpolitics_ner.errors import InputError
from bgpolitics_ner.reading import check_date

TEXT_COLUMNS = (
    "text", "body", "content", "article", "articlebody", "article_text", "maintext", "fulltext", "full_text",
    "plain_text", "raw_text",
)  # fmt: skip
ID_COLUMNS = ("id", "doc_id", "docid", "document_id", "article_id", "uuid", "guid", "_id")
DATE_COLUMNS = (
    "date", "published", "publish_date", "published_date", "date_published", "datepublished", "published_at",
    "publication_date", "pubdate", "pub_date", "date_publish", "timestamp", "datetime", "created_at",
)  # fmt: skip
"""Names that are taken for the column where none is given, in this order, in upper or lower case."""

RESERVED = ("language", "problem", "duplicate_of", "original_id", "original_date")
"""Keys of ``meta`` that the run writes itself; a column of such a name becomes ``source_<name>``."""

_LAYERS = ("schema", "sentences", "tokens", "entities", "referents", "relations", "quotes", "triples")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\b")


@dataclass(frozen=True)
class Record:
    """One text to annotate; `place` says where it stood (``news.csv:17``), for messages only."""

    id: str
    text: str
    date: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""


@dataclass(frozen=True)
class Unreadable:
    """What should have been a record and cannot be read."""

    id: str
    place: str
    reason: str


Item = Record | Unreadable


@dataclass(frozen=True)
class Columns:
    """The names of columns (keys, in JSON Lines); None: guess by TEXT_COLUMNS, ID_COLUMNS, DATE_COLUMNS."""

    text: str | None = None
    id: str | None = None
    date: str | None = None

    def choose(self, names: Iterable[str]) -> tuple[str | None, str | None, str | None]:
        """Return which of `names` are text, id and date."""
        by_name = {name.casefold().replace("-", "_"): name for name in reversed(list(names))}
        exact = set(by_name.values())
        wanted = ((self.text, TEXT_COLUMNS), (self.id, ID_COLUMNS), (self.date, DATE_COLUMNS))
        text, id, date = (_choose(given, guesses, by_name, exact) for given, guesses in wanted)
        return text, id, date

    def check(self, names: Iterable[str], place: str) -> None:
        """Raise InputError where a table with these columns cannot be read."""
        listed = list(names)
        chosen = self.choose(listed)
        known = ", ".join(listed) or "(none)"
        for option, given, found in zip(("text", "id", "date"), (self.text, self.id, self.date), chosen,
                                        strict=True):  # fmt: skip
            if given is not None and found is None:
                raise InputError(f"{place}: no column {given!r} (--{option}-column); there are: {known}")
        if chosen[0] is None:
            raise InputError(f"{place}: which column is the text? Name it: --text-column; there are: {known}")


def _choose(
    given: str | None, guesses: Iterable[str], by_name: dict[str, str], exact: set[str]
) -> str | None:
    if given is not None:
        return given if given in exact else by_name.get(given.casefold().replace("-", "_"))
    return next((by_name[guess] for guess in guesses if guess in by_name), None)


def make_record(row: Mapping[str, Any], columns: Columns, *, place: str, fallback: str) -> Item:
    """Return the record of a row; `fallback` is its id where the row has none.

    A row of the library's own output is a text with id, date and meta: its annotation is left out.
    """
    text_name, id_name, date_name = columns.choose(row)
    id = id_of(row.get(id_name)) if id_name is not None else None
    name = id or fallback
    if text_name is None:
        wanted = columns.text or "text"
        return Unreadable(name, place, f"no column {wanted!r}; there are: {', '.join(map(str, row))}")
    text = row[text_name]
    if text is None:
        text = ""
    if not isinstance(text, str):
        return Unreadable(name, place, f"the value of {text_name!r} is {type(text).__name__}, not a string")
    date, unread = read_date(row[date_name]) if date_name is not None else (None, None)
    used = {text_name, date_name, *([id_name] if id else [])}
    meta = _meta_of({key: value for key, value in row.items() if key not in used})
    if unread is not None:
        meta["original_date"] = unread
    return check_record(Record(name, text, date, meta, place))


def check_record(record: Record) -> Item:
    """Return the record, or why it cannot be used: text or id are no valid Unicode."""
    try:
        record.text.encode("utf-8")
        record.id.encode("utf-8")
    except UnicodeEncodeError as error:
        shown = record.id.encode("utf-8", "backslashreplace").decode("utf-8")
        return Unreadable(shown, record.place, f"not UTF-8: {error.reason} at character {error.start}")
    return record


def read_date(value: Any) -> tuple[str | None, str | None]:
    """Return a date as YYYY-MM-DD, or None and what stood there and is no date.

    Read are ISO 8601 dates and times (``2025-12-18T10:00:00Z``), ``18.12.2025``, and dates of Python.
    """
    if value is None or value == "" or value != value:  # NaN is not equal to itself
        return None, None
    if isinstance(value, datetime):
        return value.date().isoformat(), None
    if isinstance(value, calendar):
        return value.isoformat(), None
    text = str(value).strip()
    dotted = _DOTTED.match(text)
    candidate = "{2}-{1:0>2}-{0:0>2}".format(*dotted.groups()) if dotted else text[:10]
    try:
        check_date(candidate)
    except InputError:
        return None, text
    return candidate, None


def id_of(value: Any) -> str | None:
    """Return the id that a value of the id column is, None where it is none."""
    if value is None or isinstance(value, bool | float | dict | list):
        return None
    return str(value) or None


def _meta_of(row: dict[Any, Any]) -> dict[str, Any]:
    inner = row.get("meta")
    own = "schema" in row and isinstance(inner, Mapping)  # a Document: its notes are made again
    if own:
        row = {key: value for key, value in row.items() if key not in _LAYERS}
    if isinstance(inner, Mapping):
        del row["meta"]
        row = {**{key: value for key, value in inner.items() if not (own and key in RESERVED)}, **row}
    return {
        (f"source_{key}" if key in RESERVED else str(key)): _plain(value)
        for key, value in row.items()
        if value is not None
    }


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else str(value)  # JSON has neither NaN nor infinity
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, calendar):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value)
