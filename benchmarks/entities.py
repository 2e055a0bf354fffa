"""How right named mentions are: on five topics that the tagger never saw, and on held-out articles.

    python benchmarks/entities.py DATA [--models 'build/entities-{topic}'] [--model MODEL]
        [--corpus SLAVICNER] [--plot FILE] [--names]

DATA holds ``slavicner/*.jsonl`` and ``relations/war.jsonl``. ``{topic}`` in --models stands for the topic
that was left out of the training (``bgpolitics train entities --topic TOPIC``); without --models only the
held-out articles are scored. The rows "tagger" are what the learned tagger says; "stage" is after the
entities stage, with the front end of MODEL: borders made clean, gazetteers, weapons. Strict: exact span and
type. --corpus is a checkout of the corpus SlavicNER with its official splits (read by
``bgpolitics_ner.training.official``); a tagger for one of them is looked for under --models with the split's
name (``single_out_topic``, ``cross-topic``) for ``{topic}``, and where there is none the split is left out.
``bgpolitics train entities --corpus SLAVICNER --split NAME`` makes it.

Then: weapons and groups on the held-out articles of ``war.jsonl``; base forms (``baseforms.py``); how well
the confidence of the stage is calibrated, on the left-out topics and on the held-out articles, with a plot;
the speed of tagger and stage. Last come links (``linking.py``) and referents (``referents.py``, held-out
articles), which have options of their own when run alone; with --names they are left out.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import linking
import referents
import spacy
from baseforms import TOPICS, print_base_forms
from spacy.tokens import Doc

import bgpolitics_ner.entities
import bgpolitics_ner.frontend  # noqa: F401  both register the components that are loaded below
from bgpolitics_ner.document import Document, Entity
from bgpolitics_ner.entities.tagger import Names, Tagger
from bgpolitics_ner.evaluation.calibration import calibrate, plot
from bgpolitics_ner.evaluation.entities import MentionTable, score_entities
from bgpolitics_ner.models import find_model
from bgpolitics_ner.training.data import TAGGED, Article, read_articles
from bgpolitics_ner.training.entities import WAR, split_articles
from bgpolitics_ner.training.official import SPLITS as OFFICIAL
from bgpolitics_ner.training.official import read_official

SPLITS = Path(__file__).parent / "splits"
PLOT = Path(__file__).parent / "results" / "entities-confidence.svg"
LEFT_OUT = ["bgpolitics_referents", "bgpolitics_linking", "bgpolitics_relations"]
TAGGERS, STAGE = ("bgpolitics_tagger", "ner"), "bgpolitics_entities"
SYSTEMS = ("tagger", "stage")
Scores = Mapping[str, MentionTable]
Mention = tuple[int, int, str]


@dataclass
class Run:
    """The pipeline up to the entities stage; a text is analysed once, whatever taggers it goes to.

    `seconds` and `words` are those of tagger and stage, by name.
    """

    model: Path
    docs: dict[str, Doc] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(SYSTEMS, 0.0))
    words: int = 0

    def __post_init__(self) -> None:
        self.nlp = spacy.load(self.model, exclude=LEFT_OUT)
        self.own = next(name for name in TAGGERS if name in self.nlp.pipe_names)
        self.use(None)

    def use(self, folder: Path | None) -> None:
        """Tag with the weights in a folder from now on; None for the model's own tagger."""
        if folder is None:
            self.tagger: Callable[[Doc], Doc] = self.nlp.get_pipe(self.own)
        else:
            tagger = Tagger(self.nlp)
            tagger.set_names(Names.from_disk(folder))
            self.tagger = tagger

    def analyse(self, articles: Iterable[Article]) -> None:
        """Run the front end on the articles that have not been through it."""
        new = [(a.document.text, a.id) for a in articles if a.id not in self.docs]
        for doc, id in self.nlp.pipe(new, as_tuples=True, disable=[self.own, STAGE], batch_size=16):
            self.docs[id] = doc

    def tag(self, articles: Sequence[Article]) -> Iterator[tuple[Document, Doc]]:
        """Yield the gold Documents with the Docs after tagger and stage."""
        self.analyse(articles)
        stage = self.nlp.get_pipe(STAGE)
        for article in articles:
            doc = self.docs[article.id]
            doc.set_ents([], default="missing")
            begin = time.perf_counter()
            doc = self.tagger(doc)
            middle = time.perf_counter()
            doc = stage(doc)
            self.seconds["tagger"] += middle - begin
            self.seconds["stage"] += time.perf_counter() - middle
            self.words += sum(not token.is_punct and not token.is_space for token in doc)
            yield article.document, doc


def make_document(gold: Document, mentions: Iterable[Mention]) -> Document:
    """Return a predicted Document that holds mentions only."""
    entities = [
        Entity(id=f"m{number}", start=start, end=end, text=gold.text[start:end], type=label)
        for number, (start, end, label) in enumerate(mentions)
    ]
    return Document(id=gold.id, text=gold.text, entities=tuple(entities))


def mentions_of(doc: Doc) -> Iterator[list[Mention]]:
    """Yield the mentions of a Doc for each of SYSTEMS."""
    yield [(span.start_char, span.end_char, span.label_) for span in doc.ents]
    yield [(m.start, m.end, m.type) for m in doc._.mentions if m.type in TAGGED]


def answers_of(gold: Document, doc: Doc) -> Iterator[tuple[float, bool]]:
    """Yield confidence and rightness of the named mentions of a type that the gold annotates."""
    right = {(e.start, e.end, e.type) for e in gold.entities or ()}
    types = {kind for kind in TAGGED if kind != "WEAPON" or any(e.type == kind for e in gold.entities or ())}
    for m in doc._.mentions:
        if m.type in types:
            yield m.confidence, (m.start, m.end, m.type) in right


