"""Questions to a corpus: names in any spelling, both sides of symmetric relations, copies, dates, sources."""

from __future__ import annotations

import gzip
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tables_examples import LUKASHENKO, TRUMP, tell, tell_corpus, write_tables

from bgpolitics_ner.corpus import query
from bgpolitics_ner.corpus.query import QueryResult
from bgpolitics_ner.corpus.selection import read_period
from bgpolitics_ner.errors import InputError

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tables(tmp_path_factory.mktemp("tables"))


def told(result: QueryResult) -> list[tuple[str, str, str, int]]:
    return [(t.subject, t.relation, t.object, t.count) for t in result.triples]


MEETING = ("Александър Лукашенко", "meets-with", "Доналд Тръмп", 2)
CRITICISM = ("Лукашенко", "criticizes", "негови критици", 1)
SUPPORT = ("Единна Русия", "supports", "Русия", 1)


def test_all_triples_the_most_frequent_first(tables: Path) -> None:
    result = query(tables)
    assert told(result) == [MEETING, SUPPORT, CRITICISM]
    assert (result.found, result.relations, result.unknown) == (3, 4, ())


def test_limit_says_how_many_there_are(tables: Path) -> None:
    result = query(tables, limit=1)
    assert (told(result), result.found, result.relations) == ([MEETING], 3, 4)


def test_a_triple_carries_counts_sources_dates_and_a_sentence(tables: Path) -> None:
    (triple,) = query(tables, "meets-with", examples=1).triples
    assert (triple.documents, dict(triple.factuality), dict(triple.sources)) == (
        2,
        {"asserted": 2},
        {"Русия": 1},
    )
    assert dict(triple.publishers) == {"БТА": 1, "бта": 1}
    assert (triple.first, triple.last) == (date(2024, 5, 6), date(2024, 7, 1))
    (example,) = triple.examples
    assert (example.document, example.source, example.confidence) == ("d3", "Русия", 0.9)
    assert example.sentence == "Доналд Тръмп среща вчера Лукашенко."


def test_copies_count_only_when_asked_for(tables: Path) -> None:
    assert query(tables, "meets-with", copies=True).triples[0].count == 3
    assert dict(query(tables, "meets-with", copies=True).triples[0].publishers)["Дневник"] == 1


@pytest.mark.parametrize(
    "name",
    [
        "Лукашенко", "лукашенко", "Александър Лукашенко", "АЛЕКСАНДЪР ЛУКАШЕНКО", "Lukashenko",
        "Alexander Lukashenko", "PER-Alexander-Lukashenko", "Q2866", " Лукашенко ",
    ],
)  # fmt: skip
def test_a_name_in_any_spelling(tables: Path, name: str) -> None:
    assert told(query(tables, subject=name)) == [MEETING, CRITICISM]


@pytest.mark.parametrize(
    "name", ["Александър", "Иван Лукашенко", "лук", "Q286", "'; DROP TABLE relations; --", "…"]
)
def test_who_is_not_called_so_is_not_found(tables: Path, name: str) -> None:
    result = query(tables, subject=name)
    assert (result.triples, result.unknown) == ((), (name,))


def test_only_people_are_found_by_the_last_word(tables: Path) -> None:
    assert told(query(tables, object="Русия")) == [SUPPORT]
    assert told(query(tables, subject="Русия")) == [], "„Единна Русия“ is a party"


def test_a_symmetric_relation_is_found_from_both_sides(tables: Path) -> None:
    turned = ("Доналд Тръмп", "meets-with", "Александър Лукашенко", 2)
    assert told(query(tables, subject="Тръмп")) == [turned]
    assert told(query(tables, object="Тръмп")) == [MEETING]
    assert told(query(tables, subject="Тръмп", object="Лукашенко")) == [turned]
    assert told(query(tables, subject="Тръмп", object="Тръмп")) == []
    assert told(query(tables, object="Лукашенко")) == [turned], "to criticise is not symmetric"


def test_dates_include_both_ends_and_leave_out_what_has_none(tables: Path) -> None:
    assert told(query(tables, since="2024")) == [MEETING]
    assert told(query(tables, until="2023")) == [CRITICISM]
    assert query(tables, since="2024-05-06", until="2024-05").relations == 1
    assert query(tables, since="2024-05-07", until="2024-06-30").relations == 0


def test_factuality_source_and_publisher(tables: Path) -> None:
    assert told(query(tables, factuality="possible")) == [CRITICISM]
    assert told(query(tables, factuality=["possible", "planned"])) == [SUPPORT, CRITICISM]
    assert [triple.count for triple in query(tables, source="Русия").triples] == [1]
    assert query(tables, publisher="бта").relations == 2


def test_the_brief_question(tables: Path) -> None:
    result = query(tables, "meets-with", subject="Лукашенко", since="2024", factuality="asserted")
    assert told(result) == [MEETING]


def test_a_relation_may_be_named_in_bulgarian(tables: Path) -> None:
    assert told(query(tables, "среща се с")) == [MEETING]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"relation": "meet-with"}, "no relation type 'meet-with'; did you mean meets-with"),
        ({"relation": "xyzzy"}, "there are: "),
        ({"factuality": "true"}, "one of asserted, negated"),
        ({"since": "last year"}, "write 2024, 2024-03 or 2024-03-15"),
        ({"since": "2024-02-30"}, "is no date"),
        ({"since": "2025", "until": "2024"}, "since 2025 is after until 2024"),
    ],
)
def test_a_question_that_makes_no_sense_is_told(tables: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        query(tables, **options)


def test_periods() -> None:
    assert read_period("2024") == (date(2024, 1, 1), date(2024, 12, 31))
    assert read_period("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
    assert read_period("2024-02-03") == (date(2024, 2, 3),) * 2


def test_types_of_your_own_are_found(tmp_path: Path) -> None:
    folder = write_tables(tmp_path, documents=[tell("d", LUKASHENKO, "awards", TRUMP)])
    assert query(folder, "awards").relations == 1


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
def test_the_output_of_a_batch_answers_like_its_tables(tables: Path, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    data = "".join(document.to_json() + "\n" for document in tell_corpus()).encode()
    path.write_bytes(gzip.compress(data) if suffix.endswith(".gz") else data)
    assert query(path) == query(tables)


def test_csv_tables_and_folders_of_files_answer_alike(tables: Path, tmp_path: Path) -> None:
    assert query(write_tables(tmp_path / "csv", format="csv"), examples=3) == query(tables, examples=3)
    parts = tmp_path / "parts"
    for number, document in enumerate(tell_corpus()):
        written = write_tables(tmp_path / f"{number}", documents=[document])
        for file in written.iterdir():
            (parts / file.stem).mkdir(parents=True, exist_ok=True)
            shutil.move(file, parts / file.stem / f"part-{number}.parquet")
    assert query(parts) == query(tables)


def test_a_folder_without_tables_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no table documents and no table relations"):
        query(tmp_path)
    with pytest.raises(InputError, match="no such file"):
        query(tmp_path / "missing")


def test_nothing_told_is_no_error(tmp_path: Path) -> None:
    assert query(write_tables(tmp_path, documents=[])) == QueryResult((), 0, 0)
