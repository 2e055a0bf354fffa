"""How fast the pipeline is: words a second on one core, whole and by stage, with load time and peak memory.

    python benchmarks/speed.py [TEXTS] [--model MODEL] [--texts 200] [--batch 16]

TEXTS is a text file, a JSON Lines file with ``text`` keys, or a folder of such files; the seeds are the
default. They are repeated or cut to the number of texts asked for. A word is what stands between white
space. Times are CPU seconds of one thread, so other work on the machine changes them little. The stages are
timed on a second pass, when the word forms of the texts are known; the whole is timed on the first.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

SEEDS = Path(__file__).parents[1] / "seeds"


def read_texts(path: Path) -> Iterator[str]:
    """Yield the texts of a file or folder, folders in the order of their names."""
    if path.is_dir():
        for file in sorted(path.iterdir()):
            if file.suffix in (".txt", ".jsonl"):
                yield from read_texts(file)
    elif path.suffix == ".jsonl":
        with path.open(encoding="utf-8") as lines:
            yield from (json.loads(line)["text"] for line in lines)
    else:
        yield path.read_text(encoding="utf-8")


def time_stages(annotator: Any, texts: list[str], batch: int) -> dict[str, float]:
    """Return the CPU seconds of each stage, in pipeline order, the texts taken batch by batch."""
    from bgpolitics_ner.assembly import build_document
    from bgpolitics_ner.frontend.orthography import clean

    spent: dict[str, float] = {}

    def measure(name: str, start: float) -> None:
        spent[name] = spent.get(name, 0.0) + time.process_time() - start

    for first in range(0, len(texts), batch):
        start = time.process_time()
        cleaned = [clean(text) for text in texts[first : first + batch]]
        measure("cleaning", start)
        start = time.process_time()
        docs = [annotator.nlp.make_doc(one.text) for one in cleaned]
        measure("tokenizer", start)
        for name, component in annotator.nlp.pipeline:
            start = time.process_time()
            docs = list(component.pipe(docs)) if hasattr(component, "pipe") else [component(d) for d in docs]
            measure(name, start)
        start = time.process_time()
        documents = [
            build_document(doc, one, id="x", date=None, meta=None, min_confidence=0.0)[0]
            for doc, one in zip(docs, cleaned, strict=True)
        ]
        measure("document", start)
        start = time.process_time()
        for document in documents:
            document.to_json()
        measure("json", start)
    return spent


def peak_memory() -> float:
    """Return the largest resident set of this process so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20) if sys.platform == "darwin" else peak / (1 << 10)


def main() -> None:
    """Load, warm up, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("texts", nargs="?", type=Path, default=SEEDS, help="file or folder of texts")
    parser.add_argument("--model", help="name or path of the model; default: the shipped one")
    parser.add_argument("--texts", dest="count", type=int, default=200, help="how many texts (default 200)")
    parser.add_argument("--batch", type=int, default=16, help="texts in a batch (default 16)")
    options = parser.parse_args()
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = "1"  # numpy, which reads them, is imported only below
    found = list(read_texts(options.texts))
    texts = list(islice(cycle(found), options.count))
    words = sum(len(text.split()) for text in texts)
    start, wall = time.process_time(), time.perf_counter()
    from bgpolitics_ner.annotator import load

    annotator = load(options.model)
    loading, loading_wall = time.process_time() - start, time.perf_counter() - wall
    annotator(texts[0])
    start, wall = time.process_time(), time.perf_counter()
    relations = sum(len(d.relations or ()) for d in annotator.pipe(texts, batch_size=options.batch))
    whole, whole_wall = time.process_time() - start, time.perf_counter() - wall
    peak = peak_memory()
    spent = time_stages(annotator, texts, options.batch)
    print(f"{len(texts)} texts ({len(set(texts))} different), {words:,} words, {relations:,} relations")
    print(f"load        {loading:.2f} s CPU, {loading_wall:.2f} s on the clock")
    print(f"whole       {words / whole:,.0f} words/s of CPU, {words / whole_wall:,.0f} words/s on the clock")
    print(f"peak memory {peak:,.0f} MB\n")
    print(f"{'stage':24}{'seconds':>9}{'share':>8}{'words/s':>12}{'µs/word':>10}")
    total = sum(spent.values())
    for name, seconds in [*spent.items(), ("sum", total)]:
        rate = words / max(seconds, 1e-9)
        print(f"{name:24}{seconds:9.2f}{seconds / total:8.1%}{rate:12,.0f}{seconds / words * 1e6:10.1f}")


if __name__ == "__main__":
    main()
