"""What a run wrote is read again, one file or a folder of parts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import bgpolitics_ner as bgp
from bgpolitics_ner.corpus.documents import read_documents
from bgpolitics_ner.corpus.query import query
from bgpolitics_ner.corpus.stats import stats


@pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz", ".parquet"])
def test_a_folder_of_parts(
    ending: str, tmp_path: Path, write_corpus: Any, annotate: Callable[..., Any]
) -> None:
    """As a run with Ray leaves it: parts, and beside them what is no part."""
    pytest.importorskip("pyarrow")
    pytest.importorskip("duckdb")
    folder = tmp_path / "out"
    folder.mkdir()
    whole = write_corpus(6)
    lines = whole.read_text(encoding="utf-8").splitlines(keepends=True)
    for number in (1, 0):
        part = tmp_path / f"in{number}.jsonl"
        part.write_text("".join(lines[3 * number : 3 * number + 3]), encoding="utf-8")
        annotate(part, folder / f"part-{number:06}{ending}")
    (folder / "failures.jsonl").write_text("{}\n", encoding="utf-8")
    annotate(whole, tmp_path / f"whole{ending}", tables=tmp_path / "tables")
    documents = list(read_documents(folder))
    assert [document.id for document in documents] == [f"a{i}" for i in range(6)]
    assert documents == list(read_documents(tmp_path / f"whole{ending}"))
    assert stats(folder) == stats(tmp_path / "tables")
    assert query(folder) == query(tmp_path / "tables")


def test_a_folder_without_parts_is_named(tmp_path: Path) -> None:
    with pytest.raises(bgp.InputError, match="has no files part-"):
        next(read_documents(tmp_path))
