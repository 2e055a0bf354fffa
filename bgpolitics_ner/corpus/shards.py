"""Finished chunks on disk, until the run is whole: folders ``part-000000`` … in ``OUT.parts``.

A shard is written to a folder with a temporary name, brought to the disk, renamed, and only then named in the
manifest. What the manifest does not name is a leftover, and is removed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from bgpolitics_ner.corpus.durable import sync_file, sync_folder
from bgpolitics_ner.corpus.manifest import Manifest, Shard
from bgpolitics_ner.corpus.processor import Packed
from bgpolitics_ner.errors import OutputError

PIECES, ROWS, SIGNATURES, FAILURES, CHUNKS = "pieces", "rows", "signatures", "failures.jsonl", "chunks.jsonl"
_FILES = (PIECES, ROWS, SIGNATURES, FAILURES, CHUNKS)
_TEMPORARY = "part.tmp"


@dataclass(frozen=True)
class Chunk:
    """A finished chunk as it is read back."""

    piece: bytes
    rows: bytes
    ids: tuple[str, ...]


class ShardWriter:
    """Collects finished chunks, in order, and seals them as shards."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._folder, self._manifest = folder, manifest
        self._temporary = folder / _TEMPORARY
        self._streams: dict[str, IO[bytes]] = {}
        self._stack = ExitStack()
        self._reset()

    def _reset(self) -> None:
        self.chunks, self.items, self.bytes = 0, 0, 0
        self._counts: Counter[str] = Counter()
        self._digest = hashlib.blake2b(digest_size=16)

    def add(self, packed: Packed, *, first: int, items: int, digest: bytes) -> None:
        """Append a chunk of `items` records, the first of which is number `first` of the run."""
        if not self.chunks:
            self._open()
        row = {"piece": len(packed.piece), "rows": len(packed.rows), "ids": packed.ids}
        failures = [{"index": first + place, **asdict(failed)} for place, failed in packed.failures]
        data = {PIECES: packed.piece, ROWS: packed.rows, SIGNATURES: packed.signatures, CHUNKS: _line(row),
                FAILURES: b"".join(map(_line, failures))}  # fmt: skip
        for name, content in data.items():
            self._streams[name].write(content)
            self.bytes += len(content)
        self._counts.update(packed.counts)
        self._digest.update(digest)
        self.chunks += 1
        self.items += items

    def _open(self) -> None:
        shutil.rmtree(self._temporary, ignore_errors=True)
        self._temporary.mkdir()
        self._streams = {
            name: self._stack.enter_context((self._temporary / name).open("wb")) for name in _FILES
        }

    def seal(self) -> None:
        """Finish the shard that is being written, if there is any."""
        if not self.chunks:
            return
        for stream in self._streams.values():
            sync_file(stream)
        self._stack.close()
        sync_folder(self._temporary)
        name = f"part-{len(self._manifest.shards):06}"
        target = self._folder / name
        if target.exists():  # left by a crash between renaming and the manifest
            shutil.rmtree(target)
        self._temporary.replace(target)
        sync_folder(self._folder)
        sizes = {file: (target / file).stat().st_size for file in _FILES}
        digest = self._digest.hexdigest()
        self._manifest.add(Shard(name, self.chunks, self.items, digest, dict(self._counts), sizes))
        self._reset()

    def discard(self) -> None:
        """Leave the shard that is being written unfinished."""
        self._stack.close()
        shutil.rmtree(self._temporary, ignore_errors=True)


def check_shards(folder: Path, manifest: Manifest) -> None:
    """Raise OutputError where a finished shard is not there whole."""
    for shard in manifest.shards:
        for name, size in shard.sizes.items():
            place = folder / shard.name / name
            if not place.is_file() or place.stat().st_size != size:
                raise OutputError(f"{place} is missing or was changed; begin anew: --overwrite")


def read_chunks(folder: Path, manifest: Manifest) -> Iterator[Chunk]:
    """Yield all finished chunks, in order."""
    for shard in manifest.shards:
        place = folder / shard.name
        with (
            (place / CHUNKS).open("rb") as index,
            (place / PIECES).open("rb") as pieces,
            (place / ROWS).open("rb") as rows,
        ):
            for line in index:
                row: Mapping[str, Any] = json.loads(line)
                yield Chunk(pieces.read(row["piece"]), rows.read(row["rows"]), tuple(row["ids"]))


def read_ids(folder: Path, manifest: Manifest) -> Iterator[tuple[str, ...]]:
    """Yield the ids of the documents of each finished chunk."""
    for shard in manifest.shards:
        with (folder / shard.name / CHUNKS).open("rb") as index:
            for line in index:
                yield tuple(json.loads(line)["ids"])


def files_of(folder: Path, manifest: Manifest, name: str) -> Iterator[Path]:
    """Yield one file of each shard, in order."""
    return (folder / shard.name / name for shard in manifest.shards)


def _line(row: Mapping[str, Any]) -> bytes:
    return (
        json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace") + b"\n"
    )
