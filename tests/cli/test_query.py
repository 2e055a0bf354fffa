"""``bgpolitics query`` and ``bgpolitics stats``: thin over the library, three formats, clear messages."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
EXAMPLES = Path(__file__).parents[1] / "corpus"


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    pytest.importorskip("pyarrow")
    pytest.importorskip("duckdb")
    monkeypatch.syspath_prepend(str(EXAMPLES))
    from tables_examples import write_tables

    folder: Path = write_tables(tmp_path / "tables")
    return folder


def test_a_question_is_answered_for_people(run: Run, tables: Path) -> None:
    result = run("query", tables, "meets-with", "--subject", "Лукашенко", "--since", "2024", "--factuality",
                 "asserted")  # fmt: skip
    assert result.exit_code == 0
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert lines[0].split("  ") == ["2", "Александър Лукашенко", "meets-with", "Доналд Тръмп"]
    facts = "2 documents; 2024-05-06 to 2024-07-01; asserted 2; in БТА 1, бта 1; said by Русия 1"
    assert lines[1] == facts
    assert lines[2] == "Доналд Тръмп среща вчера Лукашенко.  [d3, бта, 2024-07-01, asserted]"
    assert lines[3] == "1 triples, 2 relations"


def test_json_and_csv(run: Run, tables: Path) -> None:
    data = json.loads(run("query", tables, "--format", "json", "--limit", "1").stdout)
    assert (data["found"], data["triples"][0]["count"], data["triples"][0]["first"]) == (3, 2, "2024-05-06")
    rows = list(csv.DictReader(io.StringIO(run("query", tables, "--format", "csv").stdout)))
    assert (rows[0]["subject"], rows[0]["count"]) == ("Александър Лукашенко", "2")
    assert len(rows) == 3


def test_own_sql(run: Run, tables: Path) -> None:
    sql = (
        "SELECT type, count(*) AS n, min(date) AS first FROM relations GROUP BY type ORDER BY n DESC LIMIT 1"
    )
    assert run("query", tables, "--sql", sql).stdout.split()[-3:] == ["meets-with", "3", "2024-05-06"]
    assert json.loads(run("query", tables, "--sql", sql, "-f", "json").stdout) == [
        {"type": "meets-with", "n": 3, "first": "2024-05-06"}
    ]
    assert run("query", tables, "--sql", sql, "-f", "csv").stdout == "type,n,first\nmeets-with,3,2024-05-06\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["meet-with"], "did you mean meets-with"),
        (["--since", "soon"], "'soon' is no date"),
        (["--sql", "DROP VIEW relations"], "only one that reads"),
        (["--sql", "SELECT * FROM read_text('/etc/hostname')"], "Permission Error"),
        (["meets-with", "--sql", "SELECT 1"], "--sql is the whole question"),
    ],
)
def test_what_makes_no_sense_is_told(run: Run, tables: Path, arguments: list[str], message: str) -> None:
    result = run("query", tables, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_a_name_that_nobody_has_is_told(run: Run, tables: Path) -> None:
    result = run("query", tables, "--subject", "Никой Никойов")
    assert (result.exit_code, result.stdout) == (0, "No triples found.\n")
    assert "nobody in this corpus is called Никой Никойов" in result.stderr


def test_stats_for_people(run: Run, tables: Path) -> None:
    result = run("stats", tables)
    assert result.exit_code == 0
    assert result.stdout.startswith("6 documents (1 near-copies), ")
    assert "languages: bg 4, mk 1" in result.stdout and "2024-07" in result.stdout
    assert "\x1b" not in result.stdout


def test_stats_as_data(run: Run, tables: Path) -> None:
    data = json.loads(run("stats", tables, "-f", "json").stdout)
    assert data["types"]["meets-with"] == 2 and data["months"][0]["month"] == "2023-12"
    rows = list(csv.DictReader(io.StringIO(run("stats", tables, "-f", "csv", "--copies").stdout)))
    assert {"what": "types", "name": "meets-with", "count": "3", "relations": ""} in rows


@pytest.mark.parametrize("command", ["query", "stats"])
def test_a_folder_without_tables_is_told(run: Run, tmp_path: Path, command: str) -> None:
    pytest.importorskip("duckdb")
    result = run(command, tmp_path)
    assert result.exit_code == 2
    assert "bgpolitics batch … --tables DIR" in result.stderr


@pytest.mark.parametrize("command", ["query", "stats"])
def test_a_missing_package_says_what_to_install(
    run: Run, tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    result = run(command, tmp_path)
    assert result.exit_code == 1
    assert 'duckdb is not installed: pip install "bgpolitics-ner[corpus]"' in result.stderr
