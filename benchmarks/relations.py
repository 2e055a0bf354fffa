"""All about relations in one run, everything predicted from raw text, beside the targets.

    python benchmarks/relations.py DATA [--model MODEL] [--part dev|train] [--prefer precision|recall]
        [--left-out MODEL] [--plot FILE.svg]

DATA holds ``relations/*.jsonl``. Printed are the tables of ``bgpolitics evaluate`` (entities; relations at
document and mention level with 95 % intervals; qualifiers; by type), then: frames alone, classifier alone
and both, also by type; how many gold pairs the candidates reach; whether confidences are calibrated; the
speed of the stage; false alarms in the hard negatives; the seed articles; the targets.

--left-out names a model whose tagger has not seen one topic of SlavicNER and whose classifier has not
seen that topic and a part of the texts on the war (``splits/relations-topic.txt``, ``relations-war.txt``).
Frames, gazetteers and word vectors were made with all articles at hand, so that score is not quite what a
new topic would get.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hard_negatives import alarms, read_sentences
from spacy.tokens import Doc

from bgpolitics_ner import evaluation
from bgpolitics_ner.annotator import Annotator, load
from bgpolitics_ner.assembly import build_document
from bgpolitics_ner.cli.evaluate import evaluate as print_evaluation
from bgpolitics_ner.document import Document
from bgpolitics_ner.evaluation.calibration import Calibration, calibrate, plot
from bgpolitics_ner.evaluation.confidences import Answer, answer_facts, answer_mentions
from bgpolitics_ner.evaluation.files import find_gold
from bgpolitics_ner.evaluation.report import EvaluationReport
from bgpolitics_ner.frontend.orthography import Cleaned, clean
from bgpolitics_ner.relations.candidates import CandidateGenerator
from bgpolitics_ner.relations.combine import BALANCED, PREFERENCES
from bgpolitics_ner.relations.frames import index_frames
from bgpolitics_ner.relations.matcher import FrameMatcher
from bgpolitics_ner.training.data import (
    RELATIONS_DEV,
    RELATIONS_TOPIC,
    RELATIONS_WAR,
    choose,
    read_relations,
    read_split,
)
from bgpolitics_ner.training.reach import count_reached

HERE = Path(__file__).parent
SPLITS = HERE / "splits"
SEEDS = HERE.parent / "seeds"
RELATIONS = "bgpolitics_relations"
FRAMES, MODEL, BOTH = "frames alone", "classifier alone", "both"
ENOUGH = 15
Analysed = list[tuple[Doc, Cleaned]]


@dataclass(frozen=True)
class Target:
    """A number to reach; `most` where less is better. `reached` is None where it was not measured."""

    name: str
    wanted: float
    reached: float | None
    most: bool = False

    def __str__(self) -> str:
        sign = "<=" if self.most else ">="
        size = 0 if self.wanted > 1 else 3
        wanted = f"{sign} {self.wanted:,.{size}f}"
        if self.reached is None:
            return f"{self.name:44}{wanted:>12}{'not measured':>14}"
        good = self.reached <= self.wanted if self.most else self.reached >= self.wanted
        return f"{self.name:44}{wanted:>12}{self.reached:>14,.{size}f}  {'yes' if good else 'no'}"


def analyse(nlp: Annotator, gold: Sequence[Document]) -> Analysed:
    """Return the Docs with mentions and referents, before the stage of relations."""
    cleaned = [clean(document.text) for document in gold]
    docs = nlp.nlp.pipe((c.text for c in cleaned), disable=[RELATIONS], batch_size=8)
    return list(zip(docs, cleaned, strict=True))


def relate(stage: Any, analysed: Analysed, gold: Sequence[Document]) -> list[Document]:
    """Run the stage of relations on the Docs; return Documents with the ids and dates of `gold`."""
    return [
        build_document(
            stage(doc), cleaned, id=g.id, date=g.date, meta=None, min_confidence=0.0, schema=stage.schema
        )[0]
        for (doc, cleaned), g in zip(analysed, gold, strict=True)
    ]


def ablate(stage: Any, analysed: Analysed, gold: Sequence[Document]) -> dict[str, list[Document]]:
    """Predict with frames and classifier, with each of them alone."""
    classifier, matcher = stage.classifier, stage.matcher
    found = {BOTH: relate(stage, analysed, gold)}
    stage.set_classifier(None)
    found[FRAMES] = relate(stage, analysed, gold)
    stage.matcher = FrameMatcher(index_frames(()), schema=stage.schema)
    stage.set_classifier(classifier)
    found[MODEL] = relate(stage, analysed, gold)
    stage.matcher = matcher
    return {name: found[name] for name in (FRAMES, MODEL, BOTH)}


def print_ablation(reports: dict[str, EvaluationReport]) -> None:
    """Print one row a variant, then F1 by type at document level."""
    rates = f"{'R':>7}{'F1':>7}"
    print(f"\n{'':20}{'document: P':>12}{rates}{'strict F1':>11}{'relaxed: P':>12}{rates}")
    for name, report in reports.items():
        assert report.relations is not None
        document, relaxed = report.relations.document.micro, report.relations.mention_relaxed.micro
        strict = report.relations.mention_strict.micro.f1
        cells = f"{document.precision:12.3f}{document.recall:7.3f}{document.f1:7.3f}{strict:11.3f}"
        print(f"{name:20}{cells}{relaxed.precision:12.3f}{relaxed.recall:7.3f}{relaxed.f1:7.3f}")
    print(f"\n{'F1, document level':20}{'gold':>6}" + "".join(name.rjust(18) for name in reports))
    tables = [r.relations.document.per_type for r in reports.values() if r.relations is not None]
    for kind in dict.fromkeys(kind for table in reversed(tables) for kind in table):
        gold = max(table[kind].gold for table in tables if kind in table)
        found = [f"{table[kind].f1:18.3f}" if kind in table else "–".rjust(18) for table in tables]
        print(f"{kind:20}{gold:6}" + "".join(found))


def reach(stage: Any, analysed: Analysed, gold: Sequence[Document]) -> float:
    """Print and return the share of gold relations whose pair of arguments is a candidate."""
    generator = CandidateGenerator(stage.classifier.trigger_lexicon)
    counts = [
        count_reached(doc, g, generator.generate(doc, stage.matcher.match(doc)), stage.schema)
        for (doc, _), g in zip(analysed, gold, strict=True)
    ]
    total, pairs, exact = (sum(column) for column in zip(*counts, strict=True))
    print(
        f"\nof {total} gold relations {pairs / total:.3f} have their pair among the candidates of a trigger"
    )
    print(f"in the sentence, {exact / total:.3f} at their own trigger with their own words")
    return float(pairs / total)


def print_calibration(answers: dict[str, list[Answer]]) -> dict[str, Calibration]:
    """Print the reliability of each list of answers, of the first also by what found them."""
    results = {}
    for level, rows in answers.items():
        results[level] = calibrate((row.confidence, row.right) for row in rows)
        print(f"\nconfidence, {level}", *results[level].rows(), sep="\n")
    first = next(iter(answers.values()))
    kinds: dict[str, list[Answer]] = {FRAMES: [], MODEL: [], BOTH: []}
    for row in first:
        origin = row.relation.origin
        kinds[MODEL if origin == ("model",) else BOTH if "model" in origin else FRAMES].append(row)
    for kind, rows in kinds.items():
        result = calibrate((row.confidence, row.right) for row in rows)
        right = sum(row.right for row in rows) / max(1, len(rows))
        print(
            f"found by {kind:18}{len(rows):5} answers, right {right:.3f}, calibration error {result.ece:.3f}"
        )
    return results


def time_stage(stage: Any, analysed: Analysed, gold: Sequence[Document]) -> float:
    """Print and return the words a second of CPU that the stage alone makes, the better of two rounds."""
    words = sum(len(document.text.split()) for document in gold)
    rates = []
    for _ in range(2):
        start = time.process_time()
        for doc, _ in analysed:
            stage(doc)
        rates.append(words / (time.process_time() - start))
    print(f"\nstage of relations: {max(rates):,.0f} words/s on one core")
    return max(rates)


def false_alarm_rate(nlp: Annotator) -> float:
    """Return the share of hard negatives with a false alarm."""
    rows = read_sentences()
    documents = nlp.pipe(row["text"] for row in rows)
    wrong = sum(bool(alarms(d, row["forbidden"])) for row, d in zip(rows, documents, strict=True))
    return wrong / len(rows)


def predict(nlp: Annotator, gold: Iterable[Document]) -> Iterator[Document]:
    """Annotate the texts of gold documents."""
    return nlp.pipe({"id": d.id, "text": d.text, **({"date": d.date} if d.date else {})} for d in gold)


def document_f1(nlp: Annotator, gold: Sequence[Document]) -> float:
    """Return F1 at document level."""
    relations = evaluation.evaluate(gold, predict(nlp, gold)).relations
    assert relations is not None
    return relations.document.micro.f1


def generalise(model: str | None, data: Path) -> dict[str, float | None]:
    """Print and return the scores of a model on what was left out of its training."""
    scores: dict[str, float | None] = {RELATIONS_TOPIC: None, RELATIONS_WAR: None}
    if model is None:
        return scores
    nlp, documents = load(model), read_relations(data)
    print()
    for name in scores:
        gold = choose(documents, read_split(name, SPLITS), inside=True)
        scores[name] = document_f1(nlp, gold)
        print(f"left out, {name}: {len(gold)} documents, document-level F1 {scores[name]:.3f}")
    return scores


def list_targets(
    report: EvaluationReport, errors: Calibration, speed: float, reached: float, rest: dict[str, float | None]
) -> list[Target]:
    """Return the targets with what was reached; `rest` has what was measured on other texts."""
    assert report.relations is not None and report.qualifiers is not None
    scores, qualifiers = report.relations, report.qualifiers
    types = [(row.f1, kind) for kind, row in scores.document.per_type.items() if row.gold >= ENOUGH]
    worst, kind = min(types, default=(1.0, "none"))
    return [
        Target("document level, F1", 0.62, scores.document.micro.f1),
        Target("mention level, relaxed, F1", 0.60, scores.mention_relaxed.micro.f1),
        Target("left-out topic, document level, F1", 0.52, rest[RELATIONS_TOPIC]),
        Target("left-out texts on the war, document level, F1", 0.50, rest[RELATIONS_WAR]),
        Target("factuality of matches, accuracy", 0.90, qualifiers.factuality.accuracy),
        Target("source of matches, F1", 0.70, qualifiers.source.f1),
        Target("when of matches, F1", 0.75, qualifiers.when.f1),
        Target("calibration error, mention level", 0.08, errors.ece, most=True),
        Target(f"worst type with {ENOUGH} gold cases, F1 ({kind})", 0.35, worst),
        Target("seed articles, document level, F1", 0.90, rest["seeds"]),
        Target("gold pairs among the candidates", 0.90, reached),
        Target("stage of relations, words/s", 6000, speed),
        Target("hard negatives with a false alarm", 0.05, rest["alarms"], most=True),
    ]


def print_tables(gold: Sequence[Document], predicted: Sequence[Document]) -> None:
    """Print what ``bgpolitics evaluate`` prints."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{name}.jsonl" for name in ("gold", "pred")]
        for file, documents in zip(files, (gold, predicted), strict=True):
            file.write_text("".join(d.to_json() + "\n" for d in documents), encoding="utf-8")
        print_evaluation(gold=files[0], pred=files[1])


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", help="name or path of a model; the shipped one by default")
    parser.add_argument("--part", choices=("dev", "train"), default="dev")
    parser.add_argument("--prefer", choices=tuple(PREFERENCES), default=BALANCED)
    parser.add_argument("--left-out", help="model trained without a topic and a part of the texts on the war")
    parser.add_argument("--plot", type=Path, help="SVG file for the reliability plot")
    options = parser.parse_args()
    held = read_split(RELATIONS_DEV, SPLITS)
    gold = choose(read_relations(options.data), held, inside=options.part == "dev")
    nlp = load(options.model, prefer=options.prefer)
    stage: Any = nlp.nlp.get_pipe(RELATIONS)
    analysed = analyse(nlp, gold)
    found = ablate(stage, analysed, gold)
    print(f"part: {options.part}")
    if options.prefer != BALANCED:
        print(f"prefer: {options.prefer}")
    print_tables(gold, found[BOTH])
    reports = {name: evaluation.evaluate(gold, documents) for name, documents in found.items()}
    print_ablation(reports)
    reached = reach(stage, analysed, gold)
    results = print_calibration(
        {
            "mention level": list(answer_mentions(gold, found[BOTH])),
            "document level": list(answer_facts(gold, found[BOTH])),
        }
    )
    if options.plot:
        plot(options.plot, results, title="Confidence of relations, held-out articles")
    speed = time_stage(stage, analysed, gold)
    seeds = [pair.read() for pair in find_gold(SEEDS)]
    rest = {
        **generalise(options.left_out, options.data),
        "seeds": document_f1(nlp, seeds),
        "alarms": false_alarm_rate(nlp),
    }
    print(f"\n{'target':44}{'wanted':>12}{'reached':>14}")
    print(*list_targets(reports[BOTH], results["mention level"], speed, reached, rest), sep="\n")


if __name__ == "__main__":
    main()
