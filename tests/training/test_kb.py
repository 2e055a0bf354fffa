"""What the linker learns from linked mentions and gazetteers."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from bgpolitics_ner.errors import InputError
from bgpolitics_ner.referents.transliteration import load_letters
from bgpolitics_ner.training.kb import LANGUAGES, learn_names, learn_words, read_linked, without
from bgpolitics_ner.training.names import Row, make_id, merge, write_names
from bgpolitics_ner.training.spelling import Aligner, count_groups, word_pairs

COUNTS = Counter(
    {
        ("bg", "ORG", "Европейска комисия", "ORG-European-Commission"): 5,
        ("bg", "ORG", "Европейски съюз", "ORG-European-Union"): 3,
        ("bg", "ORG", "Търговски съюз", "ORG-Trade-Union"): 1,
        ("ru", "ORG", "Европейская комиссия", "ORG-European-Commission"): 2,
        ("pl", "PER", "Theresa May", "PER-Theresa-May"): 2,
        ("bg", "PER", "Мей", "PER-Theresa-May"): 2,
        ("bg", "PER", "Мей", "PER-May-Day"): 1,
    }
)


def write_corpus(folder: Path) -> None:
    for language in LANGUAGES:
        text = "Мей" if language == "bg" else "x"
        record = {
            "id": f"{language}1",
            "topic": "brexit",
            "text": text,
            "entities": [{"type": "PER", "lemma": text, "referent": "r1"}, {"type": "PER", "lemma": text}],
            "referents": [{"id": "r1", "link": "PER-Theresa-May"}],
        }
        (folder / f"{language}.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")


def test_linked_mentions_are_read(tmp_path: Path) -> None:
    write_corpus(tmp_path)
    found = read_linked(tmp_path)
    assert len(found) == len(LANGUAGES)
    assert (found[0].lemma, found[0].id, found[0].topic) == ("Мей", "PER-Theresa-May", "brexit")
    assert not list(without(found, topic="brexit"))
    assert len(list(without(found, documents={"bg1"}))) == len(LANGUAGES) - 1


def test_a_missing_language_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"bg\.jsonl"):
        read_linked(tmp_path)


def test_a_name_gets_its_commonest_id() -> None:
    table = learn_names(COUNTS)
    assert table.exact["PER"] == {"мей": "PER-Theresa-May"}
    assert table.romanised["PER"]["theresa may"] == "PER-Theresa-May"
    assert "theresa may" in table.skeletons["PER"]["TRS M"]


def test_words_are_aligned_with_ids() -> None:
    words = learn_words(COUNTS)
    stem = load_letters().stem
    assert words[stem("комисия")][0][0] == "Commission"
    assert words[stem("европейски")][0][0] == "European"
    assert words[stem("съюз")][0][0] == "Union"


def test_pairs_sound_alike() -> None:
    assert list(word_pairs("Дейвид Дейвис", "David Davis")) == [("дейвид", "david"), ("дейвис", "davis")]
    assert list(word_pairs("Холандия", "USA")) == []
    assert list(word_pairs("Ким", "Kim Jong Un")) == []


def test_letter_groups_are_aligned() -> None:
    pairs = {
        ("джон", "john"): 1.0, ("джейн", "jane"): 1.0, ("джак", "jack"): 1.0, ("жан", "zhan"): 1.0,
        ("дан", "dan"): 1.0,
    }  # fmt: skip
    aligner = Aligner(pairs)
    groups = aligner.align("джак", "jack") or []
    assert "".join(a for a, _ in groups) == "джак" and "".join(b for _, b in groups) == "jack"
    assert aligner.align("щ", "qqqq") is None
    tables = count_groups(aligner, pairs.items())
    assert tables[0][""]["н:n"] >= 3
    assert 3 <= sum(tables[1]["<"].values()) <= len(pairs)


def test_ids_follow_the_scheme() -> None:
    assert make_id("GPE", "Stara Zagora") == "GPE-Stara-Zagora"
    assert make_id("GPE", "Timişoara") == "GPE-Timisoara"
    assert make_id("ORG", "Attack (party)") == "ORG-Attack-Party"


def test_the_heaviest_bearer_gets_the_name(tmp_path: Path) -> None:
    rows = [
        Row("LOC", "GPE-Small", ("Кале",), "Q1", "x", 10.0),
        Row("LOC", "GPE-Calais", ("Кале", "Калé"), "", "y", 70.0),
        Row("LOC", "GPE-Calais", ("Калѐ",), "Q2", "x", 1.0),
    ]
    merged = merge(rows)
    assert [(row.id, row.names[0], row.wikidata) for row in merged] == [("GPE-Calais", "Кале", "Q2")]
    write_names(merged, tmp_path / "names.tsv")
    assert (tmp_path / "names.tsv").read_text(encoding="utf-8").startswith("LOC\tGPE-Calais\tКале|")
