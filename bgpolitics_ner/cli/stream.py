"""Many inputs through the annotator, in order, with each unusable one in its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from bgpolitics_ner.document import Document
from bgpolitics_ner.reading import BadLine, InputText

BATCH_TEXTS = 64
BATCH_CHARACTERS = 200_000


class Pipe(Protocol):
    """The part of an Annotator that is needed here."""

    def pipe(self, items: Iterable[Any]) -> Iterator[Document]: ...


def annotate_stream(nlp: Pipe, items: Iterable[InputText | BadLine]) -> Iterator[Document | BadLine]:
    """Yield one Document, or one BadLine, for each item, in order.

    Where a batch fails its texts are tried one by one, so a text that breaks the pipeline costs no other.
    """
    for batch in _batches(items):
        usable = [item for item in batch if isinstance(item, InputText)]
        documents = iter(_annotate_batch(nlp, usable))
        for item in batch:
            yield item if isinstance(item, BadLine) else next(documents)


def _batches(items: Iterable[InputText | BadLine]) -> Iterator[list[InputText | BadLine]]:
    batch: list[InputText | BadLine] = []
    characters = 0
    for item in items:
        batch.append(item)
        characters += len(item.text) if isinstance(item, InputText) else 0
        if len(batch) >= BATCH_TEXTS or characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _annotate_batch(nlp: Pipe, items: list[InputText]) -> list[Document | BadLine]:
    if not items:
        return []
    try:
        return list(nlp.pipe([_as_item(item) for item in items]))
    except Exception:
        return [_annotate_one(nlp, item) for item in items]


def _annotate_one(nlp: Pipe, item: InputText) -> Document | BadLine:
    try:
        return next(iter(nlp.pipe([_as_item(item)])))
    except Exception as error:
        return BadLine(item.line or 1, f"the pipeline failed: {type(error).__name__}: {error}", item.id)


def _as_item(item: InputText) -> dict[str, str]:
    values = {"id": item.id, "text": item.text, "date": item.date}
    return {key: value for key, value in values.items() if value is not None}
