"""Gold relations + the assembled pipeline → the relation classifier. Needs torch (extra ``train``)."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

from spacy.language import Language

from bgpolitics_ner.document import Document
from bgpolitics_ner.errors import InputError, MissingExtraError
from bgpolitics_ner.relations.candidates import CandidateGenerator
from bgpolitics_ner.relations.classifier import RelationClassifier
from bgpolitics_ner.schema import Schema
from bgpolitics_ner.training.relations import (
    Settings,
    label_candidates,
    mine_trigger_lexicon,
    relation_labels,
    train_ensemble,
)

RELATIONS = "bgpolitics_relations"


def train_relations(
    nlp: Language, documents: Sequence[Document], settings: Settings | None = None
) -> RelationClassifier:
    """Fit the classifier on gold documents as `nlp` analyses them: with its mentions, referents and parses.

    `nlp` is the whole pipeline; its frames are needed because they propose candidates too, and its stage of
    relations says which types there are. Raises MissingExtraError without torch, InputError for a gold type
    that is not among them.
    """
    if find_spec("torch") is None:
        raise MissingExtraError("torch is not installed: pip install 'bgpolitics-ner[train]'")
    stage = nlp.get_pipe(RELATIONS)
    schema, matcher = stage.schema, stage.matcher
    _check_types(documents, schema)
    with nlp.select_pipes(disable=[RELATIONS]):
        docs = list(nlp.pipe(document.text for document in documents))
    pairs = list(zip(docs, documents, strict=True))
    lexicon = mine_trigger_lexicon(pairs)
    generator = CandidateGenerator(lexicon)
    examples = [
        example
        for doc, gold in pairs
        for example in label_candidates(doc, gold, generator.generate(doc, matcher.match(doc)), schema)
    ]
    if not examples:
        raise InputError("no gold relation has a trigger and arguments in one sentence: nothing to train on")
    return train_ensemble(examples, lexicon, settings, labels=relation_labels(schema))


def _check_types(documents: Sequence[Document], schema: Schema) -> None:
    for document in documents:
        for relation in document.relations or ():
            if relation.type not in schema.relations:
                raise InputError(
                    f"document {document.id!r}: relations {relation.id!r}: unknown type {relation.type!r}; "
                    "if it is one of your own, name the file that defines it with --frames"
                )
