"""Write the lists of held-out documents in ``splits/``.

    python benchmarks/make_splits.py DATA [--check]

DATA holds ``relations/*.jsonl`` and ``slavicner/bg.jsonl``. Agencies copy one another, so texts that share
a quarter of their 5-word sequences form a cluster, and a cluster is held out whole. Equal data give equal
lists: clusters are drawn by a hash of their smallest id. With --check nothing is written; the exit status
says whether the lists are those in ``splits/``.

- ``relations-dev.txt``: about 22 % of the clusters of documents with relations. Documents that were read
  while the annotation was designed stay in the training part, with their copies.
- ``entities-heldout.txt``: every document, with relations or not, that is a copy of one of those; the
  tagger is not trained on them.
- ``relations-topic.txt``: the documents with relations on one topic of SlavicNER, with their copies.
- ``relations-war.txt``: about a third of the clusters of ``war.jsonl``.

The last two are for the generalisation score: a classifier of its own is trained without them. They are not
held out from the model that ships.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Mapping
from pathlib import Path

from bgpolitics_ner.document import Document
from bgpolitics_ner.training.data import (
    ENTITIES_HELD_OUT,
    RELATIONS_DEV,
    RELATIONS_TOPIC,
    RELATIONS_WAR,
    read_articles,
    read_relations,
)
from bgpolitics_ner.training.splits import cluster_copies, hold_out, spread

SPLITS = Path(__file__).parent / "splits"
SHARE = 0.22
# The topic that has most gold relations beside Brexit, which is half of them all.
LEFT_OUT_TOPIC = "nord_stream"
LEFT_OUT_WAR = 0.4  # of the clusters: three documents in ten
# Read early: a sample of nine, drawn as in `draw_sample`, and two more.
SAMPLE = 9
SEED = 5
READ_EARLY = ("ryanair__ryan-BG.txt_file_2005", "asia_bibi__asia_bibi_bg-3062.txt")


def draw_sample(documents: list[Document]) -> list[str]:
    """Return the ids of the documents that were read first."""
    shuffled = list(documents)
    random.Random(SEED).shuffle(shuffled)
    return [document.id for document in shuffled[:SAMPLE]]


def make_splits(data: Path) -> dict[str, list[str]]:
    """Return the sorted ids of each list by the name of its file."""
    relations = read_relations(data)
    war = [article.id for article in read_articles(data / "relations" / "war.jsonl")]
    articles = read_articles(data / "slavicner" / "bg.jsonl")
    texts = {article.id: article.document.text for article in articles}
    texts.update({document.id: document.text for document in relations})
    clusters = cluster_copies(texts)
    own = {document.id: clusters[document.id] for document in relations}
    dev = hold_out(own, share=SHARE, keep=[*draw_sample(relations), *READ_EARLY])
    topic = [article.id for article in articles if article.topic == LEFT_OUT_TOPIC and article.id in own]
    third = hold_out({key: own[key] for key in war}, share=LEFT_OUT_WAR, salt="war")
    return {
        RELATIONS_DEV: sorted(dev),
        ENTITIES_HELD_OUT: sorted(spread(dev, clusters)),
        RELATIONS_TOPIC: sorted(spread(topic, own)),
        RELATIONS_WAR: sorted(spread(third, own)),
    }


def report(splits: Mapping[str, list[str]]) -> bool:
    """Print size and state of each list; return whether all are as they were."""
    same = True
    for name, ids in splits.items():
        file = SPLITS / name
        equal = file.is_file() and file.read_text(encoding="utf-8").split() == ids
        same = same and equal
        print(f"{name}: {len(ids)} documents, {'as before' if equal else 'changed'}")
    return same


def main() -> int:
    """Run the script; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args()
    splits = make_splits(options.data)
    same = report(splits)
    if options.check:
        return 0 if same else 1
    for name, ids in splits.items():
        (SPLITS / name).write_text("\n".join(ids) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
