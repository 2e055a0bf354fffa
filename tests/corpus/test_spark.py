"""The recipe of docs/spark.md, as it stands there, on a local Spark."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import bgpolitics_ner as bgp
from bgpolitics_ner.corpus.documents import read_documents

pytest.importorskip("pyspark")
pq = pytest.importorskip("pyarrow.parquet")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        shutil.which("java") is None and "JAVA_HOME" not in os.environ, reason="Spark needs Java"
    ),
]

ROOT = Path(__file__).parents[2]


def test_the_recipe_runs_and_gives_what_a_local_run_gives(tmp_path: Path) -> None:
    import pyarrow as pa

    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "spark.md").read_text("utf-8"), re.DOTALL)
    seed = (ROOT / "seeds" / "lukashenko.txt").read_text(encoding="utf-8")
    texts = [seed, *seed.split("\n\n")[:3], ""]
    columns = {"id": [f"a{i}" for i in range(len(texts))], "text": texts, "date": ["2025-12-18"] * len(texts)}
    pq.write_table(pa.table(columns), tmp_path / "articles.parquet")
    recipe = "\n".join(blocks).replace("repartition(64)", "repartition(2)")
    (tmp_path / "recipe.py").write_text(recipe, encoding="utf-8")
    arguments = "--master local[1] --conf spark.ui.enabled=false --driver-memory 512m pyspark-shell"
    local = {
        "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_HOSTNAME": "localhost", "OMP_NUM_THREADS": "1",
        "PYSPARK_PYTHON": sys.executable, "PYSPARK_SUBMIT_ARGS": arguments,
    }  # fmt: skip
    done = subprocess.run([sys.executable, "recipe.py"], cwd=tmp_path, env={**os.environ, **local},
                          capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert "predicate" in done.stdout
    rows = {row["id"]: row for row in pq.read_table(tmp_path / "annotated.parquet").to_pylist()}
    bgp.annotate_corpus(tmp_path / "articles.parquet", tmp_path / "local.jsonl", duplicates=False)
    documents = {document.id: document for document in read_documents(tmp_path / "local.jsonl")}
    assert set(rows) == set(documents) and all(row["error"] is None for row in rows.values())
    assert rows["a0"]["triples"] and rows["a4"]["entities"] is None
    for id, document in documents.items():
        found = [(t["subject"], t["predicate"], t["object"]) for t in rows[id]["triples"] or ()]
        assert found == [(t.subject, t.predicate, t.object) for t in document.triples or ()]
