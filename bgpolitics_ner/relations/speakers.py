"""Reporting word → who speaks: the head token of the mention, a name where the phrase has one."""

from __future__ import annotations

from typing import Any

from spacy.tokens import Doc, Token

from bgpolitics_ner.relations.clause import NOMINAL, SUBJECTS, agrees, case_of, lemma_of, read_cues
from bgpolitics_ner.relations.scopes import OBJECTS, before_clitics, follows_mark

_VERBAL = frozenset({"VERB", "AUX"})
_CHAIN = frozenset({"conj", "advcl", "advmod", "xcomp"})
_QUOTES = frozenset('„“"«')
_STOPS = frozenset(",;:()\n")
_ABBREVIATION = 2


class SpeakerFinder:
    """Finds speakers with the word tables of ``knowledge/cues/attribution.toml``."""

    def __init__(self, tables: dict[str, Any]) -> None:
        grammar = tables["grammar"]
        self._media = frozenset(tables["medium"]["words"])
        self._impersonal = frozenset(tables["impersonal"]["words"])
        self._texts = frozenset(tables["carrier-of-words"]["words"])
        self._statements = frozenset(tables["statement"]["words"])
        self._mouthpieces = frozenset(tables["mouthpiece"]["words"])
        self._back = frozenset(tables["back"]["words"])
        offices = read_cues("nominals")["office"]
        self._offices = frozenset(offices["masculine"] + offices["feminine"])
        self._relative = tuple(grammar["relative"])
        self._agent, self._owner = frozenset(grammar["agent"]), frozenset(grammar["owner"])
        self._place, self._reflexive = frozenset(grammar["place"]), frozenset(grammar["reflexive"])
        self._links = frozenset(grammar["name_links"]) | _QUOTES

    def is_text(self, token: Token | None) -> bool:
        """Say whether the word is a text, which has an owner but does not speak („според доклада“)."""
        return token is not None and lemma_of(token) in self._texts

    def find(self, verb: Token) -> Token | None:
        """Return the speaker of a reporting verb, or None where it is left out („Заяви, че …“)."""
        return self.name_in(self._find(verb))

    def find_after(self, doc: Doc, start: int, end: int) -> Token | None:
        """Return the speaker behind „според“ or „по думите на“ that end before token `start`."""
        noun = _noun_from(doc, start, end)
        if noun is not None and noun.pos_ in ("PRON", "DET"):
            noun = self._antecedent(noun, noun.head)
        if self.is_text(noun):
            noun = self.owner_of(noun)
        return None if self.is_text(noun) else self.name_in(noun)

    def owner_of(self, noun: Token | None) -> Token | None:
        """Return whose text it is („доклада на ЕК“, „писмо, изпратено от банките“), else the text itself."""
        if noun is None:
            return None
        for child in noun.children:
            if child.i > noun.i and child.dep_ == "nmod" and case_of(child) in self._owner:
                return child
            if child.i > noun.i and child.dep_ in ("amod", "acl"):
                agent = self._argument(child, self._agent)
                if agent is not None:
                    return agent
        return noun

    def name_in(self, noun: Token | None) -> Token | None:
        """Return the name behind a role noun („канцлерът Ангела Меркел“ → „Ангела“), else the noun."""
        node = noun
        if node is not None and lemma_of(node) in self._mouthpieces:
            node = self.owner_of(node)
        for _ in range(3):
            if node is None or node.pos_ != "NOUN":
                return node
            right = (c for c in node.children if c.i > node.i and c.dep_ in ("nmod", "flat", "appos"))
            name = next((c for c in right if _names_somebody(c)), None)
            if name is None:
                person = None if lemma_of(node) in self._media else _person_in(node)
                return person or self._medium_name(node)
            node = name
        return node

    def _find(self, verb: Token) -> Token | None:
        may_be_late = follows_mark(verb) or self._follows_back(verb)
        after = _noun_from(verb.doc, verb.i + 1, verb.sent.end) if follows_mark(verb) else None
        if after is not None and not (
            self._may_speak(after) and (after.pos_ == "PRON" or agrees(after, verb))
        ):
            after = None  # „Призовават Мей да …“
        if self.is_impersonal(verb):
            return self.owner_of(self._argument(verb, self._place))
        node = verb
        for _ in range(4):
            subject = self._subject(node)
            if subject is not None:
                return subject if after is None or subject.i > verb.i else after
            if node is verb and (agent := self._argument(verb, self._agent)) is not None:
                return agent
            if node.dep_ in _CHAIN and node.head.pos_ in _VERBAL:
                node = node.head
            elif node.dep_ in ("amod", "acl") and node.head.pos_ in NOMINAL:
                return node.head
            else:
                break
        if after is None and verb.morph.get("Number") == ["Plur"]:
            after = self._argument(verb, self._place)  # „В Пентагона заявиха, че …“
        return self._late_subject(verb) if after is None and may_be_late else after

    def _follows_back(self, verb: Token) -> bool:
        """Say whether the sentence begins „Това заяви …“ or „За това съобщи …“."""
        i = before_clitics(verb)
        return i >= verb.sent.start and verb.doc[i].lower_ in self._back

    def _late_subject(self, verb: Token) -> Token | None:
        """Return the person that a long adjunct parts from the verb, in the clause's rest.

        „Това заяви днес на пресконференция в Лондон говорител на Мей“: parsers hang it on the adjunct.
        """
        doc = verb.doc
        for i in range(verb.i + 1, verb.sent.end):
            word = doc[i]
            if word.text in _STOPS or (word.pos_ in _VERBAL and word.morph.get("VerbForm") != ["Part"]):
                break
            if doc[i - 1].pos_ == "ADP" or case_of(word):
                continue
            if word.ent_type_ == "PER" and word.ent_iob_ == "B":
                return word
            if lemma_of(word) in self._offices and agrees(word, verb):
                return word
        return None

    def is_impersonal(self, verb: Token) -> bool:
        """Say whether nobody is meant to speak („смята се, че …“)."""
        return lemma_of(verb) in self._impersonal and any(c.lower_ in self._reflexive for c in verb.children)

    def _subject(self, verb: Token) -> Token | None:
        for child in verb.children:
            if child.dep_ in SUBJECTS and self._may_speak(child) and agrees(child, verb):
                return self._antecedent(child, verb)
        return None

    def _may_speak(self, word: Token) -> bool:
        return (
            bool(word.text[0].isalnum())
            and word.lower_ not in self._back
            and lemma_of(word) not in self._statements
        )

    def _argument(self, verb: Token, cases: frozenset[str]) -> Token | None:
        return next(
            (c for c in verb.children if c.dep_ in OBJECTS and c.pos_ in NOMINAL and case_of(c) in cases),
            None,
        )

    def _antecedent(self, subject: Token, verb: Token) -> Token:
        """Return the noun that a relative pronoun stands for („премиерът, който заяви“)."""
        if subject.lower_.startswith(self._relative):
            node = verb
            for _ in range(3):
                if node.dep_ in ("acl:relcl", "acl"):
                    return _plural_above(node.head) if "Plur" in subject.morph.get("Number") else node.head
                node = node.head
        return subject

    def _medium_name(self, noun: Token) -> Token:
        """Return the name right behind a medium or title („вестник „Файненшъл таймс““), else the noun."""
        doc, i = noun.doc, noun.i + 1
        if lemma_of(noun) not in self._media:
            return noun
        while i < min(len(doc), noun.i + 3) and doc[i].text in self._links:
            if doc[i].text == "." and len(noun) > _ABBREVIATION:
                return noun  # „…, пише изданието. Превод: …“
            i += 1
        named = i < len(doc) and doc[i].text[:1].isupper() and doc[i].pos_ in ("PROPN", "X", "NOUN", "ADJ")
        return doc[i] if named else noun


