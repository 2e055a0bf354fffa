"""The assembled pipeline: text in, Document out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from bgpolitics_ner.assembly import build_document
from bgpolitics_ner.document import Document, Relation
from bgpolitics_ner.errors import InputError, ModelError
from bgpolitics_ner.models import find_model

BATCH_SIZE = 16
MAX_CHARACTERS = 20_000_000


@dataclass(frozen=True)
class Explanation:
    """Why a relation was found: its sentence, the frames or model (`origin`), and the slots of both arguments."""

    relation: Relation
    sentence: str
    origin: tuple[str, ...]
    path: tuple[str, ...]
    confidence: float | None


class Annotator:
    """A loaded pipeline; `nlp` is the spaCy ``Language`` inside."""

    def __init__(self, nlp: Language, *, min_confidence: float = 0.0) -> None:
        self.nlp = nlp
        self.min_confidence = min_confidence
        nlp.max_length = MAX_CHARACTERS

    def __call__(self, text: str, *, id: str | None = None, date: str | None = None) -> Document:
        """Annotate one text; `date` (ISO 8601) is when it was published."""
        document, _ = self._annotate(text, id=id, date=date)
        return document

    def pipe(self, items: Iterable[str | Mapping[str, Any]], *, batch_size: int = BATCH_SIZE) -> Iterator[Document]:
        """Annotate a stream, in order; an item is a text or a mapping with ``text`` and maybe ``id``, ``date``, ``meta``."""
        pairs = ((_text_of(item), item) for item in items)
        for doc, item in self.nlp.pipe(pairs, as_tuples=True, batch_size=batch_size):
            values = {} if isinstance(item, str) else item
            document, _ = build_document(
                doc,
                id=values.get("id") or make_id(doc.text),
                date=values.get("date"),
                meta=values.get("meta"),
                min_confidence=self.min_confidence,
            )
            yield document

    def explain(self, text: str, *, date: str | None = None) -> list[Explanation]:
        """Annotate a text and tell for each relation what found it and how."""
        document, paths = self._annotate(text, date=date)
        return [
            Explanation(
                relation=relation,
                sentence=_sentence_text(document, relation),
                origin=relation.origin,
                path=paths[relation.id],
                confidence=relation.confidence,
            )
            for relation in document.relations or ()
        ]

    def _annotate(
        self, text: str, *, id: str | None = None, date: str | None = None
    ) -> tuple[Document, dict[str, tuple[str, ...]]]:
        doc: Doc = self.nlp(_text_of(text))
        return build_document(doc, id=id or make_id(text), date=date, meta=None, min_confidence=self.min_confidence)


def load(model: str | Path | None = None, *, min_confidence: float = 0.0) -> Annotator:
    """Load a model by name or path, the shipped one by default.

    Raises ModelError where it is missing or does not fit this version.
    """
    path = find_model(model)
    try:
        nlp = spacy.load(path)
    except (OSError, ValueError) as error:
        raise ModelError(f"the model in {path} cannot be loaded: {error}") from error
    return Annotator(nlp, min_confidence=min_confidence)


def make_id(text: str) -> str:
    """Return a stable id for a text: ``doc-`` and the first 12 hex digits of its SHA-1."""
    return "doc-" + hashlib.sha1(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _text_of(item: str | Mapping[str, Any]) -> str:
    text = item if isinstance(item, str) else item.get("text")
    if not isinstance(text, str):
        raise InputError(f"a text is a string or a mapping with a string under 'text', not {type(text).__name__}")
    return text


def _sentence_text(document: Document, relation: Relation) -> str:
    if relation.sentence is None:
        return ""
    return document.text[relation.sentence.start : relation.sentence.end]
