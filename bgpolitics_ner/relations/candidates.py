"""Doc → candidate relations (trigger, subject, object) with features; one generator for training and prediction.

A trigger is a token whose lemma is in the trigger lexicon. Its arguments are the mentions of its
sentence, at most MAX_ARGUMENTS of them, those in argument slots first, then the nearest; a left-out
subject stands as an argument without a mention. Features are tuples of strings, one bag per trigger
and one per (trigger, argument); what concerns a pair of arguments is in `pair_features`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from spacy.tokens import Doc, Span, Token

from bgpolitics_ner.entities.mention import Cluster, Mention
from bgpolitics_ner.referents.implied import implied_subject
from bgpolitics_ner.relations.arguments import ArgumentResolver
from bgpolitics_ner.relations.matcher import Match
from bgpolitics_ner.relations.slots import SlotReader, is_passive, is_verbal

MAX_ARGUMENTS = 14
MAX_PATH = 6
MAX_CACHE = 50_000
Feature = tuple[str, ...]
Vector = np.ndarray[Any, np.dtype[np.float32]]


@dataclass
class ArgumentCandidate:
    """One possible argument of a trigger; `mention` is None for a left-out subject."""

    mention: int | None
    referent: int
    type: str
    head: int
    vector: Vector
    features: list[Feature] = field(default_factory=list)


@dataclass
class TriggerCandidate:
    """A trigger token with its features and possible arguments."""

    token: int
    vector: Vector
    features: list[Feature]
    arguments: list[ArgumentCandidate]


class CandidateGenerator:
    """Builds the candidates of a parsed Doc that carries mentions and referents."""

    def __init__(self, lexicon: Collection[str], reader: SlotReader | None = None) -> None:
        self._lexicon = frozenset(lexicon)
        self._reader = reader or SlotReader()
        self._words: dict[int, Vector] = {}

    def generate(self, doc: Doc, matches: Iterable[Match]) -> list[TriggerCandidate]:
        """Return the trigger candidates in text order; `matches` are what the frames found."""
        fired = {match.trigger for match in matches}
        resolver = ArgumentResolver(doc, self._reader)
        by_sentence = _mentions_by_sentence(doc)
        result = []
        for number, sentence in enumerate(doc.sents):
            mentions = by_sentence[number]
            for token in sentence:
                if token.i in fired or (token.lemma_.lower() in self._lexicon and not token.is_punct):
                    candidate = self._candidate(doc, sentence, token, mentions, resolver)
                    if len(candidate.arguments) > 1:
                        result.append(candidate)
        return result

    def _candidate(
        self,
        doc: Doc,
        sentence: Span,
        token: Token,
        mentions: list[int],
        resolver: ArgumentResolver,
    ) -> TriggerCandidate:
        slots: dict[int, list[str]] = {}
        implied: list[tuple[int, str]] = []
        for filler in self._reader.read(token):
            if filler.slot == "self":
                continue
            if filler.slot in ("implied", "gov-implied"):
                referent = implied_subject(doc, filler.token)
                if referent is not None:
                    implied.append((referent, filler.slot))
                continue
            index = resolver.resolve(filler.token)
            if index is not None:
                names = slots.setdefault(index, [])
                if filler.slot not in names:
                    names.append(filler.slot)
        chosen = self._choose(doc, token, mentions, slots)
        arguments = [self._argument(doc, sentence, token, index, slots.get(index, [])) for index in chosen]
        for referent, slot in implied[:1]:
            arguments.append(self._implied(doc, token, referent, slot))
        return TriggerCandidate(token.i, self._vector(doc, token), _trigger_features(token), arguments)

    def _vector(self, doc: Doc, token: Token) -> Vector:
        """The encoder's vector of the token in its sentence and the word vector of the form, each of length 1."""
        word = self._words.get(token.orth)
        if word is None:
            if len(self._words) > MAX_CACHE:
                self._words.clear()
            word = self._words[token.orth] = _unit(doc.vocab.get_vector(token.orth))
        if doc.tensor.shape[0] != len(doc):
            return word
        return np.concatenate([_unit(doc.tensor[token.i]), word])

    @staticmethod
    def _choose(doc: Doc, token: Token, mentions: list[int], slots: dict[int, list[str]]) -> list[int]:
        everything: list[Mention] = doc._.mentions
        pool = set(mentions) | set(slots)
        usable = [
            i
            for i in pool
            if everything[i].referent is not None
            and not (everything[i].head == token.i and everything[i].type in ("NOM", "GROUP"))
        ]
        usable.sort(key=lambda i: (i not in slots, abs(everything[i].head - token.i)))
        return sorted(usable[:MAX_ARGUMENTS])

    def _argument(
        self, doc: Doc, sentence: Span, token: Token, index: int, slots: list[str]
    ) -> ArgumentCandidate:
        mention: Mention = doc._.mentions[index]
        cluster: Cluster = doc._.referents[mention.referent]
        lemma = token.lemma_.lower()
        head = doc[mention.head]
        features: list[Feature] = []
        for slot in slots:
            features += [("slot", slot), ("slot", slot, lemma), ("slot", slot, mention.type)]
        if not slots:
            features.append(("noslot",))
        path = dependency_path(token, head)
        preposition = self._reader.preposition(head)
        features += [("path", path), ("path", path, token.pos_), ("prep", preposition)]
        features += [("prep", preposition, lemma), ("type", mention.type), ("type", mention.type, lemma)]
        features.append(("ref", cluster.type, mention.type))
        distance = head.i - token.i
        features.append(("dist", _bucket(distance)))
        if mention.type in ("NOM", "GROUP", "PRON"):
            features += [("head", head.lemma_.lower()), ("head", head.lemma_.lower(), lemma)]
        else:
            features.append(("dep", head.dep_))
        if mention.start == sentence.start_char:
            features.append(("first",))
        return ArgumentCandidate(
            index,
            mention.referent or 0,
            _kind(mention, cluster),
            mention.head,
            self._vector(doc, head),
            features,
        )

    def _implied(self, doc: Doc, token: Token, referent: int, slot: str) -> ArgumentCandidate:
        cluster: Cluster = doc._.referents[referent]
        lemma = token.lemma_.lower()
        features: list[Feature] = [("slot", slot), ("slot", slot, lemma), ("slot", slot, cluster.type)]
        return ArgumentCandidate(None, referent, "NULL", token.i, self._vector(doc, token) * 0, features)


