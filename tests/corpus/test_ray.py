"""The Ray engine on a cluster of two nodes on this machine: it writes what the local engine writes."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import bgpolitics_ner as bgp
from bgpolitics_ner.corpus import ray_runner
from bgpolitics_ner.corpus.documents import read_documents
from bgpolitics_ner.corpus.plan import ShardSize
from bgpolitics_ner.corpus.stream import ChunkSize

os.environ["RAY_ENABLE_AUTO_CONNECT"] = "0"  # read when Ray is imported
ray = pytest.importorskip("ray")
pq = pytest.importorskip("pyarrow.parquet")
pytest.importorskip("ray.data")

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
COPY = "Министърът Иван Петров посети София и разговаря с Мария Колева за договора между двете страни. "
TABLES = ("documents", "entities", "referents", "relations", "quotes", "triples")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Start two nodes with one processor each; all of it stays on this machine."""
    from ray.cluster_utils import Cluster

    node = {"num_cpus": 1, "object_store_memory": 80 << 20}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("PYTHONPATH", str(HERE))  # of the workers: they import the annotators of the tests
        patch.syspath_prepend(str(HERE))
        cluster = Cluster(initialize_head=True, head_node_args={**node, "include_dashboard": False})
        cluster.add_node(**node)
        yield cluster.address
        ray.shutdown()
        cluster.shutdown()


