"""What a worker of a distributed run does with a unit: annotate it, and at the end put its files in place.

The records go through the same pool of processes as on one machine, here a pool of one, so what fails fails
in the same way. Both steps can be done any number of times: the second time nothing changes.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from bgpolitics_ner.corpus.extras import import_extra
from bgpolitics_ner.corpus.nested import open_parquet, read_nested_file, set_meta
from bgpolitics_ner.corpus.places import Place
from bgpolitics_ner.corpus.pool import Pool
from bgpolitics_ner.corpus.processor import DUPLICATE_OF, Packed, Recipe, unpack_rows
from bgpolitics_ner.corpus.records import Columns
from bgpolitics_ner.corpus.stream import ChunkSize, WorkChunk, keep_annotated, make_chunks
from bgpolitics_ner.corpus.tables import TABLE_NAMES
from bgpolitics_ner.corpus.units import Unit, read_unit
from bgpolitics_ner.corpus.writers import open_output

NESTED, SIGNATURES, FAILURES, IDS, DONE = (
    "nested.parquet",
    "signatures",
    "failures.jsonl",
    "ids.jsonl",
    "done.json",
)
_WAIT = 0.5  # seconds between looks at a document that takes too long


@dataclass(frozen=True)
class Job:
    """What all workers of a run have to know. `parts` is the folder of work in progress.

    `table_format` is that of the tables in their place; among the work in progress they are Parquet.
    """

    recipe: Recipe
    columns: Columns
    chunk: ChunkSize
    timeout: float | None
    parts: Place
    out: Place
    tables: Place | None
    table_format: str = "parquet"


@dataclass(frozen=True)
class Order:
    """A unit to work on. `failed`: annotate these records of the run alone, and keep all other documents."""

    unit: Unit
    failed: tuple[int, ...] | None = None


class UnitWorker:
    """Annotates units, with one process that has the model in memory."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._pool = Pool(job.recipe, 1, job.timeout).__enter__()

    def annotate(self, order: Order) -> dict[str, int]:
        """Annotate a unit, write what came of it to the folder of work in progress, and return its counts."""
        unit = order.unit
        place = self._job.parts / unit.key
        with tempfile.TemporaryDirectory(prefix="bgpolitics-") as name:
            folder = Path(name)
            counts = self._write(order, folder)
            place.upload(folder)
        (place / DONE).write(json.dumps(counts).encode("utf-8"))
        return counts

    def _write(self, order: Order, folder: Path) -> dict[str, int]:
        counts: Counter[str] = Counter()
        output = open_output(folder / NESTED, ".parquet")
        with ExitStack() as stack:
            signatures, failures, ids = (
                stack.enter_context((folder / name).open("wb")) for name in (SIGNATURES, FAILURES, IDS)
            )
            tables = stack.enter_context(_open_tables(folder)) if self._job.recipe.tables else None
            for chunk, packed in self._process(order):
                output.write(packed.piece, {})
                signatures.write(packed.signatures)
                ids.write(json.dumps(packed.ids, ensure_ascii=False).encode("utf-8") + b"\n")
                _write_failures(failures, packed, order.unit.first + chunk.first)
                if tables is not None:
                    for rows in unpack_rows(packed.rows):
                        tables.write(rows)
                counts.update(packed.counts)
        output.close()
        return dict(counts)

    def _process(self, order: Order) -> Iterator[tuple[WorkChunk, Packed]]:
        """Yield the chunks of a unit with what became of them, in order."""
        unit = order.unit
        chunks = make_chunks(read_unit(unit, self._job.columns), self._job.chunk, lambda: 0)
        if order.failed is not None:
            failed = {number - unit.first for number in order.failed}
            chunks = keep_annotated(chunks, failed, _read_kept(self._job.out / _file_of(unit)))
        open_: dict[int, WorkChunk] = {}
        done: dict[int, Packed] = {}
        following, more = 0, True
        while more or open_:
            while more and self._pool.has_room():
                chunk = next(chunks, None)
                more = chunk is not None
                if chunk is not None:
                    open_[chunk.number] = chunk
                    self._pool.submit(chunk.number, chunk.work)
            if open_:
                done.update(self._pool.collect(_WAIT))
            while following in done:
                yield open_.pop(following), done.pop(following)
                following += 1


