"""Files → records, one after the other, in the order in which they stand.

What cannot be read is an Unreadable in its place; only an input that is unusable as a whole (no such file,
no column with the text) is an error, and that is found before anything is annotated (`check_sources`).
"""

from __future__ import annotations

import csv
import io
import json
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, Any

from bgpolitics_ner.corpus.extras import import_extra
from bgpolitics_ner.corpus.files import BLOCKS, Meter, Source, open_source
from bgpolitics_ner.corpus.nested import read_rows, row_names
from bgpolitics_ner.corpus.records import Columns, Item, Record, Unreadable, check_record, make_record
from bgpolitics_ner.corpus.tei import read_tei
from bgpolitics_ner.corpus.webdump import read_warc
from bgpolitics_ner.errors import InputError
from bgpolitics_ner.reading import decode_text

MAX_BYTES = 16 << 20
"""A record of more bytes is not read; a text may have a million characters."""

_SEPARATORS = ",;\t|"
_BROKEN = (EOFError, OSError, zlib.error)
_MARK = b"\xef\xbb\xbf"

Reader = Callable[[IO[bytes], Source, Columns], Iterator[Item]]


def read_sources(sources: Iterable[Source], columns: Columns, meter: Meter | None = None) -> Iterator[Item]:
    """Yield all records of all files."""
    for source in sources:
        yield from read_source(source, columns, meter)


def read_source(source: Source, columns: Columns, meter: Meter | None = None) -> Iterator[Item]:
    """Yield the records of one file. A file that breaks off gives an Unreadable where it does."""
    count = 0
    try:
        for item in _read(source, columns, meter or Meter()):
            count += 1
            yield item
    except InputError as error:
        yield Unreadable(f"{source.name}#{count + 1}", source.path, str(error))
    except _damage() as error:
        reason = f"the file is damaged or cut off behind record {count}: {error}"
        yield Unreadable(f"{source.name}#{count + 1}", source.path, reason)


def check_sources(sources: Iterable[Source], columns: Columns) -> None:
    """Look at the top of every file that has columns; raise InputError where none can be the text."""
    for source in sources:
        names = _names(source) if source.path != "-" else None
        if names is not None:
            columns.check(names, source.path)


def _read(source: Source, columns: Columns, meter: Meter) -> Iterator[Item]:
    if source.format == "parquet":
        yield from _read_parquet(source, columns, meter)
    else:
        with open_source(source, meter) as stream:
            yield from _READERS[source.format](stream, source, columns)


def _damage() -> tuple[type[BaseException], ...]:
    """Return the errors of damaged files; those of a package that is not loaded cannot occur."""
    names = {"zstandard": "ZstdError", "pyarrow": "ArrowException"}
    extra = (getattr(sys.modules[module], name) for module, name in names.items() if module in sys.modules)
    return (*_BROKEN, *extra)


def _names(source: Source) -> Sequence[str] | None:
    """Return the columns of a file; None where it has none, is empty or cannot be read."""
    if source.format == "parquet":
        return row_names(source.path)
    if source.format not in ("jsonl", "csv", "tsv"):
        return None
    try:
        with open_source(source) as stream:
            if source.format == "jsonl":
                return _first_keys(stream, source)
            return next(_rows(stream, source.format), (0, []))[1] or None
    except _damage():
        return None


def _first_keys(stream: IO[bytes], source: Source) -> Sequence[str] | None:
    line = stream.readline(MAX_BYTES).removeprefix(_MARK).strip()
    if line.startswith(b"["):
        raise InputError(f"{source.path}: a JSON array; make JSON Lines of it: jq -c '.[]' FILE > FILE.jsonl")
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return list(map(str, row)) if isinstance(row, dict) else None


def _read_text(stream: IO[bytes], source: Source, columns: Columns) -> Iterator[Item]:
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        yield Unreadable(source.stem, source.path, f"longer than {MAX_BYTES:,} bytes: split it")
        return
    try:
        text = decode_text(data, source.path)
    except InputError as error:
        yield Unreadable(source.stem, source.path, str(error))
        return
    yield check_record(Record(source.stem, text, place=source.path))


def _read_jsonl(stream: IO[bytes], source: Source, columns: Columns) -> Iterator[Item]:
    for number, line in _lines(stream):
        place, name = f"{source.path}:{number}", f"{source.name}#{number}"
        if line is None:
            yield Unreadable(name, place, f"the line is longer than {MAX_BYTES:,} bytes")
        elif line and not line.isspace():
            yield _parse_line(line, place, name, columns)


