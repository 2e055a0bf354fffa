"""Predicted Docs and gold names → the rows of ``knowledge/gazetteers/confidence.jsonl``."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from spacy.tokens import Doc

from bgpolitics_ner.entities.confidence import PRIOR, log_odds
from bgpolitics_ner.training.calibration import fit_line

SMOOTHING = 10.0
"""Answers that a kind is given before it has any: right as often as PRIOR says, with a slope of 1."""


def estimate(pairs: Iterable[tuple[Doc, Iterable[tuple[int, int, str]]]]) -> list[dict[str, Any]]:
    """Return the rows of the table for `pairs` of predicted Doc and gold ``(start, end, type)`` spans.

    The documents must not be those that the tagger was trained on. Only named mentions are counted; right
    means equal offsets and type. Rows of other kinds are not made: copy them over.
    """
    seen: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    totals: Counter[str] = Counter()
    rights: Counter[str] = Counter()
    for doc, gold in pairs:
        answers = set(gold)
        for mention in doc._.mentions:
            if not mention.kind:
                continue
            right = (mention.start, mention.end, mention.type) in answers
            for name in (mention.kind, mention.type):
                totals[name] += 1
                rights[name] += right
            if mention.probability is not None:
                seen[mention.kind].append((log_odds(mention.probability), right))
    rows: list[dict[str, Any]] = [
        {"kind": kind, "precision": round((rights[kind] + SMOOTHING * PRIOR) / (totals[kind] + SMOOTHING), 3)}
        for kind in sorted(totals)
        if kind not in seen
    ]
    for kind, answers_ in sorted(seen.items()):
        odds, right_ = zip(*answers_, strict=True)
        slope, bias = fit_line(odds, right_, firm=SMOOTHING)
        rows.append({"kind": kind, "bias": round(bias, 3), "slope": round(slope, 3), "seen": len(answers_)})
    return rows
