"""What the tagger is trained and scored on."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import spacy

from bgpolitics_ner import InputError
from bgpolitics_ner.training.entities import split_articles, train_entities


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


@pytest.mark.slow
def test_one_epoch(data: Path, splits: Path, vectors: Path, tmp_path: Path) -> None:
    log = io.StringIO()
    folder = train_entities(
        data,
        vectors,
        tmp_path / "entities",
        splits=splits,
        overrides={"training.max_epochs": 1, "training.eval_frequency": 1},
        log=log,
    )
    assert folder == tmp_path / "entities" / "model-last"
    assert spacy.load(folder).get_pipe("ner").labels == ("LOC", "PER")
    assert log.getvalue().startswith("0 mentions widened to whole tokens\n")
    assert "ENTS_F" in log.getvalue()
