"""Trigger → whether it is told in the renarrative mood: „Минск щял да получи ракети“.

Bulgarian marks what the writer has from hearsay: in the third person the perfect's auxiliary is left out
(„е получил“ is the writer's, „получил“ somebody else's), or „бил“ stands in its place. The small words
are data: ``knowledge/cues/evidential.toml``.
"""

from __future__ import annotations

from spacy.tokens import Token

from bgpolitics_ner.relations.clause import SUBJECTS, VERBAL, agrees, lemma_of, read_cues

_AUXILIARIES = frozenset({"aux", "aux:pass", "cop"})
_MARKS = frozenset({"mark", "aux", "advmod", "discourse", "fixed"})
_CLAUSES = frozenset({"ROOT", "ccomp", "csubj", "csubj:pass", "acl:relcl"})
_LOOSE = frozenset({"parataxis", "advcl"})
_ARGUMENTS = frozenset({"obj", "nsubj", "nsubj:pass", "obl"})
_MAX_CLIMB = 5
_NEAR = 3
_HEADS = frozenset({"NOUN", "PROPN", "PRON", "NUM", "ADJ"})
_STOPS = frozenset(",;:.()")


class EvidentialRules:
    """Tells what is told from hearsay; the cue tables are read once."""

    def __init__(self) -> None:
        tables = read_cues("evidential")
        self._to = frozenset(tables["grammar"]["to"])
        self._be = frozenset(tables["grammar"]["be"])
        self._any = frozenset(tables["grammar"]["any"])
        self._speakers = frozenset(tables["grammar"]["not_third_person"])
        self._unreal = frozenset(tables["unreal"]["words"])
        self._endings = tuple(tables["grammar"]["endings"])
        self._light = frozenset(tables["light-verbs"]["words"])

    def is_renarrated(self, trigger: Token) -> bool:
        """Say whether the trigger, or the verb whose да-clause or light object it is, is renarrated.

        A clause with „че“ is not: „казал, че ще подпише“ renarrates the saying, not what was said.
        """
        node = trigger
        for _ in range(_MAX_CLIMB):
            if self.is_renarrative(node):
                return True
            head = node.head
            if head is node or not self._belongs(node, head):
                return False
            node = head
        return False

    def is_renarrative(self, word: Token) -> bool:
        """Say whether the word is the predicate of a clause in the renarrative mood, third person."""
        clause = self._clause(word)
        helpers = [child for child in clause.children if child.dep_ in _AUXILIARIES]
        if any(child.morph.get("VerbForm") == ["Fin"] for child in helpers):
            return False  # perfect, pluperfect, conditional
        marks = [w for w in (word, *helpers) if self._is_participle(w)]
        if not marks or not self._is_predicate(word, clause):
            return False
        return not self._is_excluded(word) and not any(self._is_perfect(mark) for mark in marks)

    def _clause(self, word: Token) -> Token:
        """Return the participle whose auxiliary serves this one too („е казал и добавил“)."""
        node = word
        for _ in range(_MAX_CLIMB):
            if node.dep_ != "conj" or not self._is_participle(node.head):
                break
            if any(child.dep_ in _AUXILIARIES for child in node.children):
                break
            node = node.head
        return node

    def _is_predicate(self, word: Token, clause: Token) -> bool:
        """Say whether the participle makes a clause: not „хората, дошли от Минск“."""
        children = list(clause.children)
        if _modifies(clause) or any(child.dep_ == "case" for child in children):
            return any(child.dep_ == "cop" for child in children)
        if clause.dep_ == "conj" and clause.head.pos_ in VERBAL:
            own = (*SUBJECTS, *_AUXILIARIES)
            between = clause.doc[clause.head.i : clause.i]
            return any(map(self._is_participle, between)) or any(child.dep_ in own for child in children)
        if clause.dep_ in _LOOSE:
            return any(child.dep_ in (*SUBJECTS, "mark", *_AUXILIARIES) for child in children)
        return clause.dep_ in _CLAUSES

    def _is_excluded(self, word: Token) -> bool:
        """Say whether the clause has „сякаш“, or a subject that the participle does not agree with."""
        for child in word.children:
            if child.dep_ in SUBJECTS and (child.lower_ in self._speakers or not agrees(child, word)):
                return True
            if child.dep_ in _MARKS and child.lower_ in self._unreal:
                return True
        return False

    def _is_perfect(self, participle: Token) -> bool:
        """Look for a form of „съм“ that the parser hung elsewhere, and for „какъвто и да било“."""
        doc, sent = participle.doc, participle.sent
        if participle.i > sent.start and doc[participle.i - 1].lower_ in self._any:
            return True
        for step in (-1, 1):
            for i in range(participle.i + step, participle.i + step * (_NEAR + 1), step):
                if not sent.start <= i < sent.end or doc[i].text in _STOPS:
                    break
                if doc[i].lower_ in self._be and doc[i].pos_ in VERBAL:
                    return True
        return False

    def _is_participle(self, token: Token) -> bool:
        """Say whether the word is an active past participle without article."""
        morph = token.morph
        return (
            token.pos_ in VERBAL
            and morph.get("VerbForm") == ["Part"]
            and morph.get("Voice") == ["Act"]
            and token.lower_.endswith(self._endings)
        )

    def _belongs(self, node: Token, head: Token) -> bool:
        """Say whether the head's mood is the node's too."""
        if node.dep_ == "conj":
            return not any(child.dep_ in _AUXILIARIES for child in node.children)
        if node.pos_ in VERBAL:
            words = {child.lower_ for child in node.children if child.dep_ in _MARKS}
            return node.dep_ != "acl:relcl" and not words.isdisjoint(self._to)
        return node.dep_ in _ARGUMENTS and lemma_of(head) in self._light


def _modifies(word: Token) -> bool:
    """Say whether the word stands where participles modify: behind an adjective, or a noun and a comma."""
    doc, i, first = word.doc, word.i, word.sent.start
    if i - 1 >= first and doc[i - 1].pos_ in ("ADJ", "DET"):
        return True
    return i - 2 >= first and doc[i - 1].text == "," and doc[i - 2].pos_ in _HEADS
