"""What is done with a chunk of records, in whatever process: screen, annotate, sign, make rows, pack.

A chunk is a few records that stand together in the input. What becomes of a chunk depends on nothing but the
chunk, so it does not matter who does it, when, and how often.
"""

from __future__ import annotations

import json
import traceback
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from typing import Any, Protocol, cast

from bgpolitics_ner.corpus.language import LanguageNoter, TextNote
from bgpolitics_ner.corpus.records import Record, Unreadable
from bgpolitics_ner.corpus.writers import encode
from bgpolitics_ner.document import Document

DUPLICATE_OF = "duplicate_of"
_COUNTED = ("entities", "referents", "relations", "quotes", "triples")
_FRAMES = 20  # of a traceback: what was called last


class Pipe(Protocol):
    """The part of an Annotator that is needed here."""

    def pipe(self, items: Iterable[Any]) -> Iterator[Document]: ...


@dataclass(frozen=True)
class Recipe:
    """All that a worker has to know; it is pickled.

    `options` are those of `bgpolitics_ner.load`. `annotator` (``module:function``) names a function to call
    with these options instead. `ending` is that of the output file; `screen`, `sign` and `tables` say whether
    languages are noted, signatures for near-copies and rows of the flat tables made.
    """

    options: Mapping[str, Any] = field(default_factory=dict)
    annotator: str | None = None
    ending: str = ".jsonl"
    all_languages: bool = False
    screen: bool = False
    sign: bool = False
    tables: bool = False


@dataclass(frozen=True)
class Kept:
    """A document that was annotated before, as JSON."""

    line: bytes


@dataclass(frozen=True)
class Failed:
    """A document that has no annotation; `kind` is ``unreadable``, ``error``, ``timeout`` or ``died``."""

    id: str
    place: str
    kind: str
    reason: str
    traceback: str | None = None


Work = Record | Unreadable | Kept | Failed
Result = Document | Failed


@dataclass(frozen=True)
class Packed:
    """A chunk that is done. `failures` go with their place in the chunk, `ids` and `signatures` (joined) are
    those of the documents in `piece`, the bytes for the output; `rows` are the rows of the tables, packed."""

    piece: bytes
    ids: tuple[str, ...]
    signatures: bytes
    rows: bytes
    failures: tuple[tuple[int, Failed], ...]
    counts: Mapping[str, int]


