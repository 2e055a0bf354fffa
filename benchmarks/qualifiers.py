"""How well factuality, source and time are read at gold triggers.

    python benchmarks/qualifiers.py DATA_FOLDER MODEL [--split FILE] [--part train|dev] [--errors NAME]

DATA_FOLDER holds Document JSON Lines with gold relations; FILE lists the ids of the dev part.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import spacy
from spacy.tokens import Doc, Token

import bgpolitics_ner.frontend.tokenizer  # noqa: F401  (registers the tokenizer that models name)
from bgpolitics_ner.document import FACTUALITY, Document, Relation
from bgpolitics_ner.knowledge import read_toml
from bgpolitics_ner.relations.attribution import AttributionRules
from bgpolitics_ner.relations.factuality import FactualityRules
from bgpolitics_ner.relations.time import TimeRules


def resolve_source(
    document: Document, rules: AttributionRules, trigger: Token, relation: Relation, subject: Token | None
) -> Token | None:
    """Return the source after coreference; a speech act's own subject is passed over, as the caller would."""
    for quote in rules.find_chain(trigger, relation=relation.type, subject=subject):
        found = stand_in(document, rules, quote.speaker, quote.cue)
        if relation.type not in rules.speech_acts or not is_mention(document, relation.subject.referent, found):
            return found
    return None


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
        return f"P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  (gold {self.gold}, predicted {self.predicted})"


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
        if other.type == "holds-office" and other.subject.referent == relation.source and other.trigger is not None:
            words += other.trigger.text.lower().split()
    return any(answer.text.lower()[:8] == word[:8] or answer.lemma_.lower() == word for word in words)


def stand_in(document: Document, rules: AttributionRules, source: Token | None, cue: Token | None) -> Token | None:
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("model")
    parser.add_argument("--split", type=Path)
    parser.add_argument("--part", choices=("train", "dev"), default="train")
    parser.add_argument("--errors", choices=("factuality", "source", "when"))
    options = parser.parse_args()
    nlp = spacy.load(options.model)
    facts, sources, times = FactualityRules(), AttributionRules(), TimeRules()
    confusion: Counter[tuple[str, str]] = Counter()
    source_score, source_strict, when_score, when_exact = Score(), Score(), Score(), Score()
    spent: Counter[str] = Counter()
    triggers = words = 0
    documents = list(read_documents(options.folder, options.split, options.part))
    for document, doc in zip(documents, nlp.pipe(d.text for d in documents), strict=True):
        words += len(doc)
        started = time.perf_counter()
        sources.find_quotes(doc)
        spent["quotes/token"] += time.perf_counter() - started
        names = {r.id: r.name for r in document.referents or ()}
        for relation in document.relations or ():
            token = trigger_token(doc, relation)
            if token is None:
                continue
            triggers += 1
            subject = subject_token(doc, document, relation)
            started = time.perf_counter()
            value, cue = facts.assess_with_cue(token, relation=relation.type)
            spent["factuality"] += time.perf_counter() - started
            confusion[relation.factuality, value] += 1
            if options.errors == "factuality" and value != relation.factuality:
                print(f"{relation.factuality} → {value} ({cue})  {relation.type}: {mark(doc, token)}")

            started = time.perf_counter()
            strict = sources.find_source(token, relation=relation.type, subject=subject)
            spent["source"] += time.perf_counter() - started
            found = resolve_source(document, sources, token, relation, subject)
            for score, answer in ((source_strict, strict), (source_score, found)):
                hit = names_source(document, relation, answer)
                score.add(relation.source is not None, answer is not None, hit)
            if options.errors == "source" and not hit and (found is not None or relation.source is not None):
                print(f"{names.get(relation.source or '')} → {found}  {mark(doc, token)}")

            started = time.perf_counter()
            when = times.find_when(token, relation=relation.type)
            spent["when"] += time.perf_counter() - started
            gold = (relation.when.start, relation.when.end) if relation.when is not None else None
            overlap = when is not None and gold is not None and when[0] < gold[1] and gold[0] < when[1]
            when_score.add(gold is not None, when is not None, overlap)
            when_exact.add(gold is not None, when is not None, when == gold and when is not None)
            if options.errors == "when" and not overlap and (when or gold):
                said = document.text[when[0] : when[1]] if when else None
                print(f"{relation.when.text if relation.when else None} → {said}  {mark(doc, token)}")

    right = sum(n for (g, p), n in confusion.items() if g == p)
    print(f"factuality  accuracy {right / max(1, triggers):.3f} of {triggers}")
    f1s = []
    print("gold \\ predicted".ljust(18) + "".join(v.rjust(10) for v in FACTUALITY) + "     P     R    F1")
    for gold_value in FACTUALITY:
        row = [confusion[gold_value, v] for v in FACTUALITY]
        hits = confusion[gold_value, gold_value]
        precision = hits / max(1, sum(confusion[g, gold_value] for g in FACTUALITY))
        recall = hits / max(1, sum(row))
        f1s.append(2 * precision * recall / max(1e-9, precision + recall))
        cells = "".join(str(n).rjust(10) for n in row)
        print(f"{gold_value.ljust(18)}{cells}  {precision:.2f}  {recall:.2f}  {f1s[-1]:.2f}")
    print(f"factuality  macro-F1 {sum(f1s) / len(f1s):.3f}")
    print(f"source      {source_score}\nsource as named in place  {source_strict}")
    print(f"when        {when_score}\nwhen exact  {when_exact}")
    for name, seconds in spent.items():
        per = words if "/" in name else triggers
        print(f"{name}: {1e6 * seconds / max(1, per):.1f} µs")


if __name__ == "__main__":
    main()
