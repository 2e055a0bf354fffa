"""Does a capital, residence or government building stand for its state here, or for the place?"""

from __future__ import annotations

from spacy.tokens import Doc, Token

from bgpolitics_ner.entities.mention import Mention
from bgpolitics_ner.referents.cues import Cues


def case_of(token: Token) -> str:
    """Return the lower-case preposition of a noun; "" for none. A coordinated noun has that of the first."""
    for _ in range(4):
        for child in token.lefts:
            if child.dep_ == "case":
                return str(child.lower_)
        if token.dep_ not in ("conj", "flat") or token.head.i == token.i:
            return ""
        token = token.head
    return ""


def is_place(doc: Doc, mention: Mention, cues: Cues) -> bool:
    """Say whether a capital is meant as a place („пристигна във Вашингтон“), not as a government."""
    token = doc[mention.head]
    if any(noun.lemma_.casefold() in cues.capital for noun in (token.head, *token.children)):
        return True  # „Минск, столицата на Беларус“
    preposition = case_of(token)
    first = token
    while first.dep_ in ("conj", "flat") and first.head.i != first.i:
        first = first.head
    governor = first.head.lemma_
    if not preposition:
        return first.dep_ == "obj" and governor in cues.motion  # „посети Брюксел“
    if preposition in cues.place:
        return governor not in cues.relational
    return governor in cues.motion
