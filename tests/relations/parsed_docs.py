"""Docs for the tests of the qualifiers: parsed by hand, or by the trained pipeline from a marked example."""

from __future__ import annotations

import re
from typing import Any

import spacy
from spacy.tokens import Doc, Token

_CLOSING = {",", ".", ":", "“"}
VOCAB = spacy.blank("bg").vocab

# Two tellings of one fact: a verb and the bare noun of the event.
LEAVING = """
Лондон    Лондон    PROPN 3 nsubj
ще        ще        AUX   3 aux
напусне   напусна   VERB  0 ROOT
след      след      ADP   5 case
излизане  излизане  NOUN  3 obl
"""


def parse(table: str) -> Doc:
    """Build a Doc from lines ``word lemma POS head dep morph``; `head` counts from 1, 0 is the root.

    A blank line ends a sentence; the morph column may be left out.
    """
    rows, starts = [], []
    begin = True
    for line in table.strip().splitlines():
        if not line.strip():
            begin = True
            continue
        word, lemma, pos, head, dep, *morph = line.split()
        rows.append((word, lemma, pos, int(head), dep, morph[0] if morph else ""))
        starts.append(begin)
        begin = False
    words = [row[0] for row in rows]
    doc = Doc(
        VOCAB,
        words=words,
        spaces=[
            after not in _CLOSING and word != "„"
            for word, after in zip(words, [*words[1:], "."], strict=True)
        ],
        lemmas=[row[1] for row in rows],
        pos=[row[2] for row in rows],
        heads=[row[3] - 1 if row[3] else i for i, row in enumerate(rows)],
        deps=[row[4] for row in rows],
        morphs=[row[5] for row in rows],
    )
    assert [token.is_sent_start for token in doc] == starts, "heads and blank lines do not agree"
    return doc


def find(doc: Doc, word: str) -> Token:
    """Return the first token with this text."""
    return next(token for token in doc if token.text == word)


def read_marked(nlp: Any, example: str, brackets: str = "[]") -> tuple[Doc, Token | None]:
    """Parse an example and return the Doc and the token in brackets, None where nothing is bracketed.

    Brackets of the other kind are taken out too: „{Мей} каза, че Лондон [напуска] ЕС.“
    """
    opening = re.escape(brackets[0])
    plain = re.sub(r"[\[\]{}]", "", example)
    doc = nlp(plain)
    match = re.search(opening, example)
    if match is None:
        return doc, None
    at = len(re.sub(r"[\[\]{}]", "", example[: match.start()]))
    return doc, next(token for token in doc if token.idx + len(token) > at)
