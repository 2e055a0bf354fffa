"""What a noun phrase says of its referent, and which nouns describe a name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from bgpolitics_ner.entities.mention import Mention
from bgpolitics_ner.entities.nominals import load_nominals
from bgpolitics_ner.referents.cues import Cues, Pronoun
from bgpolitics_ner.referents.gazetteer import States

ADJECTIVAL = ("amod", "det", "nummod", "acl")
APPOSING = (",", "-", "–", "—", "(")


@dataclass(frozen=True)
class Phrase:
    """A noun phrase read from the parse; `lemma` may have two words („държавен глава“)."""

    head: Token
    lemma: str
    modifiers: frozenset[str]
    states: tuple[str, ...]
    complements: tuple[int, ...]
    definite: bool
    possessor: Pronoun | None
    possessor_token: int
    number: str
    gender: str


def noun_lemma(token: Token) -> str:
    """Return the dictionary form of a noun: of the table of nouns, else the lemmatizer's, in lower case.

    A feminine word is no form of a masculine noun: „политика“ may be of политик, „общата политика“ is not.
    """
    nominals = load_nominals()
    base = nominals.base(token.lower_)
    if base is None or (nominals.genders.get(base) == "masculine" and gender_of(token) == "f"):
        return str(token.lemma_).casefold()
    return base


def gender_of(token: Token) -> str:
    """Return m, f, n, or - from the morphology."""
    value = token.morph.get("Gender")
    return value[0][0].lower() if value else "-"


def number_of(token: Token) -> str:
    """Return s or p from the morphology; - where unknown."""
    value = token.morph.get("Number")
    return {"Sing": "s", "Plur": "p", "Ptan": "p"}.get(value[0], "-") if value else "-"


def read_phrase(head: Token, states: States, cues: Cues) -> Phrase:
    """Read the phrase of a noun."""
    lemma, modifiers, named = cues.known_noun(noun_lemma(head)), set(), []
    possessor: Pronoun | None = None
    possessor_token = -1
    definite = "Def" in head.morph.get("Definite")
    complements: list[int] = []
    for child in head.children:
        dep = child.dep_
        if (dep in ADJECTIVAL and child.i < head.i) or dep == "amod":
            low = child.lemma_.casefold()
            pronoun = cues.pronoun(child.lower_) if child.pos_ in ("PRON", "DET") else None
            if "Def" in child.morph.get("Definite") or "Dem" in child.morph.get("PronType"):
                definite = True
            if pronoun is not None and pronoun.kind in ("possessive", "personal", "reflexive"):
                possessor, possessor_token, definite = pronoun, child.i, True
                continue
            state = states.adjective(low, child.text)
            if state:
                named.append(state)
            else:
                modifiers.add(low)
                complements.extend(g.i for g in child.children if g.dep_ == "conj")
        elif dep == "det":
            pronoun = cues.pronoun(child.lower_)
            if pronoun is not None and pronoun.kind in ("personal", "possessive", "reflexive"):
                possessor, possessor_token, definite = pronoun, child.i, True
        elif dep in ("nmod", "obl", "iobj") and child.i > head.i:
            complements.append(child.i)
            complements.extend(_owners(child))
    for modifier in sorted(modifiers):
        if f"{modifier} {lemma}" in cues.offices:
            lemma = f"{modifier} {lemma}"
            modifiers.discard(modifier)
            break
    return Phrase(
        head,
        lemma,
        frozenset(modifiers),
        tuple(named),
        tuple(complements),
        definite,
        possessor,
        possessor_token,
        number_of(head),
        gender_of(head),
    )


def _owners(noun: Token) -> Iterator[int]:
    """Yield what a common noun belongs to: „министър на търговията на Великобритания“ names the state too."""
    if noun.pos_ != "NOUN" or not noun.text[0].islower():
        return
    for child in noun.children:
        if child.dep_ == "nmod" and child.i > noun.i and any(c.lower_ == "на" for c in child.lefts):
            yield child.i


def has_case(token: Token) -> bool:
    """Say whether the noun has a preposition of its own."""
    return any(child.dep_ == "case" for child in token.lefts)


def descriptors(doc: Doc, mention: Mention, first: int, cues: Cues, states: States) -> Iterator[Token]:
    """Yield the nouns that describe a named mention whose first token is `first`.

    „президентът на САЩ Доналд Тръмп“ → президентът; „Мей, премиер на …“ → премиер; „Мей е премиер“ → премиер.
    Persons are described by nouns for persons only, and nothing else by them.
    """

    def right_kind(token: Token) -> bool:
        lemma = cues.known_noun(noun_lemma(token))
        if cues.is_person(lemma) or states.demonym(lemma) is not None:
            return mention.type == "PER"
        allowed = cues.described.get(lemma)
        return mention.type in (allowed if allowed is not None else ("ORG", "PRO", "WEAPON"))

    head = doc[mention.head]
    left = _left_noun(doc, first) if not has_case(head) else None
    if left is not None and right_kind(left) and number_of(left) != "p":
        yield left
        above = left.head
        if (
            left.dep_ in ("nmod", "appos", "flat")
            and not has_case(left)
            and above.pos_ == "NOUN"
            and right_kind(above)
        ):
            yield above
    else:
        yield from filter(right_kind, _above(head))
    below = [token for token in _below(head) if right_kind(token)]
    if not below and mention.type in ("WEAPON", "PRO"):
        below = [t for t in _after_dash(doc, mention) if right_kind(t) and number_of(t) != "p"]
    yield from below


def _above(head: Token) -> Iterator[Token]:
    above = head.head
    if (
        head.dep_.startswith("nsubj")
        and above.pos_ == "NOUN"
        and any(c.dep_ == "cop" for c in above.children)
    ):
        yield above
    elif not has_case(head) and head.dep_ in ("nmod", "appos", "flat", "conj") and above.i < head.i:
        for _ in range(3):
            if above.pos_ == "NOUN" and (above.text[0].islower() or above.is_sent_start):
                yield above
            if above.dep_ not in ("nmod", "appos", "flat") or has_case(above) or above.head.i == above.i:
                break
            above = above.head


def _below(head: Token) -> Iterator[Token]:
    for child in head.children:
        if (
            child.pos_ == "NOUN"
            and child.dep_ in ("appos", "nmod", "parataxis", "conj")
            and not has_case(child)
            and child.text[0].islower()
            and not _in_list(child)
            and _after_comma(child)
        ):
            yield child


def _after_comma(token: Token) -> bool:
    edge = token.left_edge
    if edge.text in APPOSING and edge.i < token.i:
        return True  # the parser hangs the dash on the noun after it
    return edge.i > 0 and token.doc[edge.i - 1].text in APPOSING


def _after_dash(doc: Doc, mention: Mention) -> Iterator[Token]:
    """Yield the noun of „„Орешник“ – нова ракета“ that the parser hung elsewhere."""
    index = mention.head + 1
    while index < len(doc) and (doc[index].idx < mention.end or _is_quote(doc[index])):
        index += 1
    if index >= len(doc) or doc[index].text not in APPOSING:
        return
    for token in doc[index + 1 : min(index + 7, doc[mention.head].sent.end)]:
        if token.dep_ in ADJECTIVAL or token.pos_ == "ADJ" or _is_quote(token):
            continue
        noun = token.pos_ == "NOUN" and token.text[0].islower() and not has_case(token)
        if noun and not _in_list(token) and not any(c.dep_ in ("cop", "nsubj") for c in token.children):
            yield token
        return


def _in_list(token: Token) -> bool:
    """Say whether the noun is an item of a list: „„Калибър“, танкове и ракети“."""
    around = [*token.children, *(token.head.children if token.dep_ == "conj" else ())]
    joined = [c for c in around if c.dep_ == "conj" and c.i != token.i]
    return any(c.dep_ == "cc" for noun in (token, *joined) for c in noun.children)


def _is_quote(token: Token) -> bool:
    return token.is_quote or token.text in "„“”"


def _left_noun(doc: Doc, first: int) -> Token | None:
    """Return the common noun right before a name, over an opening quotation mark."""
    for index in (first - 1, first - 2):
        if index < 0:
            return None
        token = doc[index]
        if token.pos_ == "NOUN" and (token.text[0].islower() or token.is_sent_start):
            return token
        if not _is_quote(token):
            return None
    return None
