"""Reading input: what is usable, and what the message says of what is not."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpolitics_ner import InputError
from bgpolitics_ner.reading import MAX_CHARACTERS, BadLine, InputText, check_date, read_lines, read_text


def lines_of(path: Path, data: bytes) -> list[InputText | BadLine]:
    path.write_bytes(data)
    return list(read_lines(path))


def test_the_text_is_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "нова.статия.txt"
    path.write_bytes("Първи ред\r\nвтори\rа\u0300 😀\n\n".encode())
    assert read_text(path) == InputText("Първи ред\r\nвтори\rа\u0300 😀\n\n", id="нова.статия")


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Минск".encode("utf-8-sig"))
    assert read_text(path).text == "Минск"
    (line,) = lines_of(path, '{"id": "a", "text": "Минск"}'.encode("utf-8-sig"))
    assert line == InputText("Минск", id="a", line=1)


def test_standard_input_has_no_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO("Минск".encode())))
    assert read_text("-", date="2025-12-18") == InputText("Минск", date="2025-12-18")


def test_the_advice_for_another_encoding_can_be_pasted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "моя статия.txt"
    path.write_bytes("Минск".encode("cp1251"))
    with pytest.raises(InputError, match=f"iconv -f WINDOWS-1251 -t UTF-8 '{path}'$"):
        read_text(path)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO("Минск".encode("utf-16"))))
    with pytest.raises(InputError, match=r"iconv -f UTF-16 -t UTF-8$"):
        read_text("-")


@pytest.mark.parametrize("date", ["2025-12-18", "2024-02-29"])
def test_dates(date: str) -> None:
    check_date(date)


@pytest.mark.parametrize(
    "date", ["", "2025-02-29", "2025-2-1", "20251218", "2025-W01-1", "18.12.2025", "вчера"]
)
def test_what_is_no_date(date: str) -> None:
    with pytest.raises(InputError, match="YYYY-MM-DD"):
        check_date(date)


@pytest.mark.parametrize(
    ("line", "found", "reason"),
    [
        (b"", None, "the line is empty"),
        (b"  ", None, "the line is empty"),
        (b'{"id": "a", "text": "', None, "not JSON: Unterminated string"),
        (b"[1]", None, "not a JSON object"),
        (b"null", None, "not a JSON object"),
        (b'{"id": "a"}', "a", "the key 'text' is missing"),
        (b'{"text": "a"}', None, "the key 'id' is missing"),
        (b'{"id": 7, "text": "a"}', None, "the value of 'id' is not a string"),
        (b'{"id": "", "text": "a"}', None, "the id is empty"),
        (b'{"id": "a", "text": null}', "a", "the value of 'text' is not a string"),
        (b'{"id": "a", "text": " "}', "a", "the text is empty"),
        (b'{"id": "a", "text": "b", "url": "c"}', "a", "unknown key 'url'; a line may hold id, text, date"),
        (b'{"id": "a", "text": "b", "date": 2025}', "a", "the value of 'date' is not a string"),
        (b'{"id": "a", "text": "b", "date": "2025"}', "a", "date '2025'"),
        (b'{"id": "a", "text": "\\ud800"}', "a", "character 0 of the text is half of a surrogate pair"),
        (b'{"id": "\\ud800", "text": "a"}', None, "the id is empty or no valid Unicode"),
        (b'{"id": "a", "text": "\xe1"}', None, "not UTF-8 (byte 0xE1 at offset 21)"),
        (b'{"id": "a", "text": "\x00"}', None, "a zero byte"),
        (b"[" * 100_000, None, "nested too deeply"),
        (b"1" * 10_000, None, "not "),
    ],
)
def test_a_bad_line_costs_no_other(tmp_path: Path, line: bytes, found: str | None, reason: str) -> None:
    good = '{"id": "x", "text": "Минск"}\n'.encode()
    first, bad, last = lines_of(tmp_path / "a.jsonl", good + line + b"\n" + good)
    assert (first, last) == (InputText("Минск", id="x", line=1), InputText("Минск", id="x", line=3))
    assert isinstance(bad, BadLine)
    assert (bad.line, bad.id) == (2, found)
    assert reason in bad.error
    json.dumps(bad.to_dict()).encode("utf-8")


def test_line_ends(tmp_path: Path) -> None:
    """CR LF ends a line; a last line needs no end; a line separator inside a text ends none."""
    data = '{"id": "a", "text": "A\u2028B"}\r\n{"id": "b", "text": "Б"}'.encode()
    assert [line.id for line in lines_of(tmp_path / "a.jsonl", data)] == ["a", "b"]


def test_date_may_be_null(tmp_path: Path) -> None:
    data = b'{"id": "a", "text": "b", "date": null}\n{"id": "a", "text": "b", "date": "2025-12-18"}\n'
    assert [line.date for line in lines_of(tmp_path / "a.jsonl", data) if isinstance(line, InputText)] == [
        None,
        "2025-12-18",
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        ('{"id": "a"}'.encode("utf-16"), "UTF-16"),
        (b"\x1f\x8b\x08", r"a binary file \(gzip\)"),
    ],
)
def test_files_that_are_no_json_lines(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        lines_of(tmp_path / "a.jsonl", data)


def test_the_longest_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("а" * MAX_CHARACTERS, encoding="utf-8")
    assert len(read_text(path).text) == MAX_CHARACTERS
    path.write_text("а" * (MAX_CHARACTERS + 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.txt: the text has 1,000,001 characters"):
        read_text(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)
)


@given(st.binary(max_size=60) | st.dictionaries(st.sampled_from(["id", "text", "date", "x"]), JSON))
def test_any_line_gives_one_answer(
    tmp_path_factory: pytest.TempPathFactory, value: bytes | dict[str, Any]
) -> None:
    line = value.replace(b"\n", b" ") if isinstance(value, bytes) else json.dumps(value).encode()
    answers = lines_of(tmp_path_factory.mktemp("lines") / "a.jsonl", b"#\n" + line + b"\n")
    assert [answer.line for answer in answers] == [1, 2]
