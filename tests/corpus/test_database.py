"""Somebody's own SQL reads the tables, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from tables_examples import write_tables

from bgpolitics_ner.corpus.database import run_sql
from bgpolitics_ner.errors import InputError

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tables(tmp_path_factory.mktemp("tables"))


@pytest.mark.parametrize("format", ["parquet", "csv"])
def test_a_select_over_the_tables(tmp_path: Path, format: str) -> None:
    sql = """WITH told AS (SELECT * FROM relations JOIN documents USING (document))
             SELECT type, count(*) AS n FROM told WHERE year(told.date) = 2024 GROUP BY type"""
    result = run_sql(write_tables(tmp_path, format=format), sql)
    assert (result.columns, result.rows) == (("type", "n"), (("meets-with", 3),))


@pytest.mark.parametrize("name", ["documents", "entities", "referents", "relations", "quotes", "triples"])
def test_all_tables_are_there(tables: Path, name: str) -> None:
    assert run_sql(tables, f"FROM {name}").rows
    assert run_sql(tables, f"SUMMARIZE {name}").rows


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM '{file}'",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM read_parquet('{folder}/documents.parquet')",
        "SELECT * FROM sniff_csv('{file}')",
        "COPY (SELECT 1) TO '{folder}/new.csv'",
        "ATTACH '{folder}/new.db' AS new",
        "EXPORT DATABASE '{folder}/new'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "CREATE TABLE new AS SELECT 1",
        "DROP VIEW relations",
        "DELETE FROM relations",
        "SELECT 1; SELECT 2",
        "SELECT 1; COPY (SELECT 1) TO '{folder}/new.csv'",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{folder}/new.csv'",
        "PREPARE x AS SELECT 1",
        "SELECT * FROM tables",
        "",
        "selec 1",
    ],
)
def test_nothing_else_can_be_read_or_written(tables: Path, tmp_path: Path, sql: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    before = sorted(tables.iterdir())
    with pytest.raises(InputError):
        run_sql(tables, sql.format(file=secret, folder=tables))
    assert sorted(tables.iterdir()) == before
