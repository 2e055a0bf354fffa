"""Signals to the process that drives a Ray run: what `--resume` makes of the rest is an unbroken run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from ray_cluster import CHUNK, FAKE, HERE, UNIT, assert_same, locally, write_parquet

import bgpolitics_ner as bgp

pytest.importorskip("ray")
pytest.importorskip("ray.data")

pytestmark = pytest.mark.slow

TEXTS = 96
_RUN = f"""
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
from functools import partial
folder, source, out, tables, address = sys.argv[1:]
import bgpolitics_ner as bgp
from bgpolitics_ner.corpus import ray_runner
from bgpolitics_ner.corpus.interrupts import Interrupted
from bgpolitics_ner.corpus.stream import ChunkSize
ray_runner.annotate_on_ray = partial(ray_runner.annotate_on_ray, unit={UNIT})
try:
    bgp.annotate_corpus(source, out, tables=tables, engine="ray", address=address, existing="resume",
                        chunk=ChunkSize({CHUNK.texts}), duplicates=False, folder=folder, **{FAKE!r})
except Interrupted as interrupted:
    print(interrupted)
    sys.exit(128 + interrupted.number)
"""


def start(place: Path, address: str) -> subprocess.Popen[str]:
    """Begin, or continue, a run in a process of its own."""
    seen = place / "seen"
    seen.mkdir(exist_ok=True)
    words = [str(seen), str(place / "in"), str(place / "ray"), str(place / "rt"), address]
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    return subprocess.Popen(
        [sys.executable, "-c", _RUN, *words], stdout=subprocess.PIPE, env=environment, text=True
    )


def wait_for_a_part(process: subprocess.Popen[str], parts: Path) -> None:
    until = time.monotonic() + 180
    while not list(parts.glob("part-*/done.json")):
        assert process.poll() is None and time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_to_the_driver(number: signal.Signals, tmp_path: Path, address: str, on_ray: Any) -> None:
    # The last text is held back, so the run cannot end before the signal comes.
    texts = [f"Иван и Мария {i}" for i in range(TEXTS - 1)] + ["HOLD hold"]
    write_parquet(tmp_path / "in" / "a.parquet", texts)
    process = start(tmp_path, address)
    hold = tmp_path / "seen" / "hold"
    hold.touch()
    parts = tmp_path / "ray" / ".parts"
    wait_for_a_part(process, parts)
    process.send_signal(number)
    time.sleep(0.5)
    hold.unlink()
    said = process.communicate(timeout=120)[0]
    if number is signal.SIGKILL:
        assert process.returncode == -number
    else:
        assert process.returncode == 128 + number
        assert "which are kept; the same command with --resume goes on" in said
    done = {path.parent.name: path.stat().st_mtime_ns for path in parts.glob("part-*/done.json")}
    assert 1 <= len(done) < TEXTS // UNIT
    assert not list((tmp_path / "ray").glob("*.parquet"))
    with pytest.raises(bgp.OutputError, match="has unfinished work: --resume"):
        on_ray(tmp_path / "in", tmp_path / "ray", duplicates=False, folder=str(tmp_path / "seen"), **FAKE)
    again = start(tmp_path, address)
    again.communicate(timeout=240)
    assert again.returncode == 0
    options = {**FAKE, "folder": str(tmp_path / "seen"), "duplicates": False}
    locally(tmp_path / "in", tmp_path / "local.parquet", tables=tmp_path / "lt", **options)
    assert_same(tmp_path / "ray", tmp_path / "local.parquet", tmp_path / "rt", tmp_path / "lt")
    assert not parts.exists()
