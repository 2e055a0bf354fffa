"""The numbers of a corpus."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tables_examples import write_tables

from bgpolitics_ner.corpus import stats
from bgpolitics_ner.corpus.stats import Month, Publisher
from bgpolitics_ner.errors import InputError

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tables(tmp_path_factory.mktemp("tables"))


def test_who_what_how_often(tables: Path) -> None:
    result = stats(tables)
    assert (result.documents, result.duplicates, result.relations, result.triples) == (6, 1, 4, 4)
    assert (result.first, result.last) == (date(2023, 12, 31), date(2024, 7, 1))
    assert dict(result.languages) == {"bg": 4, "mk": 1} and dict(result.problems) == {"language": 1}
    assert dict(result.types) == {"meets-with": 2, "criticizes": 1, "supports": 1}
    assert dict(result.factuality) == {"asserted": 2, "planned": 1, "possible": 1}
    assert dict(result.sources) == {"Русия": 1}


def test_spellings_of_one_person_count_together(tables: Path) -> None:
    assert next(iter(stats(tables).subjects.items())) == ("Лукашенко", 2)
    assert next(iter(stats(tables, copies=True).subjects.items())) == ("Александър Лукашенко", 3)


def test_over_time_and_by_publisher(tables: Path) -> None:
    result = stats(tables)
    assert result.months == (
        Month("2023-12", 1, 1),
        Month("2024-01", 1, 0),
        Month("2024-05", 1, 1),
        Month("2024-07", 1, 1),
    )
    assert set(result.publishers) == {Publisher("БТА", 1, 1), Publisher("бта", 1, 1)}


def test_a_part_of_the_corpus(tables: Path) -> None:
    result = stats(tables, since="2024-05", publisher="Бта")
    assert (result.documents, result.relations, dict(result.types)) == (2, 2, {"meets-with": 2})
    assert (
        list(stats(tables, limit=1).objects) == ["Доналд Тръмп"] or len(stats(tables, limit=1).objects) == 1
    )


def test_an_empty_corpus(tmp_path: Path) -> None:
    result = stats(write_tables(tmp_path, documents=[]))
    assert (result.documents, result.relations, result.first, result.months) == (0, 0, None, ())


def test_dates_are_checked(tables: Path) -> None:
    with pytest.raises(InputError, match="is no date"):
        stats(tables, since="yesterday")
