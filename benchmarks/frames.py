"""How good each frame is on the training documents, everything else predicted from raw text.

    python benchmarks/frames.py DATA [--model MODEL] [--part train|dev] [--relation TYPE ...] [--least 0.6]

DATA holds ``relations/*.jsonl``. A frame fires once for each fact it finds in a document; a fact is right
if the gold has it (document level). Printed are all frames that fired, those that cost most first: relation
and id, wrong and all firings, precision, the share of the type's gold facts that it finds, and those that no
other frame finds. Then follow the frames that fired `FIRINGS` times or more with a precision under `--least`,
and the number of those that never fired. Frames may be mended on the training part only.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bgpolitics_ner.annotator import Annotator, load
from bgpolitics_ner.document import Document
from bgpolitics_ner.evaluation.referents import Key, build_index
from bgpolitics_ner.evaluation.relations import Fact, compare_facts, merge
from bgpolitics_ner.relations.frames import load_frames
from bgpolitics_ner.training.data import RELATIONS_DEV, choose, read_relations, read_split

SPLITS = Path(__file__).parent / "splits"
FIRINGS = 4
RULE = "rule:"


@dataclass
class Row:
    """What a frame did: facts found, the right ones, the right ones that no other frame found."""

    frame: str
    fired: int = 0
    right: int = 0
    alone: int = 0

    @property
    def precision(self) -> float:
        """Share of the firings that are right; 1.0 for a frame that never fired."""
        return self.right / self.fired if self.fired else 1.0


def frames_alone(model: str | None) -> Annotator:
    """Load a model without its classifier; every relation that a frame sees is kept."""
    nlp = load(model)
    stage = nlp.nlp.get_pipe("bgpolitics_relations")
    stage._threshold = 0.0
    stage.set_classifier(None)
    return nlp


def key_of(fact: Fact) -> tuple[str, Key, Key]:
    """Return what tells a fact of a document from the others."""
    return fact.type, fact.subject.key, fact.object.key


def measure(pairs: Iterable[tuple[Document, Document]]) -> tuple[dict[str, Row], Counter[str]]:
    """Return the row of each frame, and the number of gold facts of each type."""
    rows = {frame.id: Row(frame.id) for frame in load_frames().frames}
    gold: Counter[str] = Counter()
    for theirs, ours in pairs:
        first, second = build_index(theirs), build_index(ours)
        gold.update(fact.type for fact in merge(first))
        right = {key_of(match.predicted) for match in compare_facts(first, second).matches}
        for fact in merge(second):
            found = {o[len(RULE) :] for r in fact.relations for o in r.origin if o.startswith(RULE)}
            for frame in found:
                row = rows[frame]
                row.fired += 1
                row.right += key_of(fact) in right
                row.alone += key_of(fact) in right and len(found) == 1
    return rows, gold


def line_of(row: Row, gold: Counter[str]) -> str:
    """Return the row as it is printed."""
    share = row.right / max(1, gold[row.frame.split(".")[0]])
    return (
        f"{row.frame:42}{row.fired - row.right:6}{row.fired:6}{row.precision:11.2f}{share:9.2f}{row.alone:7}"
    )


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", help="name or path of a model; the shipped one by default")
    parser.add_argument("--part", choices=("train", "dev"), default="train")
    parser.add_argument("--relation", nargs="*", help="only these types")
    parser.add_argument("--least", type=float, default=0.6, help="least precision asked of a frame")
    options = parser.parse_args()
    held = read_split(RELATIONS_DEV, SPLITS)
    documents = choose(read_relations(options.data), held, inside=options.part == "dev")
    predicted = frames_alone(options.model).pipe({"id": d.id, "text": d.text} for d in documents)
    rows, gold = measure(zip(documents, predicted, strict=True))
    wanted = [r for r in rows.values() if not options.relation or r.frame.split(".")[0] in options.relation]
    fired = sorted((r for r in wanted if r.fired), key=lambda r: (r.right - r.fired, r.frame))
    print(f"part: {options.part}, {len(documents)} documents, {gold.total()} facts")
    print(f"{'frame':42}{'wrong':>6}{'fired':>6}{'precision':>11}{'of gold':>9}{'alone':>7}")
    print(*(line_of(row, gold) for row in fired), sep="\n")
    weak = [row for row in fired if row.fired >= FIRINGS and row.precision < options.least]
    print(f"\nunder {options.least} with {FIRINGS} firings or more: {len(weak)}")
    print(*(line_of(row, gold) for row in weak), sep="\n")
    print(f"never fired: {len(wanted) - len(fired)} of {len(wanted)}")


if __name__ == "__main__":
    main()
