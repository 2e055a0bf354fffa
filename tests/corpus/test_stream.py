"""Numbering, chunks and ids: the same for the same input, each id once, nothing lost or out of order."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bgpolitics_ner as bgp
from bgpolitics_ner.corpus.processor import Kept
from bgpolitics_ner.corpus.records import Columns, Item, Record, Unreadable, make_record, read_date
from bgpolitics_ner.corpus.stream import ChunkSize, keep_annotated, make_chunks, with_unique_ids

ids = st.one_of(st.sampled_from(["x", "x#2", "x#3", "y"]), st.text(max_size=3))
items = st.builds(
    lambda id, text: Record(id, text) if text else Unreadable(id, "", "no"), ids, st.text(max_size=30)
)


@given(st.lists(items, max_size=40))
def test_ids_are_made_unique_and_stay_where_they_can(records: list[Item]) -> None:
    found = list(with_unique_ids(records))
    assert [getattr(item, "text", None) for item in found] == [
        getattr(item, "text", None) for item in records
    ]
    assert len({item.id for item in found}) == len(records)
    assert found == list(with_unique_ids(records))
    seen: set[str] = set()
    for before, after in zip(records, found, strict=True):
        if before.id not in seen:
            assert after == before
        elif isinstance(after, Record):
            assert after.meta["original_id"] == before.id and after.id.startswith(before.id + "#")
        seen.add(after.id)


@given(st.lists(items, max_size=40), st.integers(1, 7), st.integers(1, 60))
def test_chunks_are_the_records_in_order(records: list[Item], texts: int, characters: int) -> None:
    chunks = list(make_chunks(records, ChunkSize(texts, characters), lambda: 0))
    assert [item for chunk in chunks for item in chunk.work] == records
    assert [chunk.number for chunk in chunks] == list(range(len(chunks)))
    firsts = [0]
    for chunk in chunks:
        assert chunk.first == firsts[-1] and 0 < len(chunk.work) <= texts
        assert sum(len(getattr(item, "text", "")) for item in chunk.work[:-1]) < characters
        firsts.append(chunk.first + len(chunk.work))


def test_the_digest_of_a_chunk_is_that_of_its_records() -> None:
    def digest(*records: Item) -> bytes:
        (chunk,) = make_chunks(records, ChunkSize(), lambda: 0)
        return chunk.digest

    record = Record("a", "Текст", "2024-05-01", {"k": [1]})
    assert digest(record) == digest(Record("a", "Текст", "2024-05-01", {"k": [1]}, place="elsewhere"))
    others = [Record("b", "Текст"), Record("a", "Текст."), Record("a", "Текст"), Unreadable("a", "", "no")]
    assert len({digest(record), *map(digest, others), digest(record, record)}) == 6


def test_annotated_documents_take_the_place_of_their_records() -> None:
    records = [Record(name, "т") for name in "abcd"]
    lines = [json.dumps({"id": name}).encode() for name in "acd"]
    chunks = make_chunks(records, ChunkSize(3), lambda: 0)
    work = [item for chunk in keep_annotated(chunks, {1}, lines) for item in chunk.work]
    assert work == [Kept(lines[0]), records[1], Kept(lines[1]), Kept(lines[2])]
    chunks = make_chunks(records, ChunkSize(3), lambda: 0)
    with pytest.raises(bgp.OutputError, match="does not have 'b' in its place"):
        list(keep_annotated(chunks, {0}, lines))


# Records


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2025-12-18", ("2025-12-18", None)),
        ("2025-12-18T10:00:00+02:00", ("2025-12-18", None)),
        ("18.12.2025", ("2025-12-18", None)),
        ("8.2.2025 г., 10:00", ("2025-02-08", None)),
        ("31.02.2025", (None, "31.02.2025")),
        ("вчера", (None, "вчера")),
        (1734500000, (None, "1734500000")),
        ("", (None, None)),
        (None, (None, None)),
        (float("nan"), (None, None)),
    ],
)
def test_dates(value: object, expected: tuple[str | None, str | None]) -> None:
    assert read_date(value) == expected


def record_of(row: dict[str, object], **columns: str) -> Item:
    return make_record(row, Columns(**columns), place="f:1", fallback="f#1")


def test_columns_are_guessed_by_their_names() -> None:
    row = {"Body": "т", "Published-At": "2024-05-01", "URL": "u", "n": 1.5, "none": None}
    assert record_of(row) == Record("f#1", "т", "2024-05-01", {"URL": "u", "n": 1.5}, "f:1")
    assert record_of({"text": "т", "body": "б"}) == Record("f#1", "т", None, {"body": "б"}, "f:1")


def test_named_columns_win() -> None:
    row = {"id": "1", "text": "т", "lead": "л", "nr": 7, "day": "вчера"}
    found = record_of(row, text="lead", id="nr", date="day")
    assert found == Record("7", "л", None, {"id": "1", "text": "т", "original_date": "вчера"}, "f:1")


def test_columns_named_like_notes_of_the_run_are_renamed() -> None:
    row = {"text": "т", "language": "bg", "meta": {"site": "e", "problem": "p"}}
    assert record_of(row).meta == {"source_language": "bg", "site": "e", "source_problem": "p"}


def test_a_document_of_an_output_is_read_without_its_annotation() -> None:
    meta = {"site": "e", "language": "bg", "duplicate_of": "b"}
    row = {"schema": 2, "id": "a", "text": "т", "date": None, "meta": meta, "entities": [], "triples": None}
    assert record_of(row) == Record("a", "т", None, {"site": "e"}, "f:1")
