"""How fast a corpus of a million triples answers, from Parquet on disk, the file system's cache warm.

    python benchmarks/query.py [--triples 1000000] [--folder DIR] [--threads 1]

The corpus is made by chance, the same every time: names and relation types as unequal as in news (Zipf),
twelve years, sources, near-copies. The tables stay in DIR where one is given. Times are the best of three,
CPU seconds of all threads (other work on the machine changes them little) and wall clock, each with opening
the tables; a query is what ``bgpolitics query`` and ``bgpolitics stats`` do. Behind that, the same for the
whole command, from the start of Python to its end, with as many threads as there are cores.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bgpolitics_ner.corpus import database
from bgpolitics_ner.corpus.query import query
from bgpolitics_ner.corpus.stats import stats
from bgpolitics_ner.corpus.table_writer import ROW_GROUP, schemas
from bgpolitics_ner.schema import load_schema

SEED = 11
PER_DOCUMENT = 4
FIRST_DAY, DAYS = np.datetime64("2014-01-01"), 12 * 365
GIVEN = ("Александър", "Румен", "Бойко", "Кирил", "Корнелия", "Ивайло", "Мария", "Петър", "Слави", "Анна")
SYLLABLES = ("бо", "ва", "ге", "ди", "зо", "ка", "ле", "ми", "но", "пе", "ра", "си", "то", "фи", "хо", "ча")
_NAME = ("name", "type", "link", "wikidata")
WORDS = ("президентът", "правителството", "заяви", "разговор", "мерки", "срещу", "подкрепи", "решението",
         "парламентът", "днес", "София", "министърът", "изборите", "бюджет", "закона", "преговори", "Брюксел",
         "според", "опозицията", "съюзници", "военна", "помощ", "санкции")  # fmt: skip


def draw(rng: Any, values: Sequence[Any], size: int, *, slope: float = 1.1) -> pa.Array:
    """Draw values, the first most often, as a dictionary column."""
    weights = 1 / np.arange(1, len(values) + 1) ** slope
    indices = np.searchsorted(np.cumsum(weights / weights.sum()), rng.random(size))
    indices = np.minimum(indices, len(values) - 1)
    return pa.DictionaryArray.from_arrays(pa.array(indices, pa.int32()), pa.array(values))


def make_names(count: int) -> list[dict[str, str | None]]:
    """Return people, and every fifth a country or organisation, with links and for some a Q-id."""
    rows: list[dict[str, str | None]] = [
        dict(zip(_NAME, row, strict=True))
        for row in (
            ("Александър Лукашенко", "PER", "PER-Alexander-Lukashenko", "Q2866"),
            ("Русия", "LOC", "GPE-Russia", "Q159"),
        )
    ]
    for i in range(len(rows), count):
        family = "".join(SYLLABLES[(i // 16**k) % 16] for k in range(4))
        named = f"{GIVEN[i % len(GIVEN)]} {family.capitalize()}ев" if i % 5 else f"{family.capitalize()}ия"
        kind = "PER" if i % 5 else "LOC"
        item = f"Q{100000 + i}" if i % 3 == 0 else None
        rows.append({"name": named, "type": kind, "link": f"{kind}-Name-{i}", "wikidata": item})
    return rows


def name_columns(names: list[dict[str, str | None]], chosen: pa.Array, side: str) -> dict[str, Any]:
    """Return name, type, link and Q-id of those chosen."""
    return {
        f"{side}_{key}": pa.DictionaryArray.from_arrays(chosen, pa.array([row[key] for row in names]))
        for key in _NAME
    }


def take_side(rng: Any, names: list[dict[str, str | None]], size: int, side: str) -> dict[str, Any]:
    """Return the columns of one side of the relations."""
    columns = name_columns(names, draw(rng, names, size).indices, side)
    number = "r1" if side == "subject" else "r2"
    return columns | {side: pa.repeat(number, size), f"{side}_mention": pa.repeat("m" + number[1], size)}


def make_corpus(folder: Path, triples: int) -> None:
    """Write the tables of a corpus with this many triples."""
    rng = np.random.default_rng(SEED)
    count = triples // PER_DOCUMENT
    ids = pa.array([f"news-{i:08d}" for i in range(count)])
    days = pa.array((FIRST_DAY + np.sort(rng.integers(0, DAYS, count))).astype("datetime64[D]"))
    copied = rng.random(count) < 0.15
    original = np.maximum(np.arange(count) - rng.integers(1, 50, count), 0)
    copy_of = ids.take(pa.array(original, pa.int32(), mask=~copied))
    documents: dict[str, Any] = {
        "document": ids, "date": days, "duplicate_of": copy_of, "language": pa.repeat("bg", count),
        "publisher": draw(rng, [f"site{i}.bg" for i in range(60)], count),
        **{key: pa.repeat(n, count) for key, n in (("words", 350), ("relations", 4), ("triples", 4))},
    }  # fmt: skip
    owner = pa.array(np.repeat(np.arange(count), PER_DOCUMENT), pa.int32())
    size = len(owner)
    names = make_names(30_000)
    quiet = pa.array(rng.random(size) < 0.8)
    said = pc.if_else(quiet, pa.scalar(None, pa.int32()), draw(rng, names, size).indices)
    sentences = [" ".join(rng.choice(WORDS, 14)) for _ in range(20_000)]
    text = [sentences[i % 20_000] + f" {i}." for i in range(size)]
    relations: dict[str, Any] = {
        "document": ids.take(owner), "date": days.take(owner),
        "relation": pa.array([f"x{i % PER_DOCUMENT + 1}" for i in range(size)]),
        "type": draw(rng, list(load_schema().relations), size, slope=0.8),
        **take_side(rng, names, size, "subject"), **take_side(rng, names, size, "object"),
        "factuality": draw(rng, ["asserted", "planned", "possible", "negated", "demanded"], size, slope=1.5),
        "hearsay": pa.repeat(False, size),
        **name_columns(names, said, "source"),
        "sentence": pa.array(text), "trigger": pa.repeat("среща", size),
        "confidence": pa.array(np.round(rng.uniform(0.4, 1, size), 3)),
    }  # fmt: skip
    triple_rows: dict[str, Any] = {
        "document": relations["document"], "date": relations["date"], "subject": relations["subject_name"],
        "predicate": relations["type"], "object": relations["object_name"],
        "factuality": relations["factuality"], "relations": relations["relation"],
        "count": pa.repeat(1, size),
    }  # fmt: skip
    filled = {"documents": documents, "relations": relations, "triples": triple_rows}
    for name, schema in schemas().items():
        columns = filled.get(name, {})
        rows = len(columns["document"]) if columns else 0
        arrays = [
            columns[f.name].cast(f.type) if f.name in columns else pa.nulls(rows, f.type) for f in schema
        ]
        table = pa.Table.from_arrays(arrays, schema=schema)
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd", row_group_size=ROW_GROUP)


QUERIES: dict[str, Callable[[Path], Any]] = {
    'query "meets-with" --subject Лукашенко --since 2024 --factuality asserted': lambda p: query(
        p, "meets-with", subject="Лукашенко", since="2024", factuality="asserted"
    ),
    "query --subject Русия": lambda p: query(p, subject="Русия"),
    "query --object Q2866": lambda p: query(p, object="Q2866"),
    "query --subject Lukashenko --source Русия": lambda p: query(p, subject="Lukashenko", source="Русия"),
    "query attacks": lambda p: query(p, "attacks"),
    "query (everything)": lambda p: query(p),
    "query --copies (everything)": lambda p: query(p, copies=True),
    "stats": lambda p: stats(p),
    "stats --since 2024": lambda p: stats(p, since="2024"),
    '--sql "select type, count(*) … group by type"': lambda p: database.run_sql(
        p, "select type, count(*) from relations group by type order by 2 desc"
    ),
    '--sql "… join documents … group by publisher, year"': lambda p: database.run_sql(
        p,
        "select publisher, year(date) as y, count(*) from relations join documents using (document, date) "
        "where duplicate_of is null group by all order by 3 desc limit 20",
    ),
}


def measure(folder: Path) -> dict[str, tuple[float, float]]:
    """Return the CPU seconds and the wall clock seconds of each query."""
    result = {}
    for name, ask in QUERIES.items():
        times = []
        for _ in range(3):
            start, cpu = time.perf_counter(), time.process_time()
            ask(folder)
            times.append((time.process_time() - cpu, time.perf_counter() - start))
        result[name] = (min(c for c, _ in times), min(w for _, w in times))
    return result


def measure_commands(folder: Path) -> dict[str, tuple[float, float]]:
    """Return the same of the whole commands."""
    result = {}
    for name in QUERIES:
        if "…" in name:  # shortened
            continue
        command, *options = shlex.split(name.replace("(everything)", ""))
        words = [sys.executable, "-c", "from bgpolitics_ner.cli import main; main()", command, str(folder)]
        times = []
        for _ in range(3):
            start, before = time.perf_counter(), os.times()
            subprocess.run([*words, *options], check=True, stdout=subprocess.DEVNULL)
            after = os.times()
            cpu = sum(after[2:4]) - sum(before[2:4])
            times.append((cpu, time.perf_counter() - start))
        result[name] = (min(c for c, _ in times), min(w for _, w in times))
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print JSON")
    args = parser.parse_args()
    database.THREADS = args.threads
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.folder or Path(temporary)
        if not (folder / "triples.parquet").exists():
            folder.mkdir(parents=True, exist_ok=True)
            make_corpus(folder, args.triples)
        times, whole = measure(folder), measure_commands(folder)
    if args.json:
        print(json.dumps({"query": times, "command": whole}, ensure_ascii=False))
        return
    print(
        f"{args.triples:,} triples, {args.threads} thread(s), seconds; load average {os.getloadavg()[0]:.1f}"
    )
    print("     query         command\n   CPU    wall     CPU    wall")
    for name, (cpu, wall) in times.items():
        command = "{:6.2f}  {:6.2f}".format(*whole[name]) if name in whole else " " * 14
        print(f"{cpu:6.2f}  {wall:6.2f}  {command}  {name}")


if __name__ == "__main__":
    main()
