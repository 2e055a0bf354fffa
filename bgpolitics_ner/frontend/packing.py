"""A component's files as one string of bytes; spaCy needs it to pickle a pipeline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import srsly


def pack_files(write: Callable[[Path], None]) -> bytes:
    """Return the files that `write` puts into the folder it is given."""
    with TemporaryDirectory() as folder:
        write(Path(folder))
        files = {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}
    packed: bytes = srsly.msgpack_dumps(files)
    return packed


def unpack_files(data: bytes, read: Callable[[Path], object]) -> None:
    """Call `read` with a folder that holds what `pack_files` packed; it is gone afterwards."""
    with TemporaryDirectory() as folder:
        for name, content in srsly.msgpack_loads(data).items():
            (Path(folder) / name).write_bytes(content)
        read(Path(folder))
