"""Docs built by hand, one token a line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

import bgpolitics_ner.entities  # noqa: F401  (registers the factory)
from bgpolitics_ner.entities.component import Entities
from bgpolitics_ner.entities.mention import Mention
from bgpolitics_ner.frontend.tokenizer import Tokenizer

Build = Callable[[str], Doc]


@pytest.fixture(scope="session")
def nlp() -> Language:
    nlp = spacy.blank("bg")
    nlp.tokenizer = Tokenizer(nlp.vocab)
    return nlp


@pytest.fixture(scope="session")
def stage(nlp: Language) -> Entities:
    return Entities(nlp.make_doc)


@pytest.fixture(scope="session")
def build(nlp: Language) -> Build:
    """Return a function that reads lines ``text lemma POS dep head [features|-] [entity tag]``."""

    def read(lines: str) -> Doc:
        rows = [[*line.split(), "-", "O"] for line in lines.strip().splitlines()]
        return Doc(
            nlp.vocab,
            words=[row[0] for row in rows],
            lemmas=[row[1] for row in rows],
            pos=[row[2] for row in rows],
            deps=[row[3] for row in rows],
            heads=[int(row[4]) for row in rows],
            morphs=["" if row[5] == "-" else row[5] for row in rows],
            ents=[row[6] if row[6] != "-" else "O" for row in rows],
        )

    return read


@pytest.fixture(scope="session")
def told(stage: Entities) -> Callable[[Doc], list[tuple[str, str, str]]]:
    """Return a function that runs the stage and gives (text, type, base form) of the mentions."""

    def run(doc: Doc) -> list[tuple[str, str, str]]:
        mentions: list[Mention] = stage(doc)._.mentions
        return [(doc.text[m.start : m.end], m.type, m.lemma) for m in mentions]

    return run