class Processor:
    """Loads the model once and works on chunks. Raises what `bgpolitics_ner.load` raises."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self._note: Callable[[str], TextNote] = LanguageNoter() if recipe.screen else _note_empty
        self._sign: Callable[[str], bytes] | None = _signer() if recipe.sign else None
        self._annotator: Pipe = _load(recipe)
        self.pack([Document("", "")])  # what is built on first use shall not count for the first document

    def process(self, work: Sequence[Work]) -> list[Result]:
        """Return a Document or what went wrong for each, in order.

        Where something fails, the records are tried one by one, so one costs no other.
        """
        try:
            return self._process(work)
        except Exception:  # told with the record that raises it once more
            pass
        return [self._process_one(item) for item in work]

    def pack(self, results: Sequence[Result]) -> Packed:
        """Return all that is kept of a chunk. A document that cannot be packed is one that failed."""
        try:
            return self._pack(results)
        except Exception:  # as above
            pass
        return self._pack([self._try_packing(result) for result in results])

    def _process(self, work: Sequence[Work]) -> list[Result]:
        notes = {i: self._note(item.text) for i, item in enumerate(work) if isinstance(item, Record)}
        chosen = [i for i, note in notes.items() if self._is_wanted(note)]
        items = [_as_item(_with_note(cast(Record, work[i]), notes[i])) for i in chosen]
        with self._zone():
            annotated = dict(zip(chosen, self._annotator.pipe(items), strict=True))
        return [annotated.get(i) or _take(item, notes.get(i)) for i, item in enumerate(work)]

    def _process_one(self, item: Work) -> Result:
        try:
            return self._process([item])[0]
        except Exception as error:
            if not isinstance(item, Record):
                raise  # it was a Document once: a fault of the program, not of a text
            return _failed(item.id, item.place, error)

    def _try_packing(self, result: Result) -> Result:
        try:
            self._pack([result])
        except Exception as error:
            return _failed(result.id, "", error)
        return result

    def _pack(self, results: Sequence[Result]) -> Packed:
        documents = [result for result in results if isinstance(result, Document)]
        failures = tuple((i, result) for i, result in enumerate(results) if isinstance(result, Failed))
        return Packed(
            piece=encode([document.to_json().encode("utf-8") for document in documents], self.recipe.ending),
            ids=tuple(document.id for document in documents),
            signatures=b"".join(map(self._sign, (d.text for d in documents))) if self._sign else b"",
            rows=_pack_rows(documents) if self.recipe.tables else b"",
            failures=failures,
            counts=_count(documents, failures),
        )

    def _is_wanted(self, note: TextNote) -> bool:
        return note.usable or (self.recipe.all_languages and note.problem != "empty")

    def _zone(self) -> AbstractContextManager[Any]:
        return nullcontext()


@lru_cache(maxsize=1)
def shared_processor(*, screen: bool = True, **options: Any) -> Processor:
    """Return a Processor that this process keeps: for functions that are sent to it again and again.

    `options` are those of `bgpolitics_ner.load`; `screen` says whether languages are noted.
    """
    return Processor(Recipe(options=options, screen=screen))


def _failed(id: str, place: str, error: Exception) -> Failed:
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__, -_FRAMES))
    return Failed(id, place, "error", f"{type(error).__name__}: {error}", trace)


def _load(recipe: Recipe) -> Pipe:
    if recipe.annotator is None:
        from bgpolitics_ner.annotator import load

        return load(**recipe.options)
    module, _, name = recipe.annotator.partition(":")
    made: Pipe = getattr(import_module(module), name)(**recipe.options)
    return made


def _signer() -> Callable[[str], bytes]:
    from bgpolitics_ner.corpus.duplicates import Signer

    return Signer()


def _note_empty(text: str) -> TextNote:
    return TextNote(None, None if any(map(str.isalpha, text)) else "empty")


def _with_note(record: Record, note: TextNote) -> Record:
    notes = {"language": note.language, "problem": note.problem}
    meta = {**record.meta, **{key: value for key, value in notes.items() if value is not None}}
    return Record(record.id, record.text, record.date, meta, record.place)


def _as_item(record: Record) -> dict[str, Any]:
    return {"id": record.id, "text": record.text, "date": record.date, "meta": record.meta}


def _take(item: Work, note: TextNote | None) -> Result:
    """Return what is known without annotation."""
    if isinstance(item, Failed):
        return item
    if isinstance(item, Unreadable):
        return Failed(item.id, item.place, "unreadable", item.reason)
    if isinstance(item, Kept):
        data = json.loads(item.line)
        data["meta"].pop(DUPLICATE_OF, None)  # found anew among all
        return Document.from_dict(data)
    assert note is not None
    noted = _with_note(item, note)
    return Document(id=noted.id, text=noted.text, date=noted.date, meta=noted.meta)


def _count(documents: Sequence[Document], failures: Sequence[tuple[int, Failed]]) -> dict[str, int]:
    counts: Counter[str] = Counter(documents=len(documents), failures=len(failures))
    for document in documents:
        counts["words"] += len(document.text.split())
        counts["annotated"] += document.entities is not None
        for layer in _COUNTED:
            counts[layer] += len(getattr(document, layer) or ())
        for key in ("language", "problem"):
            if key in document.meta:
                counts[f"{key}:{document.meta[key]}"] += 1
        for key in ("original_id", "original_date"):
            counts[key] += key in document.meta
    return dict(counts)


def _pack_rows(documents: Sequence[Document]) -> bytes:
    from bgpolitics_ner.corpus.tables import notes_of, rows

    made = [rows(document, notes_of(document)) for document in documents]
    return zlib.compress(json.dumps(made, ensure_ascii=False, default=str).encode("utf-8"), 1)


def unpack_rows(data: bytes) -> list[dict[str, list[dict[str, Any]]]]:
    """Return the rows of the tables for each document of a chunk."""
    result: list[dict[str, list[dict[str, Any]]]] = json.loads(zlib.decompress(data)) if data else []
    return result
