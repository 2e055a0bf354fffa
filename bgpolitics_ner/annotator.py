"""The assembled pipeline: text in, Document out.

The memory of the neural stages grows with what they see at once. So a long text goes through the stages that
look at single sentences in pieces, cut where paragraphs or sentences end, and through the others as a whole.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import load_config

# Importing the stages registers their factories, so that a checkout works without being installed.
import bgpolitics_ner.entities
import bgpolitics_ner.frontend
import bgpolitics_ner.referents.component
import bgpolitics_ner.referents.linking
import bgpolitics_ner.relations  # noqa: F401
from bgpolitics_ner.assembly import build_document
from bgpolitics_ner.document import Document, Relation
from bgpolitics_ner.entities.mention import KNOWN_NAMES
from bgpolitics_ner.errors import InputError, ModelError
from bgpolitics_ner.frontend.external import MODULES, ExternalFrontend, load_frontend
from bgpolitics_ner.frontend.orthography import Cleaned, clean
from bgpolitics_ner.models import find_model
from bgpolitics_ner.reading import check_size
from bgpolitics_ner.referents.kb import read_entries
from bgpolitics_ner.relations.combine import BALANCED, PREFERENCES
from bgpolitics_ner.relations.own import OwnFrames, read_own_frames
from bgpolitics_ner.schema import Schema, load_schema

BATCH_SIZE = 16
PIECE = 30_000
"""The most characters that the neural stages see at once; they take about 3 kB of memory for each."""

_WHOLE = "bgpolitics_entities"  # the first stage that has to see the whole text
_LINKING = "bgpolitics_linking"
_RELATIONS = "bgpolitics_relations"
# The first stage behind the front end: the first of these that there is.
_NAMES = ("bgpolitics_tagger", _WHOLE)
_CUTS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"[.!?…][“”\"»)]*\s+"), re.compile(r"\s"))

Item = str | Mapping[str, Any]
Built = tuple[Document, dict[str, tuple[str, ...]]]

EMBEDDED = "spacy"
FRONTENDS = (EMBEDDED, *MODULES)


@dataclass(frozen=True)
class Explanation:
    """Why a relation was found: its sentence, the frames or model (`origin`), the slots of both arguments."""

    document: Document
    relation: Relation
    sentence: str
    origin: tuple[str, ...]
    path: tuple[str, ...]
    confidence: float | None


class Annotator:
    """A loaded pipeline; `nlp` is the spaCy ``Language`` inside.

    With a `frontend` that makes the tokens and the parse, `nlp` has only the stages behind it.
    """

    def __init__(
        self, nlp: Language, *, frontend: ExternalFrontend | None = None, min_confidence: float = 0.0
    ) -> None:
        self.nlp = nlp
        self.frontend = frontend
        self.min_confidence = min_confidence

    @property
    def schema(self) -> Schema:
        """The types of entities and relations that a Document may have: the shipped ones and your own."""
        if _RELATIONS not in self.nlp.pipe_names:
            return load_schema()
        schema: Schema = self.nlp.get_pipe(_RELATIONS).schema
        return schema

    def __call__(self, text: str, *, id: str | None = None, date: str | None = None) -> Document:
        """Annotate one text; `date` (ISO 8601) is when it was published.

        Raises InputError for a text that is too long or no valid Unicode; an empty one has empty layers.
        """
        return self._annotate({"text": text, "id": id, "date": date})[0]

    def pipe(self, items: Iterable[Item], *, batch_size: int = BATCH_SIZE) -> Iterator[Document]:
        """Annotate a stream, in order.

        An item is a text or a mapping with ``text`` and maybe ``id``, ``date`` and ``meta``. `batch_size` is
        the most texts analysed together; fewer where they are long. Raises InputError as a call does.
        """
        for doc, item, cleaned in self._analyse(items, batch_size):
            yield self._build(doc, item, cleaned)[0]

    def explain(self, text: str, *, id: str | None = None, date: str | None = None) -> list[Explanation]:
        """Annotate a text and tell for each relation what found it and how."""
        document, paths = self._annotate({"text": text, "id": id, "date": date})
        return [
            Explanation(
                document=document,
                relation=relation,
                sentence=_sentence_text(document, relation),
                origin=relation.origin,
                path=paths[relation.id],
                confidence=relation.confidence,
            )
            for relation in document.relations or ()
        ]

    def parse(self, text: str) -> tuple[Doc, Cleaned]:
        """Run the front end alone: tokens, sentences, tags, lemmas and trees of a text of any length.

        The Doc has the cleaned text; what is returned with it takes its offsets back to `text`.
        """
        cleaned = clean(text)
        names: list[str] = self.nlp.pipe_names
        behind = names[len(_frontend_stages(names)) :]
        pieces = (doc for piece in _cut(cleaned, text) for doc in self._read([piece.text]))
        docs = list(self.nlp.pipe(pieces, batch_size=1, disable=behind))
        return _join(docs), cleaned

    def _annotate(self, item: Item) -> Built:
        return self._build(*next(self._analyse([item], 1)))

    def _build(self, doc: Doc, item: Item, cleaned: Cleaned) -> Built:
        values = {} if isinstance(item, str) else item
        return build_document(
            doc,
            cleaned,
            id=values.get("id") or make_id(cleaned.original),
            date=values.get("date"),
            meta=values.get("meta"),
            min_confidence=self.min_confidence,
            schema=self.schema,
        )

    def _analyse(self, items: Iterable[Item], batch_size: int) -> Iterator[tuple[Doc, Item, Cleaned]]:
        """Yield the analysed Doc of each item, in order, and the text that it was made of."""
        whole = self._whole_stages()
        names = [name for name, _ in whole]
        pieces: list[Doc] = []
        for batch in _batches(_pieces(items), batch_size):
            pairs = zip(self._read([piece.text for piece in batch]), batch, strict=True)
            for doc, piece in self.nlp.pipe(pairs, as_tuples=True, batch_size=len(batch), disable=names):
                pieces.append(doc)
                if piece.last:
                    joined, pieces = _join(pieces), []
                    for _, component in whole:
                        joined = component(joined)
                    yield joined, piece.item, piece.whole

    def _read(self, texts: Sequence[str]) -> Iterable[str | Doc]:
        """Return what `nlp` is to be given: the texts, or what the front end before it makes of them."""
        return texts if self.frontend is None else self.frontend.pipe(texts)

    def _whole_stages(self) -> list[tuple[str, Callable[[Doc], Doc]]]:
        stages: list[tuple[str, Callable[[Doc], Doc]]] = self.nlp.pipeline
        names = [name for name, _ in stages]
        return stages[names.index(_WHOLE) :] if _WHOLE in names else []


@dataclass(frozen=True)
class _Piece:
    """A part of a text that ends where a paragraph or sentence does; `last` of its `item`."""

    text: str
    item: Item
    whole: Cleaned
    last: bool


def _pieces(items: Iterable[Item]) -> Iterator[_Piece]:
    for item in items:
        yield from _cut(clean(_text_of(item)), item)


def _cut(cleaned: Cleaned, item: Item) -> Iterator[_Piece]:
    text, start = cleaned.text, 0
    while len(text) - start > PIECE:
        end = find_cut(text, start, start + PIECE)
        yield _Piece(text[start:end], item, cleaned, False)
        start = end
    yield _Piece(text[start:], item, cleaned, True)


def find_cut(text: str, start: int, limit: int) -> int:
    """Return where to cut a text between `start` and `limit`: behind a paragraph, line, sentence or word.

    The best kind of place in the second half counts, there the last; `limit` itself where there is none.
    """
    middle = start + (limit - start) // 2
    for pattern in _CUTS:
        ends = [match.end() for match in pattern.finditer(text, middle, limit)]
        if ends:
            return ends[-1]
    return limit


def _batches(pieces: Iterable[_Piece], size: int) -> Iterator[list[_Piece]]:
    """Yield the pieces in lists of at most `size` that have at most PIECE characters together."""
    batch: list[_Piece] = []
    characters = 0
    for piece in pieces:
        if batch and (len(batch) == size or characters + len(piece.text) > PIECE):
            yield batch
            batch, characters = [], 0
        batch.append(piece)
        characters += len(piece.text)
    if batch:
        yield batch


def load(
    model: str | Path | None = None,
    *,
    frontend: str = EMBEDDED,
    frontend_model: str | Path | None = None,
    kb: str | Path | None = None,
    frames: str | Path | None = None,
    prefer: str = BALANCED,
    min_confidence: float = 0.0,
) -> Annotator:
    """Load a model by name or path, the shipped one by default.

    `frontend` names what makes tokens, lemmas and the parse: ``spacy`` is the one inside the model,
    ``stanza`` and ``classla`` are packages with models of their own. Those are looked for in the folder
    `frontend_model`, or where the package keeps what it has downloaded; nothing is downloaded here.

    `kb` is a file of your own entries for linking, one JSON object a line with ``id``, ``type``, ``names``
    and maybe ``wikidata`` (`bgpolitics_ner.referents.kb`); they go before all that the model knows.

    `frames` is a TOML file of your own relation types and frames (`bgpolitics_ner.relations.own`), used
    beside the shipped ones. `prefer` says which errors of relations weigh more: with ``precision`` fewer
    and surer ones are given, with ``recall`` more, ``balanced`` is in between.

    Raises ModelError where model or package is missing or does not fit; it says which command gets it.
    Raises InputError for an unusable `kb`, `frames` or `prefer`; it names the place.
    """
    entries = None if kb is None else read_entries(Path(kb))
    own = None if frames is None else read_own_frames(frames)
    if prefer not in PREFERENCES:
        raise InputError(f"prefer is one of {', '.join(PREFERENCES)}, not {prefer!r}")
    if frontend not in FRONTENDS:
        raise ModelError(f"no front end {frontend!r}; this version has: {', '.join(FRONTENDS)}")
    if frontend == EMBEDDED and frontend_model is not None:
        raise ModelError(f"the front end {EMBEDDED} is inside the model, so it has no model of its own")
    path = find_model(model)
    nlp = load_pipeline(path, with_frontend=frontend == EMBEDDED)
    if entries is not None:
        if _LINKING not in nlp.pipe_names:  # a model made without one links by the gazetteers
            nlp.add_pipe(_LINKING, after="bgpolitics_referents")
        nlp.get_pipe(_LINKING).add_entries(entries)
    if _RELATIONS in nlp.pipe_names:
        _set_relations(nlp.get_pipe(_RELATIONS), own, prefer, path)
    outside = None if frontend == EMBEDDED else load_frontend(frontend, nlp.vocab, frontend_model)
    return Annotator(nlp, frontend=outside, min_confidence=min_confidence)


def _set_relations(stage: Any, own: OwnFrames | None, prefer: str, path: Path) -> None:
    if own is not None:
        stage.add_frames(own)
    unknown = stage.unknown_labels()
    if unknown:
        raise ModelError(
            f"the model in {path} was trained with relation types of your own: {', '.join(unknown)}; "
            "load it with the file that defines them: frames=FILE, --frames FILE"
        )
    stage.set_preference(prefer)


def load_pipeline(path: Path, *, with_frontend: bool = True) -> Language:
    """Load the spaCy pipeline of a model folder, or only its stages behind the front end.

    Raises ModelError where it cannot be loaded.
    """
    try:
        if with_frontend:
            return spacy.load(path)
        return spacy.load(path, exclude=_frontend_stages(load_config(path / "config.cfg")["nlp"]["pipeline"]))
    except (OSError, ValueError) as error:
        raise ModelError(f"the model in {path} cannot be loaded: {error}") from error


def _join(pieces: Sequence[Doc]) -> Doc:
    """Return the pieces of a text as one Doc; known names, which count in a whole text, are left behind."""
    if len(pieces) == 1:
        return pieces[0]
    for piece in pieces:
        piece.user_data.pop(KNOWN_NAMES, None)
    return Doc.from_docs(list(pieces), ensure_whitespace=False)


def _frontend_stages(stages: Sequence[str]) -> Sequence[str]:
    """Return the stages before the first that looks for names."""
    return stages[: next((stages.index(name) for name in _NAMES if name in stages), len(stages))]


def make_id(text: str) -> str:
    """Return a stable id for a text: ``doc-`` and the first 12 hex digits of its SHA-1."""
    return "doc-" + hashlib.sha1(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _text_of(item: Item) -> str:
    text = item.get("text") if isinstance(item, Mapping) else item
    if not isinstance(text, str):
        kind = type(text).__name__
        raise InputError(f"a text is a string or a mapping with a string under 'text', not {kind}")
    check_size(text)
    return text


def _sentence_text(document: Document, relation: Relation) -> str:
    if relation.sentence is None:
        return ""
    return document.text[relation.sentence.start : relation.sentence.end]
