"""Trigger → what the text claims: asserted, negated, possible, planned or demanded.

The trigger and the words above it are read from the inside out: „обмисля възможност за [диалог]“ is
climbed диалог → възможност → обмисля. Every particle, mark, mood and governing word on the way may
give a value; the strongest wins. The words are data: ``knowledge/cues/factuality.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from spacy.tokens import Token

from bgpolitics_ner.errors import KnowledgeError
from bgpolitics_ner.relations.clause import VERBAL, case_of, read_cues
from bgpolitics_ner.relations.cues import Cue, CueTable

STRENGTH = {"negated": 4, "demanded": 3, "possible": 2, "planned": 1, "asserted": 0}
PLACES = ("mark", "modifier", "governor", "trigger", "carrier", "static", "opposing")
_MAX_CLIMB = 7
_WINDOW = 9
_MARKS = frozenset({"mark", "aux", "aux:pass", "case", "cc", "advmod", "discourse", "fixed"})
_MODIFIERS = frozenset({"amod", "advmod"})
_CLAUSES = frozenset({"ccomp", "xcomp", "csubj", "csubj:pass", "advcl", "acl", "parataxis"})
_ARGUMENTS = frozenset({"obj", "iobj", "obl", "nmod", "nsubj", "nsubj:pass"})

Answer = tuple[str, Token]


class FactualityRules:
    """Values for triggers; the cue tables are read once."""

    def __init__(self) -> None:
        tables = read_cues("factuality")
        self._tables = {place: CueTable() for place in PLACES}
        for name, rule in tables.items():
            if rule.get("value", "asserted") not in STRENGTH:
                raise KnowledgeError(
                    f"knowledge/cues/factuality.toml: {name}: no such value {rule['value']!r}"
                )
            if rule["at"] in self._tables:
                self._tables[rule["at"]].add(Cue.from_rule(rule), rule["words"], rule.get("stems", []))
        self._marks, self._modifiers = self._tables["mark"], self._tables["modifier"]
        self._governors, self._carriers = self._tables["governor"], self._tables["carrier"]
        self._read_sets(tables)

    def _read_sets(self, tables: dict[str, dict[str, Any]]) -> None:
        self._deverbal = tuple(tables["light-verbs"]["endings"])
        self._until = frozenset(tables["not-yet"]["words"])
        self._temporal = frozenset(tables["temporal"]["words"])
        self._expletive = frozenset(tables["not-negated"]["words"])
        self._offices = frozenset(tables["offices"]["types"])
        self._refusing = frozenset(tables["opposing-words"]["types"])
        self._by_denial = frozenset(tables["opposing-words"]["by_denial"])
        self._judging = frozenset(tables["judgements"]["types"])
        self._adjuncts = frozenset(tables["prepositions"]["adjunct"])
        self._objects = frozenset(tables["prepositions"]["object"])
        grammar = tables["grammar"]
        self._to, self._not = frozenset(grammar["to"]), frozenset(grammar["not"])
        self._will, self._if = frozenset(grammar["will"]), frozenset(grammar["if"])
        self._for, self._that = frozenset(grammar["for"]), frozenset(grammar["that"])
        self._there_is_no = frozenset(grammar["there_is_no"])

    def assess(
        self,
        trigger: Token,
        *,
        relation: str | None = None,
    ) -> str:
        """Return one of ``document.FACTUALITY`` for the relation that `trigger` expresses.

        `relation` is the relation's type, where it is known: a role noun („президентът“) is not
        touched by the verb above it, and „не допуска“ is the very meaning of ``opposes``.
        """
        return self.assess_with_cue(trigger, relation=relation)[0]

    def assess_with_cue(
        self,
        trigger: Token,
        *,
        relation: str | None = None,
    ) -> tuple[str, Token | None]:
        """Return the value and the word that gave it; None where nothing speaks against "asserted"."""
        answers = list(self._read(trigger, relation))
        if any(cue.lower_ in self._if for _, cue in answers):
            answers = [answer for answer in answers if answer[0] != "negated"]
        elif relation in self._refusing and not self._tables["opposing"].find(trigger):
            answers = [a for a in answers if a[0] != "negated" or self._denies_act(a[1], trigger, relation)]
        if relation in self._judging:
            answers = [answer for answer in answers if answer[0] != "planned"]
        return max(answers, key=lambda answer: STRENGTH[answer[0]], default=("asserted", None))

    def _denies_act(self, cue: Token, trigger: Token, relation: str | None) -> bool:
        """Say whether a negation is of the act: „не пожела да осъди“, while „не изпълни дълга си“ accuses."""
        return relation not in self._by_denial and cue.head != trigger

    def _read(self, trigger: Token, relation: str | None) -> Iterator[Answer]:
        yield from self._read_trigger(trigger, relation)
        if trigger.pos_ not in VERBAL:
            if relation in self._offices or self._tables["static"].find(trigger):
                return
            yield from self._read_time_clause(trigger, relation)
        node = trigger
        for _ in range(_MAX_CLIMB):
            kind, head = self._complement_kind(node), node.head
            if kind == "conj":
                if not any(child.dep_.startswith("aux") for child in node.children):
                    yield from self._read_marks(head, relation, negation=False)
                node = head
                continue
            answer = self._read_above(node, head, kind, relation)
            if answer is not None:
                if answer[0] == "asserted":
                    return
                yield answer
            elif not kind or (kind not in ("to", "purpose") and not self._carries(node, head)):
                return
            if node.dep_ == "ROOT":
                return
            yield from self._read_marks(head, relation, negation=not self._overrules(answer, head))
            node = head

    # ---- on the trigger

    def _read_trigger(self, trigger: Token, relation: str | None) -> Iterator[Answer]:
        for cue in self._tables["trigger"].find(trigger):
            kinds = {self._complement_kind(child) for child in trigger.children} if cue.takes else set()
            if cue.fits(relation) and (not cue.takes or not cue.takes.isdisjoint(kinds)):
                yield cue.value, trigger
        yield from self._read_marks(trigger, relation)

    def _read_time_clause(self, noun: Token, relation: str | None) -> Iterator[Answer]:
        """Read „след напускането … ще“: what is to come after an event leaves the event to come."""
        if noun.dep_ not in ("obl", "nmod", "iobj") or case_of(noun) not in self._temporal:
            return
        verb = noun.head
        while verb.pos_ not in VERBAL and verb.dep_ != "ROOT":
            verb = verb.head
        if verb.pos_ in VERBAL:
            values = {value for value, _ in self._read(verb, relation)}
            if "planned" in values or not self._there_is_no.isdisjoint((verb.lower_, verb.head.lower_)):
                yield "planned", verb

    def _read_marks(self, node: Token, relation: str | None, *, negation: bool = True) -> Iterator[Answer]:
        answers: list[Answer] = []
        words = set()
        for child in _children_with_fixed(node):
            dep = child.dep_
            if dep in _MARKS:
                words.add(child.lower_)
                answers += ((cue.value, child) for cue in self._marks.find(child) if cue.fits(relation))
            if dep in _MODIFIERS:
                answers += ((cue.value, child) for cue in self._modifiers.find(child) if cue.fits(relation))
            if dep == "aux" and child.morph.get("Mood") == ["Cnd"]:
                answers.append(("possible", child))
        if not negation or not words.isdisjoint(self._expletive):
            answers = [answer for answer in answers if answer[0] != "negated"]
        yield from answers
        yield from self._read_form(node, words)

    def _read_form(self, node: Token, words: set[str]) -> Iterator[Answer]:
        if node.morph.get("Mood") == ["Imp"]:
            yield "demanded", node
        if node.morph.get("Aspect") == ["Perf"] and not words.isdisjoint(self._until):
            # „след като се съгласи“ may be past or present: a future above decides
            future_above = any(child.lower_ in self._will for child in node.head.children)
            if future_above or node.morph.get("Tense") == ["Pres"]:
                yield "planned", node
        if node.dep_ == "acl:relcl" and not words.isdisjoint(self._to):
            yield "planned", node  # „хора, които да напишат договора“
        if not words.isdisjoint(self._will):
            condition = self._condition(node)
            if condition is not None:
                yield "possible", condition

    def _condition(self, verb: Token) -> Token | None:
        """Return the „ако“ that a future depends on, also where the parser hung its clause elsewhere."""
        for word in verb.sent:
            if word.lower_ in self._if:
                above = word.head.head
                while above.pos_ not in VERBAL and above.head != above:
                    above = above.head
                if above == verb and word.head != verb:
                    return word
        return None

    # ---- above the trigger

    def _read_above(self, node: Token, head: Token, kind: str, relation: str | None) -> Answer | None:
        answer = self._read_governor(node, head, kind, relation) if kind else None
        if answer is None and kind == "noun":
            answer = self._read_raised(node, head, relation)
        if answer is None and any(child.lower_ in self._to for child in node.children):
            answer = self._look_left(node, relation)
        return answer

    def _read_governor(self, node: Token, head: Token, kind: str, relation: str | None) -> Answer | None:
        if kind == "noun" and not self._is_complement(node, head):
            return None
        for cue in self._governors.find(head):
            if kind in cue.takes and cue.fits(relation):
                denied = any(child.lower_ in self._not for child in head.children)
                return (cue.denied if denied else cue.value), head
        return self._read_copula(head, relation) if kind == "to" and head.pos_ == "AUX" else None

    def _read_copula(self, copula: Token, relation: str | None) -> Answer | None:
        """Read „целта е да …“: the subject says what kind of statement follows."""
        for child in copula.children:
            if child.dep_ in ("nsubj", "csubj"):
                cue = next((cue for cue in self._governors.find(child) if cue.fits(relation)), None)
                return None if cue is None else (cue.value, child)
        return None

    def _read_raised(self, noun: Token, modal: Token, relation: str | None) -> Answer | None:
        """Read „[споразумение] може да бъде сключено“: the parser makes the noun the subject of the modal."""
        if noun.dep_ not in ("nsubj", "nsubj:pass"):
            return None
        verb = next(
            (c for c in modal.children if c.dep_ in _CLAUSES and self._complement_kind(c) == "to"), None
        )
        if verb is None or not (verb.morph.get("Voice") == ["Pass"] or self._carriers.find(verb)):
            return None
        return self._read_governor(verb, modal, "to", relation)

    def _look_left(self, node: Token, relation: str | None) -> Answer | None:
        """Find the governor of a да-clause that the parser hung elsewhere: the nearest one to its left."""
        first = next((c for c in node.children if c.lower_ in self._to), node)
        for i in range(first.i - 1, max(first.sent.start, first.i - _WINDOW) - 1, -1):
            word = first.doc[i]
            answer = self._read_governor(node, word, "to", relation)
            if answer is not None:
                return answer
            if word.pos_ == "VERB" or word.lower_ in self._that or word.text in ";:":
                return None
        return None

    def _carries(self, node: Token, head: Token) -> bool:
        """Say whether a claim of the head is one of the noun: „ще сключат [сделка]“, „да получи [помощ]“."""
        if self._carriers.find(head) or (head.pos_ == "NOUN" and head.lemma_.endswith(self._deverbal)):
            return True
        if node.dep_ != "obj" or node.morph.get("Definite") != ["Ind"]:
            return False
        return any(child.lower_ in self._to for child in head.children)

    def _is_complement(self, noun: Token, head: Token) -> bool:
        """Say whether the noun is what the head is about, and neither a circumstance nor who does it."""
        case = case_of(noun)
        if case in self._adjuncts or (noun.dep_ == "obl" and case not in self._objects):
            return False
        if noun.dep_ == "nsubj":
            return bool(self._carriers.find(head)) or any(child.dep_ == "expl" for child in head.children)
        return True

    def _overrules(self, answer: Answer | None, head: Token) -> bool:
        """Say whether the word's own value stands for its negation („не изключва“ is possible)."""
        if answer is None or answer[0] == "negated" or answer[1] != head:
            return False
        return any(cue.value != cue.denied for cue in self._governors.find(head))

    def _complement_kind(self, node: Token) -> str:
        """Say how `node` hangs on its head: "to", "that", "if", "purpose", "noun", "conj"; "" where alone.

        „иска да [подпише]“ is "to", „възможност за [диалог]“ is "noun".
        """
        dep = node.dep_
        if dep == "conj":
            return "conj"
        verbal = node.pos_ in VERBAL
        if dep in _ARGUMENTS and not verbal:
            return "noun"
        if dep not in _CLAUSES and dep not in _ARGUMENTS:
            return ""
        words = {child.lower_ for child in node.children if child.dep_ in _MARKS}
        if verbal and not words.isdisjoint(self._for):
            return "purpose"
        for kind, members in (("to", self._to), ("that", self._that), ("if", self._if)):
            if not words.isdisjoint(members):
                return kind
        return ""


def _children_with_fixed(node: Token) -> Iterator[Token]:
    """Yield the children, and the words that make one mark with them („само ако“)."""
    for child in node.children:
        yield child
        if child.dep_ == "mark":
            yield from (word for word in child.children if word.dep_ == "fixed")


def reconcile(readings: Sequence[tuple[Token, str, Token | None]]) -> list[str]:
    """Return the values of one fact's tellings in a document, each a (trigger, value, cue), made to agree.

    A bare event noun („напускането“) says nothing of its own: where the other tellings announce the
    event and no verb reports it as done, the noun means the event to come too.
    """
    announced = sum(value == "planned" and cue is not None for _, value, cue in readings)
    done = sum(value == "asserted" and trigger.pos_ == "VERB" for trigger, value, _ in readings)
    if announced <= done:
        return [value for _, value, _ in readings]
    return [
        "planned" if cue is None and trigger.pos_ == "NOUN" and value == "asserted" else value
        for trigger, value, cue in readings
    ]
