"""Filler tokens → mentions: which mention of the Doc stands behind the head of a phrase."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from bgpolitics_ner.entities.mention import Mention
from bgpolitics_ner.knowledge import read_toml
from bgpolitics_ner.relations.slots import SlotReader
from bgpolitics_ner.schema import load_schema


class ArgumentResolver:
    """Finds the mention for a filler; built once per Doc."""

    def __init__(self, doc: Doc, reader: SlotReader) -> None:
        data = read_toml("cues/slots.toml")
        self._transparent: dict[str, list[str]] = data["transparent"]
        self._reader = reader
        self._mentions: list[Mention] = doc._.mentions or []
        schema = load_schema()
        self._named = {name for name, row in schema.entities.items() if row.named}
        self._covering: dict[int, int] = {}
        self._heads: dict[int, int] = {}
        starts = {token.idx: token.i for token in doc}
        for index, mention in enumerate(self._mentions):
            if mention.type in self._named:
                token = starts.get(mention.start)
                while token is not None and token < len(doc) and doc[token].idx < mention.end:
                    self._covering[token] = index
                    token += 1
            else:
                self._heads.setdefault(mention.head, index)

    def resolve(self, token: Token, *, depth: int = 2) -> int | None:
        """Return the index in ``doc._.mentions`` of the mention behind `token`, or None."""
        index = self._covering.get(token.i)
        if index is not None:
            return index
        for child in token.children:
            if child.dep_ in ("nmod", "appos", "flat") and child.i > token.i:
                index = self._covering.get(child.i)
                if index is not None and not self._reader.preposition(child):
                    return index
        prepositions = self._transparent.get(token.lemma_.lower())
        if prepositions is not None and depth > 0:
            for child in token.children:
                if child.dep_ in ("nmod", "obl", "iobj") and self._reader.preposition(child) in prepositions:
                    index = self.resolve(child, depth=depth - 1)
                    if index is not None:
                        return index
        return self._heads.get(token.i)
