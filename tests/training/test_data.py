"""Reading gold documents for training."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy

from bgpolitics_ner import Document, InputError
from bgpolitics_ner.document import Entity
from bgpolitics_ner.frontend.tokenizer import Tokenizer
from bgpolitics_ner.training.data import choose, read_articles, read_relations, read_split, tag_names


def test_the_topic_is_taken_off(data: Path) -> None:
    articles = read_articles(data / "slavicner" / "bg.jsonl")
    assert [(article.id, article.topic) for article in articles] == [("bg1", "talks"), ("bg2", "talks")]
    assert read_articles(data / "relations" / "war.jsonl")[0].topic is None


def test_documents_are_chosen_by_id(data: Path, splits: Path) -> None:
    documents, held = read_relations(data), read_split("relations-dev.txt", splits)
    assert [d.id for d in choose(documents, held, inside=True)] == ["slavicner"]
    assert [d.id for d in choose(documents, held, inside=False)] == ["war"]


def test_a_missing_list_of_held_out_documents_is_an_error(tmp_path: Path) -> None:
    """Without the list everything would be trained on."""
    with pytest.raises(InputError, match=r"relations-dev\.txt: no such list"):
        read_split("relations-dev.txt", tmp_path)


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "a"}', '{"id": "a", "text": "б", "colour": 1}'])
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "ok", "text": "да"}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"gold\.jsonl:2: "):
        read_articles(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"bg\.jsonl: cannot be read .* is the data folder the right one"):
        read_articles(tmp_path / "bg.jsonl")


def test_mentions_become_entities() -> None:
    text = "Посолството на САЩ. Лукашенко, той"
    mentions = [
        ("Посолството на САЩ", "ORG"),
        ("САЩ", "LOC"),
        ("Лукашенк", "PER"),
        ("той", "PRON"),
    ]
    entities = tuple(
        Entity(f"m{i}", text.index(words), text.index(words) + len(words), words, kind)
        for i, (words, kind) in enumerate(mentions)
    )
    doc = Tokenizer(spacy.blank("bg").vocab)(text)
    widened = tag_names(Document("a", text, entities=entities), doc)
    assert [(e.text, e.label_) for e in doc.ents] == [("Посолството на САЩ", "ORG"), ("Лукашенко", "PER")]
    assert widened == 1
