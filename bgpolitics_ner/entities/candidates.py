"""Unnamed candidates: adjectives of states, pronouns and noun phrases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from bgpolitics_ner.entities.nominals import Nominals
from bgpolitics_ner.entities.states import StateName, States

MODIFIERS = frozenset(("amod", "det", "nummod", "advmod", "conj", "cc", "nmod"))
LEFT_HEADS = frozenset(("amod", "det", "nummod"))
NOMINAL_DEPS = frozenset(("nsubj", "nsubj:pass", "obj", "iobj", "obl", "nmod", "conj", "ROOT", "appos"))
CONNECTING = frozenset(("ADV", "CCONJ"))
PEOPLE = frozenset(("office", "person"))


@dataclass(frozen=True)
class Candidate:
    """Character offsets, end exclusive; `head` is a token index; `rule` names what found it.

    `inner` are the offsets of the words that the base form is made of, where these are not all.
    """

    start: int
    end: int
    type: str
    head: int
    rule: str
    state: StateName | None = None
    inner: tuple[int, int] | None = None


class CandidateFinder:
    """Callable: the unnamed candidates of a Doc, given which tokens stand inside named mentions."""

    def __init__(self, states: States, nominals: Nominals) -> None:
        self._states = states
        self._nominals = nominals
        pronouns = nominals.pronouns
        self._leading = nominals.leading
        self._kinds = {word: kind for kind, words in pronouns.items() for word in words}

    def __call__(self, doc: Doc, named: set[int]) -> Iterator[Candidate]:
        for token in doc:
            if token.i in named:
                continue
            text = token.text
            if not text[0].isalpha() and not text[0].isdigit():
                continue
            lower = text.lower()
            kind = self._kinds.get(lower)
            if kind and self._refers(token, kind):
                yield Candidate(token.idx, token.idx + len(text), "PRON", token.i, f"rule:pronoun.{kind}")
                continue
            yield from self._adjectives(token, lower)
            if self._is_head(token):
                yield self._phrase(doc, token, named)

    def _refers(self, token: Token, kind: str) -> bool:
        """Say whether the form is a pronoun here: ``си`` is often a particle, ``този`` a determiner."""
        if kind in ("demonstrative", "indefinite"):
            return token.dep_ not in ("det", "amod")
        if kind == "clitic":
            return token.dep_ != "expl" and token.pos_ not in ("AUX", "PART", "INTJ")
        return token.pos_ in ("PRON", "DET") or kind in ("personal", "relative")

    def _adjectives(self, token: Token, lower: str) -> Iterator[Candidate]:
        state = self._states.adjective(lower)
        start, end = token.idx, token.idx + len(token.text)
        if state:
            if token.pos_ in ("ADJ", "PROPN") or token.dep_ == "amod":
                yield Candidate(start, end, "NOM", token.i, "rule:state-adjective", state)
            return
        if "-" in lower and len(lower) > 8:
            first, _, last = lower.rpartition("-")
            one, two = self._states.prefix(first), self._states.adjective(last)
            if one and two:
                middle = start + len(first)
                yield Candidate(start, middle, "NOM", token.i, "rule:state-adjective.compound", one)
                yield Candidate(middle + 1, end, "NOM", token.i, "rule:state-adjective.compound", two)

    def _is_head(self, token: Token) -> bool:
        """Say whether the token heads a noun phrase: a noun, or another word used as one."""
        pos, dep = token.pos_, token.dep_
        if pos == "NOUN":
            return dep not in ("fixed", "case", "mark", "punct") and token.text[0].isalpha()
        if pos == "PROPN":
            return bool(self._nominals.classes(token.lemma_, token.text))
        if dep not in NOMINAL_DEPS or pos not in ("ADJ", "NUM", "VERB") or not token.text[0].isalpha():
            return False
        if pos == "VERB" and not _has(token, "VerbForm", "Part"):
            return False
        if dep == "conj" and token.head.pos_ not in ("NOUN", "PROPN", "PRON"):
            return False
        known = self._nominals.classes(token.lemma_, token.text)
        return bool(known) or (dep != "ROOT" and _has(token, "Definite", "Def"))

    def _phrase(self, doc: Doc, head: Token, named: set[int]) -> Candidate:
        classes = self._nominals.classes(head.lemma_, head.text)
        first = _first_modifier(doc, head, named)
        last, rule, inner = head, "rule:noun-phrase", None
        if "quantity" in classes:
            counted = self._counted(doc, head, named)
            if counted:
                last = counted
                classes = self._nominals.classes(counted.lemma_, counted.text)
                rule = "rule:noun-phrase.counted"
                inner = (doc[head.i + 1].idx, last.idx + len(last.text))
        elif "state" in classes and head.i + 1 < len(doc) and head.i + 1 not in named:
            beside = doc[head.i + 1]
            if beside.pos_ == "NOUN" and "state" in self._nominals.classes(beside.lemma_, beside.text):
                last = beside
        while doc[first].lower_ in self._leading and first < head.i:
            first += 1
        kind, end = self._type(classes, last), last.idx + len(last.text)
        owner = self._clitic(doc, last, named)
        if owner is not None:
            inner = inner or (doc[first].idx, end)
            end = owner.idx + len(owner.text)
        return Candidate(doc[first].idx, end, kind, head.i, rule, inner=inner)

    def _clitic(self, doc: Doc, noun: Token, named: set[int]) -> Token | None:
        """Return the short possessive right behind a noun: it belongs to the phrase (``съюзниците си``)."""
        if noun.i + 1 >= len(doc) or noun.i + 1 in named:
            return None
        token = doc[noun.i + 1]
        own = token.dep_ == "det" and token.head.i == noun.i
        return token if own and self._kinds.get(token.lower_) == "clitic" else None

    def _counted(self, doc: Doc, head: Token, named: set[int]) -> Token | None:
        """Return the head of the phrase right after a quantity noun: ``група политически затворници``."""
        for i in range(head.i + 1, min(head.i + 5, len(doc))):
            token = doc[i]
            if i in named or token.pos_ not in ("ADJ", "NOUN", "DET", "NUM"):
                return None
            if token.pos_ == "NOUN":
                return token
        return None

    def _type(self, classes: tuple[str, ...], token: Token) -> str:
        if not classes:
            return "NOM"
        plural = _has(token, "Number", "Plur")
        if classes[0] == "group" or (plural and classes[0] in PEOPLE):
            return "GROUP"
        return "NOM"


def _is_thousands(doc: Doc, at: int) -> bool:
    """Say whether the token is the last part of a number written in groups: ``30 000``."""
    return len(doc[at].text) == 3 and at > 0 and doc[at - 1].text.isdigit() and len(doc[at - 1].text) <= 3


def _has(token: Token, feature: str, value: str) -> bool:
    return value in token.morph.get(feature)


def _first_modifier(doc: Doc, head: Token, named: set[int]) -> int:
    """Return the index of the leftmost token of the contiguous modifiers before `head`."""
    first = int(head.i)
    at = first - 1
    while at >= 0 and at not in named:
        token = doc[at]
        if token.is_sent_start and doc[at + 1].is_sent_start:
            break
        if token.text.isdigit() and (doc[first].text.isdigit() or _is_thousands(doc, at)):
            first = at
            at -= 1
            continue
        dep, parent = token.dep_, token.head.i
        if not first <= parent <= head.i or dep not in MODIFIERS or (dep == "nmod" and parent == head.i):
            break
        if (dep in LEFT_HEADS or parent != head.i) and (token.pos_ not in CONNECTING or dep == "advmod"):
            first = at
        elif dep == "advmod":
            break
        at -= 1
    return first
