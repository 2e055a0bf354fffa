"""The model card: ``card.md`` with the scores filled in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bgpolitics_ner import __version__

TEMPLATE = Path(__file__).with_name("card.md")
# Key in `performance`, stage, what the number is.
ROWS = (
    ("tokens_f", "front end", "tokens, F1"),
    ("pos_acc", "front end", "word classes (UPOS)"),
    ("tag_acc", "front end", "tags of the treebank (XPOS)"),
    ("morph_acc", "front end", "features"),
    ("lemma_acc", "front end", "lemmas"),
    ("dep_uas", "front end", "heads (UAS)"),
    ("dep_las", "front end", "heads and labels (LAS)"),
    ("sents_f", "front end", "sentences, F1"),
    ("ents_f", "tagger alone", "names, exact span and type, F1"),
    ("entities_f1", "entities", "names, exact span and type, F1"),
    ("relations_precision", "relations", "facts of a document, precision"),
    ("relations_recall", "relations", "facts of a document, recall"),
    ("relations_f1", "relations", "facts of a document, F1"),
    ("relations_mention_f1", "relations", "single tellings, exact mentions, F1"),
    ("relations_mention_relaxed_f1", "relations", "single tellings, overlapping mentions, F1"),
    ("factuality_acc", "qualifiers", "factuality of right facts"),
    ("source_f1", "qualifiers", "source of right facts, F1"),
    ("when_f1", "qualifiers", "time of right facts, F1"),
    ("roles_f1", "qualifiers", "roles of right facts, F1"),
)


def write_card(path: Path, performance: Mapping[str, Any], *, minutes: float | None = None) -> None:
    """Write the card to `path`; a score that was not measured says so.

    `minutes` is how long the front end's training took.
    """
    text = TEMPLATE.read_text(encoding="utf-8")
    text = text.replace("{version}", __version__).replace("{scores}", render_scores(performance))
    took = "a time that was not measured" if minutes is None else f"{minutes:.0f} minutes on a CPU"
    path.write_text(text.replace("{minutes}", took), encoding="utf-8")


def render_scores(performance: Mapping[str, Any]) -> str:
    """Return the rows of the scores' Markdown table."""
    lines = ["| stage | what | score |", "| --- | --- | --- |"]
    for key, stage, what in ROWS:
        value = performance.get(key)
        lines.append(f"| {stage} | {what} | {'not measured' if value is None else _show(key, performance)} |")
    return "\n".join(lines)


def _show(key: str, performance: Mapping[str, Any]) -> str:
    ends = performance.get(f"{key}_interval")
    interval = f" (95 % interval {ends[0]:.3f}–{ends[1]:.3f})" if ends else ""
    return f"{performance[key]:.3f}{interval}"
