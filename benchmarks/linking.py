"""How right the ids of named mentions are: on topics and documents never seen, given mentions or end to end.

    python benchmarks/linking.py DATA [--model M] [--models 'build/entities-{topic}'] [--folds N]

DATA holds ``slavicner/*.jsonl``. A topic is left out in all languages; documents are drawn by hash of their
cluster of near-copies, a share of 1/N is held out (N is 10).

The rows say what is linked. "dictionary": the commonest id of the same gold lemma and type in the Bulgarian
training documents. "own form": our base form of the gold mention of gold type, for a person after the fuller
name that our coreference gives it. "gold form": the same with the annotated lemma. "referent": the id of our
referent that holds the gold mention. "end to end": predicted mentions that have the exact span, the type and
the right id, with the tagger that has not seen the topic; left out without --models.

Ids that the gazetteer of states has from the corpus count only where the training part has them.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc

import bgpolitics_ner.entities
import bgpolitics_ner.frontend
import bgpolitics_ner.referents  # noqa: F401  the three register the components that are loaded below
from bgpolitics_ner.document import Document
from bgpolitics_ner.entities.baseform import load_base_forms
from bgpolitics_ner.entities.component import _head
from bgpolitics_ner.entities.mention import Mention
from bgpolitics_ner.entities.states import load_states
from bgpolitics_ner.entities.tagger import Names
from bgpolitics_ner.knowledge import read_jsonl
from bgpolitics_ner.models import find_model
from bgpolitics_ner.referents.kb import ORGANISATIONS, STATES, WEAPONS, Gazetteer, names_lines
from bgpolitics_ner.referents.linker import Linker
from bgpolitics_ner.referents.linking import ReferentLinker
from bgpolitics_ner.training.data import Article, read_articles
from bgpolitics_ner.training.kb import Linked, LinkerTrainer, read_linked, without
from bgpolitics_ner.training.splits import cluster_copies, hold_out

TOPICS = ("brexit", "covid-19", "nord_stream", "asia_bibi", "ryanair")
TYPES = ("PER", "LOC", "ORG", "EVT", "PRO")
REFERENTS, LINKING = "bgpolitics_referents", "bgpolitics_linking"
TAGGERS = ("bgpolitics_tagger", "ner")
OWN = ("bgpolitics_entities", REFERENTS, LINKING, "bgpolitics_relations")


@dataclass(frozen=True)
class Case:
    """A gold mention with its id, our base form, the name of our referent, and all names of that referent."""

    type: str
    lemma: str
    id: str
    own: str
    name: str


@dataclass
class Rates:
    """Right and all, by type."""

    right: Counter[str]
    all: Counter[str]

    def row(self) -> str:
        """Return the rates by type and over all."""
        rates = [f"{self.right[t] / self.all[t]:7.3f}" if self.all[t] else f"{'–':>7}" for t in TYPES]
        return f"{self.share:7.3f} " + " ".join(rates)

    @property
    def share(self) -> float:
        """Right of all."""
        return sum(self.right.values()) / max(1, sum(self.all.values()))


def read_cases(model: Path, articles: Sequence[Article]) -> tuple[dict[str, list[Case]], dict[str, Doc]]:
    """Return the gold mentions of each document with our base forms, and the Docs with their referents."""
    nlp = spacy.load(model, exclude=[*TAGGERS, LINKING, "bgpolitics_relations"])
    stages = [name for name in nlp.pipe_names if name in OWN]
    resolve = nlp.get_pipe(REFERENTS)
    cases: dict[str, list[Case]] = {}
    docs: dict[str, Doc] = {}
    texts = [(article.document.text, article.document) for article in articles]
    for doc, gold in nlp.pipe(texts, as_tuples=True, disable=stages, batch_size=16):
        doc._.mentions = list(gold_mentions(doc, gold))
        resolve(doc)
        docs[gold.id] = doc
        names = {r.id: r.link or "" for r in gold.referents or ()}
        ids = {
            (e.start, e.end, e.type): (e.lemma or e.text, names.get(e.referent or "", ""))
            for e in gold.entities or ()
        }
        cases[gold.id] = [
            Case(m.type, *ids[m.start, m.end, m.type], m.lemma, doc._.referents[m.referent].name)
            for m in doc._.mentions
        ]
    return cases, docs


def gold_mentions(doc: Doc, gold: Document) -> Iterator[Mention]:
    """Yield the gold mentions with our base forms; those without a token are left out."""
    base_form, states = load_base_forms(), load_states()
    for entity in sorted(gold.entities or (), key=lambda e: (e.start, -e.end)):
        span = doc.char_span(entity.start, entity.end, alignment_mode="expand")
        if span is not None and entity.type in TYPES:
            lemma = base_form(span, entity.type)
            state = states.name(lemma) or states.name(span.text) if entity.type in ("LOC", "ORG") else None
            yield Mention(
                entity.start, entity.end, entity.type, _head(span), lemma, 1.0, "gold",
                state=state.state if state else None,
            )  # fmt: skip


def names_of(kind: str, lemma: str, referent: str) -> tuple[str, ...]:
    """Return what a mention is linked by: a person's fuller name in the document goes first."""
    fuller = kind == "PER" and len(referent.split()) > len(lemma.split())
    return (referent, lemma) if fuller else (lemma,)


def make_linker(trainer: LinkerTrainer, mentions: Collection[Linked]) -> Linker:
    """Return the linker of the training part, with no id of the corpus from elsewhere."""
    made = trainer.train(mentions)
    ids = {m.id for m in mentions}
    states = [{**r, "link": r["link"] if r.get("link") in ids else None} for r in read_jsonl(STATES)]
    gazetteer = Gazetteer(names_lines(), states, read_jsonl(ORGANISATIONS), read_jsonl(WEAPONS))
    return Linker(made.table, made.words, made.speller, gazetteer=gazetteer)


