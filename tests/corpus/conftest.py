"""A folder for each test, a corpus of made-up articles in it, and the annotators of `fakes` within reach."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import bgpolitics_ner as bgp
from bgpolitics_ner.corpus.plan import ShardSize
from bgpolitics_ner.corpus.stream import ChunkSize

FAKES = Path(__file__).parent
sys.path.append(str(FAKES))  # for `tables_examples`; modules under tests/ have no package
PLACES = ("София", "Пловдив", "Варна", "Бургас", "Русе")


def article(number: int) -> str:
    return f"Министърът Иван Петров посети {PLACES[number % 5]} за {number}-и път и разговаря с Мария Колева."


@pytest.fixture
def write_corpus(tmp_path: Path) -> Callable[..., Path]:
    """Write texts, or so many articles, as JSON Lines."""

    def write(texts: Sequence[str] | int, name: str = "in.jsonl") -> Path:
        if isinstance(texts, int):
            texts = [article(number) for number in range(texts)]
        rows = [
            {"id": f"a{i}", "text": text, "date": "2024-05-01", "site": "e"} for i, text in enumerate(texts)
        ]
        path = tmp_path / name
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        return path

    return write


@pytest.fixture
def annotate(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`annotate_corpus` with an annotator without a model, small chunks, and a shard for each of them."""
    monkeypatch.syspath_prepend(str(FAKES))
    small = {"chunk": ChunkSize(4), "shard": ShardSize(0.0), "languages": False, "duplicates": False}
    return partial(bgp.annotate_corpus, annotator="fakes:plain", **small)
