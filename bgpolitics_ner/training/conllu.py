"""CoNLL-U → sentences to train on, with the lemmas the library promises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bgpolitics_ner.frontend.treebank_lemmas import clean_lemma


@dataclass(frozen=True)
class Row:
    """One CoNLL-U word: `head` is 0 for the root, else the 1-based index in the sentence."""

    form: str
    lemma: str
    upos: str
    xpos: str
    feats: str
    head: int
    deprel: str


def read_sentences(path: Path) -> Iterator[list[Row]]:
    """Yield the sentences of a CoNLL-U file; multiword and empty nodes are skipped."""
    rows: list[Row] = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if not line:
                if rows:
                    yield rows
                rows = []
            elif not line.startswith("#"):
                cells = line.split("\t")
                if cells[0].isdigit():
                    feats = "" if cells[5] == "_" else cells[5]
                    lemma = clean_lemma(cells[2], cells[1], cells[3])
                    rows.append(Row(cells[1], lemma, cells[3], cells[4], feats, int(cells[6]), cells[7]))
    if rows:
        yield rows
