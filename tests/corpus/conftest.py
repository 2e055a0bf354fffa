"""A folder for each test, a corpus of made-up articles in it, and the annotators of `fakes` within reach."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import bgpolitics_ner as bgp
from bgpolitics_ner.corpus.plan import ShardSize
from bgpolitics_ner.corpus.stream import ChunkSize

FAKES = Path(__file__).parent
sys.path.append(str(FAKES))  # for `tables_examples`; modules under tests/ have no package
os.environ.setdefault("RAY_ENABLE_AUTO_CONNECT", "0")  # read when Ray is imported
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


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Start two nodes of a Ray cluster with one processor each; all of it stays on this machine."""
    ray = pytest.importorskip("ray")
    pytest.importorskip("ray.data")
    from ray.cluster_utils import Cluster

    node = {"num_cpus": 1, "object_store_memory": 80 << 20}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_worker_niceness", "0")  # else 15: they would wait for all else on this machine
        patch.setenv("PYTHONPATH", str(FAKES))  # of the workers: they import the annotators of the tests
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        cluster = Cluster(initialize_head=True, head_node_args={**node, "include_dashboard": False})
        cluster.add_node(**node)
        yield cluster.address
        ray.shutdown()
        cluster.shutdown()


@pytest.fixture
def on_ray(address: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`annotate_corpus` on the cluster, in small units."""
    from ray_cluster import CHUNK, UNIT

    from bgpolitics_ner.corpus import ray_runner

    whole = ray_runner.annotate_on_ray
    monkeypatch.setattr(ray_runner, "annotate_on_ray", partial(whole, unit=UNIT))
    return partial(bgp.annotate_corpus, engine="ray", address=address, chunk=CHUNK)
