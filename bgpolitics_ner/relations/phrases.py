"""Small readings of phrases and clauses that slots are made of; their words: ``cues/slots.toml``."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from bgpolitics_ner.knowledge import read_toml
from bgpolitics_ner.relations.tree import NOMINAL, Filler, antecedent, is_verbal

_CLITIC = frozenset({"det", "iobj", "nmod", "expl"})


class PhraseReader:
    """Reads prepositions, coordination, modifiers and kinds of clauses; the words are read once."""

    def __init__(self) -> None:
        data = read_toml("cues/slots.toml")
        self._prepositions: dict[str, str] = data["prepositions"]
        self._relative: set[str] = set(data["relative_pronouns"])
        self._object_control: set[str] = set(data["object_control"])
        self._reflexive: set[str] = set(data["reflexive"])
        self._reflexive_owner: set[str] = set(data["reflexive_owner"])
        self._givers: set[str] = set(data["givers"])
        self._negations: set[str] = set(data["negations"])
        self._content_marks: set[str] = set(data["content_marks"])
        self._subjunctive: set[str] = set(data["subjunctive"])
        self._agents: set[str] = set(data["agent_prepositions"])
        self._behind: frozenset[str] = frozenset(data["institution_prepositions"])
        self._lifted_from_nouns: set[str] = set(data["lifted_from_nouns"])
        self._genitive: str = data["genitive"]
        self._comitative: str = data["comitative"]
        self._dative_slot = f"prep:{self._genitive}"
        self._owner_slots = {self._dative_slot, *(f"prep:{p}" for p in self._agents)}

    def is_reflexive(self, trigger: Token) -> bool:
        """Tell whether ``се``/``си`` belongs to the verb."""
        return any(child.dep_ == "expl" and child.lower_ in self._reflexive for child in trigger.children)

    def preposition(self, token: Token) -> str:
        """Return the normalised preposition of a phrase head, "" where it has none."""
        for child in token.children:
            if child.dep_ == "case" and child.i < token.i and child.lower_[0].isalpha():
                words = [child.lower_, *(c.lower_ for c in child.children if c.dep_ == "fixed")]
                phrase = " ".join(words)
                before: str = child.doc[max(0, child.i - 2) : child.i + 1].text.lower()
                if before in self._agents:
                    return before
                return self._prepositions.get(phrase, phrase)
        return ""

    def _spread(self, token: Token) -> Iterator[Token]:
        """Yield the token and its conjuncts of the same kind; a relative pronoun gives its antecedent."""
        if token.lower_ in self._relative:
            token = antecedent(token) or token
        yield token
        for child in token.children:
            if child.dep_ == "conj" and child.pos_ in NOMINAL and not is_verbal(child):
                yield from self._spread(child)

    def _plain_noun(self, noun: Token, skip: Token) -> Iterator[Filler]:
        for child in noun.children:
            if child.i == skip.i:
                continue
            preposition = self.preposition(child)
            if child.dep_ == "amod" and not preposition:
                yield Filler("adj", child)
                yield from self._clitic(child)
            elif child.dep_ in ("nmod", "amod"):
                yield Filler(f"prep:{preposition}" if preposition else "appos", child)
            elif child.dep_ == "det":
                yield Filler("poss", child)

    def _clitic(self, adjective: Token) -> Iterator[Filler]:
        """„смъртната ѝ присъда“: the owner stands behind the first adjective."""
        if adjective.i + 1 < len(adjective.doc):
            clitic = adjective.doc[adjective.i + 1]
            if clitic.head.i == adjective.i and clitic.pos_ in ("PRON", "DET") and clitic.dep_ in _CLITIC:
                yield Filler("poss", clitic)

    def _participle(self, participle: Token) -> Iterator[Filler]:
        """„подкрепата, изразена от Полша“: the agent of a participle on the noun."""
        for child in participle.children:
            if child.dep_ in ("obl", "iobj", "nmod"):
                preposition = self.preposition(child)
                if preposition:
                    yield Filler(f"part-prep:{preposition}", child)

    def _shares_subject(self, verb: Token) -> bool:
        """„иска да дойде“, „остава зависим“, „каза, че с Путин имат разбирателство“."""
        if self._is_da_clause(verb) or self._is_comitative(verb):
            return True
        return verb.pos_ == "ADJ" and not self._is_content_clause(verb)

    def _is_comitative(self, verb: Token) -> bool:
        """„Той каза, че с Путин имат разбирателство“: „с X“ and the subject above make the plural."""
        if verb.morph.get("Number") != ["Plur"]:
            return False
        return any(
            child.i < verb.i and child.dep_ in ("obl", "iobj") and self.preposition(child) == self._comitative
            for child in verb.children
        )

    def _is_content_clause(self, verb: Token) -> bool:
        return any(child.lower_ in self._content_marks for child in verb.children)

    def _is_da_clause(self, verb: Token) -> bool:
        return any(child.lower_ in self._subjunctive for child in verb.children)
