"""Trigger → what the text claims: asserted, negated, possible, planned or demanded.

The trigger and the words above it are read from the inside out: „обмисля възможност за [диалог]“ is
climbed диалог → възможност → обмисля. Every particle, mark, mood and governing word on the way may
give a value; the strongest wins. The words are data: ``knowledge/cues/factuality.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Token

from bgpolitics_ner.errors import KnowledgeError
from bgpolitics_ner.relations.clause import case_of, lemma_of, read_cues

STRENGTH = {"negated": 4, "demanded": 3, "possible": 2, "planned": 1, "asserted": 0}
PLACES = ("temporal", "mark", "modifier", "governor", "trigger", "carrier", "form", "static", "opposing")
_MAX_CLIMB = 7
_WINDOW = 9
_MARKS = frozenset({"mark", "aux", "aux:pass", "case", "cc", "advmod", "discourse", "fixed"})
_MODIFIERS = frozenset({"amod", "advmod"})
_CLAUSES = frozenset({"ccomp", "xcomp", "csubj", "csubj:pass", "advcl", "acl", "parataxis"})
_ARGUMENTS = frozenset({"obj", "iobj", "obl", "nmod", "nsubj", "nsubj:pass"})
_VERBAL = frozenset({"VERB", "AUX"})

Answer = tuple[str, Token]


@dataclass(frozen=True)
class _Cue:
    value: str
    denied: str
    takes: frozenset[str]
    types: frozenset[str]

    def fits(self, relation: str | None) -> bool:
        return not self.types or relation in self.types


class _Table:
    """The cues of one place, found by lemma or by the beginning of the form.

    Stems are there because both aspects share them and a lemmatiser errs on rare verbs.
    """

    def __init__(self) -> None:
        self._words: dict[str, list[_Cue]] = {}
        self._stems: dict[str, list[_Cue]] = {}
        self._seen: dict[tuple[int, int], list[_Cue]] = {}

    def add(self, cue: _Cue, words: list[str], stems: list[str]) -> None:
        for word in words:
            self._words.setdefault(word, []).append(cue)
        for stem in stems:
            self._stems.setdefault(stem, []).append(cue)

    def find(self, token: Token) -> list[_Cue]:
        key = (token.lemma, token.lower)
        found = self._seen.get(key)
        if found is None:
            found = self._seen[key] = self._search(lemma_of(token), token.lower_)
        return found

    def _search(self, lemma: str, form: str) -> list[_Cue]:
        cues = self._words.get(lemma) or self._words.get(form)
        if cues is None:
            cues = next((self._stems[form[:n]] for n in range(len(form), 2, -1) if form[:n] in self._stems), [])
        return cues


class FactualityRules:
    """Values for triggers; the cue tables are read once."""

    def __init__(self) -> None:
        self._tables = {place: _Table() for place in PLACES}
        tables = read_cues("factuality")
        for name, rule in tables.items():
            if rule.get("at") not in PLACES:
                raise KnowledgeError(f"knowledge/cues/factuality.toml: {name}: `at` is none of {', '.join(PLACES)}")
            value = rule.get("value", "asserted")
            takes, types = frozenset(rule.get("takes", ())), frozenset(rule.get("types", ()))
            cue = _Cue(value, rule.get("negated", value), takes, types)
            self._tables[rule["at"]].add(cue, rule["words"], rule.get("stems", []))
        self._deverbal = tuple(tables["light-verbs"]["endings"])
        self._until = frozenset(tables["not-yet"]["words"])
        self._temporal = frozenset(tables["temporal"]["words"])
        self._offices = frozenset(tables["offices"]["types"])
        self._refusing = frozenset(tables["opposing-words"]["types"])
        self._expletive = frozenset(tables["not-negated"]["words"])
        self._judging = frozenset(tables["judgements"]["types"])
        self._adjuncts = frozenset(tables["prepositions"]["adjunct"])
        self._objects = frozenset(tables["prepositions"]["object"])
        self._if = frozenset(tables["if"]["words"])
        self._marks, self._modifiers = self._tables["mark"], self._tables["modifier"]
        self._governors, self._carriers = self._tables["governor"], self._tables["carrier"]

    def assess(
        self,
        trigger: Token,
        *,
        subject: Token | None = None,
        object: Token | None = None,
        relation: str | None = None,
    ) -> str:
        """Return one of ``document.FACTUALITY`` for the relation that `trigger` expresses.

        `relation` is the relation's type, where it is known: a role noun („президентът“) is not
        touched by the verb above it, and „не допуска“ is the very meaning of ``opposes``.
        """
        return self.assess_with_cue(trigger, subject=subject, object=object, relation=relation)[0]

    def assess_with_cue(
        self,
        trigger: Token,
        *,
        subject: Token | None = None,
        object: Token | None = None,
        relation: str | None = None,
    ) -> tuple[str, Token | None]:
        """Return the value and the word that gave it; None where nothing speaks against "asserted"."""
        answers = list(self._read(trigger, relation))
        means_refusal = relation in self._refusing and not self._tables["opposing"].find(trigger)
        if means_refusal or any(cue.lower_ in self._if for _, cue in answers):
            answers = [answer for answer in answers if answer[0] != "negated"]
        if relation in self._judging:
            answers = [answer for answer in answers if answer[0] != "planned"]
        return max(answers, key=lambda answer: STRENGTH[answer[0]], default=("asserted", None))

    def _read(self, trigger: Token, relation: str | None) -> Iterator[Answer]:
        yield from self._read_trigger(trigger, relation)
        verbal = trigger.pos_ in _VERBAL
        if not verbal and (relation in self._offices or self._tables["static"].find(trigger)):
            return
        if not verbal:
            yield from self._read_time_clause(trigger, relation)
        node = trigger
        for _ in range(_MAX_CLIMB):
            kind = complement_kind(node)
            head = node.head
            if kind == "conj":
                if not any(child.dep_.startswith("aux") for child in node.children):
                    yield from self._read_marks(head, relation, negation=False)
                node = head
                continue
            answer = self._read_governor(node, head, kind, relation) if kind else None
            if answer is None and kind == "noun":
                answer = self._read_raised(node, head, relation)
            if answer is None and any(child.lower_ == "да" for child in node.children):
                answer = self._look_left(node, relation)
            if answer is not None:
                if answer[0] == "asserted":
                    return
                yield answer
            elif not kind or (kind not in ("да", "purpose") and not self._carries(node, head)):
                return
            if node.dep_ == "ROOT":
                return
            overruled = answer is not None and answer[0] != "negated" and answer[1] == head
            yield from self._read_marks(head, relation, negation=not (overruled and self._overrules(head)))
            node = head

    def _read_trigger(self, trigger: Token, relation: str | None) -> Iterator[Answer]:
        for cue in self._tables["trigger"].find(trigger):
            if cue.fits(relation) and (not cue.takes or any(complement_kind(c) in cue.takes for c in trigger.children)):
                yield cue.value, trigger
        yield from self._read_marks(trigger, relation)

    def _read_time_clause(self, noun: Token, relation: str | None) -> Iterator[Answer]:
        """Read „след напускането … ще“: what is to come after an event leaves the event to come."""
        if noun.dep_ not in ("obl", "nmod", "iobj") or case_of(noun) not in self._temporal:
            return
        verb = noun.head
        while verb.pos_ not in _VERBAL and verb.dep_ != "ROOT":
            verb = verb.head
        if verb.pos_ in _VERBAL:
            values = {value for value, _ in self._read(verb, relation)}
            if "planned" in values or any(child.lower_ == "няма" for child in (verb, verb.head)):
                yield "planned", verb

    def _carries(self, node: Token, head: Token) -> bool:
        """Say whether what is claimed of the head is claimed of the noun: „ще сключат [сделка]“, „да получи [помощ]“."""
        if self._carriers.find(head) or (head.pos_ == "NOUN" and head.lemma_.endswith(self._deverbal)):
            return True
        if node.dep_ != "obj" or node.morph.get("Definite") != ["Ind"]:
            return False
        return any(child.lower_ == "да" for child in head.children)

    def _read_governor(self, node: Token, head: Token, kind: str, relation: str | None) -> Answer | None:
        if kind == "noun" and not self._is_complement(node, head):
            return None
        for cue in self._governors.find(head):
            if kind in cue.takes and cue.fits(relation):
                denied = any(child.lower_ == "не" for child in head.children)
                return (cue.denied if denied else cue.value), head
        if kind == "да" and head.pos_ == "AUX":
            return self._read_copula(head, relation)
        return None

    def _is_complement(self, noun: Token, head: Token) -> bool:
        """Say whether the noun is what the head is about, and neither a circumstance nor who does it."""
        case = case_of(noun)
        if case in self._adjuncts or (noun.dep_ == "obl" and case not in self._objects):
            return False
        if noun.dep_ == "nsubj":
            return bool(self._carriers.find(head)) or any(child.dep_ == "expl" for child in head.children)
        return True

    def _overrules(self, head: Token) -> bool:
        """Say whether the word means something of its own where it is denied („не изключва“)."""
        return any(cue.value != cue.denied for cue in self._governors.find(head))

    def _read_raised(self, noun: Token, modal: Token, relation: str | None) -> Answer | None:
        """Read „[споразумение] може да бъде сключено“: the parser makes the noun the subject of the modal."""
        if noun.dep_ not in ("nsubj", "nsubj:pass"):
            return None
        verb = next((c for c in modal.children if c.dep_ in _CLAUSES and complement_kind(c) == "да"), None)
        if verb is None or not (verb.morph.get("Voice") == ["Pass"] or self._carriers.find(verb)):
            return None
        return self._read_governor(verb, modal, "да", relation)

    def _read_copula(self, copula: Token, relation: str | None) -> Answer | None:
        """Read „целта е да …“: the subject says what kind of statement follows."""
        for child in copula.children:
            if child.dep_ in ("nsubj", "csubj"):
                cue = next((cue for cue in self._governors.find(child) if cue.fits(relation)), None)
                return None if cue is None else (cue.value, child)
        return None

    def _look_left(self, node: Token, relation: str | None) -> Answer | None:
        """Find the governor of a да-clause that the parser hung elsewhere: the nearest one to its left."""
        first = next((c for c in node.children if c.lower_ == "да"), node)
        start = max(first.sent.start, first.i - _WINDOW)
        for i in range(first.i - 1, start - 1, -1):
            word = first.doc[i]
            answer = self._read_governor(node, word, "да", relation)
            if answer is not None:
                return answer
            if word.pos_ == "VERB" or word.lower_ in ("че", ";", ":"):
                return None
        return None

    def _read_marks(self, node: Token, relation: str | None, *, negation: bool = True) -> Iterator[Answer]:
        answers: list[Answer] = []
        words = set()
        for child in node.children:
            dep = child.dep_
            if dep in _MARKS:
                words.add(child.lower_)
                answers += ((cue.value, child) for cue in self._marks.find(child) if cue.fits(relation))
            if dep in _MODIFIERS:
                answers += ((cue.value, child) for cue in self._modifiers.find(child) if cue.fits(relation))
            if dep == "aux" and child.morph.get("Mood") == ["Cnd"]:
                answers.append(("possible", child))
        if node.morph.get("Mood") == ["Imp"]:
            answers.append(("demanded", node))
        if not words.isdisjoint(self._until) and node.morph.get("Aspect") == ["Perf"] and node.morph.get("Tense") == ["Pres"]:
            answers.append(("planned", node))
        if "ще" in words and (clause := self._if_clause(node)) is not None:
            answers.append(("possible", clause))
        if not negation or not words.isdisjoint(self._expletive):
            answers = [answer for answer in answers if answer[0] != "negated"]
        yield from answers


    def _if_clause(self, verb: Token) -> Token | None:
        return next((c for c in verb.children if c.dep_ == "advcl" and any(w.lower_ == "ако" for w in c.children)), None)


def complement_kind(node: Token) -> str:
    """Say how `node` hangs on its head: "да", "че", "ако", "purpose", "noun", "conj"; "" where it stands alone.

    „иска да [подпише]“ is "да", „възможност за [диалог]“ is "noun".
    """
    dep = node.dep_
    if dep == "conj":
        return "conj"
    if dep in _ARGUMENTS and node.pos_ not in _VERBAL:
        return "noun"
    if dep not in _CLAUSES and dep not in _ARGUMENTS:
        return ""
    words = {child.lower_ for child in node.children if child.dep_ in _MARKS}
    if "за" in words and node.pos_ in _VERBAL:
        return "purpose"
    if "да" in words:
        return "да"
    for word in ("че", "ако"):
        if word in words:
            return word
    return ""