def rate(pairs: Iterable[tuple[Case, str | None]]) -> Rates:
    """Count the cases whose id was found."""
    rates = Rates(Counter(), Counter())
    for case, id in pairs:
        rates.all[case.type] += 1
        rates.right[case.type] += id == case.id
    return rates


def score(linker: Linker, cases: Sequence[Case], train: Iterable[Linked]) -> dict[str, Rates]:
    """Return the rates of each way to link."""
    seen: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for m in train:
        if m.language == "bg":
            seen[m.type, m.lemma][m.id] += 1

    def by(lemma: str, case: Case) -> str | None:
        found = linker.link(case.type, names_of(case.type, lemma, case.name))
        return found.id if found else None

    def common(case: Case) -> str | None:
        ids = seen.get((case.type, case.lemma))
        return ids.most_common(1)[0][0] if ids else None

    return {
        "dictionary": rate((c, common(c)) for c in cases),
        "own form": rate((c, by(c.own, c)) for c in cases),
        "gold form": rate((c, by(c.lemma, c)) for c in cases),
    }


def score_referents(linker: Linker, docs: Iterable[Doc], cases: Iterable[Sequence[Case]]) -> Rates:
    """Return how many gold mentions are in a referent with their id."""
    component = ReferentLinker(LINKING, linker)
    rates = Rates(Counter(), Counter())
    for doc, rows in zip(docs, cases, strict=True):
        component(doc)
        for mention, case in zip(doc._.mentions, rows, strict=True):
            rates.all[case.type] += 1
            rates.right[case.type] += doc._.referents[mention.referent].link == case.id
    return rates


def score_end_to_end(nlp: Language, linker: Linker, golds: Sequence[Document]) -> tuple[float, float, float]:
    """Return precision, recall and F1 of predicted mentions with span, type and id."""
    right = predicted = wanted = 0
    stages = [name for name in nlp.pipe_names if name in OWN[:2]]
    for doc, gold in nlp.pipe([(g.text, g) for g in golds], as_tuples=True, disable=stages, batch_size=16):
        for name in stages:
            doc = nlp.get_pipe(name)(doc)
        ids = {r.id: r.link or "" for r in gold.referents or ()}
        answers = {(e.start, e.end, e.type, ids.get(e.referent or "", "")) for e in gold.entities or ()}
        wanted += len(answers)
        for m in doc._.mentions:
            if m.type in TYPES:
                name = doc._.referents[m.referent].name if m.referent is not None else m.lemma
                found = linker.link(m.type, names_of(m.type, m.lemma, name))
                predicted += 1
                right += found is not None and (m.start, m.end, m.type, found.id) in answers
    precision, recall = right / max(1, predicted), right / max(1, wanted)
    return precision, recall, 2 * right / max(1, predicted + wanted)


def load_tagger(model: Path, tagger: Path) -> Language:
    """Load a model up to the referents with another tagger."""
    nlp = spacy.load(model, exclude=[*TAGGERS, LINKING, "bgpolitics_relations"])
    nlp.add_pipe("bgpolitics_tagger", before="bgpolitics_entities").set_names(Names.from_disk(tagger))
    return nlp


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the script; `arguments` are those of the command line where None."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", help="name or path of a model; the shipped one by default")
    parser.add_argument("--models", help="path of the tagger trained without {topic}")
    parser.add_argument("--folds", type=int, default=10)
    options = parser.parse_args(arguments)
    model = find_model(options.model)
    articles = read_articles(options.data / "slavicner" / "bg.jsonl")
    mentions = read_linked(options.data / "slavicner")
    print("reading the documents", file=sys.stderr, flush=True)
    cases, docs = read_cases(model, articles)
    trainer = LinkerTrainer(options.data)
    print(f"{'left out':<16} {'base form':<11} {'all':>7} " + " ".join(f"{t:>7}" for t in TYPES))
    means: defaultdict[str, list[float]] = defaultdict(list)

    def report(title: str, golds: Sequence[Document], train: list[Linked], *, count: bool) -> Linker:
        linker = make_linker(trainer, train)
        rows = score(linker, [case for gold in golds for case in cases[gold.id]], train)
        rows["referent"] = score_referents(linker, (docs[g.id] for g in golds), (cases[g.id] for g in golds))
        for name, rates in rows.items():
            print(f"{title:<16} {name:<11} {rates.row()}", flush=True)
            if count:
                means[name].append(rates.share)
        return linker

    for topic in TOPICS:
        golds = [article.document for article in articles if article.topic == topic]
        linker = report(topic, golds, list(without(mentions, topic=topic)), count=True)
        if options.models:
            nlp = load_tagger(model, Path(options.models.format(topic=topic)))
            precision, recall, f1 = score_end_to_end(nlp, linker, golds)
            print(
                f"{topic:<16} end to end: precision {precision:.3f} recall {recall:.3f} F1 {f1:.3f}",
                flush=True,
            )
            means["end to end F1"].append(f1)
    for name, values in means.items():
        print(f"{'mean of topics':<16} {name:<13} {sum(values) / len(values):.3f}")
    held = hold_out(
        cluster_copies({a.id: a.document.text for a in articles}), share=1 / options.folds, salt="linking"
    )
    golds = [article.document for article in articles if article.id in held]
    report("1/10 of documents", golds, list(without(mentions, documents=held)), count=False)


if __name__ == "__main__":
    main()
