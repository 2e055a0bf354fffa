"""The official splits are read from a checkout of the corpus, made here in small."""

from __future__ import annotations

from pathlib import Path

import pytest

from bgpolitics_ner.errors import InputError
from bgpolitics_ner.training.official import read_official, read_training
from tests.training.conftest import add_official

TEXT = "Минск отговори.\r\nВашингтон чака. Преговорите ще продължат утре вечер."


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for language in ("bg", "ru"):
        (tmp_path / "raw" / "brexit" / language).mkdir(parents=True)
        (tmp_path / "ner" / "brexit" / language).mkdir(parents=True)
    (tmp_path / "raw" / "brexit" / "bg" / "a.txt_1.txt").write_bytes(TEXT.encode())
    rows = "0\t5\tМинск\tМинск\tLOC\tGPE-Minsk\n17\t26\tВашингтон\tВашингтон\tLOC\tGPE-Washington\n"
    (tmp_path / "ner" / "brexit" / "bg" / "a.txt_1.tsv").write_text(rows, encoding="utf-8")
    lines = "raw/brexit/ru/b.txt\nraw/brexit/bg/a.txt_1.txt\n"
    (tmp_path / "SPLIT_cross-topic_test.txt").write_text(lines, encoding="utf-8")
    return tmp_path


def test_bulgarian_documents_of_a_split(corpus: Path) -> None:
    (article,) = read_official(corpus, "cross-topic")
    assert (article.id, article.topic) == ("brexit__a.txt_1", "brexit")
    assert [(e.text, e.type, e.lemma) for e in article.document.entities or ()] == [
        ("Минск", "LOC", "Минск"),
        ("Вашингтон", "LOC", "Вашингтон"),
    ]


def test_a_slip_is_no_error_but_other_offsets_are(corpus: Path) -> None:
    table = corpus / "ner" / "brexit" / "bg" / "a.txt_1.tsv"
    slip = "0\t5\tМинсk\tМинск\tLOC\tGPE-Minsk\n"
    table.write_text(slip + "17\t26\tВашингтон\tВашингтон\tLOC\tGPE-W\n", encoding="utf-8")
    (article,) = read_official(corpus, "cross-topic")
    assert [e.text for e in article.document.entities or ()] == ["Минск", "Вашингтон"]
    table.write_text(slip, encoding="utf-8")
    with pytest.raises(InputError, match="1 of 1 mentions do not stand at their offsets"):
        read_official(corpus, "cross-topic")


def test_missing_list_is_named(corpus: Path) -> None:
    with pytest.raises(InputError, match="SPLIT_single_out_topic_test"):
        read_official(corpus, "single_out_topic")


def test_the_training_part_has_no_test_article_and_no_copy_of_one(corpus: Path) -> None:
    add_official(
        corpus,
        "brexit/bg/new",
        "Съвсем друг текст за преговорите в Лондон.",
        "35\t41\tЛондон\tЛондон\tLOC\tx\n",
    )
    add_official(corpus, "brexit/bg/copy", "ОБНОВЕНА " + TEXT.replace("\r\n", " "))
    add_official(corpus, "brexit/sl/one", "London je odgovoril.", "0\t6\tLondon\tLondon\tLOC\tGPE-London\n")
    add_official(corpus, "brexit/ru/two", "Минск ответил.")
    listing = corpus / "SPLIT_cross-topic_train.txt"
    listing.write_text(listing.read_text(encoding="utf-8") + "raw/brexit/bg/a.txt_1.txt\n", encoding="utf-8")
    found = read_training(corpus, "cross-topic", ("bg", "sl"))
    assert [(a.id, a.language) for a in found] == [("brexit__new", "bg"), ("brexit_sl_one", "sl")]


def test_a_list_of_other_places_is_an_error(corpus: Path) -> None:
    (corpus / "SPLIT_cross-topic_test.txt").write_text("a.txt\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"SPLIT_cross-topic_test.txt: a.txt is not raw/TOPIC"):
        read_official(corpus, "cross-topic")


def test_a_table_of_another_form_is_an_error(corpus: Path) -> None:
    (corpus / "ner" / "brexit" / "bg" / "a.txt_1.tsv").write_text("Минск,LOC\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"a.txt_1.tsv:1: not start, end"):
        read_official(corpus, "cross-topic")
