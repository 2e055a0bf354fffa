"""Which files a run reads, in which order and format, and how they are opened.

Files, folders, glob patterns and standard input; a folder is read with all below it, by name. Every file may
be compressed with gzip or zstd. Nothing here holds more than the names of one folder at a time.
"""

from __future__ import annotations

import glob
import gzip
import hashlib
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from bgpolitics_ner.corpus.extras import import_extra
from bgpolitics_ner.errors import InputError
from bgpolitics_ner.reading import STDIN, display_name

SUFFIXES = {
    ".txt": "text",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xml": "tei",
    ".tei": "tei",
    ".warc": "warc",
    ".wet": "warc",
}
BLOCKS = "blocks"
FORMATS = (*dict.fromkeys(SUFFIXES.values()), BLOCKS)
"""``blocks`` is chosen by name only: plain text with an empty line between documents."""

COMPRESSIONS = (".gz", ".zst")
PIECE = 1 << 20


@dataclass(frozen=True)
class Source:
    """One input file; `name` is its path below what was named, the base of the ids made for its records."""

    path: str
    name: str
    format: str

    @property
    def compression(self) -> str:
        """``.gz``, ``.zst`` or nothing."""
        suffix = Path(self.path).suffix.lower()
        return suffix if suffix in COMPRESSIONS else ""

    @property
    def stem(self) -> str:
        """The name without suffixes that say format and compression."""
        name = self.name[: -len(self.compression)] if self.compression else self.name
        suffix = Path(name).suffix
        return name[: -len(suffix)] if suffix.lower() in SUFFIXES else name


@dataclass
class Meter:
    """Counts the bytes that were read of all files."""

    bytes: int = 0


@dataclass
class Listing:
    """The files of a run. Iterating lists them anew; `skipped` counts those of unknown kind in folders."""

    inputs: Sequence[str]
    format: str | None = None
    skipped: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if not self.inputs:
            raise InputError("no input: name files, folders, patterns, or - for standard input")
        twice = next((name for name in self.inputs if self.inputs.count(name) > 1), None)
        if twice is not None:
            raise InputError(f"{twice}: named twice")
        if self.format is not None and self.format not in FORMATS:
            raise InputError(f"no format {self.format!r}; there are: {', '.join(FORMATS)}")
        if STDIN in self.inputs and self.format == "parquet":
            raise InputError("Parquet cannot be read from standard input: name the file")

    def __iter__(self) -> Iterator[Source]:
        self.skipped = 0
        for name in self.inputs:
            found = False
            for source in self._expand(name):
                found = True
                yield source
            if not found:
                raise InputError(f"{name}: no file to read in it; known endings: {', '.join(SUFFIXES)}")

    def _expand(self, name: str) -> Iterator[Source]:
        path = Path(name)
        if name == STDIN:
            yield Source(STDIN, "stdin", self.format or _sniff_stdin())
        elif path.is_dir():
            yield from self._walk(path, path)
        elif path.exists():
            yield self._source(path, path.name)
        elif glob.has_magic(name):
            yield from self._match(name)
        else:
            raise InputError(f"{name}: no such file or folder")

    def _match(self, pattern: str) -> Iterator[Source]:
        matches = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 (absolute patterns too)
        fixed = Path(*_before_magic(Path(pattern).parts))
        for match in matches:
            path = Path(match)
            if path.is_file():
                yield self._source(path, path.relative_to(fixed).as_posix())

    def _walk(self, folder: Path, root: Path) -> Iterator[Source]:
        for path in sorted(folder.iterdir()):
            if path.name.startswith("."):
                continue
            if path.is_dir():
                yield from self._walk(path, root)
            elif self.format is None and format_of(path) is None:
                self.skipped += 1
            else:
                yield self._source(path, path.relative_to(root).as_posix())

    def _source(self, path: Path, name: str) -> Source:
        found = self.format or format_of(path)
        if found is None:
            known = ", ".join(SUFFIXES)
            raise InputError(f"{path}: what format is it? Say --input-format; known endings: {known}")
        return Source(str(path), name, found)