@pytest.fixture
def on_ray(address: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`annotate_corpus` on the cluster, in small units."""
    whole = ray_runner.annotate_on_ray
    monkeypatch.setattr(ray_runner, "annotate_on_ray", partial(whole, unit=8))
    return partial(bgp.annotate_corpus, engine="ray", address=address, chunk=ChunkSize(4))


def locally(*args: Any, **options: Any) -> Any:
    return bgp.annotate_corpus(*args, chunk=ChunkSize(4), shard=ShardSize(0.0), **options)


FAKE = {"annotator": "ray_fakes:telling", "languages": False}


def write_parquet(path: Path, texts: list[str], ids: list[str] | None = None) -> None:
    import pyarrow as pa

    path.parent.mkdir(exist_ok=True)
    ids = ids or [f"a{i}" for i in range(len(texts))]
    pq.write_table(pa.table({"id": ids, "text": texts}), path, row_group_size=7)


def rows_of(place: Path) -> list[dict[str, Any]]:
    files = sorted(place.glob("*.parquet")) if place.is_dir() else [place]
    return [row for file in files for row in pq.read_table(file).to_pylist()]


def assert_same(ray_folder: Path, local_file: Path, ray_tables: Path, local_tables: Path) -> None:
    assert rows_of(ray_folder) == rows_of(local_file)
    for name in TABLES:
        assert rows_of(ray_tables / name) == rows_of(local_tables / f"{name}.parquet"), name


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_both_engines_write_the_same(tmp_path: Path, on_ray: Any) -> None:
    """Parquet and JSON Lines, ids that stand twice, failures, near-copies in different units."""
    texts = [f"Министър Иванов посети София за {i}-и път" for i in range(30)]
    texts[3], texts[9], texts[26] = COPY * 9, "FAIL", COPY * 9
    write_parquet(tmp_path / "in" / "a.parquet", texts, [f"a{i % 20}" for i in range(30)])
    lines = [json.dumps({"id": f"a{i}", "text": f"Още един Текст {i}"}) for i in range(11)] + ["no JSON"]
    (tmp_path / "in" / "b.jsonl").write_text("\n".join(lines), encoding="utf-8")
    options = {**FAKE, "folder": str(tmp_path)}
    options["duplicates"] = pytest.importorskip("rensa") is not None
    found = on_ray(tmp_path / "in", tmp_path / "ray", tables=tmp_path / "rt", **options)
    expected = locally(tmp_path / "in", tmp_path / "local.parquet", tables=tmp_path / "lt", **options)
    assert_same(tmp_path / "ray", tmp_path / "local.parquet", tmp_path / "rt", tmp_path / "lt")
    assert dict(found.counts) == dict(expected.counts)
    assert (found.documents, found.failures, found.duplicates) == (40, 2, 1)
    failures = lines_of(tmp_path / "ray" / "failures.jsonl")
    wanted = lines_of(tmp_path / "local.parquet.failures.jsonl")
    assert [(f["index"], f["id"], f["kind"], f["reason"]) for f in failures] == [
        (f["index"], f["id"], f["kind"], f["reason"]) for f in wanted
    ]
    assert not (tmp_path / "ray" / ".parts").exists()


def test_a_killed_worker_costs_nothing(tmp_path: Path, on_ray: Any) -> None:
    write_parquet(tmp_path / "in" / "a.parquet", [f"Иван и Мария {i}" for i in range(120)])
    seen = tmp_path / "workers"
    seen.mkdir()
    killed: list[int] = []

    def kill() -> None:
        until = time.monotonic() + 60
        while not killed and time.monotonic() < until:
            time.sleep(0.05)
            for path in seen.iterdir():
                killed.append(int(path.name))
                os.kill(killed[0], signal.SIGKILL)
                break

    thread = threading.Thread(target=kill)
    thread.start()
    options = {**FAKE, "folder": str(seen), "duplicates": False}
    summary = on_ray(tmp_path / "in", tmp_path / "ray", tables=tmp_path / "rt", **options)
    thread.join()
    assert killed and {int(path.name) for path in seen.iterdir()} - set(killed)
    assert (summary.documents, summary.failures) == (120, 0)
    locally(tmp_path / "in", tmp_path / "local.parquet", tables=tmp_path / "lt", **options)
    assert_same(tmp_path / "ray", tmp_path / "local.parquet", tmp_path / "rt", tmp_path / "lt")


def test_urls_and_resuming(tmp_path: Path, on_ray: Any) -> None:
    """A run that broke off goes on with the units that are left, in places named by URLs."""
    texts = [f"Иван {i}" for i in range(40)]
    write_parquet(tmp_path / "in" / "a.parquet", texts)
    inputs, out = (tmp_path / "in").as_uri(), (tmp_path / "ray").as_uri()
    options = {**FAKE, "folder": str(tmp_path), "duplicates": False}

    def stop(progress: Any) -> None:
        if progress.documents >= 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        on_ray(inputs, out, progress=stop, **options)
    with pytest.raises(bgp.OutputError, match="has unfinished work: --resume"):
        on_ray(inputs, out, **options)
    with pytest.raises(bgp.OutputError, match="is of another run, with a different options"):
        on_ray(inputs, out, existing="resume", **{**options, "delay": 0.01})
    done = len(list((tmp_path / "ray" / ".parts").glob("part-*/done.json")))
    assert done >= 1
    summary = on_ray(inputs, out, existing="resume", **options)
    assert summary.documents == 40 and summary.out == out
    assert [row["text"] for row in rows_of(tmp_path / "ray")] == texts
    again = on_ray(inputs, out, existing="resume", **options)
    assert again.documents == 40
    with pytest.raises(bgp.OutputError, match="is not empty"):
        on_ray(inputs, out, **options)


def test_errors_of_the_model_end_the_run(tmp_path: Path, on_ray: Any) -> None:
    write_parquet(tmp_path / "in" / "a.parquet", ["Иван"])
    with pytest.raises(Exception, match="3 worker processes ended while loading the model: exit status 9"):
        on_ray(tmp_path / "in", tmp_path / "ray", annotator="fakes:dying", duplicates=False)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"existing": "retry"}, "cannot be tried again"),
        ({"table_format": "csv"}, "the tables are Parquet"),
        ({"jobs": 0}, "jobs is at least 1"),
        ({"text_column": "story"}, "no column 'story'"),
    ],
)
def test_wrong_options_are_named(options: Any, message: str, tmp_path: Path, on_ray: Any) -> None:
    write_parquet(tmp_path / "in" / "a.parquet", ["Иван"])
    with pytest.raises(bgp.InputError, match=message):
        on_ray(tmp_path / "in", tmp_path / "ray", **FAKE, **options)


def test_an_output_is_a_folder(tmp_path: Path, on_ray: Any) -> None:
    with pytest.raises(bgp.OutputError, match="a folder of Parquet files"):
        on_ray(tmp_path, tmp_path / "out.jsonl", **FAKE)


def test_the_shipped_model(tmp_path: Path, on_ray: Any) -> None:
    """The real pipeline in both engines, on the article of the seeds and on its paragraphs."""
    seed = (HERE.parents[1] / "seeds" / "lukashenko.txt").read_text(encoding="utf-8")
    write_parquet(tmp_path / "in" / "a.parquet", [seed, *seed.split("\n\n")])
    on_ray(tmp_path / "in", tmp_path / "ray", tables=tmp_path / "rt", jobs=1)
    locally(tmp_path / "in", tmp_path / "local.parquet", tables=tmp_path / "lt")
    assert_same(tmp_path / "ray", tmp_path / "local.parquet", tmp_path / "rt", tmp_path / "lt")
    assert any(document.triples for document in read_documents(tmp_path / "local.parquet"))
