"""How sure a mention is: a table of precisions by bucket, ``knowledge/gazetteers/confidence.jsonl``.

The table is estimated from held-out documents with `estimate`; where a bucket was seen too rarely, its value
is drawn towards that of its label.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from spacy.tokens import Doc

from bgpolitics_ner.knowledge import read_jsonl

SMOOTHING = 10.0
PRIOR = 0.7


def bucket(label: str, *, gazetteer: bool, capital: bool, tokens: int, repeated: bool) -> str:
    """Return the key: label, gazetteer agrees, capitalised, number of tokens (at most 3), repeated."""
    return f"{label}|{int(gazetteer)}|{int(capital)}|{min(tokens, 3)}|{int(repeated)}"


class Confidence:
    """Callable: the confidence of a bucket.

    Rows are ``{"label": …, "precision": …}`` or ``{"bucket": …, "total": …, "right": …}``.
    """

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        rows = list(rows)
        self._labels: dict[str, float] = {row["label"]: row["precision"] for row in rows if "label" in row}
        self._values: dict[str, float] = {}
        for row in rows:
            if "bucket" in row:
                value = (row["right"] + SMOOTHING * self._prior(row["bucket"])) / (row["total"] + SMOOTHING)
                self._values[row["bucket"]] = round(value, 3)

    def _prior(self, name: str) -> float:
        return self._labels.get(name.partition("|")[0], PRIOR)

    def __call__(self, name: str) -> float:
        """Return the smoothed precision of `name`, that of its label where it was never seen."""
        value = self._values.get(name)
        return self._prior(name) if value is None else value


@lru_cache(maxsize=1)
def load_confidence() -> Confidence:
    """Read the table once."""
    return Confidence(read_jsonl("gazetteers/confidence.jsonl"))


def estimate(pairs: Iterable[tuple[Doc, Iterable[tuple[int, int, str]]]]) -> list[dict[str, Any]]:
    """Return the rows of the table for `pairs` of predicted Doc and gold ``(start, end, type)`` spans.

    Only mentions that carry a bucket (the named ones) are counted; right means equal offsets and type.
    Labels that are not counted keep their row of the present table: copy it over.
    """
    totals: Counter[str] = Counter()
    rights: Counter[str] = Counter()
    for doc, gold in pairs:
        answers = set(gold)
        for mention in doc._.mentions:
            if mention.bucket:
                totals[mention.bucket] += 1
                rights[mention.bucket] += (mention.start, mention.end, mention.type) in answers
    rows: list[dict[str, Any]] = []
    for label in sorted({name.partition("|")[0] for name in totals}):
        names = [name for name in totals if name.startswith(label + "|")]
        total, right = sum(totals[n] for n in names), sum(rights[n] for n in names)
        rows.append(
            {"label": label, "precision": round((right + SMOOTHING * PRIOR) / (total + SMOOTHING), 3)}
        )
    rows += [{"bucket": n, "total": totals[n], "right": rights[n]} for n in sorted(totals)]
    return rows
