"""The input of a distributed run in units: so many records that one worker annotates and writes by itself.

A unit is a range of rows of a Parquet file, which the worker reads from where it lies. Other formats cannot
be read from the middle; they are read once, in order, and laid down as Parquet beside the output.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from bgpolitics_ner.corpus.extras import import_extra
from bgpolitics_ner.corpus.files import Listing, Source
from bgpolitics_ner.corpus.nested import open_parquet, read_row_range
from bgpolitics_ner.corpus.places import Place, is_url
from bgpolitics_ner.corpus.readers import check_sources, read_source
from bgpolitics_ner.corpus.records import Columns, Item, Record, Unreadable, id_of, make_record
from bgpolitics_ner.corpus.stream import UniqueIds
from bgpolitics_ner.errors import InputError

UNIT = 2_000
"""Records of a unit: a few minutes of work, which is what the loss of a machine costs."""

_PARQUET = (".parquet", ".pq")


@dataclass(frozen=True)
class Unit:
    """Rows `start` to `start + rows` of a Parquet file.

    `first` is the number of the first record in the whole run. `name` is the base of the ids of records that
    have none; `renamed` are the new ids of those whose id stood before, by row. `staged`: the rows are
    records that were read before.
    """

    number: int
    first: int
    place: str
    name: str
    start: int
    rows: int
    staged: bool = False
    renamed: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The name of its files."""
        return f"part-{self.number:06}"


def dump_units(units: Iterable[Unit]) -> bytes:
    """Return units as JSON Lines."""
    return b"".join(json.dumps(asdict(u), ensure_ascii=False).encode("utf-8") + b"\n" for u in units)


def load_units(data: bytes) -> list[Unit]:
    """Read what `dump_units` wrote."""
    return [Unit(**json.loads(line)) for line in data.splitlines()]


def list_sources(inputs: Sequence[str], input_format: str | None = None) -> list[Source]:
    """Return all files of a run in order: local ones as in a run on one machine, Parquet at URLs."""
    sources: list[Source] = []
    for name in inputs:
        if not is_url(name):
            if name == "-":
                raise InputError("standard input cannot be read by more than one machine: name files")
            sources += Listing([name], input_format)
            continue
        place = Place(name)
        if place.is_folder():
            found = [path for path, _ in place.files() if path.lower().endswith(_PARQUET)]
            sources += [Source((place / path).name, path, "parquet") for path in found]
        elif place.exists():
            sources.append(Source(name, place.last, "parquet"))
        else:
            raise InputError(f"{name}: no such file or folder")
    if not sources:
        raise InputError(f"no Parquet files in {', '.join(inputs)}")
    return sources


def describe_sources(sources: Sequence[Source]) -> list[list[Any]]:
    """Return what tells whether the files are still the same: name, format, size, time of change."""
    infos = [(source, Place(source.path).info()) for source in sources]
    return [[source.name, source.format, info.size, info.changed] for source, info in infos]


def make_units(
    sources: Sequence[Source], columns: Columns, stage: Place, size: int, tick: Callable[[], None]
) -> list[Unit]:
    """Cut the input into units of `size` records; what is not Parquet is written to `stage`.

    Of Parquet only the ids are read. `tick` is called now and then. Raises InputError for a file that has no
    column with texts.
    """
    check_sources([source for source in sources if source.format != "parquet"], columns)
    maker = _Maker(columns, stage, size, tick)
    for source in sources:
        maker.add(source)
    return maker.finish()


class _Maker:
    def __init__(self, columns: Columns, stage: Place, size: int, tick: Callable[[], None]) -> None:
        self._columns, self._stage, self._size, self._tick = columns, stage, size, tick
        self._units: list[Unit] = []
        self._unique = UniqueIds()
        self._first = 0
        self._items: list[Item] = []

    def finish(self) -> list[Unit]:
        self._flush()
        self._unique.close()
        return self._units

    def add(self, source: Source) -> None:
        if source.format == "parquet" and not source.compression:
            self._flush()
            self._add_parquet(source)
            return
        for item in read_source(source, self._columns):
            self._items.append(rename(item, self._unique(item.id)))
            if len(self._items) >= self._size:
                self._flush()

    def _add_parquet(self, source: Source) -> None:
        with Place(source.path).open() as stream:
            file = open_parquet(stream, source.path)
            names = file.schema_arrow.names
            self._columns.check(names, source.path)
            id_name = self._columns.choose(names)[1]
            total = file.metadata.num_rows
            ids = _read_ids(file, id_name, source.name, total)
            for start in range(0, total, self._size):
                self._tick()
                rows = min(self._size, total - start)
                found = [next(ids) for _ in range(rows)]
                new = [self._unique(id) for id in found]
                renamed = {str(i): b for i, (a, b) in enumerate(zip(found, new, strict=True)) if a != b}
                self._append(source.path, source.name, start, rows, renamed=renamed)

    def _append(self, place: str, name: str, start: int, rows: int, **more: Any) -> None:
        where = place if is_url(place) else Place(place).name
        self._units.append(Unit(len(self._units), self._first, where, name, start, rows, **more))
        self._first += rows

    def _flush(self) -> None:
        if not self._items:
            return
        self._tick()
        arrow, parquet = import_extra("pyarrow"), import_extra("pyarrow.parquet")
        sink = arrow.BufferOutputStream()
        table = arrow.Table.from_pylist(list(map(_as_row, self._items)), schema=_stage_schema(arrow))
        parquet.write_table(table, sink, compression="zstd")
        self._stage.make()
        place = self._stage / f"{len(self._units):06}.parquet"
        place.write(sink.getvalue().to_pybytes())
        self._append(place.name, place.last, 0, len(self._items), staged=True)
        self._items = []


def _read_ids(file: Any, column: str | None, name: str, total: int) -> Iterator[str]:
    """Yield the ids that the records of a Parquet file will have."""
    if column is None:
        yield from (f"{name}#{number}" for number in range(1, total + 1))
        return
    number = 0
    for batch in file.iter_batches(columns=[column]):
        for value in batch.column(0).to_pylist():
            number += 1
            yield id_of(value) or f"{name}#{number}"


def rename(item: Item, id: str) -> Item:
    """Return a record with another id; it keeps its own in `meta`."""
    if id == item.id:
        return item
    if isinstance(item, Record):
        return replace(item, id=id, meta={**item.meta, "original_id": item.id})
    return replace(item, id=id)


def read_unit(unit: Unit, columns: Columns) -> Iterator[Item]:
    """Yield the records of a unit."""
    with Place(unit.place).open() as stream:
        file = open_parquet(stream, unit.place)
        for offset, row in enumerate(read_row_range(file, unit.start, unit.rows)):
            if unit.staged:
                yield _from_row(row)
                continue
            number = unit.start + offset + 1
            item = make_record(row, columns, place=f"{unit.place}:{number}", fallback=f"{unit.name}#{number}")
            yield rename(item, unit.renamed.get(str(offset), item.id))


def _stage_schema(arrow: Any) -> Any:
    return arrow.schema(
        [(name, arrow.string()) for name in ("id", "text", "date", "meta", "place", "reason")],
        metadata={"bgpolitics": "records"},
    )


def _as_row(item: Item) -> dict[str, Any]:
    row = asdict(item)
    if isinstance(item, Record):
        row["meta"] = json.dumps(row["meta"], ensure_ascii=False)
    return row


def _from_row(row: dict[str, Any]) -> Item:
    if row["reason"] is not None:
        return Unreadable(row["id"], row["place"], row["reason"])
    return Record(row["id"], row["text"], row["date"], json.loads(row["meta"]), row["place"])
