"""Writes a tiny encoder in the packed layout that `bgpolitics_ner.training.pieces` reads."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

WIDTH, INNER, POSITIONS, HEADS = 32, 64, 512, 2
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
PIECES = ["▁", "▁Тръмп", "▁Мин", "ск", "Мин", "."]


def pack_rows(weights: np.ndarray) -> bytes:
    """Return float weights, shape (rows, 32 n), as 4-bit blocks with a half-precision scale each."""
    blocks = weights.reshape(-1, 32)
    scales = np.abs(blocks).max(1) / 7
    values = np.clip(np.round(blocks / np.maximum(scales, 1e-9)[:, None]) + 8, 0, 15).astype(np.uint8)
    halves = values[:, :16] | (values[:, 16:] << 4)
    return b"".join(
        scale.tobytes() + half.tobytes() for scale, half in zip(scales.astype("<f2"), halves, strict=True)
    )


def write_encoder(file: Path, *, layers: int = 1, seed: int = 0) -> Path:
    """Write an encoder of width 32 with random weights; its pieces are PIECES and single letters."""
    chance = np.random.default_rng(seed)
    pieces = [*SPECIAL, *PIECES, *"абвгдежзийклмнопрстуфхцчшщъьюя"]
    texts = [piece.encode() for piece in pieces]
    scores = [0.0] * 4 + [-float(2 + 3 * (len(piece) == 1)) for piece in pieces[4:]]
    head = b"E5S1" + struct.pack(
        "<I7ifi", 1, WIDTH, layers, HEADS, INNER, len(pieces), POSITIONS, 2, 1e-12, 32
    )
    head += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, sum(map(len, texts)))
    head += np.cumsum([0, *map(len, texts)]).astype("<u4").tobytes()
    head += np.array(scores, dtype="<f4").tobytes() + b"".join(texts) + struct.pack("<iI", 0, 0)

    def matrix(rows: int, columns: int) -> tuple[int, bytes]:
        return 1, pack_rows(chance.normal(0, 0.1, (rows, columns)))

    def vector(values: np.ndarray) -> tuple[int, bytes]:
        return 0, values.astype("<f4").tobytes()

    zeros, ones = np.zeros(WIDTH), np.ones(WIDTH)
    tensors = {
        "emb.word": matrix(len(pieces), WIDTH),
        "emb.pos": vector(chance.normal(0, 0.1, POSITIONS * WIDTH)),
        "emb.type": vector(np.zeros(2 * WIDTH)),
        "emb.ln.w": vector(ones),
        "emb.ln.b": vector(zeros),
    }
    for number in range(layers):
        for name, rows, columns in (
            *((part, WIDTH, WIDTH) for part in ("q", "k", "v", "ao")),
            ("fi", INNER, WIDTH),
            ("fo", WIDTH, INNER),
        ):
            tensors[f"l{number}.{name}.w"] = matrix(rows, columns)
            tensors[f"l{number}.{name}.b"] = vector(np.zeros(rows))
        for name in ("aln", "oln"):
            tensors[f"l{number}.{name}.w"], tensors[f"l{number}.{name}.b"] = vector(ones), vector(zeros)
    entry = sum(2 + len(name) + 21 for name in tensors)
    place = len(head) + 4 + entry
    directory, body = struct.pack("<i", len(tensors)), b""
    for name, (kind, content) in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, 0, place + len(body), len(content))
        body += content
    file.write_bytes(head + directory + body)
    return file
