"""The user's knowledge base and the gazetteers."""

from __future__ import annotations

from pathlib import Path

import pytest

import bgpolitics_ner as bgp
from bgpolitics_ner.errors import InputError
from bgpolitics_ner.referents.kb import Entry, Gazetteer, NameTable, load_gazetteer, names_lines, read_entries

GOOD = '{"id": "PER-Ivan-Vazov", "type": "PER", "names": ["Иван Вазов", "Вазов"], "wikidata": "Q313747"}'


def test_reading_entries(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(f"\n{GOOD}\n", encoding="utf-8")
    assert read_entries(path) == [
        Entry(id="PER-Ivan-Vazov", type="PER", names=["Иван Вазов", "Вазов"], wikidata="Q313747")
    ]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "JSON"),
        ('{"id": "X", "type": "PER"}', "names"),
        ('{"id": "X", "type": "CAT", "names": ["Мачо"]}', "type"),
        ('{"id": "with space", "type": "PER", "names": ["Мачо"]}', "id"),
        ('{"id": "X", "type": "PER", "names": []}', "names"),
        ('{"id": "X", "type": "PER", "names": ["–"]}', "names.0"),
        ('{"id": "X", "type": "PER", "names": ["Мачо"], "wikidata": "313747"}', "wikidata"),
        ('{"id": "X", "type": "PER", "names": ["Мачо"], "age": 3}', "age"),
    ],
)
def test_an_unusable_line_is_named(tmp_path: Path, line: str, what: str) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(f"{GOOD}\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=rf"mine\.jsonl:2: .*{what}"):
        read_entries(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.jsonl"):
        read_entries(tmp_path / "none.jsonl")


def test_the_gazetteer_of_names_is_well_formed() -> None:
    for line in names_lines():
        kind, id, names, item, source = line.split("\t")
        assert kind in ("PER", "LOC", "ORG") and source, line
        assert id.partition("-")[0] in ("PER", "LOC", "GPE", "ORG") and " " not in id, line
        assert all(name.strip() for name in names.split("|")), line
        assert not item or (item[0] == "Q" and item[1:].isdigit()), line


def test_names_of_places_and_states() -> None:
    gazetteer = load_gazetteer()
    assert gazetteer.names["LOC"]["стара загора"] == "GPE-Stara-Zagora"
    assert gazetteer.find_state("LOC", "украйна") == "GPE-Ukraine"
    assert gazetteer.find_state("PER", "украинец") == "GPE-Ukraine"
    assert gazetteer.find_state("ORG", "украйна") is None


def test_items_come_from_the_file_only() -> None:
    gazetteer = Gazetteer(["LOC\tGPE-A\tА\tQ1\tx", "LOC\tGPE-B\tБ\t\tx"], [])
    assert gazetteer.items == {"GPE-A": "Q1"}


def test_a_table_comes_back_from_its_values() -> None:
    table = NameTable()
    table.add("PER", "PER-Ivan-Vazov", "Иван Вазов")
    again = NameTable(table.to_dict())
    assert again.exact == {"PER": {"иван вазов": "PER-Ivan-Vazov"}}
    assert again.romanised == {"PER": {"ivan vazov": "PER-Ivan-Vazov"}}


@pytest.mark.slow
def test_the_annotator_links_by_the_users_entries(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(f"{GOOD}\n", encoding="utf-8")
    document = bgp.load(kb=path)("Иван Вазов пристигна в София. Вазов се срещна с кмета на града.")
    links = {r.link: r.wikidata for r in document.referents or ()}
    assert links.get("PER-Ivan-Vazov") == "Q313747"
    path.write_text("{}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"mine\.jsonl:1"):
        bgp.load(kb=path)
