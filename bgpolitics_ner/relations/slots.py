"""Parse → argument slots: which tokens fill subject, object and prepositional slots of a trigger.

Slots are *deep*: the agent of a passive is ``subj`` and its patient ``obj``, a relative pronoun is
replaced by its antecedent, left-out subjects are looked for in the governing clause. Names:

    subj obj              arguments of a verb or of a noun used as predicate
    prep:с prep:между     a complement with that preposition (``със`` is ``с``, ``във`` is ``в``)
    adj poss appos        of a noun: state adjective, possessive clitic, name in apposition
    head                  the noun that a participle, adjective or appositive noun modifies
    gov-subj gov-prep:с   the same slots of the verb or noun that governs a noun („води преговори с“)
    gov                   the word that governs a noun, and those above it („на прага на споразумение“)
    implied               no subject in the clause: pro-drop; of a noun: nobody named („освобождаването на X“)
    speaker               who says the clause of a verb („Минск трябва да спре, заяви Тръмп“)
    self                  the trigger itself (for role slots such as the office)
    obj>prep:с obj>adj    one level deeper, inside the phrase that fills the slot
    comp>subj comp>obj    the same of the clause that is its complement („призова Минск да освободи…“)
    wish wish>subj        the same where that clause is one with „да“: what is wanted, not what is said
    case                  the preposition of a noun („в подкрепа на X“)
    own                   „си“, „свой“: then `poss` is the subject of the clause
    neg adv cop           the negation and other adverbs of a verb; the copula of a prepositional predicate
"""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from bgpolitics_ner.relations.phrases import PhraseReader
from bgpolitics_ner.relations.tree import (
    BELOW_NOUN,
    BELOW_VERB,
    CLIMBED,
    NOMINAL,
    PREDICATES,
    SHARED,
    Filler,
    bare_participle_noun,
    doubled_object,
    first_conjunct,
    has_cop,
    institution_behind,
    is_passive,
    is_said_by,
    is_verbal,
    owner_in_clause,
    second_subject,
    swallowed_name,
)

__all__ = ["Filler", "SlotReader", "is_passive", "is_verbal"]


