"""``bgpolitics batch`` as a program: exit statuses, messages, signals, standard input."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from bgpolitics_ner.cli.batch import describe, progress_line
from bgpolitics_ner.corpus.progress import Progress, Summary

FAKES = Path(__file__).parents[1] / "corpus"
PLAIN = ("--annotator", "fakes:plain", "--no-languages", "--no-duplicates")


def start(*words: str | Path, **options: Any) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(FAKES), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "bgpolitics_ner", "batch", *map(str, words)]
    return subprocess.Popen(command, env=environment, text=True, encoding="utf-8", stderr=subprocess.PIPE,
                            stdout=subprocess.PIPE, **options)  # fmt: skip


def run(*words: str | Path, text: str | None = None) -> tuple[int, str, str]:
    process = start(*words, stdin=subprocess.PIPE)
    out, err = process.communicate(text)
    return process.returncode, out, err


def lines(*texts: str) -> str:
    return "".join(json.dumps({"id": f"a{i}", "text": text}) + "\n" for i, text in enumerate(texts))


@pytest.mark.slow
def test_statuses_and_messages(tmp_path: Path) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(lines("Иван", "Мария"))
    status, stdout, stderr = run(source, "-o", out, *PLAIN)
    assert (status, stdout) == (0, ""), stderr
    assert stderr.startswith("2 documents, 2 words in 0:0") and str(out) in stderr
    status, _, stderr = run(source, "-o", out, *PLAIN)
    assert status == 1 and stderr == f"bgpolitics: {out} exists; --overwrite writes it anew, " \
                                     "--retry-failures tries what failed\n"  # fmt: skip
    source.write_text(lines("Иван", "FAIL"))
    status, _, stderr = run(source, "-o", out, "-q", "--overwrite", *PLAIN)
    assert (status, stderr) == (3, "")
    assert run(source, "-o", out, "--text-column", "lead", "--overwrite", *PLAIN)[0] == 2
    status, _, stderr = run(source, "-o", out, "--overwrite", "--resume", *PLAIN)
    assert status == 2 and "exclude one another" in stderr


@pytest.mark.slow
def test_standard_input(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert run("-", "-o", out, *PLAIN, text=lines("Иван", "Мария"))[0] == 0
    assert [json.loads(line)["id"] for line in out.read_text().splitlines()] == ["a0", "a1"]


@pytest.mark.slow
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals(number: int, status: int, tmp_path: Path) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(lines(*["Иван"] * 60, "HANG"))
    process = start(source, "-o", out, *PLAIN)
    until = time.monotonic() + 60
    while not (tmp_path / "out.jsonl.parts").exists() and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.2)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == status
    assert "which are kept; with --resume the same command goes on" in err or "--resume" in err


def test_the_line_of_progress() -> None:
    progress = Progress("annotating", 1200, 300_000, 4500, 2, 60.0, 2500.4, 0.25, 7322.0)
    assert progress_line(progress) == (
        "1,200 documents · 2,500 words/s · 4,500 triples · 2 failed · 25%, 2:02:02 left"
    )
    assert progress_line(Progress("checking", seconds=75)) == "reading the input … 1:15"
    assert progress_line(Progress("writing")).endswith("writing the output")


def test_the_summary() -> None:
    counts = {
        "documents": 10, "annotated": 7, "failures": 1, "words": 3000, "entities": 50, "triples": 9,
        "language:bg": 8, "language:ru": 2, "problem:language": 2, "problem:boilerplate": 1, "duplicates": 3,
    }  # fmt: skip
    summary = Summary(Path("o.jsonl"), Path("f.jsonl"), Path("t"), counts, 3700.0, 2800.0, ("a notice",))
    assert list(describe(summary)) == [
        "10 documents, 3,000 words in 1:01:40, 2,800 words/s → o.jsonl",
        "  50 entities, 0 referents, 0 relations, 0 quotes, 9 triples",
        "  tables: t",
        "  3 not annotated (language 2, boilerplate 1)",
        "  not Bulgarian: ru 2",
        "  3 near-copies of an article before them (duplicate_of)",
        "  a notice",
        "  1 documents failed: f.jsonl (--retry-failures)",
    ]
    assert summary.to_dict()["counts"]["words"] == 3000
