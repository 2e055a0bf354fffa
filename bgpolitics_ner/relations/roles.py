"""The role slots of a relation (item, target, place, office): from the frame that fired, else by table."""

from __future__ import annotations

from functools import lru_cache

from spacy.tokens import Doc, Token

from bgpolitics_ner.entities.mention import Mention
from bgpolitics_ner.knowledge import read_toml
from bgpolitics_ner.relations.arguments import ArgumentResolver
from bgpolitics_ner.relations.combine import FoundRelation
from bgpolitics_ner.relations.slots import Filler, SlotReader
from bgpolitics_ner.schema import Schema, load_schema


class RoleReader:
    """Fills the roles that the schema gives a relation type; slots come from ``cues/roles.toml``."""

    def __init__(self, reader: SlotReader, schema: Schema | None = None) -> None:
        self._reader = reader
        self._table: dict[str, dict[str, list[str]]] = read_toml("cues/roles.toml")["roles"]
        self._schema = schema or load_schema()

    def read(
        self, doc: Doc, relation: FoundRelation, resolver: ArgumentResolver
    ) -> dict[str, tuple[int, int]]:
        """Return the character spans of the roles; a role never repeats subject or object."""
        names = self._schema.relations[relation.relation].roles
        if not names:
            return {}
        taken = {i for i in (relation.subject_mention, relation.object_mention) if i is not None}
        fillers: list[Filler] | None = None
        roles: dict[str, tuple[int, int]] = {}
        for name in names:
            if name == "office" and relation.relation == "holds-office":
                roles[name] = office_span(doc[relation.trigger])
                continue
            given = relation.roles.get(name)
            if given is not None:
                if not self._repeats(doc, given, taken):
                    roles[name] = given
                continue
            if fillers is None:
                fillers = self._reader.read(doc[relation.trigger])
            span = self._find(relation.relation, name, fillers, resolver, taken)
            if span is not None:
                roles[name] = span
        return roles

    @staticmethod
    def _repeats(doc: Doc, span: tuple[int, int], taken: set[int]) -> bool:
        """Tell whether a role's words are those of the subject or object, or the title before it.

        „получи системата „Орешник““ has no item beside its object: a blank and a quotation mark lie between.
        """
        mentions: list[Mention] = doc._.mentions
        return any(mentions[i].start <= span[1] + 2 and span[0] < mentions[i].end for i in taken)

    def _find(
        self, relation: str, role: str, fillers: list[Filler], resolver: ArgumentResolver, taken: set[int]
    ) -> tuple[int, int] | None:
        for slot in self._table.get(relation, {}).get(role, []):
            for filler in fillers:
                if filler.slot == slot:
                    index = resolver.resolve(filler.token)
                    if index is None or index not in taken:
                        return noun_span(filler.token)
        return None


def noun_span(token: Token) -> tuple[int, int]:
    """Return the characters of a noun with its agreeing left modifiers: „хуманитарна помощ“."""
    start = token
    for child in token.lefts:
        if child.dep_ in ("amod", "nummod") and child.i < start.i and child.pos_ != "PUNCT":
            start = child
    return start.idx, token.idx + len(token)


def office_span(noun: Token) -> tuple[int, int]:
    """Return the characters of an office without its state: „министър на външните работи“, „премиер“."""
    start, end = noun, noun
    for child in noun.lefts:
        beside = child.dep_ == "amod" and child.i == start.i - 1
        if beside and child.lemma_.lower() in _office_words("modifiers"):
            start = child
    for child in noun.rights:
        if child.dep_ == "nmod" and child.lemma_.lower() in _office_words("portfolios"):
            last = child
            for inner in child.subtree:
                if inner.dep_ in ("conj", "cc", "amod") and inner.i <= child.i + 3 and inner.i > last.i:
                    last = inner if inner.dep_ == "conj" else last
            end = last
    return start.idx, end.idx + len(end)


@lru_cache(maxsize=2)
def _office_words(kind: str) -> frozenset[str]:
    return frozenset(read_toml("cues/roles.toml")["office"][kind])
