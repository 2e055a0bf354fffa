"""Front ends of other packages: loading, downloading, and one answer for each text."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from spacy.vocab import Vocab

from bgpolitics_ner.errors import ModelError
from bgpolitics_ner.frontend import external
from bgpolitics_ner.frontend.alignment import Sentence, Token, Word
from bgpolitics_ner.frontend.external import (
    MODULES,
    ExternalFrontend,
    cut_sentences,
    download,
    import_package,
    load_frontend,
)


class Words(ExternalFrontend):
    """Takes every word for a sentence; notes which texts it was given together."""

    name = "words"

    def _load(self, package: ModuleType, folder: str | None) -> None:
        self.folder = folder
        self.batches: list[list[str]] = []

    def _parse(self, texts: list[str]) -> Sequence[Sequence[Sentence]]:
        self.batches.append(texts)
        return [[[Token(form, (Word(form, "NOUN", head=0),))] for form in text.split()] for text in texts]

    @staticmethod
    def fetch(package: ModuleType, folder: str | None) -> None:
        raise NotImplementedError


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A package ``words`` that can be imported."""
    module = ModuleType("words")
    monkeypatch.setitem(sys.modules, "words", module)
    return module


def test_texts_go_through_together_and_blank_ones_stay_out(package: ModuleType) -> None:
    frontend = Words(Vocab(), Path("models"))
    texts = ["Мей посети Лом", "", " \n", "Лом"]
    docs = list(frontend.pipe(texts))
    assert [doc.text for doc in docs] == texts
    assert [len(list(doc.sents)) for doc in docs] == [3, 0, 1, 1]
    assert (frontend.folder, frontend.batches) == ("models", [["Мей посети Лом", "Лом"]])


def test_an_answer_that_does_not_fit_is_an_error(
    package: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Words, "_parse", lambda self, texts: [[] for _ in texts])
    with pytest.raises(ModelError, match="words found no token at character 0: 'Мей'"):
        list(Words(Vocab()).pipe(["Мей"]))


@pytest.mark.parametrize("name", MODULES)
def test_a_missing_package_says_the_command(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    for call in (lambda: load_frontend(name, Vocab()), lambda: download(name)):
        with pytest.raises(ModelError, match=rf"run: pip install 'bgpolitics-ner\[{name}\]'$"):
            call()


@pytest.mark.parametrize("error", [FileNotFoundError("gone\nmore"), ValueError("no bg"), SystemExit(1)])
def test_a_missing_model_says_the_command(
    package: ModuleType, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(Words, "_load", fail)
    first = str(error).split("\n")[0]
    with pytest.raises(ModelError, match=f"{first}.*run: bgpolitics models download words --dir here$"):
        Words(Vocab(), "here")
    with pytest.raises(ModelError, match=r"usual place.*run: bgpolitics models download words$"):
        Words(Vocab())


@pytest.mark.parametrize(("name", "option"), [("stanza", "model_dir"), ("classla", "dir")])
def test_a_download_calls_the_function_of_the_package(
    name: str, option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Any] = []
    module = ModuleType(name)
    module.download = lambda *names, **options: calls.append((names, options))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, name, module)
    download(name, Path("here"))
    download(name)
    wanted = {"processors": "tokenize,pos,lemma,depparse"}
    assert calls == [(("bg",), {**wanted, option: "here"}), (("bg",), wanted)]
    module.download = lambda *_, **__: 1 / 0  # type: ignore[attr-defined]
    with pytest.raises(ModelError, match=f"{name}: the models cannot be downloaded: ZeroDivisionError"):
        download(name)


def test_a_package_is_imported_when_it_is_needed_only() -> None:
    assert import_package("json").__name__ == "json"
    assert not {"stanza", "classla", "torch"} & set(vars(external))


class FakeDocument:
    """The part of a document of Stanza or CLASSLA that cutting needs."""

    def __init__(self, sentences: list[list[dict[str, Any]]], text: str) -> None:
        self.text = text
        self.sentences = [
            SimpleNamespace(
                tokens=[
                    SimpleNamespace(id=entry["id"], text=entry["text"], to_dict=lambda e=entry: [dict(e)])
                    for entry in entries
                ]
            )
            for entries in sentences
        ]


def test_sentences_that_are_too_long_are_cut_where_something_ends() -> None:
    text = "а б . в г д е"
    entries = [{"id": (i,), "text": form} for i, form in enumerate(text.split(), 1)]
    document = FakeDocument([entries], text)
    assert cut_sentences(document, 7) is document
    cut = cut_sentences(document, 4)
    rows = [[(token.id, token.text) for token in sentence.tokens] for sentence in cut.sentences]
    assert [[form for _, form in row] for row in rows] == [["а", "б", "."], ["в", "г", "д", "е"]]
    assert [[number for (number,), _ in row] for row in rows] == [[1, 2, 3], [1, 2, 3, 4]]
    assert [len(sentence.tokens) for sentence in cut_sentences(document, 2).sentences] == [2, 2, 2, 1]
