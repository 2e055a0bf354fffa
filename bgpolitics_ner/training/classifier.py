"""Gold relations + the assembled pipeline → the relation classifier. Needs torch (extra ``train``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from bgpolitics_ner.assembly import build_document
from bgpolitics_ner.document import Document
from bgpolitics_ner.errors import InputError, MissingExtraError
from bgpolitics_ner.evaluation.confidences import answer_mentions
from bgpolitics_ner.relations.candidates import CandidateGenerator
from bgpolitics_ner.relations.classifier import RelationClassifier
from bgpolitics_ner.relations.combine import kind_of
from bgpolitics_ner.schema import Schema
from bgpolitics_ner.training.calibration import FRAMES_DISCOUNT, fit_calibration
from bgpolitics_ner.training.relations import (
    Settings,
    label_candidates,
    mine_trigger_lexicon,
    relation_labels,
    train_ensemble,
)
from bgpolitics_ner.training.splits import cluster_copies, fold

RELATIONS = "bgpolitics_relations"
FOLDS = 4


def train_relations(
    nlp: Language,
    documents: Sequence[Document],
    settings: Settings | None = None,
    *,
    folds: int = FOLDS,
    discount: float = FRAMES_DISCOUNT,
) -> RelationClassifier:
    """Fit the classifier on gold documents as `nlp` analyses them: with its mentions, referents and parses.

    `nlp` is the whole pipeline; its frames are needed because they propose candidates too, and its stage of
    relations says which types there are. Confidences are calibrated by cross-validation: each of `folds`
    parts is judged by a classifier that was trained on the others; with 0 or 1 they stay as they are.
    `discount` is for frames that were written on these documents, 0 where they were not (`fit_calibration`).
    Raises MissingExtraError without torch, InputError for a gold type that is not among them.
    """
    if find_spec("torch") is None:
        raise MissingExtraError("torch is not installed: pip install 'bgpolitics-ner[train]'")
    stage = nlp.get_pipe(RELATIONS)
    _check_types(documents, stage.schema)
    with nlp.select_pipes(disable=[RELATIONS]):
        docs = list(nlp.pipe(document.text for document in documents))
    corpus = _Corpus(stage, docs, documents)
    classifier = corpus.train(range(len(docs)), settings or Settings())
    if folds > 1:
        # One network a fold: the curves of an ensemble differ little, and it takes three times as long.
        alone = replace(settings or Settings(), members=1)
        classifier.calibration = fit_calibration(corpus.answer(folds, alone), discount=discount)
    return classifier


class _Corpus:
    """Analysed documents with their gold; trains on some of them and judges others."""

    def __init__(self, stage: Any, docs: list[Doc], documents: Sequence[Document]) -> None:
        self._stage, self._docs, self._documents = stage, docs, documents
        self._labels = relation_labels(stage.schema)
        generator = CandidateGenerator(self._lexicon(range(len(docs))))
        self._examples = [
            label_candidates(doc, gold, generator.generate(doc, stage.matcher.match(doc)), stage.schema)
            for doc, gold in zip(docs, documents, strict=True)
        ]

    def _lexicon(self, chosen: Iterable[int]) -> list[str]:
        return mine_trigger_lexicon((self._docs[i], self._documents[i]) for i in chosen)

    def train(self, chosen: Sequence[int], settings: Settings) -> RelationClassifier:
        """Fit a classifier on the documents of these numbers."""
        examples = [example for i in chosen for example in self._examples[i]]
        if not examples:
            raise InputError(
                "no gold relation has a trigger and arguments in one sentence: nothing to train on"
            )
        return train_ensemble(examples, self._lexicon(chosen), settings, labels=self._labels)

    def answer(self, folds: int, settings: Settings) -> Iterator[tuple[str, float, bool]]:
        """Yield kind, score and rightness of what is found in documents that were not trained on."""
        clusters = cluster_copies({document.id: document.text for document in self._documents})
        numbers = fold(clusters, folds)
        places = [numbers[document.id] for document in self._documents]
        for number in range(folds):
            held = [i for i, place in enumerate(places) if place == number]
            rest = [i for i, place in enumerate(places) if place != number]
            if held and any(self._examples[i] for i in rest):
                yield from self._judge(self.train(rest, settings), held)

    def _judge(
        self, classifier: RelationClassifier, held: Sequence[int]
    ) -> Iterator[tuple[str, float, bool]]:
        before = self._stage.classifier
        self._stage.set_classifier(classifier)
        gold = [self._documents[i] for i in held]
        found = [
            build_document(
                self._stage(self._docs[i]), id=self._documents[i].id, date=None, meta=None,
                min_confidence=0.0, schema=self._stage.schema,
            )[0]
            for i in held
        ]  # fmt: skip
        self._stage.set_classifier(before)
        for answer in answer_mentions(gold, found, schema=self._stage.schema):
            yield kind_of(answer.relation.origin), answer.confidence, answer.right


def _check_types(documents: Sequence[Document], schema: Schema) -> None:
    for document in documents:
        for relation in document.relations or ():
            if relation.type not in schema.relations:
                raise InputError(
                    f"document {document.id!r}: relations {relation.id!r}: unknown type {relation.type!r}; "
                    "if it is one of your own, name the file that defines it with --frames"
                )
