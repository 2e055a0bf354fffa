"""How fast a corpus is annotated: alone, in two processes, over time, and beside spaCy, Stanza and CLASSLA.

    python benchmarks/corpus.py DATA [--parts others,scaling,memory] [--model MODEL] [--texts 200] [--runs 3]
        [--python stanza=PYTHON --python classla=PYTHON] [--documents 50000] [--models FOLDER]

The texts are news articles cut from the files in DATA/raw that hold lines of running text. A word is what
stands between white space.

others   All packages annotate the same texts, each with its own call for many texts, in a process of its own
         with one thread; the runs alternate. Times are CPU seconds, best of the runs, without loading. Their
         models are of the usual size and hardly trained (`usual_models.py`).
scaling  `annotate_corpus` with one process and with two, alternating, on the clock, from the first chunk that
         is done to the last: so without loading. Wants a machine that does nothing else. And the CPU time of
         a whole run beyond that of the bare pipeline (`nlp.pipe`) on the same texts.
memory   What a worker holds in memory (Linux only) while it annotates different texts of 20 to 40 words, cut
         from all of DATA/raw and DATA/slavicner; plotted to results/memory.svg.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from itertools import chain, cycle, islice
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
SOURCES = ("semeval2025_t10.txt", "slavic_persuasion.txt", "ntrex.txt")
OTHERS = ("ours", "spacy", "stanza", "stanza-fast", "classla")
DOES = {
    "ours": "the whole pipeline: entities, referents, relations, JSON",
    "spacy": "tagger, morphologizer, parser, lemmatizer, ner; usual size (96 x 4, vectors), hardly trained",
    "stanza": "tokenize, pos, lemma, depparse, ner; pos, depparse and ner with charlm, as its default "
    "package; usual size, hardly trained",
    "stanza-fast": "the same without charlm, as its package default_fast; usual size, hardly trained",
    "classla": "tokenize, pos, lemma, depparse; usual size, hardly trained",
}
TARGETS = {"stanza": 8.0}
WORDS = 350  # of an article
FIRST = 1000  # documents after which memory is to stay as it is


def read_articles(raw: Path, count: int) -> list[str]:
    """Return so many texts of about 350 words, made of lines that stand together."""
    if raw.suffix == ".txt" or not any((raw / name).exists() for name in SOURCES):
        files = [raw] if raw.is_file() else sorted(raw.glob("*.txt"))
        found = [path.read_text(encoding="utf-8") for path in files]
    else:
        found = [text for name in SOURCES if (raw / name).exists() for text in _cut(raw / name)]
    if not found:
        sys.exit(f"no texts in {raw}")
    return list(islice(cycle(found), count))


def _cut(path: Path) -> Iterator[str]:
    lines: list[str] = []
    words = 0
    with path.open(encoding="utf-8", errors="replace") as stream:
        for line in stream:
            lines.append(line.strip())
            words += len(line.split())
            if words >= WORDS:
                yield "\n".join(lines)
                lines, words = [], 0


def count_words(texts: list[str]) -> int:
    """Return how many words there are."""
    return sum(len(text.split()) for text in texts)


# One package in this process


def measure(task: dict[str, Any]) -> dict[str, Any]:
    """Annotate the texts of a task with one package; return CPU seconds."""
    texts = json.loads(Path(task["texts"]).read_text(encoding="utf-8"))
    try:
        annotate = PACKAGES[task["package"].partition("-")[0]](task)
    except ModuleNotFoundError as error:
        return {"missing": str(error)}
    annotate(texts[:2])
    start, wall = time.process_time(), time.perf_counter()
    annotate(texts)
    return {"seconds": time.process_time() - start, "wall": time.perf_counter() - wall}


def _ours(task: dict[str, Any]) -> Any:
    from bgpolitics_ner import load

    annotator = load(task["model"])
    return lambda texts: [document.to_json() for document in annotator.pipe(texts)]


def _bare(task: dict[str, Any]) -> Any:
    from bgpolitics_ner import load

    nlp = load(task["model"]).nlp
    return lambda texts: sum(len(doc) for doc in nlp.pipe(texts))


def _spacy(task: dict[str, Any]) -> Any:
    import spacy
    from usual_models import make

    nlp = spacy.load(make("spacy", Path(task["treebank"]), Path(task["folder"])))
    return lambda texts: sum(len(doc) for doc in nlp.pipe(texts))


def _stanza(task: dict[str, Any]) -> Any:
    import stanza
    import torch
    from usual_models import make

    torch.set_num_threads(1)
    folder = make(task["package"], Path(task["treebank"]), Path(task["folder"]))
    nlp = stanza.Pipeline(
        "bg", dir=str(folder), processors="tokenize,pos,lemma,depparse,ner", download_method=None,
        use_gpu=False, verbose=False,
    )  # fmt: skip
    return nlp.bulk_process


def _classla(task: dict[str, Any]) -> Any:
    import classla
    import torch
    from usual_models import make

    torch.set_num_threads(1)
    folder = make("classla", Path(task["treebank"]), Path(task["folder"]))
    nlp = classla.Pipeline(
        "bg", dir=str(folder), processors="tokenize,pos,lemma,depparse", use_gpu=False, verbose=False
    )
    return lambda texts: nlp("\n\n".join(texts))  # it has no call for a list of texts


PACKAGES = {"ours": _ours, "bare": _bare, "spacy": _spacy, "stanza": _stanza, "classla": _classla}


def run(task: dict[str, Any], python: str = sys.executable) -> dict[str, Any]:
    """Measure in a new process with one thread."""
    command = [python, __file__, "--task", json.dumps(task)]
    done = subprocess.run(command, env={**os.environ, **ONE_THREAD}, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        return {"missing": f"failed with status {done.returncode}"}
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def compare(options: argparse.Namespace, texts: list[str], work: Path) -> None:
    """Print words a second of all packages and how many times as fast this one is."""
    place = work / "texts.json"
    place.write_text(json.dumps(texts), encoding="utf-8")
    words = count_words(texts)
    pythons = dict(pair.split("=", 1) for pair in options.python)
    models = options.models or work
    best: dict[str, float] = {}
    left_out: dict[str, str] = {}
    for _ in range(options.runs):
        for name in OTHERS:
            task = {
                "package": name, "texts": str(place), "model": options.model,
                "treebank": str(options.data / "ud-btb" / "bg_btb-ud-train.conllu"),
                "folder": str(models / f"usual-{name}"),
            }  # fmt: skip
            if name in left_out:
                continue
            result = run(task, pythons.get(name.partition("-")[0], sys.executable))
            if "missing" in result:
                left_out[name] = result["missing"]
            else:
                best[name] = min(best.get(name, 1e9), result["seconds"])
    print(f"side by side: {len(texts)} texts, {words:,} words, CPU seconds, best of {options.runs}")
    for name, seconds in best.items():
        ratio = seconds / best["ours"]
        note = f" (target {TARGETS[name]:g})" if name in TARGETS else ""
        times = "" if name == "ours" else f"  ours is {ratio:5.1f} times as fast{note}"
        print(f"  {name:12}{words / seconds:8,.0f} words/s{times}\n              {DOES[name]}")
    for name, why in left_out.items():
        print(f"  {name:12} left out: {why}")


# The runner


def write_corpus(texts: list[str], path: Path) -> Path:
    """Write texts as JSON Lines."""
    with path.open("w", encoding="utf-8") as stream:
        for number, text in enumerate(texts):
            stream.write(json.dumps({"id": str(number), "text": text}, ensure_ascii=False) + "\n")
    return path


def annotate(source: Path, work: Path, jobs: int, model: str | None, **more: Any) -> tuple[float, float]:
    """Run the local engine; return words a second on the clock between chunks, and all CPU seconds."""
    from bgpolitics_ner import annotate_corpus

    seen: list[tuple[float, int]] = []
    before = os.times()

    def note(progress: Any) -> None:
        if progress.words and (not seen or progress.words > seen[-1][1]):
            seen.append((time.perf_counter(), progress.words))

    annotate_corpus(source, work / "out.jsonl", jobs=jobs, existing="overwrite", progress=note, model=model,
                    duplicates=False, **more)  # fmt: skip
    after = os.times()
    spent = sum(after[:4]) - sum(before[:4])
    if len(seen) < 2:
        return 0.0, spent
    (start, first), (end, last) = seen[0], seen[-1]
    return (last - first) / (end - start), spent


def scale(options: argparse.Namespace, texts: list[str], work: Path) -> None:
    """Print the speed with one and two processes, and what the runner costs beyond the pipeline."""
    from bgpolitics_ner.corpus.stream import ChunkSize

    words = count_words(texts)
    source, few = write_corpus(texts, work / "in.jsonl"), write_corpus(texts[:2], work / "few.jsonl")
    place = work / "texts.json"
    place.write_text(json.dumps(texts), encoding="utf-8")
    speeds: dict[int, list[float]] = {1: [], 2: []}
    costs, bare = [], []
    chunk = ChunkSize(texts=8)  # more chunks: the measure begins and ends at one
    for _ in range(options.runs):
        bare.append(run({"package": "bare", "texts": str(place), "model": options.model})["seconds"])
        for jobs in speeds:
            speed, spent = annotate(source, work, jobs, options.model, chunk=chunk)
            speeds[jobs].append(speed)
            if jobs == 1:
                costs.append(spent - annotate(few, work, 1, options.model)[1])
    one, two = max(speeds[1]), max(speeds[2])
    print(f"scaling: {len(texts)} texts, {words:,} words, best of {options.runs}, load average now "
          f"{os.getloadavg()[0]:.1f}")  # fmt: skip
    print(f"  1 process   {one:8,.0f} words/s on the clock")
    print(f"  2 processes {two:8,.0f} words/s on the clock, {two / one:.2f} times (target 1.8)")
    print(f"  bare pipeline {min(bare):.2f} s CPU, {words / min(bare):,.0f} words/s; a whole run with "
          f"reading, Documents, JSON and writing {min(costs):.2f} s: {min(costs) / min(bare) - 1:+.1%} "
          "(target +10%)")  # fmt: skip


# Memory


def read_paragraphs(data: Path, count: int) -> list[str]:
    """Return so many different texts of 20 to 40 words from all files, news in front, in a mixed order."""
    files = [data / "raw" / name for name in SOURCES]
    files += sorted(set((data / "raw").glob("*.txt")) - set(files), key=lambda path: path.stat().st_size)
    found: dict[str, None] = {}
    chance = random.Random(0)
    for text in chain(_texts_of(data / "slavicner" / "bg.jsonl"), *map(_lines_of, files)):
        words = text.split()
        while len(words) >= 20 and len(found) < count:
            size = chance.randint(20, 40)
            found[" ".join(words[:size])] = None
            words = words[size:]
        if len(found) == count:
            break
    texts = list(found)
    chance.shuffle(texts)
    return texts


def _texts_of(path: Path) -> Iterator[str]:
    if path.exists():
        yield from (json.loads(line)["text"] for line in _lines_of(path))


def _lines_of(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="replace") as stream:
        yield from stream


def remember(options: argparse.Namespace, texts: list[str], work: Path) -> None:
    """Print and plot the memory of a worker while it annotates many documents."""
    from bgpolitics_ner import annotate_corpus

    parts = read_paragraphs(options.data, options.documents)
    source = write_corpus(parts, work / "many.jsonl")
    points: list[tuple[int, float]] = []
    processes: set[str] = set()
    documents = 0
    over = threading.Event()

    def note(progress: Any) -> None:
        nonlocal documents
        documents = progress.documents

    def watch() -> None:
        while not over.wait(options.every):
            ids, held = _held_by_children()
            processes.update(ids)
            if held and documents:
                points.append((documents, held))
                if options.log:
                    print(documents, f"{held:.1f}", *ids, file=options.log, flush=True)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        summary = annotate_corpus(source, work / "memory.jsonl.gz", existing="overwrite", progress=note,
                                  model=options.model, duplicates=False)  # fmt: skip
    finally:
        over.set()
        thread.join()
    late = [point for point in points if point[0] >= FIRST]
    if not late:
        sys.exit("no measurements: too few documents")
    start = late[0][1]
    print(f"memory of a worker: {len(parts):,} different documents, {summary.words:,} words, "
          f"{len(processes) - 1} times replaced by a new process")  # fmt: skip
    for n in sorted({FIRST, *(int(share * len(parts)) for share in (0.1, 0.25, 0.5, 0.75, 1.0))}):
        near = min(points, key=lambda point: abs(point[0] - n))
        print(f"  document {near[0]:8,}  {near[1]:6,.0f} MB  {near[1] / start - 1:+6.1%}")
    held = [held for _, held in late]
    print(f"  from document {late[0][0]:,} on: {min(held):,.0f} to {max(held):,.0f} MB, at most "
          f"{max(held) / start - 1:+.1%}, at the end {held[-1] / start - 1:+.1%} (target +10%)")  # fmt: skip
    (HERE / "results" / "memory.svg").write_text(plot(points), encoding="utf-8")


def _held_by_children() -> tuple[list[str], float]:
    """Return the child processes of this one and their resident memory in MB, 0 where nobody tells."""
    try:
        path = Path(f"/proc/self/task/{os.getpid()}/children")
        ids = sorted({id for task in path.parents[1].glob("*/children") for id in task.read_text().split()})
        pages = [int(Path(f"/proc/{id}/statm").read_text().split()[1]) for id in ids]
        return ids, sum(pages) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
    except (OSError, IndexError):
        return [], 0.0


def plot(points: list[tuple[int, float]]) -> str:
    """Return a plot of memory in MB over documents as SVG."""
    width, height, margin = 640, 300, 60
    most, top = max(n for n, _ in points), max(held for _, held in points) * 1.2
    across = [(margin + n / most * width, margin + height * (1 - held / top)) for n, held in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in across)
    marks = [f'<text x="{margin - 6}" y="{margin + height * (1 - k / 4) + 4:.0f}" text-anchor="end">'
             f"{top * k / 4:,.0f}</text>" for k in range(5)]  # fmt: skip
    marks += [f'<text x="{margin + width * k / 4:.0f}" y="{margin + height + 18}" text-anchor="middle">'
              f"{most * k // 4:,}</text>" for k in range(5)]  # fmt: skip
    size = f'width="{width + 2 * margin}" height="{height + 2 * margin}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} '
        'font-family="sans-serif" font-size="12">\n<rect width="100%" height="100%" fill="white"/>\n'
        f'<text x="{margin}" y="{margin - 20}" font-size="15">Memory of a worker, MB, over documents</text>\n'
        f'<rect x="{margin}" y="{margin}" width="{width}" height="{height}" fill="none" stroke="#999"/>\n'
        f'<polyline points="{line}" fill="none" stroke="#1f5f99" stroke-width="1.5"/>\n'
        + "\n".join(marks)
        + "\n</svg>\n"
    )


PARTS = {"others": compare, "scaling": scale, "memory": remember}


def main() -> None:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("data", nargs="?", type=Path, help="the folder with raw/ and ud-btb/")
    parser.add_argument("--parts", default=",".join(PARTS), help=f"default: {','.join(PARTS)}")
    parser.add_argument("--news", type=Path, help="a folder of .txt files, one article each, not DATA/raw")
    parser.add_argument("--model", help="name or path of a model; the shipped one by default")
    parser.add_argument("--models", type=Path, help="keep the models of the other packages in this folder")
    parser.add_argument("--texts", type=int, default=200, help="how many texts (default 200)")
    parser.add_argument("--runs", type=int, default=3, help="how often each is measured (default 3)")
    parser.add_argument("--python", metavar="NAME=PYTHON", action="append", default=[], help="see above")
    parser.add_argument("--documents", type=int, default=3000, help="of the part memory (default 3000)")
    parser.add_argument("--log", type=argparse.FileType("w"), help="write each look at memory to this file")
    parser.add_argument("--every", type=float, default=1.0, help="seconds between looks at memory")
    parser.add_argument("--task", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.task:
        print("\n" + json.dumps(measure(json.loads(options.task))))
        return
    if options.data is None:
        parser.error("DATA is needed")
    os.environ.update(ONE_THREAD)
    texts = read_articles(options.news or options.data / "raw", options.texts)
    with tempfile.TemporaryDirectory(prefix="bgpolitics-") as folder:
        for name in options.parts.split(","):
            PARTS[name](options, texts, Path(folder))


if __name__ == "__main__":
    main()
