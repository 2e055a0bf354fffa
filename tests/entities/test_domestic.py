"""Bulgarian domestic politics: own sentences with their named mentions, scored with the shipped model.

The floor stands a little below what was measured. Not every sentence has to be right: the misses tell what to
mend next.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bgpolitics_ner.document import Document, Entity
from bgpolitics_ner.schema import load_schema

ROWS = [
    json.loads(line) for line in (Path(__file__).parent / "data" / "domestic.jsonl").open(encoding="utf-8")
]
F1_FLOOR = 0.94
SUBTYPE_FLOOR = 0.96

Keys = set[tuple[int, int, str]]


def test_sentences_are_well_formed() -> None:
    assert len(ROWS) >= 60
    for row in ROWS:
        entities = tuple(Entity(f"m{i}", **mention) for i, mention in enumerate(row["mentions"]))
        Document("sentence", row["text"], entities=entities)


@pytest.mark.slow
def test_mentions_of_domestic_politics(annotator: Callable[[str], Document]) -> None:
    right = found = expected = 0
    named = {name for name, row in load_schema().entities.items() if row.named}
    subtypes: list[tuple[str, Any, Any]] = []
    for row in ROWS:
        gold = {(m["start"], m["end"], m["type"]): m for m in row["mentions"]}
        entities = annotator(row["text"]).entities or ()
        ours = {(e.start, e.end, e.type): e for e in entities if e.type in named}
        both = gold.keys() & ours.keys()
        right, found, expected = right + len(both), found + len(ours), expected + len(gold)
        subtypes += [(gold[k]["text"], gold[k]["subtype"], ours[k].subtype) for k in both]
    assert 2 * right / (found + expected) >= F1_FLOOR
    told = [(name, wanted, given) for name, wanted, given in subtypes if wanted]
    wrong = [row for row in told if row[1] != row[2]]
    assert 1 - len(wrong) / len(told) >= SUBTYPE_FLOOR, wrong
