"""The relation classifier on CrossRE: an outside yardstick (Bassignana and Plank 2022, in Bulgarian 2023).

    python benchmarks/crossre.py --data FOLDER [--model MODEL] [--domains politics news]

FOLDER holds ``DOMAIN-train.json`` and ``DOMAIN-dev.json`` of Multi-CrossRE in Bulgarian. It is under GPL-3.0
and no part of the project; nothing that is trained here is kept. The same candidates' features and the
same network are trained on the 17 types of CrossRE: gold entities are given, the tree is predicted. Training
needs torch (extra ``train``).

Scored as CrossRE does: pairs of entities that stand in a relation, the best of 17 types for each, gold
may have several; macro-F1 over the types that the scored part has. Beside it the harder task: all ordered
pairs of entities in a sentence, most of them in no relation.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from spacy.tokens import Doc

from bgpolitics_ner.annotator import load
from bgpolitics_ner.entities.mention import Cluster, Mention
from bgpolitics_ner.evaluation.score import Score, total
from bgpolitics_ner.relations.candidates import CandidateGenerator, TriggerCandidate
from bgpolitics_ner.relations.classifier import NONE, RelationClassifier
from bgpolitics_ner.training.relations import IGNORED, Example, Settings, train_ensemble

TYPES = (
    "part-of", "physical", "usage", "role", "social", "general-affiliation", "compare", "temporal",
    "artifact", "origin", "topic", "opposite", "cause-effect", "win-defeat", "type-of", "named", "related-to",
)  # fmt: skip
LABELS = [NONE, *TYPES]
SETTINGS = Settings(hidden=64, epochs=90, min_count=1, positive_weight=5.0)


Ends = tuple[int, int]


@dataclass
class Pair:
    """An ordered pair of entities: the candidates that see it, each with its place there, and gold types."""

    seen: list[tuple[TriggerCandidate, int, int]]
    types: tuple[str, ...]


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Return the sentences of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def mention_entities(doc: Doc, row: dict[str, Any]) -> list[Ends]:
    """Put the gold entities on the Doc as mentions, each its own referent; return their places in the row."""
    kept: list[Ends] = []
    mentions: list[Mention] = []
    for first, last, kind in row["ner"]:
        start, end = row["token2charspan"][first][0], row["token2charspan"][last][1]
        span = doc.char_span(start, end, alignment_mode="expand")
        if span is not None and (first, last) not in kept:
            mentions.append(Mention(start, end, kind, span.root.i, span.lemma_, 1.0, "gold", len(kept)))
            kept.append((first, last))
    doc._.mentions = mentions
    doc._.referents = [Cluster(m.lemma, m.type, [i]) for i, m in enumerate(mentions)]
    return kept


def stand_for_trigger(doc: Doc, first: int, second: int) -> list[int]:
    """Return the tokens that stand for the word that tells the relation, which CrossRE does not mark.

    They are the lowest word above both heads and the words above each.
    """
    one, other = doc[first], doc[second]
    above = [one, *one.ancestors]
    common = next((token for token in [other, *other.ancestors] if token in above), one.sent.root)
    return list(dict.fromkeys((common.i, one.head.i, other.head.i)))


def read_pairs(doc: Doc, row: dict[str, Any], generator: CandidateGenerator) -> list[Pair]:
    """Return the ordered pairs of entities of a sentence."""
    ends = mention_entities(doc, row)
    heads = [mention.head for mention in doc._.mentions]
    gold: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for relation in row["relations"]:
        gold[tuple(relation[:4])].append(relation[4])
    wanted = {pair: stand_for_trigger(doc, heads[pair[0]], heads[pair[1]]) for pair in pairs_of(len(ends))}
    candidates = generator.at(doc, [token for tokens in wanted.values() for token in tokens])
    pairs = []
    for (i, j), tokens in wanted.items():
        seen = [(candidates[t], *place) for t in tokens if (place := find(candidates[t], i, j))]
        pairs.append(Pair(seen, tuple(dict.fromkeys(gold[ends[i] + ends[j]]))))
    return pairs


def pairs_of(count: int) -> Iterator[tuple[int, int]]:
    """Yield all ordered pairs of numbers below `count`."""
    return ((i, j) for i in range(count) for j in range(count) if i != j)


def find(candidate: TriggerCandidate, first: int, second: int) -> tuple[int, int] | None:
    """Return the places of two mentions among the arguments of a candidate."""
    places = {argument.mention: place for place, argument in enumerate(candidate.arguments)}
    return (places[first], places[second]) if first in places and second in places else None


def make_examples(pairs: Iterable[Pair], *, with_none: bool) -> list[Example]:
    """Label what the candidates see; of several types the first counts, as in CrossRE's training."""
    labels: dict[int, Example] = {}
    for pair in pairs:
        if pair.types or with_none:
            for candidate, i, j in pair.seen:
                size = len(candidate.arguments)
                blank = np.full((size, size), IGNORED, dtype=np.int64)
                example = labels.setdefault(id(candidate), Example(candidate, blank))
                example.labels[i, j] = LABELS.index(pair.types[0]) if pair.types else 0
    return list(labels.values())


