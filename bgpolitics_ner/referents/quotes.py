"""Quotations and who speaks in them."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc, Token

from bgpolitics_ner.referents.cues import Cues

REACH = 14
SHORTEST = 4


@dataclass(frozen=True)
class Quotation:
    """Token indices of a quotation, end exclusive, and the speech verb beside it (-1 for none)."""

    start: int
    end: int
    verb: int


def find_quotations(doc: Doc, cues: Cues) -> list[Quotation]:
    """Find the quotations that are speech: at least four words, one of them a verb."""
    spans, opened = [], -1
    for token in doc:
        if token.text not in cues.quotes:
            if token.is_space and "\n" in token.text:
                opened = -1
            continue
        if opened >= 0 and token.text not in "„«":
            spans.append((opened, token.i))
            opened = -1
        else:
            opened = token.i + 1
    result = []
    for start, end in spans:
        if end - start >= SHORTEST and any(t.pos_ in ("VERB", "AUX") for t in doc[start:end]):
            result.append(Quotation(start, end, _speech_verb(doc, start, end, cues)))
    return result


def _speech_verb(doc: Doc, start: int, end: int, cues: Cues) -> int:
    for index in range(end + 1, min(len(doc), end + REACH)):
        token = doc[index]
        if (token.is_space and "\n" in token.text) or token.text in ("„", "«"):
            break
        if token.lemma_ in cues.speech:
            return index
        if token.text == ".":
            break
    for index in range(start - 2, max(-1, start - 2 - REACH), -1):
        token = doc[index]
        if token.is_space and "\n" in token.text:
            break
        if token.lemma_ in cues.speech:
            return index
    return -1


def subject_of(verb: Token) -> Token | None:
    """Return the subject of a verb, its own or that of the verb it is coordinated with."""
    for _ in range(4):
        for child in verb.children:
            if child.dep_.startswith("nsubj") and child.text not in '„“”"':
                return child
        if verb.dep_ in ("conj", "xcomp") and verb.head.i != verb.i:
            verb = verb.head
        else:
            return None
    return None
