"""Writes that are there as a whole or not at all, after a crash or loss of power too."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bgpolitics_ner.errors import OutputError

LOCK = "lock"
"""The file that a process holds while it works in a folder."""

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def sync_file(stream: IO[bytes]) -> None:
    """Bring what was written to the disk."""
    stream.flush()
    os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk; does nothing where the system has no such call."""
    if os.name != "posix":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def write_file(path: Path, data: bytes) -> None:
    """Write a file by way of a temporary one."""
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("wb") as stream:
        stream.write(data)
        sync_file(stream)
    temporary.replace(path)
    sync_folder(path.parent)


def append_line(path: Path, line: bytes) -> None:
    """Append one line; after a crash it is there whole, or cut off at the end of the file."""
    with path.open("ab") as stream:
        stream.write(line + b"\n")
        sync_file(stream)


def move(source: Path, target: Path) -> None:
    """Put a file in its place, unless that is done already."""
    if source.exists():
        source.replace(target)
        sync_folder(target.parent)


def remove_folder(folder: Path) -> None:
    """Remove a folder with all that is in it; a crash on the way leaves it whole, or under another name."""
    if folder.exists():
        clear_removed(folder)
        folder.replace(_doomed(folder))
    clear_removed(folder)


def clear_removed(folder: Path) -> None:
    """Remove what a crash has left of a folder that was being removed."""
    shutil.rmtree(_doomed(folder), ignore_errors=True)


def _doomed(folder: Path) -> Path:
    return folder.with_name(folder.name + ".old")


@contextmanager
def explained(what: str, todo: str) -> Iterator[None]:
    """Turn errors of the file system into an OutputError that says what to do."""
    try:
        yield
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        reason = error.strerror or str(error)
        hint = f"free some space, then {todo}" if error.errno in _FULL else f"then {todo}"
        raise OutputError(f"{what} cannot be written: {reason}{place}; {hint}") from error


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Make a folder and keep other runs away from it; the system frees the lock however this process ends."""
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)
    number = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            import fcntl
        except ImportError:  # not on Windows
            pass
        else:
            try:
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise OutputError(f"{folder}: another run is at work there") from error
        yield
    finally:
        os.close(number)
