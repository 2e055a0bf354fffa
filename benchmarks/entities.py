"""How right named mentions are: on five topics that the tagger never saw, and on held-out articles.

    python benchmarks/entities.py DATA [--models 'build/entities-{topic}/model-last'] [--model MODEL]

DATA holds ``slavicner/*.jsonl`` and ``relations/war.jsonl``. ``{topic}`` in --models stands for the topic
that was left out of the training (``bgpolitics train entities --topic TOPIC``); without --models only the
held-out articles are scored. The rows "tagger" are what the learned tagger says; "stage" is after the
entities stage, with the front end of MODEL: borders made clean, gazetteers, weapons. Strict: exact span and
type.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc

import bgpolitics_ner.entities
import bgpolitics_ner.frontend  # noqa: F401  both register the components that are loaded below
from bgpolitics_ner.document import Document, Entity
from bgpolitics_ner.evaluation.entities import MentionTable, score_entities
from bgpolitics_ner.models import find_model
from bgpolitics_ner.training.data import TAGGED
from bgpolitics_ner.training.entities import split_articles

SPLITS = Path(__file__).parent / "splits"
TOPICS = ("brexit", "covid-19", "nord_stream", "asia_bibi", "ryanair")
LEFT_OUT = ["bgpolitics_referents", "bgpolitics_relations"]
SYSTEMS = ("tagger", "stage")
Scores = Mapping[str, MentionTable]
Mention = tuple[int, int, str]


def load_stage(model: Path, tagger: Path | None = None) -> Language:
    """Load a model up to the entities stage, with its own tagger or another one."""
    if tagger is None:
        return spacy.load(model, exclude=LEFT_OUT)
    nlp = spacy.load(model, exclude=["ner", *LEFT_OUT])
    nlp.add_pipe("ner", source=spacy.load(tagger), before="bgpolitics_entities")
    return nlp


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


def score(nlp: Language, golds: Sequence[Document]) -> Scores:
    """Return the strict scores of each of SYSTEMS."""
    pairs: dict[str, list[tuple[Document, Document]]] = {name: [] for name in SYSTEMS}
    for gold, doc in zip(golds, nlp.pipe(gold.text for gold in golds), strict=True):
        for name, mentions in zip(SYSTEMS, mentions_of(doc), strict=True):
            pairs[name].append((gold, make_document(gold, mentions)))
    return {name: score_entities(pairs[name]).strict for name in SYSTEMS}


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
        print(f"{title:<12} {documents:>4} {name:<7} {rates} {types}", flush=True)


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--models", help="path of the tagger trained without {topic}")
    parser.add_argument("--model", help="name or path of a model; the shipped one by default")
    options = parser.parse_args()
    model = find_model(options.model)
    head = ("precision", "recall", "F1", *TAGGED)
    print(f"{'scored on':<12} {'docs':>4} {'':<7} " + " ".join(f"{name:>9}" for name in head))
    rows: list[Scores] = []
    for topic in TOPICS if options.models else ():
        golds = [article.document for article in split_articles(options.data, topic=topic)[1]]
        rows.append(score(load_stage(model, Path(options.models.format(topic=topic))), golds))
        print_scores(topic, len(golds), rows[-1])
    if rows:
        for name in SYSTEMS:
            mean = sum(scores[name].named.micro.f1 for scores in rows) / len(rows)
            print(f"{'mean':<12} {'':>4} {name:<7} {'':>9} {'':>9} {mean:9.3f}")
    held = [article.document for article in split_articles(options.data, splits=SPLITS)[1]]
    print_scores("held out", len(held), score(load_stage(model), held))


if __name__ == "__main__":
    main()
