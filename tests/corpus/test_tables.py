"""Flat tables: what stands in a row, and files that other programs read at once."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from tables_examples import CRITICS, LUKASHENKO, TRUMP, tell

from bgpolitics_ner.corpus import table_writer
from bgpolitics_ner.corpus.tables import TABLE_NAMES, TABLES, Notes, notes_of, rows
from bgpolitics_ner.document import Document
from bgpolitics_ner.errors import InputError, MissingExtraError

DOCUMENT = tell(
    "d1", LUKASHENKO, "meets-with", TRUMP, source=CRITICS, title="Среща", url="https://www.bta.bg/1", x=1
)


def test_every_row_has_the_columns_of_its_table_and_no_nested_value() -> None:
    made = rows(DOCUMENT)
    assert tuple(made) == TABLE_NAMES
    for name, found in made.items():
        assert found, name
        for row in found:
            assert sorted(row) == sorted(TABLES[name]), name
            assert row["document"] == "d1"
            assert all(isinstance(value, str | int | float | None) for value in row.values())


def test_a_relation_carries_what_a_reader_needs() -> None:
    (row,) = rows(DOCUMENT)["relations"]
    assert row | {"type": "meets-with", "subject": "r1", "subject_name": "Александър Лукашенко"} == row
    assert row | {"subject_link": "PER-Alexander-Lukashenko", "subject_wikidata": "Q2866"} == row
    assert row | {"object_mention": None, "source_name": "негови критици", "date": "2024-05-06"} == row
    assert row | {"time": "вчера", "time_value": "2024-05-05", "hearsay": False, "cameo": "040"} == row
    assert row["origin"] == "rule:meets-with.verb model" and json.loads(row["roles"]) == {"place": "среща"}
    assert row["sentence"] == "Александър Лукашенко среща вчера Доналд Тръмп."
    assert DOCUMENT.text[row["trigger_start"] : row["trigger_end"]] == row["trigger"]


def test_triples_are_those_of_the_document() -> None:
    (row,) = rows(DOCUMENT)["triples"]
    (triple,) = DOCUMENT.triples or ()
    assert (row["subject"], row["predicate"], row["object"]) == (
        triple.subject,
        triple.predicate,
        triple.object,
    )
    assert (row["factuality"], row["relations"], row["count"]) == ("asserted", "x1", 1)


def test_a_document_row() -> None:
    (row,) = rows(DOCUMENT, Notes("bg", None, "d0"))["documents"]
    assert row["publisher"] == "bta.bg", "the web site, where nothing says who published it"
    assert (row["title"], row["language"], row["duplicate_of"], row["words"]) == ("Среща", "bg", "d0", 12)
    assert json.loads(row["meta"])["x"] == 1


def test_layers_that_were_not_run_are_null_and_not_zero() -> None:
    made = rows(Document("d", "Текст", meta={"language": "mk", "problem": "language"}))
    assert (made["documents"][0]["relations"], made["documents"][0]["entities"]) == (None, None)
    assert not any(made[name] for name in TABLE_NAMES if name != "documents")
    empty = rows(Document("d", "Текст", relations=()))
    assert empty["documents"][0]["relations"] == 0


def test_notes_are_read_back_from_meta() -> None:
    document = Document("d", "", meta={"language": "bg", "duplicate_of": "c", "other": 3})
    assert notes_of(document) == Notes("bg", None, "c")


@pytest.mark.parametrize("format", table_writer.FORMATS)
def test_duckdb_reads_the_files_at_once(tmp_path: Path, format: str) -> None:
    pytest.importorskip("pyarrow")
    duckdb = pytest.importorskip("duckdb")
    with table_writer.TableWriter(tmp_path, format=format) as writer:
        for number in range(5):
            writer.write(rows(tell(f"d{number}", LUKASHENKO, "meets-with", TRUMP, note='a "b",\nc')))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{n}.{format}" for n in TABLE_NAMES)

    def ask(sql: str) -> Any:
        return duckdb.connect().execute(sql.replace("TABLES", str(tmp_path))).fetchall()

    for name in TABLE_NAMES:
        count = {"entities": 10, "referents": 10}.get(name, 5)
        assert ask(f"SELECT count(*) FROM 'TABLES/{name}.{format}'") == [(count,)], name
    sql = f"SELECT document, year(date), text, direct FROM 'TABLES/quotes.{format}' JOIN "
    found = ask(sql + f"'TABLES/documents.{format}' USING (document) ORDER BY document")
    assert found[0] == ("d0", 2024, "„Добре“", True)
    (meta,) = ask(f"SELECT meta FROM 'TABLES/documents.{format}' LIMIT 1")
    assert json.loads(meta[0]) == {"note": 'a "b",\nc'}


def test_equal_rows_give_equal_bytes_however_they_were_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyarrow")
    monkeypatch.setattr(table_writer, "CHUNK", 4)
    monkeypatch.setattr(table_writer, "ROW_GROUP", 8)
    made = [rows(tell(f"d{number:02}", LUKASHENKO, "meets-with", TRUMP)) for number in range(21)]
    with table_writer.TableWriter(tmp_path / "one") as writer:
        for row in made:
            writer.write(row)
    with table_writer.TableWriter(tmp_path / "two") as writer:
        for name in TABLE_NAMES:
            writer.write({name: [row for document in made for row in document[name]]})
    for name in TABLE_NAMES:
        one, two = (tmp_path / folder / f"{name}.parquet" for folder in ("one", "two"))
        assert one.read_bytes() == two.read_bytes(), name


def test_order_and_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr(table_writer, "CHUNK", 4)
    monkeypatch.setattr(table_writer, "ROW_GROUP", 8)
    ids = [f"d{number:02}" for number in range(21)]
    with table_writer.TableWriter(tmp_path) as writer:
        for id in ids:
            writer.write(rows(tell(id, LUKASHENKO, "meets-with", TRUMP)))
    file = parquet.ParquetFile(tmp_path / "documents.parquet")
    assert file.metadata.num_row_groups == 3
    assert file.read().column("document").to_pylist() == ids


def test_a_broken_write_leaves_nothing(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    with pytest.raises(ZeroDivisionError), table_writer.TableWriter(tmp_path) as writer:
        writer.write(rows(DOCUMENT))
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="parquet or csv, not 'xlsx'"):
        table_writer.TableWriter(tmp_path, format="xlsx")


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    table_writer.schemas.cache_clear()
    with pytest.raises(MissingExtraError, match=r'pip install "bgpolitics-ner\[corpus\]"'):
        table_writer.TableWriter(tmp_path)
