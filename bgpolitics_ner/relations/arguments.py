"""Filler tokens → mentions: which mention of the Doc stands behind the head of a phrase."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from bgpolitics_ner.entities.mention import Mention
from bgpolitics_ner.knowledge import read_toml
from bgpolitics_ner.referents.implied import implied_subject
from bgpolitics_ner.relations.slots import SlotReader
from bgpolitics_ner.schema import load_schema

_REACH = 15
_DEPTH = 2  # how many nouns like „правителството на …“ are looked through
_OWN_PHRASE = frozenset({"nsubj", "nsubj:pass", "obj"})
_LISTED = frozenset({"nmod", "appos", "flat"})
_BREAKS = frozenset({"VERB", "AUX", "CCONJ", "SCONJ", "PRON"})


class ArgumentResolver:
    """Finds the mention for a filler; built once per Doc."""

    def __init__(self, doc: Doc, reader: SlotReader) -> None:
        data = read_toml("cues/slots.toml")
        self._transparent: dict[str, list[str]] = data["transparent"]
        self._titles = frozenset(data["titles"])
        self._genitive: str = data["genitive"]
        self._reader = reader
        self._mentions: list[Mention] = doc._.mentions or []
        schema = load_schema()
        self._named = {name for name, row in schema.entities.items() if row.named}
        self._covering: dict[int, int] = {}
        self._heads: dict[int, int] = {}
        self._doc = doc
        self._resolved: dict[int, int | None] = {}
        self._left_out: dict[int, int | None] = {}
        starts = {token.idx: token.i for token in doc}
        for index, mention in enumerate(self._mentions):
            if mention.type in self._named:
                token = starts.get(mention.start)
                while token is not None and token < len(doc) and doc[token].idx < mention.end:
                    self._covering[token] = index
                    token += 1
            else:
                self._heads.setdefault(mention.head, index)

    def left_out(self, token: Token) -> int | None:
        """Return the referent of the left-out subject of a verb or noun, as `implied_subject` does."""
        i = token.i
        if i not in self._left_out:
            self._left_out[i] = implied_subject(self._doc, token)
        return self._left_out[i]

    def resolve(self, token: Token, *, depth: int = _DEPTH) -> int | None:
        """Return the index in ``doc._.mentions`` of the mention behind `token`, or None."""
        if depth != _DEPTH:
            return self._resolve(token, depth)
        i = token.i
        if i not in self._resolved:
            self._resolved[i] = self._resolve(token, depth)
        return self._resolved[i]

    def _resolve(self, token: Token, depth: int) -> int | None:
        own = self._covering.get(token.i)
        if own is not None and self._mentions[own].type != "PER":
            return own
        for child in token.children:
            if child.dep_ in ("nmod", "appos", "flat") and child.i > token.i:
                index = self._covering.get(child.i)
                if index is None or index == own or self._reader.preposition(child):
                    continue
                if own is None or self._mentions[index].type == "PER":
                    return index  # „пакистанката Азия Биби“ is Азия Биби
        if own is not None:
            return own
        if token.lemma_.lower() in self._titles and "Plur" not in token.morph.get("Number"):
            index = self._name_after(token)
            if index is not None:
                return index
        prepositions = self._transparent.get(token.lemma_.lower())
        if prepositions is not None and depth > 0:
            for child in token.children:
                if child.dep_ in ("nmod", "obl", "iobj") and self._reader.preposition(child) in prepositions:
                    index = self.resolve(child, depth=depth - 1)
                    if index is not None:
                        return index
        return self._heads.get(token.i)

    def resolve_all(self, token: Token) -> list[int]:
        """Return the mentions behind `token`: several for „компаниите Shell, Engie и OMV“.

        „правителствата на Полша и Литва“ stands for both states, where the noun itself stands for the first.
        """
        first = self.resolve(token)
        if first is None:
            return []
        found = [first]
        if token.pos_ == "NOUN" and token.morph.get("Number") == ["Plur"]:
            for child in token.children:
                if child.i > token.i and child.dep_ in _LISTED and self._stands_for(child, first):
                    for other in self._conjuncts(child):
                        index = self.resolve(other)
                        if index is not None and self._mentions[index].type in self._named:
                            found.append(index)
        return found

    def _stands_for(self, child: Token, mention: int) -> bool:
        index = self._covering.get(child.i)
        if index is None:
            return False
        same = self._mentions[index].referent == self._mentions[mention].referent
        return index == mention or (same and self._reader.preposition(child) == self._genitive)

    def _conjuncts(self, token: Token) -> Iterator[Token]:
        for child in token.children:
            if child.dep_ == "conj" and child.pos_ in ("PROPN", "NOUN", "X", "ADJ"):
                yield child
                yield from self._conjuncts(child)

    def _name_after(self, title: Token) -> int | None:
        """„главния преговарящ на ЕС Мишел Барние“: the name that closes the phrase, however it is parsed."""
        doc = title.doc
        for i in range(title.i + 1, min(title.sent.end, title.i + _REACH)):
            token = doc[i]
            if self._closes(token, title):
                return None
            index = self._covering.get(i)
            if index is not None and self._mentions[index].type == "PER":
                return index
        return None

    def _closes(self, token: Token, title: Token) -> bool:
        """Tell whether the phrase ends: not at „и“ in „министър на икономиката и енергетиката Петров“."""
        following = token.doc[token.i + 1] if token.i + 1 < len(token.doc) else None
        if token.pos_ == "CCONJ" and following is not None:
            return following.pos_ != "NOUN" or following.lemma_.lower() in self._titles
        if token.text == "," and following is not None and token.i > title.i + 1:
            index = self._covering.get(following.i)
            return index is None or self._mentions[index].type != "PER"
        if token.pos_ == "NOUN" and token.dep_ in _OWN_PHRASE:
            return True  # „според сръбски представители полицията …“
        return token.pos_ in _BREAKS or (token.is_punct and token.text in ",.;:()–-")
