"""Parquet: rows of any table, and Documents as nested columns, one row each.

The columns of a Document are named as its keys. ``meta`` is JSON in a string, since its keys are open;
``roles`` is a map. A layer that was not run is null.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

from bgpolitics_ner.corpus.extras import import_extra
from bgpolitics_ner.corpus.files import Meter
from bgpolitics_ner.errors import InputError

ROWS = 64
"""Rows that are in memory at once when a file is read."""
ROW_GROUP = 512
"""Documents in a row group of a file that is written."""

_MARK = b"bgpolitics"
_SPAN = {"start": "int32", "end": "int32", "text": "string"}
_ARGUMENT = {"mention": "string", "referent": "string"}
_LAYOUT: dict[str, Any] = {
    "schema": "int32",
    "id": "string",
    "text": "string",
    "date": "string",
    "meta": "string",
    "sentences": [{"start": "int32", "end": "int32"}],
    "tokens": [
        {
            "start": "int32", "end": "int32", "lemma": "string", "upos": "string", "feats": "string",
            "head": "int32", "deprel": "string",
        }
    ],
    "entities": [
        {
            "id": "string", **_SPAN, "type": "string", "lemma": "string", "referent": "string",
            "confidence": "float64", "origin": "string", "subtype": "string",
        }
    ],
    "referents": [
        {"id": "string", "name": "string", "type": "string", "link": "string", "wikidata": "string"}
    ],
    "relations": [
        {
            "id": "string", "type": "string", "subject": _ARGUMENT, "object": _ARGUMENT, "trigger": _SPAN,
            "sentence": {"start": "int32", "end": "int32"}, "factuality": "string", "source": "string",
            "when": {**_SPAN, "value": "string"}, "roles": ("string", _SPAN), "confidence": "float64",
            "origin": ["string"], "plover": "string", "cameo": "string", "hearsay": "bool_",
        }
    ],
    "quotes": [{"start": "int32", "end": "int32", "speaker": "string", "cue": _SPAN, "direct": "bool_"}],
    "triples": [
        {
            "subject": "string", "predicate": "string", "object": "string", "factuality": ["string"],
            "relations": ["string"],
        }
    ],
}  # fmt: skip


@lru_cache(maxsize=1)
def document_schema() -> Any:
    """Return the pyarrow schema of nested Documents. Raises MissingExtraError without pyarrow."""
    pa = import_extra("pyarrow")
    fields = [(name, _type(pa, layout)) for name, layout in _LAYOUT.items()]
    return pa.schema(fields, metadata={_MARK: b"documents"})


def _type(pa: Any, layout: Any) -> Any:
    if isinstance(layout, str):
        return getattr(pa, layout)()
    if isinstance(layout, list):
        return pa.list_(_type(pa, layout[0]))
    if isinstance(layout, tuple):
        return pa.map_(*(_type(pa, part) for part in layout))
    return pa.struct([(name, _type(pa, inner)) for name, inner in layout.items()])


def to_batch(lines: Sequence[bytes]) -> bytes:
    """Return Documents, each as JSON, as one Arrow stream."""
    pa = import_extra("pyarrow")
    rows = [_to_row(json.loads(line)) for line in lines]
    batch = pa.RecordBatch.from_pylist(rows, schema=document_schema())
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    result: bytes = sink.getvalue().to_pybytes()
    return result


def read_batch(data: bytes) -> Any:
    """Return the pyarrow Table of what `to_batch` made."""
    return import_extra("pyarrow").ipc.open_stream(data).read_all()


def set_meta(table: Any, changes: Mapping[int, Mapping[str, Any]]) -> Any:
    """Return a table with keys added to the ``meta`` of some rows."""
    pa = import_extra("pyarrow")
    values = table.column("meta").to_pylist()
    for row, added in changes.items():
        values[row] = _dump({**json.loads(values[row]), **added})
    return table.set_column(table.schema.get_field_index("meta"), "meta", pa.array(values, pa.string()))


def _to_row(data: dict[str, Any]) -> dict[str, Any]:
    data["meta"] = _dump(data.get("meta") or {})
    for relation in data.get("relations") or ():
        relation["roles"] = list(relation["roles"].items())
    return data


def _dump(meta: Mapping[str, Any]) -> str:
    return json.dumps(meta, ensure_ascii=False, separators=(",", ":"))


def read_nested(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the Documents of a nested Parquet file as plain dicts; raise InputError for any other."""
    yield from read_nested_file(_open(path), str(path))


def read_nested_file(file: Any, name: str) -> Iterator[dict[str, Any]]:
    """Yield the Documents of an open Parquet file called `name`, as `read_nested` does."""
    if (file.schema_arrow.metadata or {}).get(_MARK) != b"documents":
        raise InputError(f"{name}: not a file of nested Documents; was it written by `bgpolitics batch`?")
    for batch in file.iter_batches(batch_size=ROWS):
        for row in batch.to_pylist():
            row["meta"] = json.loads(row["meta"])
            for relation in row["relations"] or ():
                relation["roles"] = dict(relation["roles"])
            yield row


def row_names(path: str) -> Sequence[str]:
    """Return the column names of a Parquet file."""
    names: list[str] = _open(Path(path)).schema_arrow.names
    return names


def read_rows(path: str, meter: Meter) -> Iterator[dict[str, Any]]:
    """Yield the rows of a Parquet file; of nested Documents only what a text needs."""
    file = _open(Path(path))
    size, total = Path(path).stat().st_size, max(1, file.metadata.num_rows)
    for batch in _read_batches(file, range(file.num_row_groups)):
        meter.bytes += size * len(batch) // total
        yield from batch


def read_row_range(file: Any, start: int, rows: int) -> Iterator[dict[str, Any]]:
    """Yield so many rows of an open Parquet file as `read_rows` does; only their row groups are read."""
    groups, first, before = [], None, 0
    for number in range(file.num_row_groups):
        size = file.metadata.row_group(number).num_rows
        if before < start + rows and before + size > start:
            groups.append(number)
            first = before if first is None else first
        before += size
    found = chain.from_iterable(_read_batches(file, groups))
    return islice(found, start - (first or 0), start - (first or 0) + rows)


def _read_batches(file: Any, groups: Sequence[int]) -> Iterator[list[dict[str, Any]]]:
    nested = (file.schema_arrow.metadata or {}).get(_MARK) == b"documents"
    columns = ["schema", "id", "text", "date", "meta"] if nested else None
    for batch in file.iter_batches(batch_size=ROWS, row_groups=list(groups), columns=columns):
        rows = batch.to_pylist()
        yield [{**row, "meta": json.loads(row["meta"])} for row in rows] if nested else rows


def _open(path: Path) -> Any:
    return open_parquet(path, str(path))


def open_parquet(source: Any, name: str) -> Any:
    """Open a path or a stream as Parquet; raise InputError naming it where it is none."""
    pq, pa = import_extra("pyarrow.parquet"), import_extra("pyarrow")
    try:
        return pq.ParquetFile(source)
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"{name}: not usable as Parquet: {error}") from error
