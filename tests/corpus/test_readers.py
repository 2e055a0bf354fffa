"""Every kind of input, whole, compressed, damaged and strange."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bgpolitics_ner as bgp
from bgpolitics_ner.corpus import readers
from bgpolitics_ner.corpus.files import Listing, Meter, digest_inputs
from bgpolitics_ner.corpus.readers import check_sources, read_sources
from bgpolitics_ner.corpus.records import Columns, Item, Record, Unreadable

ROWS = [
    {"id": "a", "text": "Първи ред,\nс нов ред и „кавички“.", "date": "2024-05-01", "site": "БТА"},
    {"id": "b", "text": 'Втори; "друг" текст\tс табулация', "date": "2024-05-02", "site": "БНР"},
]
TEI = """<?xml version="1.0"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:id="day"><teiHeader><fileDesc>
<titleStmt><title>Заседание</title></titleStmt>
<publicationStmt><date when="2021-01-01"/></publicationStmt>
<sourceDesc><bibl><date when="2014-10-29"/></bibl></sourceDesc></fileDesc></teiHeader>
<text><body><div>%s</div></body></text></TEI>"""


def read(*inputs: Path | str, format: str | None = None, **columns: str) -> list[Item]:
    return list(read_sources(Listing([str(name) for name in inputs], format), Columns(**columns)))


def records(*inputs: Path | str, format: str | None = None, **columns: str) -> list[Record]:
    items = read(*inputs, format=format, **columns)
    assert all(isinstance(item, Record) for item in items), items
    return items  # type: ignore[return-value]


def pack(data: bytes, compression: str) -> bytes:
    if compression == ".gz":
        return gzip.compress(data)
    if compression == ".zst":
        compressor = pytest.importorskip("zstandard").ZstdCompressor()
        half = len(data) // 2  # two frames, as where files were joined
        return compressor.compress(data[:half]) + compressor.compress(data[half:])
    return data


def to_jsonl(rows: Sequence[dict[str, str]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def to_csv(rows: Sequence[dict[str, str]], separator: str = ",") -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(rows[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


MAKERS: dict[str, Callable[[Sequence[dict[str, str]]], bytes]] = {
    ".jsonl": to_jsonl,
    ".ndjson": to_jsonl,
    ".csv": to_csv,
    ".tsv": lambda rows: to_csv(rows, "\t"),
}


@pytest.mark.parametrize("compression", ["", ".gz", ".zst"])
@pytest.mark.parametrize("ending", MAKERS)
def test_tables(ending: str, compression: str, tmp_path: Path) -> None:
    path = tmp_path / f"rows{ending}{compression}"
    path.write_bytes(pack(MAKERS[ending](ROWS), compression))
    found = records(path)
    assert [(r.id, r.text, r.date, r.meta) for r in found] == [
        (row["id"], row["text"], row["date"], {"site": row["site"]}) for row in ROWS
    ]


def test_parquet(tmp_path: Path) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    import datetime

    columns = {
        "docid": [7, 8],
        "body": ["Първи", None],
        "published_at": [datetime.datetime(2024, 5, 1, 23), None],
        "tags": [["а", "б"], []],
    }
    pq.write_table(pa.table(columns), tmp_path / "rows.parquet", row_group_size=1)
    first, second = records(tmp_path / "rows.parquet")
    assert (first.id, first.text, first.date, first.meta) == (
        "7",
        "Първи",
        "2024-05-01",
        {"tags": ["а", "б"]},
    )
    assert (second.id, second.text, second.date) == ("8", "", None)


@pytest.mark.parametrize("compression", ["", ".gz", ".zst"])
def test_a_folder_of_texts_is_read_by_name(compression: str, tmp_path: Path) -> None:
    for name in ("2024/б", "2024/а", "2023/в", "10", "9"):
        path = tmp_path / f"{name}.txt{compression}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(pack(f"\ufeffТекст {name}\r\n".encode(), compression))
    (tmp_path / ".hidden.txt").write_text("не")
    (tmp_path / "notes.doc").write_text("не")
    found = records(tmp_path)
    assert [r.id for r in found] == ["10", "2023/в", "2024/а", "2024/б", "9"]
    assert found[0].text == "Текст 10\r\n"
    listing = Listing([str(tmp_path)])
    assert len(list(listing)) == 5 and listing.skipped == 1


def test_patterns_and_single_files(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c/d.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    assert [r.id for r in records(f"{tmp_path}/*.txt")] == ["a", "b"]
    assert [r.id for r in records(f"{tmp_path}/**/*.txt")] == ["a", "b", "c/d"]
    assert [r.id for r in records(tmp_path / "c" / "d.txt", tmp_path / "a.txt")] == ["d", "a"]


def test_blocks_are_separated_by_empty_lines(tmp_path: Path) -> None:
    (tmp_path / "dump.txt").write_text("Първи\nред\n\n\n  \nВтори\r\n\r\nТрети", encoding="utf-8", newline="")
    found = records(tmp_path / "dump.txt", format="blocks")
    assert [(r.id, r.text) for r in found] == [
        ("dump.txt#1", "Първи\nред"),
        ("dump.txt#2", "Втори"),
        ("dump.txt#3", "Трети"),
    ]
    assert found[1].place.endswith("dump.txt:6")


# TEI


def test_tei_utterances_are_put_together_from_words(tmp_path: Path) -> None:
    words = """<note>Шум</note><u who="#Иванов" xml:id="day.u1"><seg><s><w>Налице</w> <w>е</w>
      <w join="right">кворум</w><pc>,</pc>
      <name type="PER"><w>Иван</w> <w join="right">Петров</w></name><pc>.</pc></s>
      <s><w join="right">Да</w><pc>!</pc></s></seg>
      <kinesic><desc>Звъни.</desc></kinesic><seg>Втора част
      на речта.</seg></u><u who="#Петров"><seg>Не.</seg></u>"""
    (tmp_path / "day.xml").write_text(TEI % words, encoding="utf-8")
    first, second = records(tmp_path / "day.xml")
    assert first.text == "Налице е кворум, Иван Петров. Да!\n\nВтора част на речта."
    assert (first.id, first.date) == ("day.u1", "2014-10-29")
    assert first.meta == {"title": "Заседание", "speaker": "Иванов"}
    assert (second.id, second.text) == ("day#2", "Не.")


def test_tei_without_utterances_is_one_text(tmp_path: Path) -> None:
    body = "<head>Заглавие</head><p>Първи <hi>важен</hi> абзац<note>бележка</note>.</p><p>Втори.</p>"
    (tmp_path / "a.tei").write_text(TEI % body, encoding="utf-8")
    (record,) = records(tmp_path / "a.tei")
    assert (record.id, record.text) == ("day#1", "Заглавие\n\nПърви важен абзац.\n\nВтори.")


def test_broken_tei_gives_what_stands_before(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text((TEI % "<u><seg>Да.</seg></u><u>")[:-26], encoding="utf-8")
    (tmp_path / "b.xml").write_text("<html><p>Не е TEI</p></html>", encoding="utf-8")
    good, cut, other = read(tmp_path)
    assert isinstance(good, Record) and good.text == "Да."
    assert isinstance(cut, Unreadable) and "not XML" in cut.reason
    assert isinstance(other, Unreadable) and "no <u> and no <text>" in other.reason


# Web dumps


def warc(kind: str, body: bytes, **fields: str) -> bytes:
    head = {"WARC-Type": kind, **{key.replace("_", "-"): value for key, value in fields.items()}}
    lines = "".join(f"{key}: {value}\r\n" for key, value in head.items())
    return f"WARC/1.0\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body + b"\r\n\r\n"


def test_web_dumps(tmp_path: Path) -> None:
    text = "Заглавие\nТекст на страницата.".encode()
    parts = [
        warc("warcinfo", b"software: x"),
        warc("conversion", text, WARC_Target_URI="https://bta.bg/1", WARC_Date="2024-05-01T10:00:00Z",
             WARC_Record_ID="<urn:uuid:1>", Content_Type="text/plain"),
        warc("response", b"<html>", WARC_Target_URI="https://bta.bg/2", Content_Type="application/http"),
    ]  # fmt: skip
    path = tmp_path / "crawl.warc.wet.gz"
    path.write_bytes(b"".join(map(gzip.compress, parts)))
    page, response = read(path)
    assert isinstance(page, Record)
    assert (page.id, page.text, page.date) == ("urn:uuid:1", text.decode(), "2024-05-01")
    assert page.meta == {"url": "https://bta.bg/1"}
    assert isinstance(response, Unreadable) and "extract its text first" in response.reason


# What cannot be read


def test_a_line_that_cannot_be_read_costs_no_other(tmp_path: Path) -> None:
    lines = [b'{"text": "a"}', b"{no", b'{"text": "\xff"}', b"[1]", b'{"id": 5, "title": "t"}',
             b'{"id": "x", "text": 7}', b'{"text": "\\ud800"}', b"", b'{"text": "z"}']  # fmt: skip
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines))
    items = read(tmp_path / "a.jsonl")
    assert [(item.id, isinstance(item, Record)) for item in items] == [
        ("a.jsonl#1", True), ("a.jsonl#2", False), ("a.jsonl#3", False), ("a.jsonl#4", False), ("5", False),
        ("x", False), ("a.jsonl#7", False), ("a.jsonl#9", True),
    ]  # fmt: skip
    reasons = [item.reason for item in items if isinstance(item, Unreadable)]
    expected = (
        "not usable JSON",
        "not UTF-8",
        "not a JSON object",
        "no column 'text'",
        "not a string",
        "not UTF-8",
    )
    assert all(part in reason for part, reason in zip(expected, reasons, strict=True)), reasons


def test_rows_of_csv_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"id;text\n1;\xd0\x90\n2\n3;\xff\n4;x;y\n\n5;\xd0\x91\n")
    items = read(tmp_path / "a.csv")
    assert [(item.id, isinstance(item, Record)) for item in items] == [
        ("1", True), ("a.csv#2", False), ("3", False), ("a.csv#4", False), ("5", True),
    ]  # fmt: skip


@pytest.mark.parametrize("compression", [".gz", ".zst"])
def test_a_file_that_is_cut_off_is_told(compression: str, tmp_path: Path) -> None:
    data = to_jsonl([{"id": str(i), "text": f"{i * 7919} {i * 104729}"} for i in range(20_000)])
    packed = gzip.compress(data) if compression == ".gz" else None
    if packed is None:
        packed = pytest.importorskip("zstandard").ZstdCompressor().compress(data)
    (tmp_path / f"a.jsonl{compression}").write_bytes(packed[: len(packed) // 2])
    (tmp_path / "b.jsonl").write_bytes(to_jsonl(ROWS))
    items = read(tmp_path)
    bad = [item for item in items if isinstance(item, Unreadable)]
    assert 0 < len(bad) <= 2 and any("cut off" in item.reason for item in bad)
    assert [item.id for item in items[-2:]] == ["a", "b"]


def test_texts_in_other_encodings_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Текст".encode("cp1251"))
    (tmp_path / "b.txt").write_bytes(b"%PDF-1.4")
    first, second = read(tmp_path)
    assert isinstance(first, Unreadable) and "WINDOWS-1251" in first.reason
    assert isinstance(second, Unreadable) and "PDF" in second.reason


def test_a_record_without_end_is_not_kept_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "MAX_BYTES", 100)
    long = {"id": "long", "text": "x" * 1000}
    (tmp_path / "a.jsonl").write_bytes(to_jsonl([{"id": "a", "text": "а"}, long, {"id": "c", "text": "в"}]))
    (tmp_path / "b.txt").write_text("y" * 101)
    (tmp_path / "c.txt").write_text("а\n\n" + "x" * 500 + "\nб\n\nв")
    items = read(tmp_path / "a.jsonl", tmp_path / "b.txt")
    assert [(item.id, isinstance(item, Record)) for item in items] == [
        ("a", True), ("a.jsonl#2", False), ("c", True), ("b", False),
    ]  # fmt: skip
    kinds = [isinstance(item, Record) for item in read(tmp_path / "c.txt", format="blocks")]
    assert kinds == [True, False, True]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "a.csv",
            "nr,story\n1,x\n",
            r"which column is the text\? Name it: --text-column; there are: nr, story",
        ),
        ("a.jsonl", '{"story": "x"}\n', "which column is the text"),
        ("a.json", '[{"text": "x"}]', r"a JSON array; make JSON Lines of it: jq"),
        ("a.parquet", "no", "not usable as Parquet"),
    ],
)
def test_files_without_a_text_are_refused_at_once(
    name: str, content: str, message: str, tmp_path: Path
) -> None:
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    (tmp_path / name).write_text(content)
    with pytest.raises(bgp.InputError, match=message):
        check_sources(Listing([str(tmp_path / name)]), Columns())


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ([], "no input"),
        (["missing.txt"], "no such file or folder"),
        (["*.none"], "no file to read in it"),
        (["a.doc"], "what format is it"),
        (["a.txt", "a.txt"], "named twice"),
    ],
)
def test_unusable_inputs_are_named(
    inputs: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.doc", "a.txt"):
        Path(name).touch()
    with pytest.raises(bgp.InputError, match=message):
        list(Listing(inputs))


# Digest, meter


def test_the_digest_changes_with_every_byte_name_and_order(tmp_path: Path) -> None:
    def digest(**files: str) -> str:
        for path in tmp_path.iterdir():
            path.unlink()
        for name, content in files.items():
            (tmp_path / f"{name}.txt").write_text(content)
        return digest_inputs(Listing([str(tmp_path)])).value

    same = digest(a="1", b="2")
    assert digest(a="1", b="2") == same
    assert len({same, digest(a="1", b="3"), digest(a="1", c="2"), digest(a="12", b=""), digest(a="1")}) == 5
    assert digest_inputs(Listing([str(tmp_path)])).bytes == 1


@pytest.mark.parametrize("compression", ["", ".gz"])
def test_the_meter_ends_at_the_size_of_the_files(compression: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.jsonl{compression}"
    path.write_bytes(pack(to_jsonl(ROWS), compression))
    meter = Meter()
    list(read_sources(Listing([str(path)]), Columns(), meter))
    assert meter.bytes == path.stat().st_size


names = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=20)


@given(st.lists(st.tuples(names, names), max_size=8), st.sampled_from([",", "\t"]))
def test_any_table_is_read_as_it_was_written(
    tmp_path_factory: Any, rows: list[tuple[str, str]], separator: str
) -> None:
    path = tmp_path_factory.mktemp("csv") / ("a.csv" if separator == "," else "a.tsv")
    table = [{"id": f"k{i}{a}", "text": b} for i, (a, b) in enumerate(rows)]
    path.write_bytes(to_csv(table or [{"id": "", "text": ""}], separator))
    found = records(path)
    assert [(r.id, r.text) for r in found][: len(table)] == [(row["id"], row["text"]) for row in table]
