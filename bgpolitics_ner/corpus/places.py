"""Files in any place that pyarrow knows: a local path, or a URL such as ``s3://bucket/news``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bgpolitics_ner.corpus.extras import import_extra
from bgpolitics_ner.errors import InputError


def is_url(place: str) -> bool:
    """Say whether a place is a URL, not a path."""
    return "://" in place


@dataclass(frozen=True)
class Info:
    """A file: its path within its file system, size in bytes, time of change (None where nobody knows)."""

    path: str
    size: int
    changed: str | None


class Place:
    """A folder or file, with the file system it is in. It can be pickled: it is its name and no more."""

    def __init__(self, name: str) -> None:
        self.name = name if is_url(name) else str(Path(name).absolute())
        self._system, self._path = _resolve(self.name)

    def __reduce__(self) -> tuple[type[Place], tuple[str]]:
        return Place, (self.name,)

    def __str__(self) -> str:
        return self.name

    def __truediv__(self, part: str) -> Place:
        path, mark, query = self.name.partition("?") if is_url(self.name) else (self.name, "", "")
        return Place(f"{path.rstrip('/')}/{part}{mark}{query}")

    @property
    def last(self) -> str:
        """The last part of the name."""
        path = self.name.partition("?")[0] if is_url(self.name) else self.name
        return path.rstrip("/").rpartition("/")[2]

    def exists(self) -> bool:
        """Say whether there is a file or folder."""
        return self._kind() != "NotFound"

    def is_folder(self) -> bool:
        """Say whether there is a folder."""
        return self._kind() == "Directory"

    def _kind(self) -> str:
        kind: str = self._system.get_file_info(self._path).type.name
        return kind

    def info(self) -> Info:
        """Return size and time of a file."""
        return _info(self._system.get_file_info(self._path))

    def files(self) -> list[tuple[str, Info]]:
        """Return all files below a folder, by name; names are relative to it, hidden ones are left out."""
        selector = import_extra("pyarrow.fs").FileSelector(self._path, recursive=True, allow_not_found=True)
        base = self._path.rstrip("/") + "/"
        found = [
            (info.path.removeprefix(base), _info(info))
            for info in self._system.get_file_info(selector)
            if info.type.name == "File"
        ]
        return sorted(
            (name, info) for name, info in found if not any(p[0] in "._" for p in name.split("/") if p)
        )

    def names(self) -> set[str]:
        """Return the names directly in a folder; none where there is no folder."""
        selector = import_extra("pyarrow.fs").FileSelector(self._path, allow_not_found=True)
        return {info.base_name for info in self._system.get_file_info(selector)}

    def open(self) -> Any:
        """Open a file for reading at any position."""
        return self._system.open_input_file(self._path)

    def read(self) -> bytes:
        """Return what is in a file."""
        with self.open() as stream:
            data: bytes = stream.read()
        return data

    def write(self, data: bytes) -> None:
        """Write a file that is there as a whole or not at all."""
        temporary = f"{self._path}.tmp"
        with self._system.open_output_stream(temporary) as stream:
            stream.write(data)
        self._replace(self._system, temporary)

    def make(self) -> None:
        """Make a folder and those above it; where folders are but names, as in S3, this does little."""
        self._system.create_dir(self._path, recursive=True)

    def upload(self, folder: Path) -> None:
        """Copy the files of a local folder to this one."""
        fs = import_extra("pyarrow.fs")
        self.make()
        fs.copy_files(str(folder), self._path, fs.LocalFileSystem(), self._system)

    def move_to(self, target: Place) -> None:
        """Put this file in another place, whatever is there, unless that was done before."""
        if not self.exists():
            return
        if self._system.equals(target._system):
            target._replace(self._system, self._path)
        else:
            fs = import_extra("pyarrow.fs")
            fs.copy_files(self._path, target._path, self._system, target._system)

    def _replace(self, system: Any, path: str) -> None:
        if system.type_name == "hdfs" and self.exists():  # it renames only to what is not there
            system.delete_file(self._path)
        system.move(path, self._path)

    def remove(self) -> None:
        """Remove a file, or a folder with all that is in it."""
        kind = self._kind()
        if kind == "Directory":
            self._system.delete_dir(self._path)
        elif kind == "File":
            self._system.delete_file(self._path)


def _info(found: Any) -> Info:
    changed = None if found.mtime_ns is None else str(found.mtime_ns)
    return Info(found.path, found.size or 0, changed)


@lru_cache(maxsize=4096)
def _resolve(name: str) -> tuple[Any, str]:
    fs, arrow = import_extra("pyarrow.fs"), import_extra("pyarrow")
    if not is_url(name):
        return fs.LocalFileSystem(), name
    try:
        found: tuple[Any, str] = fs.FileSystem.from_uri(name)
    except (OSError, ValueError, arrow.ArrowException) as error:
        raise InputError(f"{name}: {error}") from error
    return found
