"""Stanza as the front end: its Bulgarian pipeline, from tokens to dependencies."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType
from typing import Any

from bgpolitics_ner.frontend.alignment import Sentence, Token
from bgpolitics_ner.frontend.external import (
    LANGUAGE,
    PROCESSORS,
    ExternalFrontend,
    cut_sentences,
    read_sentences,
)

# Stanza replaces a token that is too long for its tagger; the offsets stay right.
_TOO_LONG = "<UNK>"


class Adapter(ExternalFrontend):
    """Stanza; a model folder is what ``stanza.download`` makes, with its ``resources.json``."""

    name = "stanza"

    def _load(self, package: ModuleType, folder: str | None) -> None:
        options: dict[str, Any] = {} if folder is None else {"dir": folder}
        self._pipeline = package.Pipeline(
            LANGUAGE, processors=PROCESSORS, download_method=None, verbose=False, **options
        )

    def _parse(self, texts: list[str]) -> list[list[Sentence]]:
        if not texts:
            return []
        first, _, rest = PROCESSORS.partition(",")
        documents = [cut_sentences(d) for d in self._pipeline.bulk_process(texts, processors=first)]
        documents = self._pipeline.process(documents, processors=rest)
        return [_read(document, text) for document, text in zip(documents, texts, strict=True)]

    @staticmethod
    def fetch(package: ModuleType, folder: str | None) -> None:
        options: dict[str, Any] = {} if folder is None else {"model_dir": folder}
        package.download(LANGUAGE, processors=PROCESSORS, **options)


def _read(document: Any, text: str) -> list[Sentence]:
    """Return the sentences with the offsets that Stanza gives."""
    return [
        [_set_span(token, found.start_char, found.end_char, text) for token, found in zip(*pair, strict=True)]
        for pair in zip(
            read_sentences(document), (sentence.tokens for sentence in document.sentences), strict=True
        )
    ]


def _set_span(token: Token, start: int, end: int, text: str) -> Token:
    form = text[start:end].rstrip() if token.text == _TOO_LONG else token.text
    return replace(token, text=form, start=start, end=end)