class SlotReader(PhraseReader):
    """Reads the slots of one token; the spelling variants of prepositions come from the knowledge files."""

    def read(self, trigger: Token) -> list[Filler]:
        """Return the fillers of all slots of `trigger`, coordinated fillers one by one."""
        if is_verbal(trigger):
            slots = self._verb_slots(trigger)
        elif trigger.dep_ == "case":
            slots = self._case_slots(trigger)
        else:
            slots = self._noun_slots(trigger)
        owned = [own for f in slots for own in self._owners(f)]
        fillers = [Filler(f.slot, t) for f in owned for t in self._spread(f.token)]
        nested = [n for f in fillers for n in self._nested(f, trigger)]
        lifted = [n for f in fillers for n in self._lifted(f)]
        deep = [n for f in nested if f.token.pos_ == "NOUN" for n in self._deep(f)]
        return [Filler("self", trigger), *fillers, *nested, *lifted, *deep]

    def _nested(self, filler: Filler, trigger: Token) -> Iterator[Filler]:
        """One level deeper, ``obj>prep:с``: „подписа договор с Полша“, „одобри строежа на тръбата“."""
        token = filler.token
        if filler.slot == "comp" and is_verbal(token) and token.head.i == trigger.i:
            wish = next((c.i for c in token.children if c.lower_ in self._subjunctive), None)
            for inner in self._verb_slots(token):
                if inner.slot not in ("implied", "comp", "speaker") and inner.token.head.i == token.i:
                    slot = inner.slot
                    if wish is not None and slot == "obj" and trigger.i < inner.token.i < wish:
                        slot = "subj"  # „призова [всички туристи] да се изолират“
                    for each in self._spread(inner.token):
                        yield Filler(f"comp>{slot}", each)
                        if wish is not None:
                            yield Filler(f"wish>{slot}", each)
            return
        if token.pos_ not in ("NOUN", "ADJ", "PROPN") or first_conjunct(token).head.i != trigger.i:
            return
        if filler.slot in ("adj", "poss"):
            return
        for inner in self._plain_noun(token, trigger):
            for each in self._spread(inner.token):
                yield Filler(f"{filler.slot}>{inner.slot}", each)

    def _deep(self, filler: Filler) -> Iterator[Filler]:
        """„споразумение за възстановяване на отношенията със САЩ“: what hangs still lower."""
        if filler.slot.startswith(("comp", "wish", "gov", "subj")):
            return
        for child in filler.token.children:
            if child.dep_ == "nmod" and child.i > filler.token.i:
                preposition = self.preposition(child)
                if preposition and preposition != self._genitive:
                    for each in self._spread(child):
                        yield Filler(f"deep>prep:{preposition}", each)

    def _lifted(self, filler: Filler) -> Iterator[Filler]:
        """„срещата на Лукашенко с Тръмп“: what the parser hangs on a name is the trigger's.

        So is a phrase of an opponent that it hangs on an owner („протестът на студентите срещу Вучич“).
        """
        name = filler.token
        owner = name.pos_ == "NOUN" and filler.slot == self._dative_slot
        if not (owner or name.pos_ == "PROPN") or filler.slot in ("appos", "adj", "poss"):
            return
        if filler.slot.startswith(("gov", "head")):
            return
        for child in name.children:
            if child.dep_ in ("nmod", "obl", "iobj") and child.i > name.i:
                preposition = self.preposition(child)
                if preposition and preposition != self._genitive:
                    if owner and preposition not in self._lifted_from_nouns:
                        continue
                    for each in self._spread(child):
                        yield Filler(f"prep:{preposition}", each)

    def _verb_slots(self, verb: Token) -> Iterator[Filler]:
        passive = is_passive(verb)
        second = None if passive else second_subject(verb)
        doubled = None if passive else doubled_object(verb)
        spoken = verb.morph.get("Person") in (["1"], ["2"])
        gerund = verb.morph.get("VerbForm") == ["Conv"]
        has_subject = False
        for child in verb.children:
            dep = child.dep_
            if dep == "advmod":
                yield Filler("neg" if child.lower_ in self._negations else "adv", child)
            if doubled is not None and dep in ("nsubj", "obj") and child.pos_ in ("NOUN", "PROPN"):
                yield Filler("obj" if child.i == doubled else "subj", child)
                has_subject = True
            elif child.i == second or (gerund and dep == "nsubj" and child.i > verb.i):
                yield Filler("obj", child)
            elif spoken and dep == "nsubj" and child.pos_ == "PROPN" and not passive:
                yield Filler("obj", child)  # „Харесвам Джефри Сакс“
            elif dep in ("nsubj", "csubj"):
                if dep == "nsubj":
                    has_subject = has_subject or not passive
                    yield Filler("obj" if passive else "subj", child)
            elif dep == "nsubj:pass":
                yield Filler("obj", child)
                passive = True
            elif dep in ("obj", "iobj", "obl", "nmod"):
                yield from self._complement(verb, child, passive)
            elif dep in ("ccomp", "xcomp"):
                yield Filler("comp", child)
                if self._is_da_clause(child):
                    yield Filler("wish", child)
        if verb.dep_ == "acl" and verb.head.pos_ in NOMINAL and self._is_content_clause(verb):
            yield from () if has_subject else self._noun_owner(verb, passive)
        elif verb.dep_ in ("amod", "acl") and verb.head.pos_ in NOMINAL and verb.head.i != verb.i:
            has_subject = has_subject or not passive
            yield Filler("obj" if passive else "subj", verb.head)
        elif not has_subject:
            noun = bare_participle_noun(verb) or institution_behind(verb, self._behind)
            if noun is not None:
                yield Filler("obj" if passive else "subj", noun)
            else:
                yield from self._outer_subject(verb, passive)
        yield Filler("speaker", verb)

    def _complement(self, verb: Token, child: Token, passive: bool) -> Iterator[Filler]:
        preposition = self.preposition(child)
        inner = swallowed_name(child) if preposition == self._genitive else None
        if inner is not None:
            yield Filler(self._dative_slot, inner)
            yield Filler("obj", child)
        elif preposition:
            yield Filler(f"prep:{preposition}", child)
            if passive and preposition in self._agents:
                yield Filler("subj", child)
        elif child.pos_ == "PRON" and (child.dep_ == "iobj" or "Dat" in child.morph.get("Case")):
            yield Filler(self._dative_slot, child)
        elif child.dep_ == "obl":
            yield Filler("obl", child)
        else:
            yield Filler("obj", child)

    def _outer_subject(self, verb: Token, passive: bool) -> Iterator[Filler]:
        """The subject of the governing clause, for conjuncts, да-clauses and gerunds; else pro-drop."""
        node = verb
        for _ in range(4):
            head = node.head
            predicate = node.dep_ == "obj" and node.pos_ == "ADJ"
            if head.i == node.i or not (predicate or node.dep_ in SHARED):
                break
            if node.dep_ == "parataxis" and head.i > node.i:
                break  # „…, предупреди Петреъс“ tells of somebody else's deed
            if node.dep_ == "ccomp" and not self._shares_subject(node):
                for child in head.children:
                    if child.dep_ == "nsubj" and is_said_by(child, node):
                        yield Filler("obj" if passive else "subj", child)
                        return
                break
            if node.dep_ in ("xcomp", "ccomp") and head.lemma_ in self._object_control:
                controlled = [c for c in head.children if c.dep_ in ("obj", "iobj") and c.i < node.i]
                if controlled:
                    yield Filler("obj" if passive else "subj", controlled[0])
                    return
            above = [c for c in head.children if c.dep_ in ("nsubj", "nsubj:pass") and c.i != node.i]
            yield from (Filler("obj" if passive else "subj", child) for child in above)
            if above:
                return
            if head.dep_ in ("acl", "amod") and is_verbal(head) and head.head.pos_ in NOMINAL:
                yield Filler("obj" if passive else "subj", head.head)
                return
            node = head
        if not passive and verb.morph.get("Mood") != ["Imp"]:
            yield Filler("implied", verb)

    def _noun_owner(self, verb: Token, passive: bool) -> Iterator[Filler]:
        """„намерението на Мей да напусне“, „Мей има право да напусне“: whose intention or right it is."""
        noun = verb.head
        slot = "obj" if passive else "subj"
        for filler in self._plain_noun(noun, verb):
            if filler.slot in self._owner_slots or (filler.slot == "poss" and filler.token.pos_ == "PRON"):
                yield Filler(slot, filler.token)
                return
        head = noun.head
        if head.i != noun.i and is_verbal(head):
            if head.lemma_ in self._givers:
                for child in head.children:
                    if self.preposition(child) == self._genitive:
                        yield Filler(slot, child)
                        return
            for filler in self._verb_slots(head):
                if filler.slot in ("subj", "implied") and filler.token.i != noun.i:
                    yield Filler(slot if filler.slot == "subj" else filler.slot, filler.token)
                    return

    def _case_slots(self, preposition: Token) -> Iterator[Filler]:
        """A preposition as predicate („САЩ са против проекта“): `obj` is its noun."""
        noun = preposition.head
        yield Filler("obj", noun)
        for child in (*noun.children, *preposition.children):
            if child.dep_ in ("nsubj", "nsubj:pass"):
                yield Filler("subj", child)
            elif child.dep_ == "cop":
                yield Filler("cop", child)
            elif child.dep_ == "nmod" and child.i > noun.i:
                p = self.preposition(child)
                yield Filler(f"obj>prep:{p}" if p else "obj>appos", child)
            elif child.dep_ == "amod":
                yield Filler("obj>adj", child)
            elif child.dep_ == "det":
                yield Filler("obj>poss", child)
        yield from self._governor(noun, False)

    def _noun_slots(self, noun: Token) -> Iterator[Filler]:
        has_copula = any(child.dep_ == "cop" for child in noun.children)
        for child in noun.children:
            dep = child.dep_
            if dep == "nsubj" or (dep == "case" and child.i < noun.i):
                yield Filler("subj" if dep == "nsubj" else "case", child)
            elif dep in ("nmod", "obl", "iobj", "obj", "appos", "flat"):
                preposition = self.preposition(child)
                if preposition:
                    yield Filler(f"prep:{preposition}", child)
                elif child.pos_ == "PRON":
                    yield Filler("poss", child)
                else:
                    yield Filler("appos", child)
            elif dep == "amod":
                yield Filler("adj", child)
                yield from self._clitic(child)
                if is_verbal(child):
                    yield from self._participle(child)
            elif dep == "det" and child.pos_ in ("PRON", "DET"):
                yield Filler("poss", child)
            elif dep in ("acl", "ccomp", "xcomp"):
                yield Filler("comp", child)
                if dep == "acl" and is_verbal(child):
                    yield from self._participle(child)
        yield from self._governor(noun, has_copula)
        yield from self._adjacent(noun)
        if not has_copula:
            yield Filler("implied", noun)

    def _adjacent(self, noun: Token) -> Iterator[Filler]:
        """„заради обвинения и подкрепата си за войната“: a phrase right behind that hangs further up."""
        i = noun.i + 1
        doc = noun.doc
        if i < noun.sent.end and doc[i].dep_ in ("det", "expl") and doc[i].pos_ in ("PRON", "DET"):
            i += 1
        if i >= noun.sent.end or doc[i].dep_ != "case":
            return
        target = doc[i].head
        if target.i > i and target.head.i < noun.i and not is_verbal(target):
            preposition = self.preposition(target)
            if preposition:
                for each in self._spread(target):
                    yield Filler(f"prep:{preposition}", each)
                for inner in self._plain_noun(target, noun):
                    yield Filler(f"prep:{preposition}>{inner.slot}", inner.token)

    def _owners(self, filler: Filler) -> Iterator[Filler]:
        """„помоли съюзниците си“: whose they are is the subject of the clause; „си“ itself is `own`."""
        if filler.slot == "poss" and filler.token.lower_ in self._reflexive_owner:
            yield Filler("own", filler.token)
            yield Filler("poss", owner_in_clause(filler.token) or filler.token)
        else:
            yield filler

    def _governor(self, noun: Token, has_copula: bool) -> Iterator[Filler]:
        head = noun.head
        if head.i == noun.i:
            return
        if noun.dep_ == "conj" and not has_copula and not is_verbal(noun):
            if head.head.i == head.i:
                return
            noun, head = head, head.head
        yield Filler("gov", head)
        if noun.dep_ == "nsubj" and not is_verbal(head) and has_cop(head):
            yield Filler("subj", head)
        if noun.dep_ in BELOW_NOUN and not is_verbal(head):
            preposition = self.preposition(noun)
            yield Filler(f"head:{preposition}" if preposition else "head", head)
            for filler in self._plain_noun(head, noun):
                yield Filler(f"gov-{filler.slot}", filler.token)
            yield from self._above(head)
        elif is_verbal(head) and noun.dep_ in BELOW_VERB:
            for filler in self._verb_slots(head):
                if filler.token.i != noun.i and filler.slot != "speaker":
                    yield Filler(f"gov-{filler.slot}", filler.token)

    def _above(self, node: Token) -> Iterator[Filler]:
        """„Минск е на прага на споразумение“, „обсъжда възможността за среща“: the subject further up."""
        for _ in range(3):
            if not is_verbal(node) and has_cop(node):
                for child in node.children:
                    if child.dep_ == "nsubj":
                        yield Filler("gov-subj", child)
                return
            head = node.head
            if head.i == node.i or node.dep_ not in (PREDICATES if node.pos_ == "ADJ" else CLIMBED):
                return
            yield Filler("gov", head)
            if is_verbal(head):
                for filler in self._verb_slots(head):
                    if filler.slot in ("subj", "implied") and filler.token.i != node.i:
                        yield Filler(f"gov-{filler.slot}", filler.token)
                return
            node = head
