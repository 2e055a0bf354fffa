"""Gold relations + the assembled pipeline → the relation classifier. Needs torch (extra ``train``)."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

from spacy.language import Language

from bgpolitics_ner.document import Document
from bgpolitics_ner.errors import InputError, MissingExtraError
from bgpolitics_ner.relations.candidates import CandidateGenerator
from bgpolitics_ner.relations.classifier import RelationClassifier
from bgpolitics_ner.training.relations import (
    Settings,
    label_candidates,
    mine_trigger_lexicon,
    train_ensemble,
)

RELATIONS = "bgpolitics_relations"


def train_relations(
    nlp: Language, documents: Sequence[Document], settings: Settings | None = None
) -> RelationClassifier:
    """Fit the classifier on gold documents as `nlp` analyses them: with its mentions, referents and parses.

    `nlp` is the whole pipeline; its frames are needed because they propose candidates too. Raises
    MissingExtraError without torch.
    """
    if find_spec("torch") is None:
        raise MissingExtraError("torch is not installed: pip install 'bgpolitics-ner[train]'")
    matcher = nlp.get_pipe(RELATIONS).matcher
    with nlp.select_pipes(disable=[RELATIONS]):
        docs = list(nlp.pipe(document.text for document in documents))
    pairs = list(zip(docs, documents, strict=True))
    lexicon = mine_trigger_lexicon(pairs)
    generator = CandidateGenerator(lexicon)
    examples = [
        example
        for doc, gold in pairs
        for example in label_candidates(doc, gold, generator.generate(doc, matcher.match(doc)))
    ]
    if not examples:
        raise InputError("no gold relation has a trigger and arguments in one sentence: nothing to train on")
    return train_ensemble(examples, lexicon, settings)
