"""The tables of a corpus as views of DuckDB, read where they are.

Somebody's own SQL runs behind a lock: it can read the tables and nothing else, no other file, no network, no
extension. There DuckDB sees the tables through pyarrow, so it needs no access to files and has none. The
package's own statements read Parquet without that detour, two to three times faster.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bgpolitics_ner.corpus.documents import list_parts, read_documents
from bgpolitics_ner.corpus.extras import import_extra
from bgpolitics_ner.corpus.table_writer import FORMATS, TableWriter, schemas
from bgpolitics_ner.corpus.tables import TABLE_NAMES, rows
from bgpolitics_ner.errors import InputError

THREADS: int | None = None
"""Threads that DuckDB may use; None for as many as there are cores."""
NEEDED = ("documents", "relations")

_LOCK = ("temp_directory = ''", "enable_external_access = false", "lock_configuration = true")


@dataclass(frozen=True)
class SqlResult:
    """What a statement returned: the names of the columns, and the rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@contextmanager
def open_tables(path: str | Path, *, locked: bool = False) -> Iterator[Any]:
    """Give a DuckDB connection with a view for each table; `locked`, it can read nothing else.

    `path` is a folder of tables, Parquet or CSV, or the output of a batch: JSON Lines, also compressed,
    Parquet, or a folder of parts. From that, tables are made first, in a temporary folder: a folder of tables
    answers far sooner. Raises InputError where there are no tables, MissingExtraError without duckdb or
    pyarrow.
    """
    import_extra("duckdb")
    place = Path(path)
    if place.is_dir() and (any(_find(place, name) for name in NEEDED) or not list_parts(place)):
        with _connect(place, locked) as connection:
            yield connection
        return
    with tempfile.TemporaryDirectory(prefix="bgpolitics-") as folder:
        with TableWriter(folder) as writer:
            for document in read_documents(place):
                writer.write(rows(document))
        with _connect(Path(folder), locked) as connection:
            yield connection


def run_sql(path: str | Path, sql: str) -> SqlResult:
    """Run one statement that reads: SELECT, also WITH, FROM, DESCRIBE, SUMMARIZE, or EXPLAIN.

    Raises InputError for any other statement and for one that fails, with DuckDB's message.
    """
    duckdb = import_extra("duckdb")
    with open_tables(path, locked=True) as connection:
        try:
            statements = connection.extract_statements(sql)
            readable = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
            if len(statements) != 1 or statements[0].type not in readable:
                raise InputError("only one statement, and only one that reads: SELECT … or EXPLAIN …")
            cursor = connection.execute(statements[0])
            columns = tuple(column[0] for column in cursor.description)
            return SqlResult(columns, tuple(cursor.fetchall()))
        except duckdb.Error as error:
            raise InputError(f"SQL: {error}") from error


@contextmanager
def _connect(folder: Path, locked: bool) -> Iterator[Any]:
    tables = {name: files for name in TABLE_NAMES if (files := _find(folder, name))}
    missing = [name for name in NEEDED if name not in tables]
    if missing:
        raise InputError(
            f"{folder} has no table {' and no table '.join(missing)}; "
            "tables are written by `bgpolitics batch … --tables DIR`"
        )
    # An extension is not to be fetched on the way, and a variable of this program is no table.
    config: dict[str, Any] = {
        "autoinstall_known_extensions": False, "autoload_known_extensions": False,
        "python_enable_replacements": False, **({} if THREADS is None else {"threads": THREADS}),
    }  # fmt: skip
    connection = import_extra("duckdb").connect(":memory:", config=config)
    try:
        for name, files in tables.items():
            if locked or files[0].suffix == ".csv":
                connection.register(name, _dataset(name, files))
            else:
                connection.read_parquet([str(file) for file in files]).create_view(name)
        for setting in _LOCK if locked else ():
            connection.execute(f"SET {setting}")
        yield connection
    finally:
        connection.close()


def _find(folder: Path, name: str) -> list[Path]:
    """Return the files of a table: ``NAME.parquet``, or those in a folder ``NAME``, in order; or CSV."""
    for format in FORMATS:
        file = folder / f"{name}.{format}"
        files = [file] if file.is_file() else sorted((folder / name).glob(f"*.{format}"))
        if files:
            return files
    return []


def _dataset(name: str, files: Sequence[Path]) -> Any:
    format = _csv_format(name) if files[0].suffix == ".csv" else "parquet"
    dataset = import_extra("pyarrow.dataset").dataset
    return dataset([str(file) for file in files], schema=schemas()[name], format=format)


def _csv_format(name: str) -> Any:
    csv = import_extra("pyarrow.csv")
    types = {field.name: field.type for field in schemas()[name]}
    return import_extra("pyarrow.dataset").CsvFileFormat(
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(column_types=types, strings_can_be_null=True,
                                           quoted_strings_can_be_null=False),
    )  # fmt: skip
