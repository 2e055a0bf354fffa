"""What the tests of the Ray engine share: a corpus as Parquet, the local engine beside it, and comparing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import bgpolitics_ner as bgp
from bgpolitics_ner.corpus.plan import ShardSize
from bgpolitics_ner.corpus.stream import ChunkSize

HERE = Path(__file__).parent
TABLES = ("documents", "entities", "referents", "relations", "quotes", "triples")
UNIT = 8
CHUNK = ChunkSize(4)
FAKE = {"annotator": "ray_fakes:telling", "languages": False}


def locally(*args: Any, **options: Any) -> Any:
    return bgp.annotate_corpus(*args, chunk=CHUNK, shard=ShardSize(0.0), **options)


def to_parquet(texts: list[str], ids: list[str] | None = None) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    ids = ids or [f"a{i}" for i in range(len(texts))]
    pq.write_table(pa.table({"id": ids, "text": texts}), sink, row_group_size=7)
    return bytes(sink.getvalue())


def write_parquet(path: Path, texts: list[str], ids: list[str] | None = None) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(to_parquet(texts, ids))


def rows_of(place: Path) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    files = sorted(place.glob("*.parquet")) if place.is_dir() else [place]
    return [row for file in files for row in pq.read_table(file).to_pylist()]


def assert_same(ray_folder: Path, local_file: Path, ray_tables: Path, local_tables: Path) -> None:
    assert rows_of(ray_folder) == rows_of(local_file)
    for name in TABLES:
        assert rows_of(ray_tables / name) == rows_of(local_tables / f"{name}.parquet"), name


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