def _before_magic(parts: Sequence[str]) -> Sequence[str]:
    number = next(i for i, part in enumerate(parts) if glob.has_magic(part))
    return parts[:number]


def format_of(path: Path) -> str | None:
    """Return the format that a file's endings say, None for one that is not known."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in COMPRESSIONS:
        del suffixes[-1]
    return SUFFIXES.get(suffixes[-1]) if suffixes else None


def _sniff_stdin() -> str:
    """Return the format of standard input by its first character: JSON Lines, or one text."""
    start = sys.stdin.buffer.peek(64).lstrip(b"\xef\xbb\xbf \t\r\n")  # type: ignore[union-attr]
    return "jsonl" if start.startswith(b"{") else "text"


class _Metered(io.RawIOBase):
    """A raw stream that tells a Meter what was read of it."""

    def __init__(self, raw: IO[bytes], meter: Meter) -> None:
        self._raw, self._meter = raw, meter

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._raw.read(len(buffer))
        buffer[: len(data)] = data
        self._meter.bytes += len(data)
        return len(data)


class _Zstd(io.RawIOBase):
    """The content of a zstd file of any number of frames; one that is cut off is an EOFError."""

    def __init__(self, raw: io.RawIOBase) -> None:
        self._raw, self._ready, self._input = raw, b"", b""
        self._new: Any = import_extra("zstandard").ZstdDecompressor().decompressobj
        self._frame: Any = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            if not self._input:
                self._input = self._raw.read(1 << 16) or b""
                if not self._input and self._frame is not None:
                    raise EOFError("the file is cut off")
                if not self._input:
                    return 0
            self._frame = self._frame or self._new()
            self._ready = self._frame.decompress(self._input)
            self._input = b""
            if self._frame.eof:
                self._input, self._frame = self._frame.unused_data, None
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size


@contextmanager
def open_source(source: Source, meter: Meter | None = None) -> Iterator[io.BufferedReader]:
    """Open a file for reading bytes, decompressed; errors of opening are InputErrors."""
    raw = _open_raw(source.path)
    metered = _Metered(raw, meter or Meter())
    try:
        yield io.BufferedReader(_decompress(metered, source.compression), PIECE)
    finally:
        if source.path != STDIN:
            raw.close()


def _decompress(stream: io.RawIOBase, compression: str) -> io.RawIOBase:
    if compression == ".gz":
        return cast(io.RawIOBase, gzip.GzipFile(fileobj=io.BufferedReader(stream), mode="rb"))
    return _Zstd(stream) if compression == ".zst" else stream


def _open_raw(path: str) -> IO[bytes]:
    if path == STDIN:
        return sys.stdin.buffer
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise InputError(f"{display_name(path)}: {error.strerror or error}") from error


@dataclass(frozen=True)
class Digest:
    """What was found by reading all files once: `value` changes with any name, byte or order of them.

    Standard input can be read only once: `value` holds no more than its format, `bytes` is None.
    """

    value: str
    files: int
    bytes: int | None


def digest_inputs(sources: Iterable[Source], tick: Callable[[], None] = lambda: None) -> Digest:
    """Read all files once, calling `tick` for every MiB. Raises InputError for one that cannot be read."""
    whole, files, size = hashlib.blake2b(digest_size=16), 0, 0
    piped = False
    for source in sources:
        files += 1
        whole.update(f"{source.format} {source.name}\n".encode("utf-8", "surrogateescape"))
        if source.path == STDIN:
            piped = True
            continue
        with _open_raw(source.path) as stream:
            one = hashlib.blake2b(digest_size=16)
            while piece := stream.read(PIECE):
                tick()
                one.update(piece)
                size += len(piece)
            whole.update(one.digest())
    return Digest(whole.hexdigest(), files, None if piped else size)
