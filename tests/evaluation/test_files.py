from __future__ import annotations

import json
from pathlib import Path

import pytest

from bgpolitics_ner.errors import InputError
from bgpolitics_ner.evaluation.files import find_gold, read_documents

from .build import article


def test_json_holds_one_document_and_jsonl_one_a_line(tmp_path: Path) -> None:
    one, two = article("[Минск|LOC]", name="a"), article("[ЕС|ORG]\u2028край", name="b")
    (tmp_path / "one.json").write_text(one.to_json(indent=2), encoding="utf-8")
    (tmp_path / "all.jsonl").write_text(f"{one.to_json()}\n\n{two.to_json()}\n", encoding="utf-8")
    assert read_documents(tmp_path / "one.json") == [one]
    assert read_documents(str(tmp_path / "all.jsonl")) == [one, two]


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    path.write_text(f"{article('[ЕС|ORG]').to_json()}\n{{\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"all\.jsonl:2: "):
        read_documents(path)


def test_an_unknown_key_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "topic.jsonl"
    data = {**article("[ЕС|ORG]").to_dict(), "topic": "brexit"}
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(InputError, match=r"topic\.jsonl:1: topic"):
        read_documents(path)


@pytest.mark.parametrize(("name", "message"), [("no.jsonl", "cannot be read"), ("a.txt", "expected a .json")])
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(InputError, match=f"{name}.*{message}"):
        read_documents(tmp_path / name)


def _write(folder: Path, name: str, text: str | None, gold: str | None) -> None:
    if text is not None:
        (folder / f"{name}.txt").write_bytes(text.encode("utf-8"))
    if gold is not None:
        (folder / f"{name}.gold.json").write_text(article(gold, name=name).to_json(), encoding="utf-8")


def test_texts_are_paired_with_their_gold(tmp_path: Path) -> None:
    _write(tmp_path, "b.2", "Минск", "[Минск|LOC]")
    _write(tmp_path, "a", "ЕС\r\n", "[ЕС|ORG]\r\n")
    found = find_gold(tmp_path)
    assert [item.name for item in found] == ["a", "b.2"]
    assert [item.read().id for item in found] == ["a", "b.2"]


@pytest.mark.parametrize(
    ("text", "gold", "message"), [("ЕС", None, "a.gold.json"), (None, "[ЕС|ORG]", "a.txt")]
)
def test_half_a_pair_is_an_error(tmp_path: Path, text: str | None, gold: str | None, message: str) -> None:
    _write(tmp_path, "a", text, gold)
    with pytest.raises(InputError, match=f"no {message} beside it"):
        find_gold(tmp_path)


def test_gold_of_another_text_is_an_error(tmp_path: Path) -> None:
    _write(tmp_path, "a", "ЕС\n", "[ЕС|ORG]")
    with pytest.raises(InputError, match="not the content of"):
        find_gold(tmp_path)[0].read()


def test_a_folder_without_gold_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="in it"):
        find_gold(tmp_path)
    with pytest.raises(InputError, match="not a folder"):
        find_gold(tmp_path / "none")
