"""Input files → texts: one whole text file, or JSON Lines with one ``{"id", "text", "date"?}`` a line.

Text is UTF-8 and is never changed: line ends stay as they are, only a byte order mark is not part of it.
What cannot be used is told with file, line and what to do, never repaired.
"""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date as calendar
from pathlib import Path
from typing import IO, Any

from bgpolitics_ner.errors import InputError

MAX_CHARACTERS = 1_000_000
"""The longest text of one document, in code points: it takes about a minute and 1.1 GB of memory."""

STDIN = "-"

_UTF8_MARK = b"\xef\xbb\xbf"
_OTHER_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_BINARY_STARTS = {
    b"%PDF": "PDF",
    b"PK\x03\x04": "ZIP, DOCX or ODT",
    b"\xd0\xcf\x11\xe0": "DOC",
    b"\x1f\x8b": "gzip",
}
_REQUIRED = ("id", "text")
_KEYS = (*_REQUIRED, "date")


@dataclass(frozen=True)
class InputText:
    """One text to annotate; `id` is None where the input names none, `line` counts from 1 in JSON Lines."""

    text: str
    id: str | None = None
    date: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class BadLine:
    """A line that cannot be used: where it stands, why, and its id where that much could be read."""

    line: int
    error: str
    id: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the error record that stands in the place of the document."""
        return {"id": self.id, "line": self.line, "error": self.error}


def read_text(path: str | Path, *, date: str | None = None) -> InputText:
    """Read one text file, or standard input for ``"-"``; its id is the file name without the last suffix.

    Raises InputError naming file and line for a file that is missing, empty, binary, not UTF-8 or too long.
    """
    name = display_name(path)
    with _open(path) as stream:
        data = stream.read()
    text = decode_text(data, name)
    try:
        check_text(text)
    except InputError as error:
        raise InputError(f"{name}: {error}") from error
    if date is not None:
        check_date(date)
    stem = Path(path).stem
    return InputText(text, id=stem if str(path) != STDIN and _is_encodable(stem) else None, date=date)


def read_lines(path: str | Path) -> Iterator[InputText | BadLine]:
    """Yield a text or a BadLine for every line of a JSON Lines file (or standard input), in order.

    Reads line by line, so a pipe may be endless. Raises InputError where the file as a whole cannot be used.
    """
    name = display_name(path)
    number = 0
    with _open(path) as stream:
        for number, line in enumerate(stream, 1):
            if number == 1:
                line = line.removeprefix(_UTF8_MARK)
                _check_start(line, name)
            yield _parse_line(line.rstrip(b"\r\n"), number, name)
    if number == 0:
        raise InputError(f"{name}: the file is empty")


def check_text(text: str) -> None:
    """Raise InputError where a text cannot be annotated: nothing in it, too long, or not encodable."""
    if not text or text.isspace():
        raise InputError("the text is empty")
    check_size(text)


def check_size(text: str) -> None:
    """Raise InputError where a text, which may be empty, is too long or not encodable."""
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"the text has {len(text):,} characters, more than {MAX_CHARACTERS:,}; "
            "split it into documents, one article each (JSON Lines: --input jsonl)"
        )
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(f"character {error.start} of the text is half of a surrogate pair") from error


def check_date(date: str) -> None:
    """Raise InputError where a date is not written YYYY-MM-DD."""
    try:
        good = calendar.fromisoformat(date).isoformat() == date
    except ValueError:
        good = False
    if not good:
        raise InputError(f"date {date!r} is not a calendar date written YYYY-MM-DD")


def display_name(path: str | Path) -> str:
    """Return how messages call an input: its path, or ``<stdin>``."""
    return "<stdin>" if str(path) == STDIN else str(path)


@contextmanager
def _open(path: str | Path) -> Iterator[IO[bytes]]:
    if str(path) == STDIN:
        yield sys.stdin.buffer
        return
    try:
        stream = Path(path).open("rb")  # noqa: SIM115 (closed below; only opening is in the try)
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except IsADirectoryError as error:
        raise InputError(f"{path}: is a folder; give one file") from error
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    with stream:
        yield stream


def _check_start(data: bytes, name: str) -> None:
    """Raise InputError for files whose first bytes say that they are no UTF-8 text at all."""
    for mark, encoding in _OTHER_MARKS.items():
        if data.startswith(mark):
            raise InputError(f"{name}: the file is {encoding}; {_how_to_convert(name, encoding)}")
    for mark, kind in _BINARY_STARTS.items():
        if data.startswith(mark):
            raise InputError(f"{name}: a binary file ({kind}); give its plain text as UTF-8")


def decode_text(data: bytes, name: str) -> str:
    """Return the text of a UTF-8 file without its byte order mark; raise InputError for anything else."""
    _check_start(data, name)
    return _decode(data.removeprefix(_UTF8_MARK), name)


def _decode(data: bytes, name: str) -> str:
    offset = data.find(b"\0")
    if offset >= 0:
        place = f"{name}:{_line_of(data, offset)}"
        raise InputError(
            f"{place}: a binary file (zero byte at offset {offset}); give its plain text as UTF-8"
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{name}:{_line_of(data, error.start)}: {_explain(error, name)}") from error


def _line_of(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1


def _explain(error: UnicodeDecodeError, name: str) -> str:
    return (
        f"not UTF-8 (byte 0x{error.object[error.start]:02X} at offset {error.start}); if the text is in "
        f"Windows-1251, {_how_to_convert(name, 'WINDOWS-1251')}"
    )


def _how_to_convert(name: str, encoding: str) -> str:
    command = f"convert it: iconv -f {encoding} -t UTF-8"
    return command if name == display_name(STDIN) else f"{command} {shlex.quote(name)}"


def _parse_line(line: bytes, number: int, name: str) -> InputText | BadLine:
    record: Any = None
    try:
        if b"\0" in line:
            raise InputError("a zero byte: the line is binary, not text")
        record = json.loads(line.decode("utf-8"))
        return _check_record(record, number)
    except UnicodeDecodeError as error:
        reason = _explain(error, name)
    except json.JSONDecodeError as error:
        reason = f"not JSON: {error.msg} at character {error.pos}" if line.strip() else "the line is empty"
    except RecursionError:
        reason = "not usable JSON: nested too deeply"
    except ValueError as error:
        reason = f"not usable JSON: {error}"
    except InputError as error:
        reason = str(error)
    return BadLine(number, reason, _usable_id(record))


def _usable_id(record: Any) -> str | None:
    found = record.get("id") if isinstance(record, dict) else None
    return found if isinstance(found, str) and found and _is_encodable(found) else None


def _is_encodable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _check_record(record: Any, number: int) -> InputText:
    if not isinstance(record, dict):
        raise InputError(f"not a JSON object with the keys {', '.join(_KEYS)}")
    for key in record:
        if key not in _KEYS:
            raise InputError(f"unknown key {key!r}; a line may hold {', '.join(_KEYS)}")
    for key in _REQUIRED:
        if key not in record:
            raise InputError(f"the key {key!r} is missing")
        if not isinstance(record[key], str):
            raise InputError(f"the value of {key!r} is not a string")
    if _usable_id(record) is None:
        raise InputError("the id is empty or no valid Unicode")
    date = record.get("date")
    if date is not None:
        if not isinstance(date, str):
            raise InputError("the value of 'date' is not a string")
        check_date(date)
    check_text(record["text"])
    return InputText(record["text"], id=record["id"], date=date, line=number)
