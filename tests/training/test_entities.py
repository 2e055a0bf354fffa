"""What the tagger is trained and scored on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bgpolitics_ner import InputError, MissingExtraError
from bgpolitics_ner.training.entities import (
    read_docs,
    read_neighbours,
    split_articles,
    train_entities,
    train_official,
)
from tests.frontend.tiny_parser import make_pipeline
from tests.training.conftest import add_official


def ids(data: Path, splits: Path, topic: str | None) -> tuple[list[str], list[str]]:
    train, scored = split_articles(data, topic=topic, splits=splits)
    return [a.id for a in train], [a.id for a in scored]


def test_without_a_topic_the_list_is_held_out(data: Path, splits: Path) -> None:
    assert ids(data, splits, None) == (["bg1", "war", "ru1", "ru2", "uk1", "uk2"], ["bg2"])


def test_a_topic_is_left_out_in_every_language(data: Path, splits: Path) -> None:
    assert ids(data, splits, "talks") == (["uk1", "uk2", "war"], ["bg1", "bg2"])


def test_an_unknown_topic_is_an_error(data: Path, splits: Path) -> None:
    with pytest.raises(InputError, match=r"no Bulgarian article of topic 'covid-19' .*; topics: talks"):
        split_articles(data, topic="covid-19", splits=splits)


def test_neighbours_are_written_in_cyrillic(data: Path, splits: Path, tmp_path: Path) -> None:
    (tmp_path / "pl.jsonl").write_text('{"id": "pl1", "text": "Wałęsa."}\n', encoding="utf-8")
    (found,) = read_neighbours(tmp_path / "pl.jsonl", "pl")
    assert (found.document.text, found.language) == ("Валенса.", "pl")
    assert read_neighbours(tmp_path / "sl.jsonl", "sl") == []


def test_gold_docs_keep_tokens_and_sentences_only(data: Path, splits: Path) -> None:
    nlp = make_pipeline()
    train, _ = split_articles(data, splits=splits)
    docs, widened = read_docs(nlp, train[:1])
    assert [(e.text, e.label_) for e in docs[0].ents] == [
        ("Лукашенко", "PER"),
        ("Тръмп", "PER"),
        ("Минск", "LOC"),
    ]
    assert docs[0].has_annotation("SENT_START")
    assert not docs[0].has_annotation("TAG")
    assert widened == 0


def test_without_torch_the_extra_is_named(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "bgpolitics_ner.training.tagger", raising=False)
    monkeypatch.delitem(sys.modules, "bgpolitics_ner.training.torch_tagger", raising=False)
    monkeypatch.delitem(sys.modules, "bgpolitics_ner.training.torch_parser", raising=False)
    with pytest.raises(MissingExtraError, match=r"pip install 'bgpolitics-ner\[train\]'"):
        train_entities(data, tmp_path, tmp_path / "out")
    add_official(tmp_path, "brexit/bg/a", "Минск отговори.", "0\t5\tМинск\tМинск\tLOC\tGPE-Minsk\n")
    (tmp_path / "SPLIT_cross-topic_test.txt").write_text("", encoding="utf-8")
    with pytest.raises(MissingExtraError, match="torch"):
        train_official(tmp_path, "cross-topic", tmp_path, tmp_path / "out")
