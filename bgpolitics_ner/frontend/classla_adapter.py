"""CLASSLA as the front end: its Bulgarian pipeline, from tokens to dependencies."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from bgpolitics_ner.frontend.alignment import Sentence, place
from bgpolitics_ner.frontend.external import (
    LANGUAGE,
    PROCESSORS,
    ExternalFrontend,
    cut_sentences,
    read_sentences,
)

_JOINT = "\n"


class Adapter(ExternalFrontend):
    """CLASSLA; a model folder is what ``classla.download`` makes, with its ``resources.json``."""

    name = "classla"

    def _load(self, package: ModuleType, folder: str | None) -> None:
        options: dict[str, Any] = {} if folder is None else {"dir": folder}
        pipeline = package.Pipeline(LANGUAGE, processors=PROCESSORS, verbose=False, **options)
        first, *rest = PROCESSORS.split(",")
        self._tokenize = pipeline.processors[first].process
        self._stages = [pipeline.processors[name].process for name in rest]

    def _parse(self, texts: list[str]) -> list[list[Sentence]]:
        """Analyse the texts as one: the tokenizer goes line by line, so no sentence crosses a border."""
        if not texts:
            return []
        document = cut_sentences(self._tokenize(_JOINT.join(texts)))
        for process in self._stages:
            document = process(document)
        return _share_out(read_sentences(document), texts)

    @staticmethod
    def fetch(package: ModuleType, folder: str | None) -> None:
        options: dict[str, Any] = {} if folder is None else {"dir": folder}
        package.download(LANGUAGE, processors=PROCESSORS, **options)


def _share_out(sentences: list[Sentence], texts: list[str]) -> list[list[Sentence]]:
    """Give each text its sentences; CLASSLA tells no offsets in the whole text, so they are placed first."""
    placed = place(_JOINT.join(texts), sentences, source=Adapter.name)
    shares: list[list[Sentence]] = [[] for _ in texts]
    number = 0
    end = len(texts[0])
    for row in placed:
        while row[0].start >= end:
            number += 1
            end += len(_JOINT) + len(texts[number])
        shares[number].append([found.token for found in row])
    return shares
