"""The Ray engine on a cluster of two nodes on this machine: it writes what the local engine writes."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from ray_cluster import FAKE, HERE, TABLES, assert_same, lines_of, locally, rows_of, write_parquet

import bgpolitics_ner as bgp
from bgpolitics_ner.corpus.documents import read_documents
from bgpolitics_ner.corpus.query import query
from bgpolitics_ner.corpus.stats import stats

pytest.importorskip("ray")
pytest.importorskip("pyarrow.parquet")
pytest.importorskip("ray.data")

pytestmark = pytest.mark.slow

COPY = "Министърът Иван Петров посети София и разговаря с Мария Колева за договора между двете страни. "


def test_both_engines_write_the_same(tmp_path: Path, on_ray: Any) -> None:
    """Parquet and JSON Lines, ids that stand twice, failures, near-copies in different units."""
    texts = [f"Министър Иванов посети София за {i}-и път" for i in range(30)]
    texts[3], texts[9], texts[26] = COPY * 9, "FAIL", COPY * 9
    write_parquet(tmp_path / "in" / "a.parquet", texts, [f"a{i % 20}" for i in range(30)])
    lines = [f'{{"id": "a{i}", "text": "Още един Текст {i}"}}' for i in range(11)] + ["no JSON"]
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


def test_tables_as_csv(tmp_path: Path, on_ray: Any) -> None:
    """Each part has a header; without them the parts are the file that the local engine writes."""
    texts = [f'Иван, "{i}"\nи Мария' for i in range(20)]
    texts[3] = texts[17] = COPY * 9
    write_parquet(tmp_path / "in" / "a.parquet", texts)
    options = {**FAKE, "folder": str(tmp_path), "table_format": "csv", "duplicates": True}
    on_ray(tmp_path / "in", tmp_path / "ray", tables=tmp_path / "rt", **options)
    locally(tmp_path / "in", tmp_path / "local.parquet", tables=tmp_path / "lt", **options)
    for name in TABLES:
        header, _, body = (tmp_path / "lt" / f"{name}.csv").read_text(encoding="utf-8").partition("\n")
        parts = [path.read_text(encoding="utf-8") for path in sorted((tmp_path / "rt" / name).iterdir())]
        assert {part.partition("\n")[0] for part in parts} == {header}
        assert "".join(part.partition("\n")[2] for part in parts) == body
    assert stats(tmp_path / "rt") == stats(tmp_path / "lt")
    with pytest.raises(bgp.OutputError, match="has tables"):
        on_ray(
            tmp_path / "in",
            tmp_path / "other",
            tables=tmp_path / "rt",
            **{**options, "table_format": "parquet"},
        )


def test_what_failed_is_tried_again_in_its_place(tmp_path: Path, on_ray: Any) -> None:
    """The local engine does the same at its side, and so do both with an input that never failed."""
    texts = [f"Иван {i} видя Мария" for i in range(40)]
    texts[5], texts[21], texts[22] = "FAIL-WHILE broken", "FAIL-WHILE broken", "FAIL"
    texts[2] = texts[30] = COPY * 9
    write_parquet(tmp_path / "in" / "a.parquet", texts)
    options = {**FAKE, "folder": str(tmp_path), "duplicates": True}
    runs = ((on_ray, tmp_path / "ray", tmp_path / "rt"), (locally, tmp_path / "l.parquet", tmp_path / "lt"))
    with pytest.raises(bgp.OutputError, match="has no finished run"):
        on_ray(tmp_path / "in", tmp_path / "ray", existing="retry", **options)
    for run, out, tables in runs:
        (tmp_path / "broken").touch()
        assert run(tmp_path / "in", out, tables=tables, **options).failures == 3
        (tmp_path / "broken").unlink()
        summary = run(tmp_path / "in", out, tables=tables, existing="retry", **options)
        assert (summary.documents, summary.failures, summary.duplicates) == (39, 1, 1)
    assert_same(tmp_path / "ray", tmp_path / "l.parquet", tmp_path / "rt", tmp_path / "lt")
    assert [row["index"] for row in lines_of(tmp_path / "ray" / "failures.jsonl")] == [22]
    assert [row["id"] for row in rows_of(tmp_path / "ray")] == [f"a{i}" for i in range(40) if i != 22]
    assert not (tmp_path / "ray" / ".parts").exists()


def test_trying_again_can_be_broken_off(tmp_path: Path, on_ray: Any) -> None:
    texts = [f"Иван {i}" for i in range(40)]
    texts[1] = texts[35] = "FAIL-WHILE broken"
    write_parquet(tmp_path / "in" / "a.parquet", texts)
    options = {**FAKE, "folder": str(tmp_path), "duplicates": False}
    (tmp_path / "broken").touch()
    on_ray(tmp_path / "in", tmp_path / "ray", **options)
    (tmp_path / "broken").unlink()

    def stop(progress: Any) -> None:
        if progress.documents >= 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        on_ray(tmp_path / "in", tmp_path / "ray", existing="retry", progress=stop, **options)
    summary = on_ray(tmp_path / "in", tmp_path / "ray", existing="resume", **options)
    assert (summary.documents, summary.failures) == (40, 0)
    assert [row["text"] for row in rows_of(tmp_path / "ray")] == texts
    assert not (tmp_path / "ray" / "failures.jsonl").exists()


def test_errors_of_the_model_end_the_run(tmp_path: Path, on_ray: Any) -> None:
    write_parquet(tmp_path / "in" / "a.parquet", ["Иван"])
    with pytest.raises(Exception, match="3 worker processes ended while loading the model: exit status 9"):
        on_ray(tmp_path / "in", tmp_path / "ray", annotator="fakes:dying", duplicates=False)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"table_format": "xml"}, "the tables are parquet or csv"),
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
    documents = list(read_documents(tmp_path / "local.parquet"))
    assert any(document.triples for document in documents)
    assert list(read_documents(tmp_path / "ray")) == documents
    places = [tmp_path / name for name in ("ray", "rt", "lt", "local.parquet")]
    assert query(places[0], examples=1).relations > 0
    assert len({repr(query(place, examples=1)) for place in places}) == 1
    assert len({repr(stats(place)) for place in places}) == 1