def _names_somebody(token: Token) -> bool:
    """Say whether a role noun may have this name; a place is the clause's („думите на премиера Минск …“)."""
    return token.pos_ in ("PROPN", "X") and token.ent_type_ != "LOC" and not case_of(token)


def _plural_above(noun: Token) -> Token:
    """Return the plural noun that „които“ can mean, where the parser took one inside its phrase."""
    node = noun
    while "Sing" in node.morph.get("Number") and node.dep_ in ("nmod", "obl") and node.head.pos_ == "NOUN":
        node = node.head
    return node if "Plur" in node.morph.get("Number") else noun


def _person_in(noun: Token) -> Token | None:
    """Return the named person inside the noun's phrase, where the entities stage has run."""
    for i in range(noun.i + 1, noun.right_edge.i + 1):
        if noun.doc[i].ent_type_ == "PER" and noun.doc[i].ent_iob_ == "B" and noun.doc[i - 1].pos_ != "ADP":
            return noun.doc[i]
    return None


def _noun_from(doc: Doc, start: int, end: int) -> Token | None:
    for i in range(start, end):
        word = doc[i]
        if i < start + 2 and word.text in _QUOTES:
            continue
        if word.pos_ in NOMINAL and word.text[0].isalnum():
            return word
        if word.pos_ in ("ADP", "VERB", "SCONJ", "AUX") or word.is_punct:
            return None
    return None
