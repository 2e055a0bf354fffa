"""A disk that is really full: a small one in memory, which only the administrator may mount."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import bgpolitics_ner as bgp

SIZE = 2 << 20


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    command = [mount or "", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a file system cannot be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def fill(disk: Path, room: int) -> Path:
    """Leave so many bytes free."""
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(shutil.disk_usage(disk).free - room))
    return ballast


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".jsonl.gz", ".parquet"])
def test_a_full_disk(
    ending: str, tmp_path: Path, disk: Path, write_corpus: Any, annotate: Callable[..., Any]
) -> None:
    """From no room to all that is needed: each run tells what is wrong and `--resume` makes it whole."""
    pytest.importorskip("pyarrow")
    source = write_corpus([f"Иван {i} видя Мария" if i % 9 else "FAIL" for i in range(24)])
    whole, out = tmp_path / "whole", disk / "run"
    whole.mkdir()
    annotate(source, whole / f"out{ending}", tables=whole / "tables")
    sizes = sorted({0, *range(4 << 10, 400 << 10, 36 << 10)})
    reached: set[str] = set()
    finished = False
    for room in sizes:
        out.mkdir()
        ballast = fill(disk, room)
        try:
            annotate(source, out / f"out{ending}", tables=out / "tables")
            finished = True
        except bgp.OutputError as error:
            assert "No space left on device" in str(error)
            assert "free some space, then continue with --resume" in str(error)
            assert not (out / f"out{ending}").exists()
            reached.update(path.name for path in out.rglob("*"))
        ballast.unlink()
        annotate(source, out / f"out{ending}", tables=out / "tables", existing="resume")
        assert files_in(out) == files_in(whole)
        shutil.rmtree(out)
        if finished:
            break
    assert finished and {"part-000000", "merged"} <= reached
