"""Reads what a run wrote: the Documents of OUT, whatever its format."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bgpolitics_ner.corpus.files import Source, open_source
from bgpolitics_ner.corpus.nested import read_nested
from bgpolitics_ner.corpus.writers import ENDINGS
from bgpolitics_ner.document import Document
from bgpolitics_ner.errors import DocumentError, InputError


def read_documents(path: str | Path) -> Iterator[Document]:
    """Yield the Documents of a file: JSON Lines (.jsonl, .gz, .zst) or nested Parquet, one at a time.

    Of a folder, as a run with Ray writes it, they are those of its files ``part-…``, in order. Raises
    InputError for a file that cannot be read, DocumentError naming the line that is no Document.
    """
    for number, line in enumerate(read_document_lines(path), 1):
        try:
            yield Document.from_json(line)
        except DocumentError as error:
            raise DocumentError(f"{path}:{number}: {error}") from error


def read_document_lines(path: str | Path) -> Iterator[bytes]:
    """Yield the Documents of a file as JSON, unchecked."""
    place = Path(path)
    if place.is_dir():
        files = list_parts(place)
        if not files:
            raise InputError(f"{path} has no files part-… of Documents")
        for file in files:
            yield from read_document_lines(file)
        return
    if not place.is_file():
        raise InputError(f"{path}: no such file")
    if place.suffix.lower() in (".parquet", ".pq"):
        for row in read_nested(place):
            yield json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        return
    try:
        with open_source(Source(str(place), place.name, "jsonl")) as stream:
            for line in stream:
                if not line.isspace():
                    yield line.rstrip(b"\r\n")
    except EOFError as error:
        raise InputError(f"{path}: the file is cut off") from error
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error


def list_parts(folder: Path) -> list[Path]:
    """Return the files of an output that is a folder, in order."""
    return sorted(path for path in folder.glob("part-*") if path.name.lower().endswith(ENDINGS))
