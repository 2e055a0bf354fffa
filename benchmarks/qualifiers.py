"""How well factuality, source and time are read at gold triggers.

    python benchmarks/qualifiers.py DATA_FOLDER MODEL [--split FILE] [--part train|dev] [--errors NAME]

DATA_FOLDER holds Document JSON Lines with gold relations (``relations/`` of the data).
FILE lists the ids of the dev part.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from spacy.tokens import Doc, Token

from bgpolitics_ner.annotator import load
from bgpolitics_ner.document import FACTUALITY, Document, Relation
from bgpolitics_ner.knowledge import read_toml
from bgpolitics_ner.relations.attribution import AttributionRules
from bgpolitics_ner.relations.factuality import FactualityRules, reconcile
from bgpolitics_ner.relations.time import TimeRules


def resolve_source(
    document: Document, rules: AttributionRules, trigger: Token, relation: Relation, subject: Token | None
) -> Token | None:
    """Return the source after coreference; a speech act's own subject is passed over, as the caller would."""
    for quote in rules.find_chain(trigger, relation=relation.type, subject=subject):
        found = stand_in(document, rules, quote.speaker, quote.cue)
        if relation.type not in rules.speech_acts or not is_mention(
            document, relation.subject.referent, found
        ):
            return found
    return None


Reading = tuple[Token, str, Token | None]
MEDIA = frozenset(read_toml("cues/attribution.toml")["medium"]["words"])


def read_documents(folder: Path, split: Path | None, part: str) -> Iterator[Document]:
    """Yield the documents of one part; without `split` all of them."""
    held = set(split.read_text(encoding="utf-8").split()) if split else set()
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                document = Document.from_json(line)
                if split is None or (document.id in held) == (part == "dev"):
                    yield document


def trigger_token(doc: Doc, relation: Relation) -> Token | None:
    """Return the token that heads the gold trigger."""
    if relation.trigger is None or relation.trigger.start == relation.trigger.end:
        return None
    span = doc.char_span(relation.trigger.start, relation.trigger.end, alignment_mode="expand")
    return None if span is None else span.root


def mark(doc: Doc, token: Token) -> str:
    """Return the sentence with the trigger in brackets."""
    sent = token.sent
    start, end = sent.start_char, sent.end_char
    text = doc.text
    marked = f"{text[start : token.idx]}[[{token.text}]]{text[token.idx + len(token) : end]}"
    return marked.replace("\n", "⏎")


class Score:
    """Precision, recall and F1 of spans that may be absent."""

    def __init__(self) -> None:
        self.hits = self.predicted = self.gold = 0

    def add(self, gold: bool, predicted: bool, hit: bool) -> None:
        self.gold += gold
        self.predicted += predicted
        self.hits += hit

    def __str__(self) -> str:
        precision = self.hits / max(1, self.predicted)
        recall = self.hits / max(1, self.gold)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        return (
            f"P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  (gold {self.gold}, predicted {self.predicted})"
        )


def subject_token(doc: Doc, document: Document, relation: Relation) -> Token | None:
    """Return the token that heads the gold subject."""
    entity = next((e for e in document.entities or () if e.id == relation.subject.mention), None)
    span = None if entity is None else doc.char_span(entity.start, entity.end, alignment_mode="expand")
    return None if span is None else span.root


def is_mention(document: Document, referent: str, answer: Token | None) -> bool:
    """Say whether the token lies in a gold mention of the referent."""
    if answer is None:
        return False
    spans = [(e.start, e.end) for e in document.entities or () if e.referent == referent]
    return any(start < answer.idx + len(answer) and answer.idx < end for start, end in spans)


def names_source(document: Document, relation: Relation, answer: Token | None) -> bool:
    """Say whether the answer is a mention of the gold source.

    Speakers who take no part in a relation are not annotated as mentions: there the noun has to be in
    the referent's name, or be the office that the gold says the person holds.
    """
    if relation.source is None or answer is None:
        return False
    if is_mention(document, relation.source, answer):
        return True
    name = next(r.name for r in document.referents or () if r.id == relation.source)
    words = name.lower().split()
    for other in document.relations or ():
        if (
            other.type == "holds-office"
            and other.subject.referent == relation.source
            and other.trigger is not None
        ):
            words += other.trigger.text.lower().split()
    return any(answer.text.lower()[:8] == word[:8] or answer.lemma_.lower() == word for word in words)


def stand_in(
    document: Document, rules: AttributionRules, source: Token | None, cue: Token | None
) -> Token | None:
    """Return who a pronoun, a left-out speaker or a bare role noun is: the person named last as a speaker.

    A stand-in for the referents stage, so that „Той добави, че …“ can be scored here.
    """
    if cue is None or (source is not None and source.pos_ in ("PROPN", "X")):
        return source
    spans = [(e.start, e.end, e.type) for e in document.entities or ()]
    if source is not None and any(s <= source.idx < e and t != "PRON" for s, e, t in spans):
        return source
    plural = source is not None and source.morph.get("Number") == ["Plur"]
    if plural:
        return source
    kinds = ("ORG", "PRO") if source is not None and source.lemma_.lower() in MEDIA else ("PER",)
    persons = []
    for quote in rules.find_quotes(cue.doc):
        who = quote.speaker
        if who is not None and who.i < cue.i and any(s <= who.idx < e and t in kinds for s, e, t in spans):
            persons.append(who)
    return max(persons, key=lambda token: token.i) if persons else source


