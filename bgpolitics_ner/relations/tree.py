"""Readings of the dependency tree that slots and frames rest on."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc, Token

_VERBAL = {"VERB", "AUX"}
NOMINAL = {"NOUN", "PROPN", "ADJ", "NUM", "PRON"}
# Labels of what hangs on a noun or a verb, of what slots climb through, of clauses that share a subject.
BELOW_NOUN = {"nmod", "appos", "flat", "obl", "iobj", "obj"}
BELOW_VERB = {"obj", "iobj", "obl", "nsubj", "nsubj:pass", "xcomp", "nmod"}
CLIMBED = {"nmod", "obl", "iobj", "obj", "xcomp", "conj"}
SHARED = {"conj", "xcomp", "advcl", "ccomp", "parataxis"}
PREDICATES = {"xcomp", "ccomp", "conj"}
_DATELINE = 9
_NAMES = {"LOC", "PER", "ORG"}


@dataclass(frozen=True)
class Filler:
    """`token` fills `slot`; the token is the head of the phrase."""

    slot: str
    token: Token


def is_verbal(token: Token) -> bool:
    """Tell whether a token is a verb form, participles included."""
    return bool(token.pos_ in _VERBAL or (token.pos_ == "ADJ" and token.morph.get("VerbForm") == ["Part"]))


def first_conjunct(token: Token) -> Token:
    """„министърът на икономиката и енергетиката“: енергетиката → икономиката."""
    for _ in range(3):
        if token.dep_ != "conj":
            break
        token = token.head
    return token


def antecedent(pronoun: Token) -> Token | None:
    """Return the noun that a relative pronoun takes up, None where the parse shows none."""
    node = pronoun
    for _ in range(6):
        if node.dep_ in ("acl:relcl", "acl") and node.head.i < pronoun.i:
            return node.head if node.head.pos_ in NOMINAL else None
        if node.head is node or node.head.i == node.i:
            return None
        node = node.head
    return None


def dateline(doc: Doc) -> frozenset[int]:
    """Return the token indices of datelines: „АТИНА, Гърция --“, „София, 5 май /БТА/“ act in no sentence."""
    found: set[int] = set()
    for sentence in doc.sents:
        last = min(sentence.start + _DATELINE, sentence.end) - 1
        slashes = 0
        for i in range(sentence.start + 1, last + 1):
            text = doc[i].text
            slashes += text == "/"
            if text == "--" or slashes == 2 or (text == "-" and doc[i - 1].text == "-"):
                found.update(range(sentence.start, i + 1))
                break
    return frozenset(found)


def swallowed_name(noun: Token) -> Token | None:
    """„плати на Украйна милиарди“ read as „на [Украйна милиарди]“: the name, else None."""
    for child in noun.lefts:
        name = noun.doc[child.i + 1] if child.dep_ == "case" else None
        if name is None or name.i >= noun.i or name.head.i != noun.i:
            continue
        if name.ent_type_ in _NAMES and name.ent_iob_ == "B" and noun.doc[name.i + 1].ent_iob_ != "I":
            return name
    return None


def has_cop(token: Token) -> bool:
    """Tell whether a noun or adjective is a predicate with its copula."""
    return any(child.dep_ == "cop" for child in token.children)


def second_subject(verb: Token) -> int | None:
    """Return the index of the object that the parser calls a second subject („САЩ подкрепят Украйна“)."""
    if any(child.dep_ in ("obj", "expl") for child in verb.children):
        return None
    subjects = [child.i for child in verb.children if child.dep_ == "nsubj"]
    return subjects[1] if len(subjects) == 2 and subjects[0] < verb.i < subjects[1] else None


def is_passive(token: Token) -> bool:
    """Tell whether a verb form is passive: by its auxiliary, its subject's label or its participle."""
    if any(child.dep_ in ("aux:pass", "nsubj:pass") for child in token.children):
        return True
    return bool(token.morph.get("Voice") == ["Pass"])
