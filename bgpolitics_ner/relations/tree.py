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
_NOUNS = {"NOUN", "PROPN"}
_WORD = 3
_LOOSE = {"conj", "parataxis", "advcl", "ccomp", "xcomp"}
_FINITE = {"aux", "aux:pass", "nsubj", "nsubj:pass", "mark", "cop", "cc"}
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


def bare_participle_noun(verb: Token) -> Token | None:
    """Return the noun of a participle that the parser hung elsewhere („губернатор, призовал за …, бе убит“).

    It has no auxiliary and no subject of its own, and stands right behind a comma and that noun's phrase.
    """
    if verb.morph.get("VerbForm") != ["Part"] or verb.dep_ not in _LOOSE or verb.i < 2:
        return None
    if any(child.dep_ in _FINITE or child.i < verb.i for child in verb.children if child.pos_ != "PUNCT"):
        return None
    comma, before = verb.doc[verb.i - 1], verb.doc[verb.i - 2]
    if comma.text != "," or before.pos_ not in _NOUNS or before.i < verb.sent.start:
        return None
    noun = before
    while noun.head.i < noun.i and noun.dep_ in BELOW_NOUN and noun.head.pos_ in _NOUNS:
        noun = noun.head
    return noun if noun.morph.get("Number") == verb.morph.get("Number") else before


def institution_behind(verb: Token, cases: frozenset[str]) -> Token | None:
    """Return the institution that speaks or acts in „От ГЕРБ поискаха оставка“, else None."""
    if verb.morph.get("Number") != ["Plur"] or verb.morph.get("Person") in (["1"], ["2"]):
        return None
    for child in verb.lefts:
        named = child.dep_ in ("obl", "iobj", "nmod") and child.pos_ in _NOUNS
        if named and any(c.dep_ == "case" and c.lower_ in cases for c in child.lefts):
            return child
    return None


def doubled_object(verb: Token) -> int | None:
    """Return the index of the object that a clitic takes up („Борисов го разкритикува Радев“), else None.

    Of two names around the verb it is the one that agrees with the clitic, where both do the first.
    """
    short = (c for c in verb.lefts if c.pos_ == "PRON" and c.dep_ in ("obj", "expl") and len(c) < _WORD)
    clitic = next(short, None)
    if clitic is None or clitic.morph.get("Case") != ["Acc"] or clitic.morph.get("Reflex"):
        return None
    nouns = [c for c in verb.children if c.dep_ in ("nsubj", "obj") and c.pos_ in _NOUNS]
    if len(nouns) != 2 or not nouns[0].i < verb.i < nouns[1].i:
        return None
    fitting = [n for n in nouns if _same_number_and_gender(n, clitic)]
    found: int = (fitting or nouns)[0].i
    return found


def owner_in_clause(pronoun: Token) -> Token | None:
    """Return the subject that „си“ or „свой“ takes up, None where none stands above it."""
    node = pronoun.head
    for _ in range(6):
        if is_verbal(node) or has_cop(node):
            for child in node.children:
                if child.dep_ == "nsubj" and not (child.left_edge.i <= pronoun.i <= child.right_edge.i):
                    return child
            if node.dep_ not in SHARED and node.dep_ != "acl":
                return None
        if node.head.i == node.i:
            return None
        node = node.head
    return None


def _same_number_and_gender(one: Token, other: Token) -> bool:
    return all(
        not one.morph.get(key) or not other.morph.get(key) or one.morph.get(key) == other.morph.get(key)
        for key in ("Number", "Gender")
    )


def is_said_by(subject: Token, verb: Token) -> bool:
    """Tell whether the subject of „X каза, че …“ agrees with a clause that has none: it may be X's too."""
    words = [verb, *(c for c in verb.children if c.dep_ in ("aux", "aux:pass", "cop"))]
    if any(word.morph.get("Person") in (["1"], ["2"]) for word in words):
        return False
    plural = any(word.morph.get("Number") == ["Plur"] for word in words)
    several = subject.morph.get("Number") == ["Plur"] or any(c.dep_ == "conj" for c in subject.children)
    if plural != several:
        return False
    participles = [word for word in words if word.morph.get("VerbForm") == ["Part"]]
    genders = {gender for word in participles for gender in word.morph.get("Gender")}
    own = subject.morph.get("Gender")
    return plural or not genders or not own or own[0] in genders


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