def predict(classifier: RelationClassifier, pair: Pair, *, with_none: bool) -> str:
    """Return the type of the greatest mean log probability over the candidates that see the pair."""
    if not pair.seen:
        return NONE
    rows = [np.log(classifier.probabilities(candidate)[i, j] + 1e-9) for candidate, i, j in pair.seen]
    mean = np.mean(rows, axis=0)
    return LABELS[int(mean.argmax()) if with_none else int(mean[1:].argmax()) + 1]


def macro_f1(pairs: Sequence[Pair], answers: Sequence[str]) -> tuple[float, float]:
    """Return macro-F1 over the types that gold has, and micro-F1."""
    scores = {name: Score() for name in TYPES}
    for pair, answer in zip(pairs, answers, strict=True):
        for name in {*pair.types, answer} - {NONE}:
            scores[name] += Score(
                int(name == answer and name in pair.types), name == answer, name in pair.types
            )
    present = [score.f1 for score in scores.values() if score.gold]
    return sum(present) / max(1, len(present)), total(scores.values()).f1


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with DOMAIN-{train,dev}.json")
    parser.add_argument("--model", help="name or path of the model whose front end is used")
    parser.add_argument("--domains", nargs="+", default=["politics", "news"])
    options = parser.parse_args()
    nlp = load(options.model)
    generator = CandidateGenerator([], most=99)
    parts: dict[tuple[str, str], list[Pair]] = {}
    for domain in options.domains:
        for part in ("train", "dev"):
            rows = read_rows(options.data / f"{domain}-{part}.json")
            docs = (nlp.parse(row["sentence-detokenized"])[0] for row in rows)
            parts[domain, part] = [
                pair for doc, row in zip(docs, rows, strict=True) for pair in read_pairs(doc, row, generator)
            ]
    print(f"{'task':24}{'trained on':18}{'scored on':12}{'pairs':>7}{'macro-F1':>10}{'micro-F1':>10}")
    for with_none in (False, True):
        for trained in [*([domain] for domain in options.domains), options.domains]:
            examples = make_examples((p for d in trained for p in parts[d, "train"]), with_none=with_none)
            classifier = train_ensemble(examples, [], SETTINGS, labels=LABELS)
            for domain in trained:
                scored = [p for p in parts[domain, "dev"] if p.types or with_none]
                answers = [predict(classifier, pair, with_none=with_none) for pair in scored]
                macro, micro = macro_f1(scored, answers)
                task = "all ordered pairs" if with_none else "pairs with a relation"
                names = " + ".join(trained)
                print(f"{task:24}{names:18}{domain:12}{len(scored):7}{macro:10.3f}{micro:10.3f}", flush=True)


if __name__ == "__main__":
    main()
