"""Small readings of a dependency tree that the qualifiers share: cue tables, markers, subjects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from spacy.tokens import Token

from bgpolitics_ner.errors import KnowledgeError
from bgpolitics_ner.knowledge import read_toml

NOMINAL = frozenset({"NOUN", "PROPN", "PRON"})
SUBJECTS = ("nsubj", "nsubj:pass")
_REFLEXIVE = ("-(се)", "-(си)", "-се", "-си")


def read_cues(name: str) -> dict[str, dict[str, Any]]:
    """Return the tables of ``knowledge/cues/<name>.toml``; each is one rule with its examples."""
    return dict(read_toml(f"cues/{name}.toml"))


def index_words(tables: Iterable[tuple[str, Mapping[str, Any]]], file: str) -> dict[str, list[str]]:
    """Map each lemma of the tables' `words` to the names of the tables it stands in."""
    index: dict[str, list[str]] = {}
    for name, table in tables:
        if "words" not in table:
            raise KnowledgeError(f"knowledge/cues/{file}.toml: rule {name!r} has no `words`")
        for word in table["words"]:
            index.setdefault(word, []).append(name)
    return index


def lemma_of(token: Token) -> str:
    """Return the lemma in lower case without the mark of reflexive verbs (``надявам-се`` → ``надявам``)."""
    lemma = str(token.lemma_).lower()
    for ending in _REFLEXIVE:
        if lemma.endswith(ending):
            return lemma[: -len(ending)]
    return lemma


def marker_words(token: Token) -> list[str]:
    """Return the lower-case conjunctions, prepositions and particles that hang on `token`."""
    return [child.lower_ for child in token.children if child.dep_ in ("mark", "aux", "case", "cc", "advmod")]


def case_of(token: Token) -> str:
    """Return the preposition of a nominal (``според Мей`` → ``според``), ``""`` where there is none."""
    for child in token.children:
        if child.dep_ == "case":
            return str(child.lower_)
    return ""


def find_subject(verb: Token) -> Token | None:
    """Return the head token of the verb's own subject, on itself or its coordinated first verb."""
    node = verb
    for _ in range(4):
        for child in node.children:
            if child.dep_ in SUBJECTS:
                return child
        if node.dep_ != "conj":
            return None
        node = node.head
    return None
