"""The output contract: one annotated text as frozen dataclasses with one JSON round trip.

Offsets are Unicode code points into ``Document.text``, `end` exclusive. ``None`` for a layer means
"not run", an empty tuple "ran and found nothing". Every offset is checked when a Document is built.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from bgpolitics_ner.errors import DocumentError, first_problem
from bgpolitics_ner.schema import load_schema

if TYPE_CHECKING:
    from pydantic import TypeAdapter

SCHEMA_VERSION = 2
READABLE = (1, 2)
"""Schema numbers that are read; a Document of an older one is brought up to SCHEMA_VERSION."""
FACTUALITY = ("asserted", "negated", "possible", "planned", "demanded")

_FORBID_EXTRA: dict[str, Any] = {"extra": "forbid", "strict": True}


@dataclass(frozen=True)
class Sentence:
    """Offsets of one sentence."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID_EXTRA
    start: int
    end: int


@dataclass(frozen=True)
class Span:
    """A piece of evidence: ``text`` is exactly ``document.text[start:end]``."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID_EXTRA
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class TimeSpan:
    """A time expression; `value` is its ISO 8601 form where it is known."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID_EXTRA
    start: int
    end: int
    text: str
    value: str | None = None


@dataclass(frozen=True)
class Token:
    """One token; `head` is a token index in the document, a root points to itself."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID_EXTRA
    start: int
    end: int
    lemma: str
    upos: str
    feats: str
    head: int
    deprel: str


@dataclass(frozen=True)
class Entity:
    """One mention; `lemma` is the base form of the name, `referent` an id in ``Document.referents``.

    `subtype` says more closely what `type` says; schema.toml lists the values for each type. It is None
    where nothing supports one.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID_EXTRA
    id: str
    start: int
    end: int
    text: str
    type: str
    lemma: str | None = None
    referent: str | None = None
    confidence: float | None = None
    origin: str | None = None
    subtype: str | None = None


@dataclass(frozen=True)
class Referent:
    """Who or what mentions refer to; `name` is the fullest base form the document gives."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID_EXTRA
    id: str
    name: str
    type: str
    link: str | None = None
    wikidata: str | None = None


@dataclass(frozen=True)
class Argument:
    """A relation's subject or object; `mention` is None for an argument left out in the sentence."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID_EXTRA
    mention: str | None
    referent: str


@dataclass(frozen=True)
class Relation:
    """One typed relation with its evidence; `source` is a referent id or None for the writer.

    `hearsay` is True where the text tells it in the renarrative mood („Минск щял да получи ракети“) and
    names no source: the writer has it from others.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID_EXTRA
    id: str
    type: str
    subject: Argument
    object: Argument
    trigger: Span | None = None
    sentence: Sentence | None = None
    factuality: str = "asserted"
    source: str | None = None
    when: TimeSpan | None = None
    roles: Mapping[str, Span] = field(default_factory=dict)
    confidence: float | None = None
    origin: tuple[str, ...] = ()
    plover: str | None = None
    cameo: str | None = None
    hearsay: bool = False


@dataclass(frozen=True)
class Quote:
    """A stretch of attributed speech; `speaker` is a referent id."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID_EXTRA
    start: int
    end: int
    speaker: str | None
    cue: Span | None = None
    direct: bool = True


@dataclass(frozen=True)
class Triple:
    """Relations of one (subject, predicate, object) in the document, merged."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID_EXTRA
    subject: str
    predicate: str
    object: str
    factuality: tuple[str, ...]
    relations: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """One annotated text. Raises DocumentError where offsets, texts, ids or sub-types do not fit.

    `schema` may be that of an older format (READABLE) when a Document is built; afterwards it is the
    present one.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID_EXTRA
    id: str
    text: str
    schema: int = SCHEMA_VERSION
    date: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    sentences: tuple[Sentence, ...] | None = None
    tokens: tuple[Token, ...] | None = None
    entities: tuple[Entity, ...] | None = None
    referents: tuple[Referent, ...] | None = None
    relations: tuple[Relation, ...] | None = None
    quotes: tuple[Quote, ...] | None = None
    triples: tuple[Triple, ...] | None = None

    def __post_init__(self) -> None:
        _check_document(self)
        object.__setattr__(
            self, "schema", SCHEMA_VERSION
        )  # an old Document with the new keys empty is a new one

    def to_dict(self) -> dict[str, Any]:
        """Return plain dicts and lists, ready for ``json.dumps``."""
        result: dict[str, Any] = _adapter().dump_python(self, mode="json")
        return result

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the document as JSON; one line unless `indent` is given."""
        return _adapter().dump_json(self, indent=indent).decode("utf-8")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Document:
        """Build a Document from parsed JSON; raise DocumentError on any unknown key or bad offset."""
        return cls.from_json(json.dumps(data, ensure_ascii=False))

    @classmethod
    def from_json(cls, text: str | bytes) -> Document:
        """Parse one Document; raise DocumentError naming the first wrong place."""
        from pydantic import ValidationError

        try:
            return _adapter().validate_json(text)
        except ValidationError as error:
            place, problem = first_problem(error)
            raise DocumentError(f"{place or 'document'}: {problem}") from error


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Document]:
    from pydantic import TypeAdapter

    return TypeAdapter(Document)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the Document format; the sub-types allowed depend on the type."""
    schema = _adapter().json_schema()
    schema["properties"]["schema"]["enum"] = list(READABLE)
    schema["$defs"]["Entity"]["allOf"] = [
        {
            "if": {"properties": {"type": {"const": name}}},
            "then": {"properties": {"subtype": {"enum": [*row.subtypes, None]}}},
        }
        for name, row in load_schema().entities.items()
    ]
    return schema


