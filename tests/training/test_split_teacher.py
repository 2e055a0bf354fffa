"""The teacher of the sentence splitter learns where sentences begin, and hears all words of a long text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from bgpolitics_ner.training.pieces import read_encoder  # noqa: E402
from bgpolitics_ner.training.split_teacher import WINDOW, train_split_teacher  # noqa: E402
from bgpolitics_ner.training.splitter import train_splitter  # noqa: E402
from bgpolitics_ner.training.torch_encoder import PieceReader  # noqa: E402
from tests.training.packed import write_encoder  # noqa: E402

pytestmark = pytest.mark.slow

SENTENCE = ["Тръмп", "в", "Минск", "."]


def test_a_teacher_finds_where_sentences_begin(tmp_path: Path) -> None:
    pretrained = read_encoder(write_encoder(tmp_path / "encoder.bin", layers=2))
    reader = PieceReader(pretrained.vocabulary)
    reader.add(SENTENCE)
    words = SENTENCE * 120
    starts = [number % 4 == 0 for number in range(len(words))]
    finals = [False] * len(words)
    teacher = train_split_teacher(pretrained, reader, words, starts, finals, epochs=300)
    long = words[: WINDOW + 51]
    found = teacher.split(long)
    assert found.shape == (len(long),)
    assert (found[1:] > 0.5).tolist() == starts[1 : len(long)]
    assert len(teacher.split(SENTENCE)) == 4


def test_the_splitter_learns_from_a_teacher_too() -> None:
    words = np.random.default_rng(0).normal(size=(4, 8)).astype(np.float32)
    text = np.tile(words, (60, 1))
    starts = [number % 4 == 0 for number in range(len(text))]
    taught = (text, np.array(starts, dtype=np.float32))
    # Gold without a single beginning: what is learnt of them comes from the teacher.
    arrays = train_splitter(text[:8], [False] * 8, [False] * 8, taught=taught)
    assert {"split.weight", "split.bias"} <= set(arrays)
    alone = train_splitter(text[:8], [False] * 8, [False] * 8)
    assert arrays["split.bias"] > alone["split.bias"]
