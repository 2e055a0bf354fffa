"""The manifest of a run: what run it is, and which shards are finished.

``OUT.parts/manifest.jsonl`` begins with the run's identity; each further line is a finished shard, and the
last one the whole output. A line counts when it is there to its end. ``OUT.manifest.json`` stays beside OUT.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bgpolitics_ner.corpus.durable import append_line, write_file
from bgpolitics_ner.errors import OutputError

FORMAT = 1
NAME = "manifest.jsonl"

Identity = Mapping[str, Any]


@dataclass(frozen=True)
class Shard:
    """A finished shard: its folder, the chunks in it, the digest of what was read for it, and its files."""

    name: str
    chunks: int
    items: int
    digest: str
    counts: dict[str, int]
    sizes: dict[str, int]


class Manifest:
    """The lines of a manifest that are whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.identity: Identity = {}
        self.retry = False
        self.shards: list[Shard] = []
        self.merged: dict[str, Any] | None = None

    @classmethod
    def create(cls, path: Path, identity: Identity, *, retry: bool) -> Manifest:
        """Begin a manifest."""
        manifest = cls(path)
        manifest.identity, manifest.retry = identity, retry
        head = {"format": FORMAT, "retry": retry, "identity": identity}
        write_file(path, _dump(head) + b"\n")
        return manifest

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Read a manifest; a last line that was not written to its end is cut off.

        Raises OutputError where it is damaged elsewhere.
        """
        manifest = cls(path)
        data = path.read_bytes()
        good = 0
        for number, line in enumerate(data.splitlines(keepends=True), 1):
            try:
                if not line.endswith(b"\n"):
                    raise ValueError("cut off")
                manifest._take(json.loads(line), number)
            except (ValueError, TypeError, KeyError) as error:
                if good + len(line) < len(data):
                    raise OutputError(
                        f"{path}:{number}: damaged ({error}); begin anew: --overwrite"
                    ) from error
                with path.open("r+b") as stream:
                    stream.truncate(good)
                break
            good += len(line)
        if not manifest.identity:
            raise OutputError(f"{path}: damaged; begin anew: --overwrite")
        return manifest

    def _take(self, row: dict[str, Any], number: int) -> None:
        if number == 1:
            if row["format"] != FORMAT:
                raise OutputError(f"{self.path}: of another version of the program; begin anew: --overwrite")
            self.identity, self.retry = row["identity"], row["retry"]
        elif "merged" in row:
            self.merged = row["merged"]
        else:
            self.shards.append(Shard(**row))

    def add(self, shard: Shard) -> None:
        """Write that a shard is finished. From then on it is never made again."""
        append_line(self.path, _dump(asdict(shard)))
        self.shards.append(shard)

    def commit(self, merged: dict[str, Any]) -> None:
        """Write that the output is whole. From then on its files only have to be moved to their places."""
        append_line(self.path, _dump({"merged": merged}))
        self.merged = merged


def _dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def check_same(found: Identity, wanted: Identity, place: Path) -> None:
    """Raise OutputError naming what is different where two identities are not the same."""
    different = [key for key in {**found, **wanted} if found.get(key) != wanted.get(key)]
    if different:
        lines = [f"{key} ({_show(found.get(key))}, now {_show(wanted.get(key))})" for key in different]
        raise OutputError(
            f"{place} is of another run, with a different {', '.join(lines)}; continue with the same, "
            "choose another output, or begin anew: --overwrite"
        )


def _show(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def digest_folder(folder: Path) -> str:
    """Return a digest of all files below a folder, with their names; the same wherever the folder lies."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return _digest((path.relative_to(folder).as_posix(), path) for path in files)


def digest_file(path: Path) -> str:
    """Return a digest of what is in a file."""
    return _digest([("", path)])


def _digest(files: Iterable[tuple[str, Path]]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for name, path in files:
        content = hashlib.blake2b(path.read_bytes(), digest_size=16).digest()
        digest.update(name.encode("utf-8") + b"\0" + content)
    return digest.hexdigest()