def _check_document(document: Document) -> None:
    if document.schema not in READABLE:
        numbers = " and ".join(map(str, READABLE))
        raise DocumentError(
            f"document {document.id!r}: schema {document.schema} is not supported; "
            f"this version reads {numbers}"
        )
    if document.date is not None:
        _check_date(document.date, document.id)
    for layer in ("sentences", "quotes"):
        for index, item in enumerate(getattr(document, layer) or ()):
            _check_offsets(document, f"{layer}[{index}]", item.start, item.end, None)
    _check_tokens(document)
    mentions = _check_entities(document)
    referents = _check_unique("referents", document.referents or ())
    for entity in document.entities or ():
        known = entity.referent is None or document.referents is None or entity.referent in referents
        if not known:
            raise DocumentError(f"entities {entity.id!r}: referent {entity.referent!r} is not in referents")
    _check_relations(document, mentions, referents)


def _check_date(date: str, name: str) -> None:
    from datetime import date as calendar

    try:
        if len(date) != len("2025-12-18") or date[4] != "-":
            raise ValueError(date)
        calendar.fromisoformat(date)
    except ValueError as error:
        raise DocumentError(f"document {name!r}: date {date!r} is not ISO 8601 (YYYY-MM-DD)") from error


def _check_unique(layer: str, items: Iterable[Any]) -> set[str]:
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            raise DocumentError(f"{layer}: the id {item.id!r} stands twice")
        seen.add(item.id)
    return seen


def _check_offsets(document: Document, place: str, start: int, end: int, text: str | None) -> None:
    if not 0 <= start <= end <= len(document.text):
        length = len(document.text)
        raise DocumentError(f"{place}: offsets {start}:{end} are outside the text of {length} characters")
    if text is not None and document.text[start:end] != text:
        raise DocumentError(f"{place}: text[{start}:{end}] is {document.text[start:end]!r}, not {text!r}")


def _check_tokens(document: Document) -> None:
    tokens = document.tokens or ()
    length, count = len(document.text), len(tokens)
    for index, token in enumerate(tokens):
        if not 0 <= token.start <= token.end <= length:
            _check_offsets(document, f"tokens[{index}]", token.start, token.end, None)
        if not 0 <= token.head < count:
            raise DocumentError(f"tokens[{index}]: head {token.head} is not a token index below {count}")


def _check_entities(document: Document) -> set[str]:
    for entity in document.entities or ():
        _check_offsets(document, f"entities {entity.id!r}", entity.start, entity.end, entity.text)
        if entity.subtype is not None:
            _check_subtype(document, entity)
    return _check_unique("entities", document.entities or ())


def _check_subtype(document: Document, entity: Entity) -> None:
    if document.schema == 1:
        raise DocumentError(f"entities {entity.id!r}: schema 1 has no key 'subtype'; did you mean schema 2?")
    row = load_schema().entities.get(entity.type)
    allowed = row.subtypes if row else ()
    if entity.subtype not in allowed:
        values = ", ".join(allowed) or "(none)"
        raise DocumentError(
            f"entities {entity.id!r}: subtype {entity.subtype!r} is none of {entity.type}'s: {values}"
        )


def _check_hearsay(document: Document, relation: Relation, place: str) -> None:
    if document.schema == 1:
        raise DocumentError(f"{place}: schema 1 has no key 'hearsay'; did you mean schema 2?")
    if relation.source is not None:
        raise DocumentError(f"{place}: hearsay has no source, but the source is {relation.source!r}")


def _check_relations(document: Document, mentions: set[str], referents: set[str]) -> None:
    _check_unique("relations", document.relations or ())
    for relation in document.relations or ():
        place = f"relations {relation.id!r}"
        if relation.factuality not in FACTUALITY:
            values = ", ".join(FACTUALITY)
            raise DocumentError(f"{place}: factuality {relation.factuality!r} is none of {values}")
        if relation.hearsay:
            _check_hearsay(document, relation, place)
        spans = [("trigger", relation.trigger), ("when", relation.when), *relation.roles.items()]
        for name, span in spans:
            if span is not None:
                _check_offsets(document, f"{place} {name}", span.start, span.end, span.text)
        if relation.sentence is not None:
            start, end = relation.sentence.start, relation.sentence.end
            _check_offsets(document, f"{place} sentence", start, end, None)
        for name, argument in (("subject", relation.subject), ("object", relation.object)):
            if argument.mention is not None and argument.mention not in mentions:
                raise DocumentError(f"{place} {name}: mention {argument.mention!r} is not in entities")
            if argument.referent not in referents:
                raise DocumentError(f"{place} {name}: referent {argument.referent!r} is not in referents")
        if relation.source is not None and relation.source not in referents:
            raise DocumentError(f"{place}: source {relation.source!r} is not in referents")
