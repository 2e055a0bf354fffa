"""The local runner with the shipped model: the same Documents as without it, and what is noted of texts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import bgpolitics_ner as bgp
from bgpolitics_ner.corpus.documents import read_documents
from bgpolitics_ner.corpus.plan import ShardSize
from bgpolitics_ner.corpus.stream import ChunkSize

SENTENCES = (
    "Президентът на САЩ Доналд Тръмп се срещна с Владимир Путин в Аляска.",
    "Министърът на външните работи заяви, че България подкрепя Украйна.",
    "Европейската комисия наложи санкции на Русия, предаде БТА.",
    "Кметът на София Васил Терзиев критикува правителството.",
    "Франция щяла да достави ракети на Киев.",
)


def texts(count: int) -> list[str]:
    return [
        " ".join(SENTENCES[(i + k) % 5] for k in range(1 + i % 4)) + f" Това е {i}." for i in range(count)
    ]


@pytest.mark.slow
def test_documents_are_those_of_the_annotator(tmp_path: Path, write_corpus: Any, annotator: Any) -> None:
    source, out = write_corpus(texts(30)), tmp_path / "out.jsonl.gz"
    summary = bgp.annotate_corpus(
        source,
        out,
        model=str(annotator.nlp.path),
        jobs=2,
        chunk=ChunkSize(8),
        languages=False,
        duplicates=False,
    )
    items = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    for item in items:
        item["meta"] = {"site": item.pop("site")}
    documents = list(annotator.pipe(items))
    assert [d.to_dict() for d in read_documents(out)] == [d.to_dict() for d in documents]
    assert summary.triples == sum(len(d.triples) for d in documents) > 20


@pytest.mark.slow
def test_foreign_texts_and_copies_are_noted(tmp_path: Path, write_corpus: Any) -> None:
    for package in ("py3langid", "rensa", "pyarrow"):
        pytest.importorskip(package)
    article = " ".join(SENTENCES)
    foreign = "Президент России заявил, что переговоры с американской делегацией были очень полезными."
    source = write_corpus([article, foreign, "Кратък текст за Бойко Борисов.", article + " Край.", " \n"])
    options: dict[str, Any] = {
        "chunk": ChunkSize(2),
        "shard": ShardSize(0.0),
        "languages": True,
        "duplicates": True,
    }
    summary = bgp.annotate_corpus(source, tmp_path / "out.jsonl", tables=tmp_path / "tables", **options)
    documents = list(read_documents(tmp_path / "out.jsonl"))
    assert [document.meta.get("problem") for document in documents] == [None, "language", None, None, "empty"]
    assert documents[1].meta["language"] == "ru" and documents[1].entities is None
    assert [document.meta.get("duplicate_of") for document in documents] == [None, None, None, "a0", None]
    assert (summary.documents, summary.duplicates, summary.languages["ru"]) == (5, 1, 1)
    assert summary.problems == {"language": 1, "empty": 1}

    import pyarrow.parquet as pq

    table = pq.read_table(tmp_path / "tables" / "documents.parquet").to_pylist()
    assert [row["duplicate_of"] for row in table] == [None, None, None, "a0", None]
    assert sorted(path.name for path in (tmp_path / "tables").iterdir()) == sorted(
        f"{name}.parquet" for name in ("documents", "entities", "referents", "relations", "quotes", "triples")
    )
    # Nested Parquet holds the same, and with --all-languages the Russian text is annotated too.
    again = bgp.annotate_corpus(source, tmp_path / "out.parquet", all_languages=True, **options)
    nested = list(read_documents(tmp_path / "out.parquet"))
    assert nested[3].to_dict() == documents[3].to_dict() and nested[1].entities is not None
    assert again.counts["annotated"] == 4