def _parse_line(line: bytes, place: str, name: str, columns: Columns) -> Item:
    try:
        row = json.loads(decode_text(line, place))
    except InputError as error:
        return Unreadable(name, place, str(error))
    except (ValueError, RecursionError) as error:
        return Unreadable(name, place, f"not usable JSON: {error}")
    if not isinstance(row, dict):
        return Unreadable(name, place, "not a JSON object")
    return make_record(row, columns, place=place, fallback=name)


def _lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Yield the lines with their numbers; None for one that is too long to be read."""
    number = 0
    while line := stream.readline(MAX_BYTES):
        number += 1
        if len(line) < MAX_BYTES or line.endswith(b"\n"):
            yield number, line.removeprefix(_MARK) if number == 1 else line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(MAX_BYTES)
        yield number, None


def _read_table(stream: IO[bytes], source: Source, columns: Columns) -> Iterator[Item]:
    names: list[str] | None = None
    number = 0
    for line, row in _rows(stream, source.format):
        place = f"{source.path}:{line}"
        if isinstance(row, str):
            number += 1
            yield Unreadable(f"{source.name}#{number}", place, row)
        elif names is None:
            names = row
        elif row:
            number += 1
            yield _make_row(names, row, columns, place, f"{source.name}#{number}")


def _make_row(names: list[str], row: list[str], columns: Columns, place: str, name: str) -> Item:
    if len(row) != len(names):
        return Unreadable(name, place, f"{len(row)} fields, but the header has {len(names)}")
    values = dict(zip(names, row, strict=True))
    item = make_record({k: v for k, v in values.items() if v != "" or k in columns.choose(names)}, columns,
                       place=place, fallback=name)  # fmt: skip
    broken = next((value for value in row if not _is_valid(value)), None)
    return item if broken is None else Unreadable(item.id, place, "not UTF-8; convert the file with iconv")


def _is_valid(value: str) -> bool:
    return not any("\udc80" <= character <= "\udcff" for character in value)


def _rows(stream: IO[bytes], kind: str) -> Iterator[tuple[int, Any]]:
    """Yield line number and fields of each row, or what is wrong with it as a string.

    CSV may be separated by commas, semicolons, tabs or bars: what stands most often in the header.
    """
    csv.field_size_limit(MAX_BYTES)
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
    header = text.readline(MAX_BYTES)
    separator = "\t" if kind == "tsv" else max(_SEPARATORS, key=header.count)
    rows = csv.reader(_chain(header, text), delimiter=separator)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            yield rows.line_num, f"not usable as {kind.upper()}: {error}"
            continue
        yield rows.line_num, row
    text.detach()


def _chain(first: str, rest: Iterable[str]) -> Iterator[str]:
    if first:
        yield first
    yield from rest


def _read_parquet(source: Source, columns: Columns, meter: Meter) -> Iterator[Item]:
    import_extra("pyarrow")
    if source.compression:
        yield Unreadable(source.stem, source.path, "a compressed Parquet file: decompress it first")
        return
    for number, row in enumerate(read_rows(source.path, meter), 1):
        name = f"{source.name}#{number}"
        yield make_record(row, columns, place=f"{source.path}:{number}", fallback=name)


def _read_blocks(stream: IO[bytes], source: Source, columns: Columns) -> Iterator[Item]:
    """Documents of plain text with one or more empty lines between them."""
    block: list[bytes] = []
    start, number, size = 1, 0, 0
    for line_number, line in _with_end(_lines(stream)):
        if line is None or line.strip():
            start = start if size else line_number
            size += MAX_BYTES + 1 if line is None else len(line)
            block.append(line or b"")
            if size > MAX_BYTES:
                block.clear()
            continue
        if size:
            number += 1
            yield _make_block(block, size, source, start, number)
        block, size = [], 0


def _with_end(lines: Iterable[tuple[int, bytes | None]]) -> Iterator[tuple[int, bytes | None]]:
    """Yield the lines and an empty one, which ends the last block."""
    yield from lines
    yield 0, b""


def _make_block(block: list[bytes], size: int, source: Source, start: int, number: int) -> Item:
    place, name = f"{source.path}:{start}", f"{source.name}#{number}"
    if size > MAX_BYTES:
        return Unreadable(name, place, f"longer than {MAX_BYTES:,} bytes")
    try:
        text = decode_text(b"".join(block).rstrip(b"\r\n"), place)
    except InputError as error:
        return Unreadable(name, place, str(error))
    return check_record(Record(name, text, place=place))


_READERS: dict[str, Reader] = {
    "text": _read_text,
    "jsonl": _read_jsonl,
    "csv": _read_table,
    "tsv": _read_table,
    "tei": lambda stream, source, columns: read_tei(stream, source),
    "warc": lambda stream, source, columns: read_warc(stream, source),
    BLOCKS: _read_blocks,
}