class Measurement:
    """Everything that is counted while the documents stream by."""

    def __init__(self, errors: str | None) -> None:
        self.facts, self.sources, self.times = FactualityRules(), AttributionRules(), TimeRules()
        self.confusion: Counter[tuple[str, str]] = Counter()
        self.scores = {name: Score() for name in ("source", "source as named in place", "when", "when exact")}
        self.spent: defaultdict[str, float] = defaultdict(float)
        self.triggers = self.words = self.agreed = 0
        self.errors = errors

    def timed(self, name: str, call: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        answer = call()
        self.spent[name] += time.perf_counter() - started
        return answer

    def read(self, document: Document, doc: Doc) -> None:
        self.words += len(doc)
        self.timed("quotes per token", lambda: self.sources.find_quotes(doc))
        self.timed("time expressions per token", lambda: self.times.find_expressions(doc))
        tellings: dict[tuple[str, str, str], list[tuple[str, Reading]]] = {}
        for relation in document.relations or ():
            token = trigger_token(doc, relation)
            if token is not None:
                self.triggers += 1
                key = (relation.type, relation.subject.referent, relation.object.referent)
                reading = self.read_factuality(relation, token)
                tellings.setdefault(key, []).append((relation.factuality, reading))
                self.read_source(document, relation, token)
                self.read_when(relation, token, subject_token(doc, document, relation))
        for group in tellings.values():
            values = reconcile([reading for _, reading in group])
            self.agreed += sum(gold == value for (gold, _), value in zip(group, values, strict=True))

    def read_factuality(self, relation: Relation, token: Token) -> Reading:
        value, cue = self.timed(
            "factuality", lambda: self.facts.assess_with_cue(token, relation=relation.type)
        )
        self.confusion[relation.factuality, value] += 1
        if self.errors == "factuality" and value != relation.factuality:
            print(f"{relation.factuality} → {value} ({cue})  {relation.type}: {mark(token.doc, token)}")
        return token, value, cue

    def read_source(self, document: Document, relation: Relation, token: Token) -> None:
        subject = subject_token(token.doc, document, relation)
        in_place = self.timed(
            "source", lambda: self.sources.find_source(token, relation=relation.type, subject=subject)
        )
        resolved = resolve_source(document, self.sources, token, relation, subject)
        gold = relation.source is not None
        for name, answer in (("source as named in place", in_place), ("source", resolved)):
            hit = names_source(document, relation, answer)
            self.scores[name].add(gold, answer is not None, hit)
        if self.errors == "source" and not hit and (gold or resolved is not None):
            names = {r.id: r.name for r in document.referents or ()}
            print(f"{names.get(relation.source or '')} → {resolved}  {mark(token.doc, token)}")

    def read_when(self, relation: Relation, token: Token, subject: Token | None) -> None:
        text = token.doc.text
        when = self.timed(
            "when", lambda: self.times.find_when(token, relation=relation.type, subject=subject)
        )
        gold = (relation.when.start, relation.when.end) if relation.when is not None else None
        overlap = when is not None and gold is not None and when[0] < gold[1] and gold[0] < when[1]
        self.scores["when"].add(gold is not None, when is not None, overlap)
        self.scores["when exact"].add(gold is not None, when is not None, when is not None and when == gold)
        if self.errors == "when" and not overlap and (when or gold):
            said = text[when[0] : when[1]] if when else None
            wanted = relation.when.text if relation.when else None
            print(f"{wanted} → {said}  {mark(token.doc, token)}")

    def report(self) -> None:
        right = sum(n for (gold, found), n in self.confusion.items() if gold == found)
        print(f"factuality  accuracy {right / max(1, self.triggers):.3f} of {self.triggers}")
        print("gold \\ predicted".ljust(18) + "".join(v.rjust(10) for v in FACTUALITY) + "     P     R    F1")
        f1s = [self.report_value(value) for value in FACTUALITY]
        print(f"factuality  macro-F1 {sum(f1s) / len(f1s):.3f}")
        agreed = self.agreed / max(1, self.triggers)
        print(f"factuality  accuracy {agreed:.3f} after reconciling the tellings of a fact")
        for name, score in self.scores.items():
            print(f"{name.ljust(26)}{score}")
        for name, seconds in self.spent.items():
            calls = self.words if "token" in name else self.triggers
            print(f"{name}: {1e6 * seconds / max(1, calls):.1f} µs")

    def report_value(self, value: str) -> float:
        row = [self.confusion[value, found] for found in FACTUALITY]
        hits = self.confusion[value, value]
        precision = hits / max(1, sum(self.confusion[gold, value] for gold in FACTUALITY))
        recall = hits / max(1, sum(row))
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        cells = "".join(str(n).rjust(10) for n in row)
        print(f"{value.ljust(18)}{cells}  {precision:.2f}  {recall:.2f}  {f1:.2f}")
        return f1


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("model")
    parser.add_argument("--split", type=Path)
    parser.add_argument("--part", choices=("train", "dev"), default="train")
    parser.add_argument("--errors", choices=("factuality", "source", "when"))
    options = parser.parse_args()
    nlp = load(options.model).nlp
    measurement = Measurement(options.errors)
    documents = list(read_documents(options.folder, options.split, options.part))
    for document, doc in zip(documents, nlp.pipe(d.text for d in documents), strict=True):
        measurement.read(document, doc)
    measurement.report()


if __name__ == "__main__":
    main()
