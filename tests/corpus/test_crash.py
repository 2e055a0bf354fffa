"""kill -9 at random points: what `--resume` makes of the rest is, byte for byte, an unbroken run."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

KILLS = 20
STEP = 3
_HERE = str(Path(__file__).parent)

# Runs in a process of its own and kills itself when it opens, makes, renames or removes so many files in the
# folder of its output, or a moment later: there a crash could do harm, however fast the machine is.
_RUN = """
import os, signal, sys, threading
folder, source, out, jobs, after, pause, annotator = sys.argv[1:]
left = int(after)

def kill(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def watch(event, arguments):
    global left
    if event in ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "shutil.rmtree"):
        if str(arguments[0]).startswith(out):
            left -= 1
            if left == 0 and not float(pause):
                kill()
            elif left == 0:
                threading.Timer(float(pause), kill).start()

sys.path.insert(0, folder)
from bgpolitics_ner.corpus.plan import ShardSize
from bgpolitics_ner.corpus.runner import annotate_corpus
from bgpolitics_ner.corpus.stream import ChunkSize
sys.addaudithook(watch)
annotate_corpus(source, out, jobs=int(jobs), existing="resume", annotator=annotator or None,
                chunk=ChunkSize(5), shard=ShardSize(0.0), languages=False, duplicates=False)
"""


def run(
    source: Path,
    out: Path,
    *,
    jobs: int = 1,
    after: int = 0,
    pause: float = 0.0,
    annotator: str = "fakes:plain",
) -> int:
    """Return the exit status of a run that is killed at file operation number `after`; 0: never."""
    words = [_HERE, str(source), str(out), str(jobs), str(after), str(pause), annotator]
    return subprocess.run([sys.executable, "-c", _RUN, *words], check=False).returncode


def result(out: Path) -> dict[str, bytes]:
    return {path.name.removeprefix(out.name): path.read_bytes() for path in out.parent.glob(out.name + "*")}


def kill_and_resume(source: Path, out: Path, seed: int, **options: Any) -> tuple[dict[str, bytes], int]:
    """Kill runs at random points until KILLS of them were; return what is to be and how many ended."""
    chance = random.Random(seed)
    whole = result_of_unbroken(source, out.with_name(out.name.replace("out", "whole")), **options)
    kills = finished = 0
    while kills < KILLS:
        status = run(
            source, out, after=chance.randint(1, 60), pause=chance.choice((0.0, 0.0, 0.002, 0.02)), **options
        )
        assert status in (0, -signal.SIGKILL)
        if status:
            kills += 1
            continue
        assert result(out) == whole
        finished += 1
        for path in out.parent.glob(out.name + "*"):
            path.unlink()
    assert run(source, out, **options) == 0
    assert result(out) == whole
    return whole, finished


def result_of_unbroken(source: Path, out: Path, **options: Any) -> dict[str, bytes]:
    assert run(source, out, **options) == 0
    return result(out)


@pytest.mark.slow
def test_killed_at_random_points(tmp_path: Path, write_corpus: Any) -> None:
    texts = [f"Иван {i} видя Мария в София" if i % 17 else "FAIL" for i in range(100)]
    whole, _ = kill_and_resume(write_corpus(texts), tmp_path / "out.jsonl.gz", seed=1, jobs=2)
    assert set(whole) == {"", ".failures.jsonl", ".manifest.json"}


@pytest.mark.slow
def test_killed_at_every_file_operation(tmp_path: Path, write_corpus: Any) -> None:
    """A small corpus, killed at file operations in turn, from the first to the last, every STEP of them."""
    source = write_corpus(["Иван", "FAIL", "Мария"])
    whole = result_of_unbroken(source, tmp_path / "whole.jsonl")
    killed, after = True, 1 - STEP
    while killed:
        after += STEP
        out = tmp_path / f"out{after}.jsonl"
        killed = run(source, out, after=after) != 0
        if killed:
            assert not out.exists() or out.read_bytes() == whole[""]
            assert run(source, out) == 0
        assert result(out) == whole
    assert after > 20


@pytest.mark.slow
def test_killed_with_the_model(tmp_path: Path, write_corpus: Any) -> None:
    source, whole, out = write_corpus(40), tmp_path / "whole.jsonl.gz", tmp_path / "out.jsonl.gz"
    assert run(source, whole, annotator="") == 0
    assert run(source, out, after=30, annotator="") == -signal.SIGKILL
    assert (tmp_path / "out.jsonl.gz.parts" / "part-000000").exists()
    assert run(source, out, jobs=2, annotator="") == 0
    assert result(out) == result(whole)
