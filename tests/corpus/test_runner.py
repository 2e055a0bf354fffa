"""The local runner with an annotator that has no model: results, refusals, failures, interruptions."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import bgpolitics_ner as bgp
from bgpolitics_ner.corpus import runner, shards
from bgpolitics_ner.corpus.documents import read_documents
from bgpolitics_ner.corpus.durable import locked
from bgpolitics_ner.corpus.interrupts import Interrupted
from bgpolitics_ner.corpus.plan import LOAD_OPTIONS
from bgpolitics_ner.corpus.progress import Progress
from bgpolitics_ner.corpus.records import Record
from bgpolitics_ner.corpus.worker import Wear

Annotate = Callable[..., Any]


def failures_of(out: Path) -> list[dict[str, Any]]:
    path = out.with_name(out.name + ".failures.jsonl")
    return (
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    )


def files_in(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz", ".jsonl.zst", ".parquet"])
def test_all_documents_in_order(ending: str, tmp_path: Path, write_corpus: Any, annotate: Annotate) -> None:
    if ending in (".jsonl.zst", ".parquet"):
        pytest.importorskip("zstandard" if ending == ".jsonl.zst" else "pyarrow")
    source, out = write_corpus(30), tmp_path / ("out" + ending)
    summary = annotate(source, out, jobs=2)
    documents = list(read_documents(out))
    assert [document.id for document in documents] == [f"a{i}" for i in range(30)]
    assert {document.meta["site"] for document in documents} == {"e"}
    assert documents[7].date == "2024-05-01"
    assert documents[7].entities[1].text == "Иван"
    assert (summary.documents, summary.failures, summary.out) == (30, 0, out)
    assert summary.words == sum(len(document.text.split()) for document in documents)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.jsonl", out.name, out.name + ".manifest.json"]


def test_the_number_of_processes_and_shards_changes_nothing(
    tmp_path: Path, write_corpus: Any, annotate: Annotate
) -> None:
    source = write_corpus(30)
    annotate(source, tmp_path / "1.jsonl.gz", jobs=1)
    annotate(source, tmp_path / "2.jsonl.gz", jobs=3, shard=runner.ShardSize(100.0))
    assert (tmp_path / "1.jsonl.gz").read_bytes() == (tmp_path / "2.jsonl.gz").read_bytes()


def test_progress_goes_up_to_the_whole(tmp_path: Path, write_corpus: Any, annotate: Annotate) -> None:
    seen: list[Progress] = []
    annotate(write_corpus(30), tmp_path / "out.jsonl", progress=seen.append)
    assert {progress.phase for progress in seen} == {"checking", "annotating", "writing"}
    assert [p.documents for p in seen] == sorted(p.documents for p in seen)
    assert seen[-1].documents == 30 and seen[-1].fraction == 1.0


def test_an_empty_file_gives_an_empty_output(tmp_path: Path, annotate: Annotate) -> None:
    (tmp_path / "in.jsonl").touch()
    assert annotate(tmp_path / "in.jsonl", tmp_path / "out.jsonl").documents == 0
    assert (tmp_path / "out.jsonl").read_bytes() == b""


# What is there already


def test_an_output_is_never_overwritten_unasked(
    tmp_path: Path, write_corpus: Any, annotate: Annotate
) -> None:
    source, out = write_corpus(3), tmp_path / "out.jsonl"
    annotate(source, out)
    with pytest.raises(bgp.OutputError, match=r"out\.jsonl exists; --overwrite"):
        annotate(source, out)
    assert annotate(source, out, existing="resume").documents == 3  # it is whole
    write_corpus(5)
    with pytest.raises(bgp.OutputError, match=r"different input"):
        annotate(source, out, existing="resume")
    assert annotate(source, out, existing="overwrite").documents == 5


def interrupt_after(documents: int, number: int = signal.SIGINT) -> Callable[[Progress], None]:
    def report(progress: Progress) -> None:
        if progress.documents >= documents:
            os.kill(os.getpid(), number)

    return report


@pytest.fixture
def unfinished(tmp_path: Path, write_corpus: Any, annotate: Annotate) -> tuple[Path, Path]:
    """Input and output of a run that was interrupted."""
    source, out = write_corpus(40), tmp_path / "out.jsonl"
    with pytest.raises(Interrupted):
        annotate(source, out, progress=interrupt_after(8))
    return source, out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_and_resume_goes_on(
    number: int, tmp_path: Path, write_corpus: Any, annotate: Annotate
) -> None:
    source, out = write_corpus(40), tmp_path / "out.jsonl"
    handler = signal.getsignal(number)
    with pytest.raises(Interrupted, match=r"stopped after \d+ documents.*--resume") as caught:
        annotate(source, out, progress=interrupt_after(8, number))
    assert caught.value.number == number and signal.getsignal(number) is handler
    assert not out.exists()
    seen: list[Progress] = []
    annotate(source, out, existing="resume", progress=seen.append)
    assert min(p.documents for p in seen if p.phase == "annotating") >= 8  # not begun anew
    annotate(source, tmp_path / "whole.jsonl")
    assert out.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_unfinished_work_is_not_touched_unasked(unfinished: tuple[Path, Path], annotate: Annotate) -> None:
    source, out = unfinished
    with pytest.raises(bgp.OutputError, match=r"unfinished work: --resume continues it, --overwrite"):
        annotate(source, out)
    with pytest.raises(bgp.OutputError, match="first continue it with --resume"):
        annotate(source, out, existing="retry")
    assert annotate(source, out, existing="overwrite").documents == 40


def test_other_options_are_refused(unfinished: tuple[Path, Path], annotate: Annotate) -> None:
    source, out = unfinished
    with pytest.raises(bgp.OutputError, match=r"is of another run, with a different options"):
        annotate(source, out, existing="resume", delay=0.001)
    with pytest.raises(bgp.OutputError, match=r"different model \(fakes:plain, now fakes:broken\)"):
        annotate(source, out, existing="resume", annotator="fakes:broken")
    with pytest.raises(bgp.OutputError, match="different columns"):
        annotate(source, out, existing="resume", id_column="id")
    assert annotate(source, out, existing="resume").documents == 40


def test_another_model_is_refused(
    tmp_path: Path,
    write_corpus: Any,
    annotate: Annotate,
    model_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source, out = write_corpus(4), tmp_path / "out.jsonl"
    model = {"annotator": None, "model": str(model_folder)}
    with pytest.raises(bgp.ModelError, match="cannot be loaded"):
        annotate(source, out, **model)
    assert not (tmp_path / "out.jsonl.parts").exists()  # nothing was done, so there is nothing to continue
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(runner.Pool, "__enter__", lambda _: signal.raise_signal(signal.SIGINT))
        patch.setattr(runner.Pool, "has_room", lambda _: False)
        annotate(source, out, **model)
    (model_folder / "weights").write_bytes(b"1")
    with pytest.raises(bgp.OutputError, match="different model"):
        annotate(source, out, existing="resume", **model)


def test_a_changed_input_is_refused(unfinished: tuple[Path, Path], annotate: Annotate) -> None:
    source, out = unfinished
    source.write_bytes(source.read_bytes().replace("39-и".encode(), "38-и".encode()))
    with pytest.raises(bgp.OutputError, match="different input"):
        annotate(source, out, existing="resume")


def test_a_changed_input_that_cannot_be_read_twice_is_refused(
    unfinished: tuple[Path, Path], annotate: Annotate, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = unfinished
    found = json.loads((out.parent / "out.jsonl.parts" / "manifest.jsonl").read_text().splitlines()[0])
    monkeypatch.setattr(
        "bgpolitics_ner.corpus.plan.digest_inputs",
        lambda *_: runner.Digest(found["identity"]["input"], found["identity"]["files"], None),
    )
    source.write_bytes(source.read_bytes().replace(" 2-и".encode(), " 3-и".encode()))
    with pytest.raises(bgp.OutputError, match="the input is not what was read"):
        annotate(source, out, existing="resume")


def test_a_damaged_shard_is_refused(unfinished: tuple[Path, Path], annotate: Annotate) -> None:
    source, out = unfinished
    pieces = out.parent / "out.jsonl.parts" / "part-000000" / "pieces"
    pieces.write_bytes(pieces.read_bytes()[:-1])
    with pytest.raises(bgp.OutputError, match="missing or was changed"):
        annotate(source, out, existing="resume")


def test_two_runs_do_not_mix(unfinished: tuple[Path, Path], annotate: Annotate) -> None:
    source, out = unfinished
    with (
        locked(out.with_name("out.jsonl.parts")),
        pytest.raises(bgp.OutputError, match="another run is at work"),
    ):
        annotate(source, out, existing="resume")


# Failures


def test_a_document_that_fails_costs_no_other(tmp_path: Path, write_corpus: Any, annotate: Annotate) -> None:
    source, out = write_corpus(["Иван", "FAIL", "Мария", "Петър", "Анна"]), tmp_path / "out.jsonl"
    summary = annotate(source, out)
    assert [document.id for document in read_documents(out)] == ["a0", "a2", "a3", "a4"]
    (failure,) = failures_of(out)
    assert (failure["index"], failure["id"], failure["kind"]) == (1, "a1", "error")
    assert failure["reason"] == "ValueError: told to fail" and failure["place"].endswith("in.jsonl:2")
    assert failure["traceback"].startswith("Traceback") and "_obey" in failure["traceback"]
    assert summary.failures == 1 and summary.failures_file == tmp_path / "out.jsonl.failures.jsonl"


def test_a_record_that_cannot_be_read_is_a_failure(tmp_path: Path, annotate: Annotate) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": "a", "text": "Иван"}\nno JSON\n{"id": "c", "text": "Мария"}\n')
    annotate(tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    (failure,) = failures_of(tmp_path / "out.jsonl")
    assert (failure["kind"], failure["id"], failure["index"]) == ("unreadable", "in.jsonl#2", 1)


@pytest.mark.slow
def test_a_document_that_takes_too_long(tmp_path: Path, write_corpus: Any, annotate: Annotate) -> None:
    source, out = write_corpus(["Иван", "HANG", "Мария", "Петър", "Анна"]), tmp_path / "out.jsonl"
    annotate(source, out, timeout=2)
    assert [document.id for document in read_documents(out)] == ["a0", "a2", "a3", "a4"]
    (failure,) = failures_of(out)
    assert (failure["id"], failure["kind"], failure["reason"]) == ("a1", "timeout", "took longer than 2 s")


@pytest.mark.slow
def test_a_document_that_ends_its_process(tmp_path: Path, write_corpus: Any, annotate: Annotate) -> None:
    source, out = write_corpus(["Иван", "Мария", "DIE", "Петър", "Анна"]), tmp_path / "out.jsonl"
    annotate(source, out, jobs=2)
    assert [document.id for document in read_documents(out)] == ["a0", "a1", "a3", "a4"]
    (failure,) = failures_of(out)
    assert (failure["id"], failure["kind"]) == ("a2", "died")
    assert "SIGKILL" in failure["reason"]


@pytest.mark.slow
def test_a_worker_that_is_killed_from_outside_costs_nothing(
    tmp_path: Path, write_corpus: Any, annotate: Annotate, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_corpus(40)
    annotate(source, tmp_path / "whole.jsonl")
    pools: list[Any] = []
    enter = runner.Pool.__enter__
    monkeypatch.setattr(runner.Pool, "__enter__", lambda self: pools.append(self) or enter(self))
    killed: list[int] = []

    def kill(progress: Progress) -> None:
        if not pools:
            return
        pid = pools[0].pids[0]
        if progress.documents >= 12 * (len(killed) + 1) and len(killed) < 3 and pid not in killed:
            killed.append(pid)
            os.kill(pid, signal.SIGKILL)

    annotate(source, tmp_path / "out.jsonl", jobs=2, progress=kill, delay=0.005)
    assert len(killed) >= 2 and not failures_of(tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


@pytest.mark.slow
def test_a_worker_that_has_grown_is_replaced(tmp_path: Path, write_corpus: Any, annotate: Annotate) -> None:
    source = write_corpus(12)
    annotate(source, tmp_path / "whole.jsonl")
    annotate(source, tmp_path / "out.jsonl", jobs=2, annotator="fakes:growing", folder=str(tmp_path))
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert len((tmp_path / "pids").read_text().split()) >= 3


@pytest.mark.parametrize(
    ("memory", "worn"),
    [
        ([100, 103, 108, 109], [False, False, False, True]),
        ([100, 90, 95, 104], [False, False, False, False]),
        ([None, None, None, None], [False, False, True, True]),
    ],
)
def test_a_worker_is_worn_when_it_has_grown(memory: list[int | None], worn: list[bool]) -> None:
    values = iter(memory)
    wear = Wear(lambda: next(values))
    assert not wear.add([Record("a", "x" * (Wear.WARM - 1))])
    work = [Record("b", "x" * (Wear.LIFE // 3))]
    assert [wear.add(work) for _ in memory] == worn


def test_failures_are_tried_again_in_their_places(
    tmp_path: Path, write_corpus: Any, annotate: Annotate
) -> None:
    texts = [f"Иван {i}" for i in range(12)]
    for place, command in ((0, "FAIL-WHILE no"), (5, "FAIL"), (7, "FAIL-WHILE no"), (11, "FAIL-WHILE no")):
        texts[place] = command
    source, out = write_corpus(texts), tmp_path / "out.jsonl.gz"
    flags = tmp_path / "flags"
    flags.mkdir()
    (flags / "no").touch()
    first = annotate(source, out, folder=str(flags))
    assert first.failures == 4
    (flags / "no").unlink()
    again = annotate(source, out, folder=str(flags), existing="retry")
    assert (again.failures, again.documents) == (1, 11)
    assert [f["index"] for f in failures_of(out)] == [5]
    whole = tmp_path / "whole.jsonl.gz"
    annotate(source, whole, folder=str(flags))
    assert out.read_bytes() == whole.read_bytes()


def test_retry_without_failures_does_nothing(tmp_path: Path, write_corpus: Any, annotate: Annotate) -> None:
    source, out = write_corpus(4), tmp_path / "out.jsonl"
    with pytest.raises(bgp.OutputError, match="nothing of it has failed"):
        annotate(source, out, existing="retry")
    annotate(source, out)
    before = out.stat().st_mtime_ns
    assert annotate(source, out, existing="retry").documents == 4
    assert out.stat().st_mtime_ns == before


def test_a_model_that_does_not_load_ends_the_run(
    tmp_path: Path, write_corpus: Any, annotate: Annotate
) -> None:
    with pytest.raises(RuntimeError, match="no model here"):
        annotate(write_corpus(4), tmp_path / "out.jsonl", annotator="fakes:broken")
    with pytest.raises(
        bgp.ModelError, match="3 worker processes ended while loading the model: exit status 9"
    ):
        annotate(write_corpus(4), tmp_path / "out2.jsonl", annotator="fakes:dying")


def test_workers_end_with_their_parent(tmp_path: Path, write_corpus: Any, annotate: Annotate) -> None:
    before = threading.active_count()
    annotate(write_corpus(8), tmp_path / "out.jsonl", jobs=2)
    until = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() <= before


# A full disk


@pytest.mark.parametrize("files", [1, 4, 12])
def test_a_full_disk_is_told_and_loses_nothing(
    files: int, tmp_path: Path, write_corpus: Any, annotate: Annotate, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = write_corpus(40), tmp_path / "out.jsonl"
    left = [files]
    sync = shards.sync_file

    def full(stream: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        sync(stream)

    with monkeypatch.context() as patch:
        for module in ("shards", "durable", "writers"):
            patch.setattr(f"bgpolitics_ner.corpus.{module}.sync_file", full)
        with pytest.raises(bgp.OutputError, match=r"No space left on device.*free some space.*--resume"):
            annotate(source, out)
    assert not out.exists()
    annotate(source, out, existing="resume")
    annotate(source, tmp_path / "whole.jsonl")
    assert out.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


# Tables


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_tables_are_written_and_not_overwritten(
    kind: str, tmp_path: Path, write_corpus: Any, annotate: Annotate
) -> None:
    pytest.importorskip("pyarrow")
    source, tables = write_corpus(9), tmp_path / "tables"
    annotate(source, tmp_path / "a.jsonl", tables=tables, table_format=kind)
    names = {"documents", "entities", "referents", "relations", "quotes", "triples"}
    assert {path.name for path in tables.iterdir()} == {f"{name}.{kind}" for name in names}
    before = files_in(tables)
    with pytest.raises(bgp.OutputError, match="exists; choose another folder for the tables"):
        annotate(source, tmp_path / "b.jsonl", tables=tables)
    other = "csv" if kind == "parquet" else "parquet"
    annotate(source, tmp_path / "b.jsonl", tables=tables, table_format=other, existing="overwrite")
    assert {path.name for path in tables.iterdir()} == {f"{name}.{other}" for name in names}
    annotate(source, tmp_path / "c.jsonl", tables=tables, table_format=kind, existing="overwrite", jobs=2)
    assert files_in(tables) == before


# Options


def test_the_options_of_load_are_known() -> None:
    import inspect

    parameters = inspect.signature(bgp.load).parameters.values()
    assert {p.name: p.default for p in parameters} == dict(LOAD_OPTIONS)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"jobs": 0}, "jobs is at least 1"),
        ({"timeout": -1.0}, "timeout"),
        ({"existing": "maybe"}, "existing is one of"),
        ({"input_format": "pdf"}, "no format 'pdf'"),
        ({"text_column": "story"}, r"no column 'story' \(--text-column\); there are: id, text, date, site"),
    ],
)
def test_wrong_options_are_named(
    options: dict[str, Any], message: str, tmp_path: Path, write_corpus: Any, annotate: Annotate
) -> None:
    with pytest.raises(bgp.InputError, match=message):
        annotate(write_corpus(1), tmp_path / "out.jsonl", **options)


@pytest.mark.parametrize(
    ("out", "message"),
    [("out.txt", "the output ends in one of"), ("no/out.jsonl", "no such folder"), (".", "is a folder")],
)
def test_an_unusable_output_is_named(
    out: str, message: str, tmp_path: Path, write_corpus: Any, annotate: Annotate
) -> None:
    with pytest.raises(bgp.OutputError, match=message):
        annotate(write_corpus(1), tmp_path / out)


def test_an_unknown_option_is_a_type_error(tmp_path: Path, write_corpus: Any) -> None:
    with pytest.raises(TypeError, match="'speed'"):
        bgp.annotate_corpus(write_corpus(1), tmp_path / "out.jsonl", speed=1)
