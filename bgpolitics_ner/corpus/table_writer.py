"""Writes the flat tables as Parquet or CSV: in order, in row groups, with bounded memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from bgpolitics_ner.corpus.extras import import_extra
from bgpolitics_ner.corpus.tables import TABLES, Row
from bgpolitics_ner.errors import InputError

FORMATS = ("parquet", "csv")
CHUNK = 4_096
"""Rows that are turned into Arrow together; they take the most memory as dicts."""
ROW_GROUP = 32_768
"""Rows of a row group in Parquet; a reader skips or reads it as one."""


@lru_cache(maxsize=1)
def schemas() -> dict[str, Any]:
    """Return the ``pyarrow.Schema`` of each table; raise MissingExtraError without pyarrow."""
    arrow = import_extra("pyarrow")
    types = {
        kind: getattr(arrow, "bool_" if kind == "bool" else kind)()
        for columns in TABLES.values()
        for kind in columns.values()
    }
    return {
        name: arrow.schema([(column, types[kind]) for column, kind in columns.items()])
        for name, columns in TABLES.items()
    }


class TableWriter:
    """Writes ``folder/documents.parquet`` and so on, as ``.tmp`` files that `close` renames.

    All six files are there at the end, those without rows too. Equal rows in equal order give equal bytes,
    however they were cut into calls. Raises InputError for an unknown format.
    """

    def __init__(self, folder: str | Path, *, format: str = "parquet") -> None:
        if format not in FORMATS:
            raise InputError(f"tables are written as {' or '.join(FORMATS)}, not {format!r}")
        self._folder = Path(folder)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._files = {
            path: _Table(path.with_name(path.name + ".tmp"), name, schema, format)
            for name, schema in schemas().items()
            for path in [self._folder / f"{name}.{format}"]
        }

    def write(self, rows: Mapping[str, Sequence[Row]]) -> None:
        """Append rows, as `tables.rows` returns them."""
        for table in self._files.values():
            table.append(rows.get(table.name, ()))

    def close(self) -> None:
        """Write what is left and give the files their names."""
        for table in self._files.values():
            table.close()
        for path, table in self._files.items():
            table.path.replace(path)

    def discard(self) -> None:
        """Remove what was written."""
        for table in self._files.values():
            table.discard()

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()


class _Sink(Protocol):
    def write(self, table: Any) -> None: ...
    def close(self) -> None: ...


class _Table:
    """One file; rows wait as dicts until there is a chunk, chunks as Arrow until there is a row group."""

    def __init__(self, path: Path, name: str, schema: Any, format: str) -> None:
        self.path, self.name = path, name
        self._arrow = import_extra("pyarrow")
        self._schema = schema
        self._plain = _without_dates(schema)
        self._sink: _Sink = _Parquet(path, schema) if format == "parquet" else _Csv(path, schema)
        self._rows: list[Row] = []
        self._chunks: list[Any] = []

    def append(self, rows: Sequence[Row]) -> None:
        self._rows += rows
        while len(self._rows) >= CHUNK:
            self._pack(CHUNK)
            if len(self._chunks) * CHUNK >= ROW_GROUP:
                self._flush()

    def close(self) -> None:
        if self._rows:
            self._pack(len(self._rows))
        self._flush()
        self._sink.close()

    def discard(self) -> None:
        self._sink.close()
        self.path.unlink(missing_ok=True)

    def _pack(self, count: int) -> None:
        table = self._arrow.Table.from_pylist(self._rows[:count], schema=self._plain)
        self._chunks.append(table.cast(self._schema))  # a date is text in a row
        del self._rows[:count]

    def _flush(self) -> None:
        if self._chunks:
            self._sink.write(self._arrow.concat_tables(self._chunks))
        self._chunks = []


def _without_dates(schema: Any) -> Any:
    arrow = import_extra("pyarrow")
    return arrow.schema([f.with_type(arrow.string()) if f.type == arrow.date32() else f for f in schema])


class _Parquet:
    def __init__(self, path: Path, schema: Any) -> None:
        self._writer = import_extra("pyarrow.parquet").ParquetWriter(path, schema, compression="zstd")

    def write(self, table: Any) -> None:
        self._writer.write_table(table, row_group_size=ROW_GROUP)

    def close(self) -> None:
        self._writer.close()


class _Csv:
    def __init__(self, path: Path, schema: Any) -> None:
        self._writer = import_extra("pyarrow.csv").CSVWriter(path, schema)

    def write(self, table: Any) -> None:
        self._writer.write(table)

    def close(self) -> None:
        self._writer.close()
