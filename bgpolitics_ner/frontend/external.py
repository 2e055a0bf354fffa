"""Front ends that are packages of their own: what they have in common, and the table of them.

A package is imported when a front end is loaded, never before. Nothing is downloaded unless `download` is
called.
"""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

from spacy.tokens import Doc
from spacy.vocab import Vocab

from bgpolitics_ner.errors import ModelError
from bgpolitics_ner.frontend.alignment import Sentence, Token, Word, build_doc, place
from bgpolitics_ner.frontend.boundaries import FINAL_MARKS
from bgpolitics_ner.frontend.tokenizer import Tokenizer

LANGUAGE = "bg"
PROCESSORS = "tokenize,pos,lemma,depparse"
MAX_TOKENS = 200
"""Longer sentences are cut: the memory of the parsers grows with the square of the length."""

MODULES = {
    "stanza": "bgpolitics_ner.frontend.stanza_adapter",
    "classla": "bgpolitics_ner.frontend.classla_adapter",
}


class ExternalFrontend(ABC):
    """A pipeline of another package that makes the Docs the embedded front end makes.

    An adapter is a class `Adapter` in its own module. It says how to load the package's pipeline and how to
    read the answer; placing tokens, white space and trees are done here, the same way for all.
    """

    name: ClassVar[str]

    def __init__(self, vocab: Vocab, folder: str | Path | None = None) -> None:
        """Load the package's Bulgarian models, from `folder` or from where the package keeps them.

        Raises ModelError where package or model is missing; it says which command gets it.
        """
        self.vocab = vocab
        self._tokenizer = Tokenizer(vocab)
        package = import_package(self.name)
        try:
            self._load(package, None if folder is None else str(folder))
        except (Exception, SystemExit) as error:
            raise ModelError(_no_model(self.name, folder, error)) from error

    def pipe(self, texts: Sequence[str]) -> Iterator[Doc]:
        """Yield the parsed Doc of each text, in order; the texts are analysed together.

        Raises ModelError where the package's answer does not fit the text.
        """
        parsed = iter(self._parse([text for text in texts if text.strip()]))
        for text in texts:
            sentences = next(parsed) if text.strip() else []
            placed = place(text, sentences, source=self.name)
            yield build_doc(self.vocab, text, placed, source=self.name, tokenize=self._tokenizer)

    @abstractmethod
    def _load(self, package: ModuleType, folder: str | None) -> None:
        """Load the pipeline without using the network."""

    @abstractmethod
    def _parse(self, texts: list[str]) -> Sequence[Sequence[Sentence]]:
        """Return the sentences of each text; none of the texts is blank."""

    @staticmethod
    @abstractmethod
    def fetch(package: ModuleType, folder: str | None) -> None:
        """Download the models of PROCESSORS with the package's own function."""


def load_frontend(name: str, vocab: Vocab, folder: str | Path | None = None) -> ExternalFrontend:
    """Return the front end `name`, one of MODULES; raise ModelError as its class does."""
    return _find_adapter(name)(vocab, folder)


def download(name: str, folder: str | Path | None = None) -> None:
    """Download the Bulgarian models of a package, to `folder` or to where the package keeps them.

    Raises ModelError where the package is missing or the download fails.
    """
    adapter = _find_adapter(name)
    package = import_package(name)
    try:
        adapter.fetch(package, None if folder is None else str(folder))
    except (Exception, SystemExit) as error:
        raise ModelError(f"{name}: the models cannot be downloaded: {_describe(error)}") from error


def import_package(name: str) -> ModuleType:
    """Import `name`; raise ModelError with the command that installs it."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        todo = f"pip install 'bgpolitics-ner[{name}]'"
        raise ModelError(f"the front end {name} needs the package {name} ({error}); run: {todo}") from error


def cut_sentences(document: Any, limit: int = MAX_TOKENS) -> Any:
    """Return a tokenised document in which no sentence has more than `limit` tokens.

    A longer one is cut behind its last final mark, or at the limit. Documents, sentences and tokens are
    those of Stanza or of CLASSLA, which is a fork of it.
    """
    if all(len(sentence.tokens) <= limit for sentence in document.sentences):
        return document
    parts = (part for sentence in document.sentences for part in _cut(sentence.tokens, limit))
    return type(document)([_renumber(part) for part in parts], document.text)


def _cut(tokens: Sequence[Any], limit: int) -> Iterator[Sequence[Any]]:
    start = 0
    while len(tokens) - start > limit:
        stop = start + limit
        end = next((i + 1 for i in range(stop - 1, start, -1) if tokens[i].text in FINAL_MARKS), stop)
        yield tokens[start:end]
        start = end
    yield tokens[start:]


def _renumber(tokens: Sequence[Any]) -> list[dict[str, Any]]:
    """Return tokens as the packages' dictionaries, with ids from 1."""
    shift = tokens[0].id[0] - 1
    entries: list[dict[str, Any]] = [entry for token in tokens for entry in token.to_dict()]
    for entry in entries:
        numbers = (entry["id"],) if isinstance(entry["id"], int) else entry["id"]
        entry["id"] = tuple(number - shift for number in numbers)
    return entries


def read_sentences(document: Any) -> list[Sentence]:
    """Return the sentences of a parsed document of Stanza or CLASSLA, without the offsets."""
    return [
        [Token(token.text, tuple(_read_word(word) for word in token.words)) for token in sentence.tokens]
        for sentence in document.sentences
    ]


def _read_word(word: Any) -> Word:
    # CLASSLA gives the head as a string.
    head = None if word.head is None else int(word.head)
    return Word(word.lemma, word.upos, word.xpos, word.feats, head, word.deprel)


def _find_adapter(name: str) -> type[ExternalFrontend]:
    adapter: type[ExternalFrontend] = importlib.import_module(MODULES[name]).Adapter
    return adapter


def _no_model(name: str, folder: str | Path | None, error: BaseException) -> str:
    command = f"bgpolitics models download {name}"
    where = "its usual place" if folder is None else str(folder)
    if folder is not None:
        command += f" --dir {folder}"
    return f"{name} has no usable Bulgarian model in {where} ({_describe(error)}); run: {command}"


def _describe(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
