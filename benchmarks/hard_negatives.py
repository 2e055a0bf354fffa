"""How often a relation is found that the text does not tell: the false-alarm rate on hard negatives.

    python benchmarks/hard_negatives.py [--model MODEL] [--part mend|report]

``hard_negatives.jsonl`` has a sentence a line with two or more actors and nothing between them, a word
that only looks like a trigger, or a relation in an unusual order. `forbidden` says what must not be found:
a type, "*" for any (role nouns apart), with `subject` and `object` only that pair (parts of the
names). Frames may be mended on the first two thirds of the lines; the last third is for the report.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from bgpolitics_ner.annotator import load
from bgpolitics_ner.document import Document, Relation

SENTENCES = Path(__file__).with_name("hard_negatives.jsonl")
PARTS = ("mend", "report")
TOLD_BY_NOUNS = frozenset({"holds-office", "member-of"})


def read_sentences(path: Path = SENTENCES) -> list[dict[str, Any]]:
    """Return the lines of the file, each with its `part`."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    border = 2 * len(rows) // 3
    return [{**row, "part": PARTS[number >= border]} for number, row in enumerate(rows)]


def is_alarm(relation: Relation, forbidden: list[dict[str, Any]], names: dict[str, str]) -> bool:
    """Say whether the relation is one that must not be found; `names` are the referents' by id."""
    pair = names[relation.subject.referent].lower(), names[relation.object.referent].lower()
    return any(matches(rule, relation.type, pair) for rule in forbidden)


def matches(rule: dict[str, Any], kind: str, pair: tuple[str, str]) -> bool:
    """Say whether a rule forbids a relation of this type between these two names."""
    if rule["type"] == "*":
        return kind not in TOLD_BY_NOUNS
    if rule["type"] != kind:
        return False
    if "subject" not in rule:
        return True
    subject, object_ = rule["subject"].lower(), rule["object"].lower()
    orders = [pair, pair[::-1]] if rule.get("any_order") else [pair]
    return any(subject in first and object_ in second for first, second in orders)


def alarms(document: Document, forbidden: list[dict[str, Any]]) -> list[str]:
    """Return the false alarms of one sentence in words."""
    names = {r.id: r.name for r in document.referents or ()}
    return [
        f"{names[r.subject.referent]} {r.type} {names[r.object.referent]} "
        f"[{r.trigger.text if r.trigger else ''}; {r.confidence}; {', '.join(r.origin)}]"
        for r in document.relations or ()
        if is_alarm(r, forbidden, names)
    ]


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", help="name or path of a model; the shipped one by default")
    parser.add_argument("--part", choices=PARTS, help="list the alarms of this part only")
    options = parser.parse_args()
    rows = read_sentences()
    wrong: Counter[str] = Counter()
    documents = load(options.model).pipe(row["text"] for row in rows)
    for row, document in zip(rows, documents, strict=True):
        found = alarms(document, row["forbidden"])
        wrong[row["part"]] += bool(found)
        if found and options.part in (None, row["part"]):
            print(f"{row['id']} {row['kind']}: {row['text']} ({row['note']})", *found, sep="\n    ")
    for part in PARTS:
        count = sum(row["part"] == part for row in rows)
        print(f"{part.ljust(8)}{count:4} sentences, {wrong[part]:3} with an alarm: {wrong[part] / count:.3f}")
    rate = wrong.total() / len(rows)
    print(f"all     {len(rows):4} sentences, {wrong.total():3} with an alarm: {rate:.3f}")


if __name__ == "__main__":
    main()
