"""``bgpolitics annotate``: formats, JSON Lines in order, and every kind of unusable input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bgpolitics_ner import Document
from bgpolitics_ner.reading import MAX_CHARACTERS

Run = Callable[..., Any]
TEXT = "Лукашенко има среща с Тръмп в Минск.\n"


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def write_lines(path: Path, *lines: dict[str, Any] | bytes) -> Path:
    rows = [
        line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode() for line in lines
    ]
    path.write_bytes(b"".join(row + b"\n" for row in rows))
    return path


def test_text_marks_entities_and_lists_triples(run: Run, article: Path) -> None:
    result = run("annotate", article)
    assert result.exit_code == 0
    assert "[Лукашенко|PER] има среща с [Тръмп|PER] в [Минск|LOC]." in result.stdout
    row = next(line for line in result.stdout.splitlines() if "meets-with" in line)
    assert row.split() == ["Лукашенко", "meets-with", "Тръмп", "asserted", "„среща“", "0.81"]
    assert "3 entities, 1 relations, 1 triples" in result.stdout
    assert "\x1b" not in result.stdout, "no colour where the output is not a terminal"


def test_colour_on_a_terminal(run: Run, article: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run("annotate", article).stdout


def test_table_has_no_text(run: Run, article: Path) -> None:
    result = run("annotate", article, "--format", "table")
    assert "meets-with" in result.stdout and "[Лукашенко" not in result.stdout


def test_json_is_one_document(run: Run, article: Path) -> None:
    document = Document.from_json(run("annotate", article, "--format", "json", "--date", "2025-12-18").stdout)
    assert (document.id, document.text, document.date) == ("article", TEXT, "2025-12-18")


def test_standard_input(run: Run) -> None:
    result = run("annotate", "-", "--format", "jsonl", stdin=TEXT.encode())
    assert result.stdout.count("\n") == 1
    assert Document.from_json(result.stdout).text == TEXT


def test_no_triples_is_said(run: Run) -> None:
    assert "No triples found." in run("annotate", "-", stdin="Нищо.".encode()).stdout


def test_options_reach_the_annotator(run: Run, article: Path, loads: list[dict[str, Any]]) -> None:
    run("annotate", article, "--min-confidence", "0.5", "--model", "other", "--kb", "mine.jsonl")
    assert loads[0].items() >= {"model": "other", "min_confidence": 0.5, "kb": "mine.jsonl"}.items()


@pytest.mark.parametrize("command", ["annotate", "explain", "evaluate"])
def test_the_front_end_reaches_the_annotator(
    run: Run, article: Path, loads: list[dict[str, Any]], command: str
) -> None:
    place = article if command != "evaluate" else article.parent
    (article.parent / (article.stem + ".gold.json")).write_text(
        Document(article.stem, article.read_text(encoding="utf-8"), entities=()).to_json(), encoding="utf-8"
    )
    run(command, place, "--frontend", "classla", "--frontend-model", "here")
    run(command, place)
    assert [(load["frontend"].value, load["frontend_model"]) for load in loads] == [
        ("classla", Path("here")),
        ("spacy", None),
    ]


def test_json_lines_in_order_with_each_bad_line_in_its_place(run: Run, tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "news.jsonl",
        {"id": "a", "text": TEXT, "date": "2025-01-31"},
        b'{"id": "b", "text": ',
        {"id": "c", "text": ""},
        {"id": "d", "text": "чупи"},
        b"\xe1\xe2",
        {"id": "e", "text": "Latin only"},
    )
    result = run("annotate", path, "--input", "jsonl", "--format", "jsonl")
    assert result.exit_code == 2
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert [record["id"] for record in records] == ["a", None, "c", "d", None, "e"]
    assert [record.get("line") for record in records] == [None, 2, 3, 4, 5, None]
    assert all(set(record) == {"id", "line", "error"} for record in records if "error" in record)
    for record in (records[0], records[5]):
        Document.from_json(json.dumps(record))
    assert [line.split(": ")[1] for line in result.stderr.splitlines()] == [
        f"{path}:{n}" for n in (2, 3, 4, 5)
    ]
    assert "ZeroDivisionError" in records[3]["error"]


def test_json_lines_as_one_json_array(run: Run, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "news.jsonl", {"id": "a", "text": TEXT}, b"{", {"id": "b", "text": TEXT})
    result = run("annotate", path, "--input", "jsonl", "--format", "json")
    assert [record["id"] for record in json.loads(result.stdout)] == ["a", None, "b"]


def test_readable_formats_go_on_after_a_bad_line(run: Run, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "news.jsonl", b"{", {"id": "b", "text": TEXT})
    result = run("annotate", path, "--input", "jsonl")
    assert result.exit_code == 2
    assert "[Лукашенко|PER]" in result.stdout and f"{path}:1: not JSON" in result.stderr


def test_many_lines_stay_in_order(run: Run, tmp_path: Path) -> None:
    lines = [{"id": str(n), "text": "чупи" if n == 70 else TEXT} for n in range(200)]
    path = write_lines(tmp_path / "news.jsonl", *lines)
    result = run("annotate", path, "--input", "jsonl", "--format", "jsonl")
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert [record["id"] for record in records] == [str(n) for n in range(200)]
    assert [record["id"] for record in records if "error" in record] == ["70"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the text is empty"),
        (b" \n\t\n", "the text is empty"),
        (
            "първи ред\n".encode() + "Минск".encode("cp1251"),
            ":2: not UTF-8 (byte 0xCC at offset 18); if the text is in",
        ),
        (b"\x7fELF\x02\x01\x00\x00", ":1: a binary file"),
        (b"%PDF-1.7 \xe2\xe3", "a binary file (PDF)"),
        ("Минск".encode("utf-16"), "the file is UTF-16; convert it: iconv -f UTF-16"),
        (b"a" * 5_000_000, "5,000,000 characters, more than 1,000,000; split it into documents"),
    ],
)
def test_unusable_files(
    run: Run, tmp_path: Path, loads: list[dict[str, Any]], data: bytes, message: str
) -> None:
    path = tmp_path / "article.txt"
    path.write_bytes(data)
    for command in ("annotate", "explain"):
        result = run(command, path)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert str(path) in result.stderr and message in result.stderr
        assert "Traceback" not in result.stderr
    assert loads == [], "told before the model is loaded"


def test_a_missing_file_and_a_folder(run: Run, tmp_path: Path) -> None:
    for path, message in ((tmp_path / "no.txt", "no such file"), (tmp_path, "is a folder")):
        result = run("annotate", path)
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"{path}: {message}" in result.stderr


@pytest.mark.parametrize(
    "text", ["Latin only, no Cyrillic at all.", "Лукaшeнкo и Tръмп", "a" * MAX_CHARACTERS]
)
def test_usable_texts(run: Run, text: str) -> None:
    result = run("annotate", "-", "--format", "jsonl", stdin=text.encode())
    assert result.exit_code == 0
    assert json.loads(result.stdout)["text"] == text


def test_a_long_line_costs_no_other(run: Run, tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "a.jsonl", {"id": "long", "text": "а" * 5_000_000}, {"id": "b", "text": TEXT}
    )
    result = run("annotate", path, "--input", "jsonl", "--format", "jsonl")
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert [record["id"] for record in records] == ["long", "b"]
    assert "5,000,000 characters" in records[0]["error"] and result.exit_code == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--date", "18.12.2025"), "date '18.12.2025' is not a calendar date"),
        (("--input", "jsonl", "--date", "2025-12-18"), "--date goes with --input text"),
        (("--min-confidence", "2"), "min-confidence"),
        (("--format", "xml"), "xml"),
    ],
)
def test_wrong_options(run: Run, article: Path, options: tuple[str, ...], message: str) -> None:
    result = run("annotate", article, *options)
    assert result.exit_code == 2
    assert message in result.stderr


def test_an_empty_json_lines_file(run: Run) -> None:
    result = run("annotate", "-", "--input", "jsonl", stdin=b"")
    assert result.exit_code == 2 and "<stdin>: the file is empty" in result.stderr


def test_a_reader_that_goes_away_ends_the_command_quietly(root: Path) -> None:
    """As in ``bgpolitics schema | head -1``."""
    code = (
        "import sys; from bgpolitics_ner.cli import runtime\n"
        "with runtime.user_errors():\n    for n in range(100_000): runtime.write_line('Минск')\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"},
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    errors = process.stderr.read().decode()
    process.wait()
    assert "BrokenPipe" not in errors and "Exception ignored" not in errors


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["Latin only, no Cyrillic at all.", "Лукaшeнкo и Tръмп", "!!! 123", "\ufeff.", "😀" * 50]
)
def test_odd_texts_with_the_real_pipeline(annotator: Any, text: str) -> None:
    document = annotator(text)
    assert document.text == text and document.relations is not None


@pytest.mark.slow
def test_the_installed_command(root: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "bgpolitics_ner", "annotate", "seeds/lukashenko.txt"],
        cwd=root, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "Александър Лукашенко" in result.stdout and "holds-office" in result.stdout