def _file_of(unit: Unit) -> str:
    return f"{unit.key}.parquet"


def _read_kept(place: Place) -> Iterator[bytes]:
    """Yield the Documents that a unit has in the output, as JSON."""
    with place.open() as stream:
        for row in read_nested_file(open_parquet(stream, place.name), place.name):
            yield json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _write_failures(stream: IO[bytes], packed: Packed, first: int) -> None:
    for place, failed in packed.failures:
        row = {"index": first + place, **asdict(failed)}
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
        stream.write(line.encode("utf-8", "backslashreplace") + b"\n")


def _open_tables(folder: Path) -> Any:
    from bgpolitics_ner.corpus.table_writer import TableWriter

    return TableWriter(folder, format="parquet")


def finish_unit(job: Job, unit: Unit, copies: Mapping[int, str]) -> None:
    """Put the files of a unit in place; `copies` are originals of near-copies, by number of the document."""
    staged = job.parts / unit.key
    _put(staged / NESTED, job.out / _file_of(unit), copies, _mark_nested)
    for name in TABLE_NAMES if job.tables is not None else ():
        assert job.tables is not None
        changes = copies if name == "documents" else {}
        source, folder = staged / f"{name}.parquet", job.tables / name
        if job.table_format == "csv":
            _put_csv(source, folder / f"{unit.key}.csv", changes)
        else:
            _put(source, folder / _file_of(unit), changes, _mark_rows)


def _put(source: Place, target: Place, copies: Mapping[int, str], mark: Any) -> None:
    if not copies:
        source.move_to(target)
        return
    parquet, arrow = import_extra("pyarrow.parquet"), import_extra("pyarrow")
    sink = arrow.BufferOutputStream()
    with source.open() as stream:
        file = parquet.ParquetFile(stream)
        with parquet.ParquetWriter(sink, file.schema_arrow, compression="zstd") as writer:
            for table in _read_marked(file, copies, mark):
                writer.write_table(table)
    target.write(sink.getvalue().to_pybytes())


def _put_csv(source: Place, target: Place, copies: Mapping[int, str]) -> None:
    parquet, csv, arrow = (import_extra(f"pyarrow{name}") for name in (".parquet", ".csv", ""))
    sink = arrow.BufferOutputStream()
    with source.open() as stream:
        file = parquet.ParquetFile(stream)
        with csv.CSVWriter(sink, file.schema_arrow) as writer:
            for table in _read_marked(file, copies, _mark_rows):
                writer.write(table)
    target.write(sink.getvalue().to_pybytes())


def _read_marked(file: Any, copies: Mapping[int, str], mark: Any) -> Iterator[Any]:
    """Yield the row groups of a Parquet file with the originals of near-copies noted."""
    first = 0
    for group in range(file.num_row_groups):
        table = file.read_row_group(group)
        here = {i - first: copies[i] for i in copies if first <= i < first + table.num_rows}
        yield mark(table, here) if here else table
        first += table.num_rows


def _mark_nested(table: Any, copies: Mapping[int, str]) -> Any:
    return set_meta(table, {i: {DUPLICATE_OF: original} for i, original in copies.items()})


def _mark_rows(table: Any, copies: Mapping[int, str]) -> Any:
    arrow = import_extra("pyarrow")
    values = table.column(DUPLICATE_OF).to_pylist()
    for row, original in copies.items():
        values[row] = original
    place = table.schema.get_field_index(DUPLICATE_OF)
    return table.set_column(place, table.schema.field(place), arrow.array(values, arrow.string()))


def read_results(parts: Place, units: Iterable[Unit], name: str) -> Iterator[bytes]:
    """Yield what is in one file of each unit, in order."""
    for unit in units:
        yield (parts / unit.key / name).read()
