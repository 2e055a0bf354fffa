"""Records → chunks: numbered, with ids that occur once, the same whenever the same input is read."""

from __future__ import annotations

import errno
import hashlib
import json
import sqlite3
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from bgpolitics_ner.corpus.processor import Kept, Work
from bgpolitics_ner.corpus.records import Item, Record
from bgpolitics_ner.errors import OutputError


@dataclass(frozen=True)
class ChunkSize:
    """How much goes into a chunk: at most so many texts, and no more once it has so many characters."""

    texts: int = 32
    characters: int = 60_000


@dataclass(frozen=True)
class WorkChunk:
    """A chunk to work on: its number, that of its first record, the digest of what was read.

    `position` is how many bytes of the input were read up to here.
    """

    number: int
    first: int
    work: tuple[Work, ...]
    digest: bytes
    position: int


class UniqueIds:
    """Makes ids unique: the second ``x`` is ``x#2``. The first in the input keeps its name.

    Hashes of 63 bits are kept in a temporary database on disk, so memory does not grow with the input. In a
    hundred million ids two hashes are the same once in two thousand runs; that makes one id longer, no more.
    """

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        for name, value in (("cache_size", -32768), ("journal_mode", "OFF"), ("synchronous", "OFF")):
            self._base.execute(f"PRAGMA {name} = {value}")
        self._base.execute("CREATE TABLE seen (hash INTEGER PRIMARY KEY, count INTEGER NOT NULL)")
        self._base.execute("BEGIN")

    def __call__(self, id: str) -> str:
        """Return the id, or one made of it that has not been returned before."""
        if self._add(id):
            return id
        (count,) = self._base.execute("SELECT count FROM seen WHERE hash = ?", (_hash(id),)).fetchone()
        while True:
            count += 1
            made = f"{id}#{count}"
            if self._add(made):
                break
        self._base.execute("UPDATE seen SET count = ? WHERE hash = ?", (count, _hash(id)))
        return made

    def _add(self, id: str) -> bool:
        try:
            added = self._base.execute("INSERT OR IGNORE INTO seen VALUES (?, 1)", (_hash(id),)).rowcount
        except sqlite3.OperationalError as error:  # its file grows in the folder for temporary files
            raise OSError(errno.ENOSPC, str(error), tempfile.gettempdir()) from error
        return added == 1

    def close(self) -> None:
        """Remove the database."""
        self._base.close()


def _hash(id: str) -> int:
    data = hashlib.blake2b(id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(data, "big") >> 1


def with_unique_ids(items: Iterable[Item]) -> Iterator[Item]:
    """Yield the records with ids of which none occurs twice; one that was renamed keeps its id in `meta`."""
    unique = UniqueIds()
    try:
        for item in items:
            id = unique(item.id)
            if id == item.id:
                yield item
            elif isinstance(item, Record):
                yield replace(item, id=id, meta={**item.meta, "original_id": item.id})
            else:
                yield replace(item, id=id)
    finally:
        unique.close()


def make_chunks(items: Iterable[Item], size: ChunkSize, position: Callable[[], int]) -> Iterator[WorkChunk]:
    """Yield the records in chunks. Where a chunk ends depends on the records alone."""
    work: list[Item] = []
    digest = hashlib.blake2b(digest_size=16)
    number = first = characters = 0
    for item in items:
        work.append(item)
        digest.update(_fingerprint(item))
        characters += len(item.text) if isinstance(item, Record) else 0
        if len(work) >= size.texts or characters >= size.characters:
            yield WorkChunk(number, first, tuple(work), digest.digest(), position())
            number, first = number + 1, first + len(work)
            work, characters, digest = [], 0, hashlib.blake2b(digest_size=16)
    if work:
        yield WorkChunk(number, first, tuple(work), digest.digest(), position())


def _fingerprint(item: Item) -> bytes:
    values: list[Any] = [item.id]
    if isinstance(item, Record):
        values += [item.text, item.date, item.meta]
    return json.dumps(values, ensure_ascii=True).encode("ascii")


def keep_annotated(
    chunks: Iterable[WorkChunk], failed: Collection[int], documents: Iterable[bytes]
) -> Iterator[WorkChunk]:
    """Yield the chunks with what was annotated before in the place of its record.

    `failed` are the numbers of the records that were not, `documents` all others, as JSON, in order. Raises
    OutputError where they do not fit to the input.
    """
    known = iter(documents)
    for chunk in chunks:
        work: list[Work] = []
        for number, item in enumerate(chunk.work, chunk.first):
            if number in failed or not isinstance(item, Record):
                work.append(item)
                continue
            line = next(known, None)
            if line is None or json.loads(line)["id"] != item.id:
                raise OutputError(
                    f"the output does not have {item.id!r} in its place; begin anew: --overwrite"
                )
            work.append(Kept(line))
        yield replace(chunk, work=tuple(work))