def score(pairs: Sequence[tuple[Document, Doc]]) -> Scores:
    """Return the strict scores of each of SYSTEMS."""
    made: dict[str, list[tuple[Document, Document]]] = {name: [] for name in SYSTEMS}
    for gold, doc in pairs:
        for name, mentions in zip(SYSTEMS, mentions_of(doc), strict=True):
            made[name].append((gold, make_document(gold, mentions)))
    return {name: score_entities(made[name]).strict for name in SYSTEMS}


def print_scores(title: str, documents: int, scores: Scores) -> None:
    """Print a row for each of SYSTEMS."""
    for name in SYSTEMS:
        named = scores[name].named
        micro = named.micro
        rates = f"{micro.precision:9.3f} {micro.recall:9.3f} {micro.f1:9.3f}"
        types = " ".join(
            f"{named.per_type[label].f1:9.3f}"
            if label in named.per_type and named.per_type[label].gold
            else f"{'–':>9}"
            for label in TAGGED
        )
        print(f"{title:<16} {documents:>4} {name:<7} {rates} {types}", flush=True)


def print_means(rows: Sequence[Scores]) -> None:
    """Print the mean F1 of the left-out topics, over all mentions and by type where a topic has some."""
    for name in SYSTEMS:
        mean = sum(scores[name].named.micro.f1 for scores in rows) / len(rows)
        types = []
        for label in TAGGED:
            found = [s[name].named.per_type[label] for s in rows if label in s[name].named.per_type]
            values = [score.f1 for score in found if score.gold]
            types.append(f"{sum(values) / len(values):9.3f}" if values else f"{'–':>9}")
        print(f"{'mean of topics':<16} {'':>4} {name:<7} {'':>9} {'':>9} {mean:9.3f} {' '.join(types)}")


def print_war(pairs: Sequence[tuple[Document, Doc]]) -> None:
    """Print weapons (strict) and how many gold groups are found; others found are no errors."""
    golds, docs = [gold for gold, _ in pairs], [doc for _, doc in pairs]
    made = [make_document(g, [(m.start, m.end, m.type) for m in d._.mentions]) for g, d in pairs]
    table = score_entities(list(zip(golds, made, strict=True)))
    weapon = table.strict.named.per_type["WEAPON"]
    print(
        f"weapons, {len(docs)} held-out articles on the war: {weapon.gold} mentions, precision "
        f"{weapon.precision:.3f}, recall {weapon.recall:.3f}, F1 {weapon.f1:.3f}"
    )
    strict, relaxed = table.strict.unnamed["GROUP"], table.relaxed.unnamed["GROUP"]
    print(f"groups, the same articles: {strict.gold} mentions, found exactly {strict.recall:.3f}, ", end="")
    print(f"overlapping {relaxed.recall:.3f}")


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--models", help="path of the tagger trained without {topic}")
    parser.add_argument("--model", help="name or path of a model; the shipped one by default")
    parser.add_argument("--corpus", type=Path, help="checkout of SlavicNER, for its official splits")
    parser.add_argument("--plot", type=Path, default=PLOT, help="where the plot of the confidence goes")
    parser.add_argument("--names", action="store_true", help="neither links nor referents")
    options = parser.parse_args()
    run = Run(find_model(options.model))
    head = ("precision", "recall", "F1", *TAGGED)
    print(f"{'scored on':<16} {'docs':>4} {'':<7} " + " ".join(f"{name:>9}" for name in head))
    answers: dict[str, list[tuple[float, bool]]] = {}
    rows: list[Scores] = []
    for topic in TOPICS if options.models else ():
        run.use(Path(options.models.format(topic=topic)))
        pairs = list(run.tag(split_articles(options.data, topic=topic)[1]))
        rows.append(score(pairs))
        answers.setdefault("left-out topics", []).extend(a for pair in pairs for a in answers_of(*pair))
        print_scores(topic, len(pairs), rows[-1])
    if rows:
        print_means(rows)
    for split in OFFICIAL if options.corpus and options.models else ():
        tagger = Path(options.models.format(topic=split))
        if tagger.is_dir():
            run.use(tagger)
            pairs = list(run.tag(read_official(options.corpus, split)))
            print_scores(split, len(pairs), score(pairs))
        else:
            print(f"{split}: no tagger at {tagger}")
    run.use(None)
    pairs = list(run.tag(split_articles(options.data, splits=SPLITS)[1]))
    answers["held-out articles"] = [a for pair in pairs for a in answers_of(*pair)]
    print_scores("held out", len(pairs), score(pairs))
    war = {article.id for article in read_articles(options.data / WAR)}
    print()
    print_war([(gold, doc) for gold, doc in pairs if gold.id in war])
    print("\nbase forms, gold mentions given")
    articles = read_articles(options.data / "slavicner" / "bg.jsonl")
    run.analyse(articles)
    print_base_forms(articles, run.docs)
    results = {name: calibrate(found) for name, found in answers.items()}
    for name, result in results.items():
        print(f"\nconfidence of named mentions, {name}")
        print(*result.rows(), sep="\n")
    plot(options.plot, results, title="Confidence of named mentions")
    print("\nspeed on one core, words/s: ", end="")
    print(", ".join(f"{name} {run.words / seconds:,.0f}" for name, seconds in run.seconds.items()))
    if not options.names:
        where = [str(options.data), *(["--model", options.model] if options.model else [])]
        print("\nlinks: ids of named mentions", flush=True)
        linking.main(where)
        print("\nreferents, gold mentions given")
        referents.main([*where, "--part", "dev"])


if __name__ == "__main__":
    main()
