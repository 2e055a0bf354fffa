"""Web dumps of plain text: WARC files with extracted text (WET, as Common Crawl makes them).

A record of type ``conversion`` is a text; so is a ``resource`` of type text/plain. Web pages (``response``)
have to be turned into text first, and are told as unreadable; requests and metadata are no documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from bgpolitics_ner.corpus.files import Source
from bgpolitics_ner.corpus.records import Item, Record, Unreadable, check_record, read_date
from bgpolitics_ner.errors import InputError
from bgpolitics_ner.reading import decode_text

MAX_BYTES = 16 << 20
_NO_DOCUMENT = ("warcinfo", "request", "metadata", "revisit", "continuation")
_HEADER_BYTES = 1 << 16


def read_warc(stream: IO[bytes], source: Source) -> Iterator[Item]:
    """Yield the texts of a WARC file. Raises InputError where the file is no WARC."""
    number = 0
    while (header := _read_header(stream, source)) is not None:
        size = int(header.get("content-length", "0"))
        data = stream.read(min(size, MAX_BYTES))
        left = size - len(data)
        while left > 0 and (piece := stream.read(min(left, 1 << 20))):
            left -= len(piece)
        if left > 0:
            raise EOFError("a record is shorter than it says")
        if header.get("warc-type") not in _NO_DOCUMENT:
            number += 1
            yield _make(header, data, size, source, number)


def _read_header(stream: IO[bytes], source: Source) -> dict[str, str] | None:
    """Return the fields of the next record, in lower case; None at the end."""
    line = stream.readline(_HEADER_BYTES)
    while line and not line.strip():
        line = stream.readline(_HEADER_BYTES)
    if not line:
        return None
    if not line.startswith(b"WARC/"):
        raise InputError(f"{source.path}: not a WARC file: a record begins with {line[:20]!r}")
    fields: dict[str, str] = {}
    while (line := stream.readline(_HEADER_BYTES)).strip():
        name, _, value = line.decode("utf-8", "replace").partition(":")
        fields[name.strip().lower()] = value.strip()
    if not fields.get("content-length", "").isdecimal():
        raise InputError(f"{source.path}: a WARC record without Content-Length")
    return fields


def _make(header: dict[str, str], data: bytes, size: int, source: Source, number: int) -> Item:
    address = header.get("warc-target-uri", "").strip("<>")
    id = header.get("warc-record-id", "").strip("<>") or f"{source.name}#{number}"
    place = f"{source.path}:{address or id}"
    kind = header.get("content-type", "").partition(";")[0]
    if header.get("warc-type") != "conversion" and kind != "text/plain":
        return Unreadable(id, place, f"a web page ({kind or 'unknown'}): extract its text first")
    if size > MAX_BYTES:
        return Unreadable(id, place, f"longer than {MAX_BYTES:,} bytes")
    try:
        text = decode_text(data, place)
    except InputError as error:
        return Unreadable(id, place, str(error))
    date, unread = read_date(header.get("warc-date"))
    meta = {"url": address, "original_date": unread}
    return check_record(Record(id, text, date, {k: v for k, v in meta.items() if v}, place))
