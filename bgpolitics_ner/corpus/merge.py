"""Finished shards → OUT and what goes with it. Nothing is in its place before all of it is on the disk.

All files are written to ``OUT.parts/merged``; the manifest then says so; then they are renamed to their
places. A crash before that line makes the merge begin again, one behind it makes only the renaming go on.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bgpolitics_ner.corpus.durable import move, remove_folder, sync_file, sync_folder, write_file
from bgpolitics_ner.corpus.manifest import Manifest
from bgpolitics_ner.corpus.processor import DUPLICATE_OF, unpack_rows
from bgpolitics_ner.corpus.shards import FAILURES, SIGNATURES, files_of, read_chunks, read_ids
from bgpolitics_ner.corpus.writers import Changes, OutputWriter, open_output

_MERGED = "merged"
_TABLES_PARTS = ".parts"


@dataclass(frozen=True)
class Places:
    """Where the files of a run are; `tables` is the folder of the flat tables, in Parquet or CSV."""

    out: Path
    tables: Path | None = None
    table_format: str = "parquet"

    @property
    def parts(self) -> Path:
        """The folder with work in progress."""
        return _beside(self.out, ".parts")

    @property
    def failures(self) -> Path:
        """The documents that failed, with reason and traceback; only there where there are some."""
        return _beside(self.out, ".failures.jsonl")

    @property
    def manifest(self) -> Path:
        """What run OUT is of, and its counts."""
        return _beside(self.out, ".manifest.json")


def _beside(out: Path, ending: str) -> Path:
    return out.with_name(out.name + ending)


def merge(places: Places, manifest: Manifest, ending: str, tick: Callable[[], None] = lambda: None) -> None:
    """Write all files of the run from its finished shards and put them in their places.

    `tick` is called for each chunk, before anything is in its place; it may raise, and the merge begins again
    next time.
    """
    if manifest.merged is None:
        folder = places.parts / _MERGED
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        counts = _write_all(places, manifest, folder, ending, tick)
        sync_folder(folder)
        manifest.commit({"counts": counts})
    finish(places, manifest)


def finish(places: Places, manifest: Manifest) -> None:
    """Move the files of a merged run to their places and remove the work in progress."""
    folder = places.parts / _MERGED
    if places.tables is not None:
        _move_tables(places.tables)
    counts = (manifest.merged or {})["counts"]
    if counts.get("failures"):
        move(folder / "failures", places.failures)
    else:
        places.failures.unlink(missing_ok=True)
    move(folder / "manifest", places.manifest)
    move(folder / "out", places.out)
    remove_folder(places.parts)
    sync_folder(places.out.parent)


def _write_all(
    places: Places, manifest: Manifest, folder: Path, ending: str, tick: Callable[[], None]
) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for shard in manifest.shards:
        counts.update(shard.counts)
    copies = _find_copies(places.parts, manifest)
    counts["duplicates"] = len(copies)
    _write_documents(places, manifest, open_output(folder / "out", ending), copies, tick)
    _write_failures(places.parts, manifest, folder / "failures")
    summary = {"identity": manifest.identity, "counts": dict(sorted(counts.items()))}
    write_file(folder / "manifest", _json(summary))
    return dict(counts)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"


def _find_copies(parts: Path, manifest: Manifest) -> dict[int, str]:
    """Return the id of the original for each document, by its number among all, that is a near-copy."""
    joined = parts / "signatures"
    with joined.open("wb") as target:
        for path in files_of(parts, manifest, SIGNATURES):
            with path.open("rb") as source:
                shutil.copyfileobj(source, target)
    if not joined.stat().st_size:
        return {}
    import numpy as np

    from bgpolitics_ner.corpus.duplicates import VALUES, find_duplicates

    signatures = np.memmap(joined, dtype="<u4", mode="r").reshape(-1, VALUES)
    originals = {i: first for i, first in enumerate(find_duplicates(signatures)) if first is not None}
    wanted = set(originals.values())
    ids = (id for chunk in read_ids(parts, manifest) for id in chunk)
    names = {i: id for i, id in enumerate(ids) if i in wanted}
    return {i: names[first] for i, first in originals.items()}


def _write_documents(
    places: Places,
    manifest: Manifest,
    output: OutputWriter,
    copies: Mapping[int, str],
    tick: Callable[[], None],
) -> None:
    tables = _open_tables(places)
    number = 0
    for chunk in read_chunks(places.parts, manifest):
        tick()
        count = len(chunk.ids)
        found = {i: copies[number + i] for i in range(count) if number + i in copies}
        changes: Changes = {i: {DUPLICATE_OF: original} for i, original in found.items()}
        output.write(chunk.piece, changes)
        if tables is not None:
            for i, rows in enumerate(unpack_rows(chunk.rows)):
                for row in rows["documents"] if i in found else ():
                    row[DUPLICATE_OF] = found[i]
                tables.write(rows)
        number += count
    output.close()
    if tables is not None:
        tables.close()
        _sync_tables(places)


def _write_failures(parts: Path, manifest: Manifest, target: Path) -> None:
    """Join the failures; no file where there are none."""
    sources = [path for path in files_of(parts, manifest, FAILURES) if path.stat().st_size]
    if not sources:
        return
    with target.open("wb") as stream:
        for path in sources:
            with path.open("rb") as source:
                shutil.copyfileobj(source, stream)
        sync_file(stream)


def _open_tables(places: Places) -> Any:
    if places.tables is None:
        return None
    from bgpolitics_ner.corpus.tables import TableWriter

    staging = places.tables / _TABLES_PARTS
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    return TableWriter(staging, format=places.table_format)


def _sync_tables(places: Places) -> None:
    assert places.tables is not None
    for path in (places.tables / _TABLES_PARTS).iterdir():
        with path.open("rb+") as stream:
            sync_file(stream)
    sync_folder(places.tables / _TABLES_PARTS)


def _move_tables(tables: Path) -> None:
    staging = tables / _TABLES_PARTS
    if not staging.exists():
        return
    made = sorted(staging.iterdir())
    for old in old_tables(tables):
        if made and old.name not in {path.name for path in made} and old.stem in {path.stem for path in made}:
            old.unlink()  # the same table in another format
    for path in made:
        move(path, tables / path.name)
    staging.rmdir()
    sync_folder(tables)


def old_tables(tables: Path) -> list[Path]:
    """Return the tables that stand in a folder already."""
    from bgpolitics_ner.corpus.tables import TABLE_NAMES

    if not tables.is_dir():
        return []
    return [path for path in sorted(tables.iterdir()) if path.stem in TABLE_NAMES]
