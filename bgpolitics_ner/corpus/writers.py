"""Documents → the bytes of OUT: JSON Lines, plain or compressed, or nested Parquet.

A worker makes a piece of bytes of each chunk of documents (`encode`); OUT is the pieces, one after the other.
That is so because parts of a gzip or zstd file may simply be joined. Of Parquet they make row groups. The
same documents in the same chunks give the same bytes, so a run that was broken off and continued does too.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from bgpolitics_ner.corpus.durable import sync_file
from bgpolitics_ner.corpus.extras import import_extra
from bgpolitics_ner.corpus.nested import ROW_GROUP, document_schema, read_batch, set_meta, to_batch
from bgpolitics_ner.errors import OutputError

ENDINGS = (".jsonl", ".jsonl.gz", ".jsonl.zst", ".parquet")

_GZIP = 31  # zlib's number for a gzip header with neither name nor time
_GZIP_LEVEL = 6
_ZSTD_LEVEL = 3

Changes = Mapping[int, Mapping[str, Any]]
"""Keys to add to the ``meta`` of some documents of a piece, by their number in it."""


def output_ending(path: Path) -> str:
    """Return which of ENDINGS a file has; raise OutputError for any other."""
    ending = next((e for e in reversed(ENDINGS) if path.name.lower().endswith(e)), None)
    if ending is None:
        raise OutputError(f"{path}: the output ends in one of {', '.join(ENDINGS)}")
    if ending in (".jsonl.zst", ".parquet"):
        import_extra("zstandard" if ending == ".jsonl.zst" else "pyarrow")
    return ending


def encode(lines: Sequence[bytes], ending: str) -> bytes:
    """Return Documents, each as one JSON object, as a piece of a file with this ending."""
    if not lines:
        return b""
    if ending == ".parquet":
        return to_batch(lines)
    data = b"".join(line + b"\n" for line in lines)
    if ending == ".jsonl.gz":
        packer = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP)
        return packer.compress(data) + packer.flush()
    if ending == ".jsonl.zst":
        packed: bytes = import_extra("zstandard").ZstdCompressor(level=_ZSTD_LEVEL).compress(data)
        return packed
    return data


def decode(piece: bytes, ending: str) -> list[bytes]:
    """Return the JSON objects of a piece of JSON Lines."""
    if not piece:
        return []
    if ending == ".jsonl.gz":
        piece = zlib.decompress(piece, _GZIP)
    elif ending == ".jsonl.zst":
        piece = import_extra("zstandard").ZstdDecompressor().decompress(piece)
    return piece.removesuffix(b"\n").split(b"\n")


class OutputWriter(Protocol):
    """Writes the pieces of a file in order."""

    def write(self, piece: bytes, changes: Changes) -> None:
        """Append a piece, with keys added to the ``meta`` of some of its documents."""

    def close(self) -> None:
        """Bring all to the disk."""


def open_output(path: Path, ending: str) -> OutputWriter:
    """Begin a file that is written piece by piece."""
    return _ParquetOutput(path) if ending == ".parquet" else _LinesOutput(path, ending)


class _LinesOutput:
    def __init__(self, path: Path, ending: str) -> None:
        self._stream, self._ending = path.open("wb"), ending

    def write(self, piece: bytes, changes: Changes) -> None:
        if changes:
            lines = decode(piece, self._ending)
            for number, added in changes.items():
                lines[number] = _add_meta(lines[number], added)
            piece = encode(lines, self._ending)
        self._stream.write(piece)

    def close(self) -> None:
        sync_file(self._stream)
        self._stream.close()


def _add_meta(line: bytes, added: Mapping[str, Any]) -> bytes:
    data = json.loads(line)
    data["meta"] = {**data["meta"], **added}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


class _ParquetOutput:
    """Row groups of a fixed number of documents, so that where pieces end does not matter to a reader."""

    def __init__(self, path: Path) -> None:
        self._pa: Any = import_extra("pyarrow")
        self._stream = path.open("wb")
        parquet = import_extra("pyarrow.parquet")
        self._writer = parquet.ParquetWriter(self._stream, document_schema(), compression="zstd")
        self._tables: list[Any] = []
        self._rows = 0

    def write(self, piece: bytes, changes: Changes) -> None:
        if not piece:
            return
        table = read_batch(piece)
        table = set_meta(table, changes) if changes else table
        self._tables.append(table)
        self._rows += table.num_rows
        if self._rows >= ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(self._pa.concat_tables(self._tables), row_group_size=self._rows)
        self._tables, self._rows = [], 0

    def close(self) -> None:
        self._flush()
        self._writer.close()
        sync_file(self._stream)
        self._stream.close()
