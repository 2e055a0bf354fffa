"""Small readings of a dependency tree that the qualifiers share."""

from __future__ import annotations

from typing import Any

from spacy.tokens import Token

from bgpolitics_ner.knowledge import read_toml

NOMINAL = frozenset({"NOUN", "PROPN", "PRON"})
VERBAL = frozenset({"VERB", "AUX"})
SUBJECTS = frozenset({"nsubj", "nsubj:pass"})
_REFLEXIVE = ("-(се)", "-(си)", "-се", "-си")


def read_cues(name: str) -> dict[str, dict[str, Any]]:
    """Return the tables of ``knowledge/cues/<name>.toml``."""
    return dict(read_toml(f"cues/{name}.toml"))


def lemma_of(token: Token) -> str:
    """Return the lemma in lower case without the mark of reflexive verbs (``надявам-се`` → ``надявам``)."""
    lemma = str(token.lemma_).lower()
    for ending in _REFLEXIVE:
        if lemma.endswith(ending):
            return lemma[: -len(ending)]
    return lemma


def case_of(token: Token) -> str:
    """Return the preposition of a nominal (``според Мей`` → ``според``), ``""`` where there is none."""
    for child in token.children:
        if child.dep_ == "case":
            return str(child.lower_)
    return ""


def agrees(subject: Token, verb: Token) -> bool:
    """Say whether the two fit: „Призовават Мей да …“ has no subject."""
    if verb.morph.get("Number") != ["Plur"] or subject.morph.get("Number") != ["Sing"]:
        return True
    below = (word for word in subject.subtree if word.i < verb.i or word.dep_ == "conj")
    return any(word.dep_ == "conj" or (word.dep_ == "nummod" and word.head == subject) for word in below)
