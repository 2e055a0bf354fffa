"""How good entities, relations and their qualifiers are, everything predicted from raw text.

    python benchmarks/relations.py DATA [--model MODEL] [--part dev|train] [--prefer precision|recall]

DATA holds ``relations/*.jsonl``. Printed are the tables of ``bgpolitics evaluate``: entities; relations at
document and mention level with 95 % intervals; qualifiers; entities and relations by type.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable
from pathlib import Path

from bgpolitics_ner.annotator import load
from bgpolitics_ner.cli.evaluate import evaluate
from bgpolitics_ner.document import Document
from bgpolitics_ner.relations.combine import BALANCED, PREFERENCES
from bgpolitics_ner.training.data import RELATIONS_DEV, choose, read_relations, read_split

SPLITS = Path(__file__).parent / "splits"


def write_lines(path: Path, documents: Iterable[Document]) -> Path:
    """Write a Document a line."""
    path.write_text("".join(document.to_json() + "\n" for document in documents), encoding="utf-8")
    return path


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", help="name or path of a model; the shipped one by default")
    parser.add_argument("--part", choices=("dev", "train"), default="dev")
    parser.add_argument("--prefer", choices=tuple(PREFERENCES), default=BALANCED)
    options = parser.parse_args()
    held = read_split(RELATIONS_DEV, SPLITS)
    gold = choose(read_relations(options.data), held, inside=options.part == "dev")
    nlp = load(options.model, prefer=options.prefer)
    predicted = nlp.pipe({"id": d.id, "text": d.text, **({"date": d.date} if d.date else {})} for d in gold)
    print(f"part: {options.part}")
    if options.prefer != BALANCED:
        print(f"prefer: {options.prefer}")
    with tempfile.TemporaryDirectory() as folder:
        files = [
            write_lines(Path(folder) / f"{name}.jsonl", documents)
            for name, documents in (("gold", gold), ("pred", predicted))
        ]
        evaluate(gold=files[0], pred=files[1])


if __name__ == "__main__":
    main()
