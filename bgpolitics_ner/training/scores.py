"""How good an assembled pipeline is on what was held out; the numbers of ``meta.json``, all shares of 1."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.scorer import get_ner_prf
from spacy.training import Example

from bgpolitics_ner.annotator import Annotator
from bgpolitics_ner.document import Document
from bgpolitics_ner.evaluation import evaluate, from_doc, read_conllu, score_conllu
from bgpolitics_ner.training.data import RELATIONS_DEV, choose, read_relations, read_split, tag_names
from bgpolitics_ner.training.entities import split_articles
from bgpolitics_ner.training.frontend import DEV, TREEBANK

# Name in the card → metric of the CoNLL 2018 shared task.
ANALYSIS = {
    "tokens_f": "Tokens", "sents_f": "Sentences", "pos_acc": "UPOS", "tag_acc": "XPOS",
    "morph_acc": "UFeats", "lemma_acc": "Lemmas", "dep_uas": "UAS", "dep_las": "LAS",
}  # fmt: skip
TAGGER = ("ents_p", "ents_r", "ents_f")
STAGES = ("bgpolitics_entities", "bgpolitics_referents", "bgpolitics_relations")


def measure(nlp: Language, data: Path, *, splits: Path | None = None) -> dict[str, Any]:
    """Score a pipeline on the development part of the treebank and on the held-out articles."""
    return {
        **measure_analysis(nlp, data / TREEBANK / DEV),
        **measure_tagger(nlp, [a.document for a in split_articles(data, splits=splits)[1]]),
        **measure_relations(
            nlp, choose(read_relations(data), read_split(RELATIONS_DEV, splits), inside=True)
        ),
    }


def measure_analysis(nlp: Language, treebank: Path) -> dict[str, float]:
    """Score the front end on a CoNLL-U file in the CoNLL 2018 way, from raw text."""
    gold = read_conllu(treebank)
    doc, cleaned = Annotator(nlp).parse(gold.text)
    found = score_conllu(gold, from_doc(doc, cleaned)).metrics
    return {name: round(found[metric].score.f1, 4) for name, metric in ANALYSIS.items()}


def measure_tagger(nlp: Language, documents: Sequence[Document]) -> dict[str, float]:
    """Score the learned tagger alone: exact spans and types of named mentions."""
    examples = []
    with nlp.select_pipes(disable=[name for name in STAGES if name in nlp.pipe_names]):
        for document, doc in zip(documents, nlp.pipe(d.text for d in documents), strict=True):
            reference = nlp.make_doc(document.text)
            tag_names(document, reference)
            examples.append(Example(doc, reference))
    found = get_ner_prf(examples)
    return {name: round(float(found[name] or 0.0), 4) for name in TAGGER}


def measure_relations(nlp: Language, documents: Sequence[Document]) -> dict[str, Any]:
    """Score entities, relations and their qualifiers against gold, everything predicted from raw text."""
    items = [{"id": d.id, "text": d.text, **({"date": d.date} if d.date else {})} for d in documents]
    report = evaluate(documents, Annotator(nlp).pipe(items)).to_dict()
    relations = report["relations"]
    scores: dict[str, Any] = {
        "entities_f1": report["entities"]["strict"]["f1"],
        "relations_precision": relations["document"]["precision"],
        "relations_recall": relations["document"]["recall"],
        "relations_f1": relations["document"]["f1"],
        "relations_mention_f1": relations["mention_strict"]["f1"],
        "relations_mention_relaxed_f1": relations["mention_relaxed"]["f1"],
        "factuality_acc": report["factuality"]["accuracy"],
        **{f"{name}_f1": report[name]["f1"] for name in ("source", "when", "roles")},
    }
    rounded = {name: round(value, 4) for name, value in scores.items() if value is not None}
    return {**rounded, "relations_f1_interval": [round(end, 4) for end in relations["document"]["interval"]]}
