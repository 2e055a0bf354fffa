"""Raw text → sentences to be analysed by teachers: news first, tokenised as the library does it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import regex
from spacy.language import Language

from bgpolitics_ner.training.conllu import Row
from bgpolitics_ner.training.data import (
    RELATIONS_DEV,
    find_raw,
    read_articles,
    read_relations,
    read_split,
    read_start,
)

# Parts of names of raw files: news, debates, knowledge, some literature. Laws are left out.
SOURCES = (
    "semeval",
    "parseme",
    "persuasion",
    "checkthat",
    "leipzig",
    "ntrex",
    "flores200",
    "parlamint",
    "wiki",
)
RUNNING = ("semeval", "parseme", "checkthat", "leipzig")
"""Parts of names of raw files whose texts run on over several sentences."""
MIN_TEXT = 200
LIMITS = {"wiki": 1_500_000}
MIN_WORDS = 4
MAX_WORDS = 60
_BORDER = regex.compile(r"(?<=[.!?…][\"“”»)]?)\s+(?=[\"„«(–—-]?\s?\p{Lu})|\s*\n\s*")


def read_raw_sentences(
    data: Path, nlp: Language, words: int, *, splits: Path | None = None, seed: int = 0
) -> list[list[Row]]:
    """Return about so many words of raw text as sentences without an analysis.

    The texts of held-out relation documents are left out. Sentences are split roughly: what is wrongly split
    is one more odd sentence, and the splitter does not learn from it.
    """
    files = find_raw(data, SOURCES)
    hidden = _read_hidden(data, splits)
    lines = set()
    for text in hidden:
        lines.update(_BORDER.split(text))
    found = dict.fromkeys(sentence for sentence in _sentences(data, files, hidden) if sentence not in lines)
    sentences = list(found)
    random.Random(seed).shuffle(sentences)
    chosen: list[list[Row]] = []
    for sentence in sentences:
        rows = [_row(token.text) for token in nlp.tokenizer(sentence) if not token.is_space]
        if MIN_WORDS <= len(rows) <= MAX_WORDS:
            chosen.append(rows)
            words -= len(rows)
            if words <= 0:
                break
    return chosen


def read_running_words(
    data: Path, nlp: Language, words: int, *, splits: Path | None = None, seed: int = 0
) -> list[str]:
    """Return about so many words of raw news as they run on, one text after another in random order.

    The texts of held-out relation documents are left out.
    """
    hidden = _read_hidden(data, splits)
    texts = [article.document.text for article in read_articles(data / "slavicner" / "bg.jsonl")]
    for file in find_raw(data, RUNNING):
        texts += read_start(file, LIMITS).split("\n\n")
    texts = [text for text in dict.fromkeys(texts) if text not in hidden and len(text) >= MIN_TEXT]
    random.Random(seed).shuffle(texts)
    found: list[str] = []
    for text in texts:
        found += [token.text for token in nlp.tokenizer(text) if not token.is_space]
        if len(found) >= words:
            break
    return found


def _read_hidden(data: Path, splits: Path | None) -> set[str]:
    """Return the texts of held-out relation documents."""
    held_out = read_split(RELATIONS_DEV, splits)
    return {document.text for document in read_relations(data) if document.id in held_out}


def _sentences(data: Path, files: list[Path], hidden: set[str]) -> Iterator[str]:
    for article in read_articles(data / "slavicner" / "bg.jsonl"):
        if article.document.text not in hidden:
            yield from _BORDER.split(article.document.text)
    for file in files:
        yield from _BORDER.split(read_start(file, LIMITS))


def _row(form: str) -> Row:
    return Row(form, form, "X", "_", "", 0, "root")