def pair_features(token: int, subject: ArgumentCandidate, object_: ArgumentCandidate) -> tuple[str, str]:
    """Return the names of the two pair features: the types, and the order of subject, trigger, object."""
    order = sorted([(subject.head, "s"), (token, "t"), (object_.head, "o")])
    gap = _bucket(object_.head - subject.head)
    return f"{subject.type}>{object_.type}", "".join(letter for _, letter in order) + gap


def dependency_path(source: Token, target: Token) -> str:
    """Return the labels from `source` up and down to `target`: ``^obj vnmod``; "far" if longer than MAX_PATH."""
    if source.i == target.i:
        return "="
    ups: list[Token] = [source]
    node = source
    while node.head.i != node.i and len(ups) <= MAX_PATH:
        node = node.head
        ups.append(node)
    position = {token.i: depth for depth, token in enumerate(ups)}
    downs: list[str] = []
    node = target
    while node.i not in position:
        downs.append("v" + node.dep_)
        if node.head.i == node.i or len(downs) > MAX_PATH:
            return "far"
        node = node.head
    climb = ["^" + token.dep_ for token in ups[: position[node.i]]]
    if len(climb) + len(downs) > MAX_PATH:
        return "far"
    return " ".join(climb + downs[::-1])


def _trigger_features(token: Token) -> list[Feature]:
    lemma = token.lemma_.lower()
    kind = "verb" if is_verbal(token) else token.pos_
    features: list[Feature] = [("t", lemma), ("tpos", kind), ("t", lemma, token.dep_), ("tsuf", lemma[-4:])]
    features.append(("tpre", lemma[:5]))
    head = token.head
    if head.i != token.i:
        features += [("thead", head.lemma_.lower()), ("thead", head.lemma_.lower(), token.dep_)]
    if is_verbal(token) and is_passive(token):
        features.append(("passive",))
    for child in token.children:
        if child.dep_ in ("obj", "obl", "iobj", "nmod", "amod", "xcomp", "advmod", "expl", "aux"):
            features += [("tchild", child.lemma_.lower()), ("tchild", child.dep_, child.lemma_.lower())]
    for offset in (-2, -1, 1, 2):
        position = token.i + offset
        if 0 <= position < len(token.doc):
            features.append(("near", str(offset), token.doc[position].lemma_.lower()))
    return features


def _mentions_by_sentence(doc: Doc) -> list[list[int]]:
    sentence_of = [0] * len(doc)
    count = 0
    for number, sentence in enumerate(doc.sents):
        count = number + 1
        for i in range(sentence.start, sentence.end):
            sentence_of[i] = number
    result: list[list[int]] = [[] for _ in range(count)]
    for index, mention in enumerate(doc._.mentions or ()):
        result[sentence_of[mention.head]].append(index)
    return result


def _kind(mention: Mention, cluster: Cluster) -> str:
    if mention.type in ("NOM", "PRON", "GROUP"):
        return f"{mention.type}/{cluster.type}"
    return mention.type


def _bucket(distance: int) -> str:
    size = abs(distance)
    for limit in (1, 2, 3, 5, 8, 13, 21):
        if size <= limit:
            return f"{'-' if distance < 0 else '+'}{limit}"
    return "-far" if distance < 0 else "+far"


def _unit(vector: Vector) -> Vector:
    norm = float(np.linalg.norm(vector))
    result: Vector = np.asarray(vector, dtype=np.float32)
    return result / norm if norm else result
