"""Doc → candidate relations (trigger, subject, object) with features, the same in training and prediction.

A trigger is a token whose lemma is in the trigger lexicon. Its arguments are the mentions of its
sentence, at most MAX_ARGUMENTS of them, those in argument slots first, then the nearest; a left-out
subject stands as an argument without a mention. Features are tuples of strings, one bag per trigger
and one per (trigger, argument); what concerns a pair of arguments is in `pair_features`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from spacy.attrs import HEAD
from spacy.tokens import Doc, Token

from bgpolitics_ner.entities.mention import Cluster, Mention
from bgpolitics_ner.referents.implied import implied_subject
from bgpolitics_ner.relations.arguments import ArgumentResolver
from bgpolitics_ner.relations.matcher import Match
from bgpolitics_ner.relations.slots import SlotReader
from bgpolitics_ner.relations.tree import is_passive, is_verbal

MAX_ARGUMENTS = 14
MAX_PATH = 6
MAX_CACHE = 50_000
DISTANCES = (1, 2, 3, 5, 8, 13, 21)
Feature = tuple[str, ...]
Vector = np.ndarray[Any, np.dtype[np.float32]]
Codes = np.ndarray[Any, np.dtype[np.int64]]


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

    def __init__(
        self, lexicon: Collection[str], reader: SlotReader | None = None, *, most: int = MAX_ARGUMENTS
    ) -> None:
        self._lexicon = frozenset(lexicon)
        self._reader = reader or SlotReader()
        self._most = most
        self._words: dict[int, Vector] = {}

    def generate(
        self, doc: Doc, matches: Iterable[Match], resolver: ArgumentResolver | None = None
    ) -> list[TriggerCandidate]:
        """Return the trigger candidates in text order; `matches` are what the frames found."""
        return list(self.stream(doc, matches, resolver))

    def stream(
        self, doc: Doc, matches: Iterable[Match], resolver: ArgumentResolver | None = None
    ) -> Iterator[TriggerCandidate]:
        """Yield the same one by one: those of a long text take much memory together."""
        fired = {match.trigger for match in matches}
        text = _Text(doc, self._reader, resolver or ArgumentResolver(doc, self._reader))
        for i, lemma in enumerate(text.lemmas):
            if i in fired or (lemma in self._lexicon and not doc[i].is_punct):
                candidate = self._candidate(doc, doc[i], text)
                if len(candidate.arguments) > 1:
                    yield candidate

    def at(self, doc: Doc, tokens: Iterable[int]) -> dict[int, TriggerCandidate]:
        """Return the candidates of the given trigger tokens, whatever their lemma, by token."""
        text = _Text(doc, self._reader, ArgumentResolver(doc, self._reader))
        return {i: self._candidate(doc, doc[i], text) for i in sorted(set(tokens))}

    def _candidate(self, doc: Doc, token: Token, text: _Text) -> TriggerCandidate:
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
            index = text.resolver.resolve(filler.token)
            if index is not None:
                names = slots.setdefault(index, [])
                if filler.slot not in names:
                    names.append(filler.slot)
        chosen = self._choose(token, text, slots)
        arguments = [self._argument(doc, token, index, slots.get(index, []), text) for index in chosen]
        _add_ranks(token.i, arguments)
        for referent, slot in implied[:1]:
            arguments.append(self._implied(doc, token, referent, slot, text))
        features = _trigger_features(token, text.lemmas)
        return TriggerCandidate(token.i, self._vector(doc, token.i, text), features, arguments)

    def _vector(self, doc: Doc, i: int, text: _Text) -> Vector:
        """Return the encoder's vector of a token and the word vector of its form, each of length 1."""
        known = text.vectors.get(i)
        if known is not None:
            return known
        orth = doc[i].orth
        word = self._words.get(orth)
        if word is None:
            if len(self._words) > MAX_CACHE:
                self._words.clear()
            word = self._words[orth] = _unit(doc.vocab.get_vector(orth))
        if text.encoded:
            word = np.concatenate([_unit(doc.tensor[i]), word])
        text.vectors[i] = word
        return word

    def _choose(self, token: Token, text: _Text, slots: dict[int, list[str]]) -> list[int]:
        everything = text.mentions
        pool = {*text.by_sentence[text.sentence_of[token.i]], *slots}
        usable = [
            i
            for i in pool
            if everything[i].referent is not None
            and not (everything[i].head == token.i and everything[i].type in ("NOM", "GROUP"))
        ]
        here = token.i
        usable.sort(key=lambda i: (i not in slots, abs(everything[i].head - here)))
        return sorted(usable[: self._most])

    def _argument(
        self, doc: Doc, token: Token, index: int, slots: list[str], text: _Text
    ) -> ArgumentCandidate:
        mention = text.mentions[index]
        cluster = text.clusters[mention.referent or 0]
        here, head = token.i, mention.head
        lemma, noun = text.lemmas[here], text.lemmas[head]
        features: list[Feature] = []
        for slot in slots:
            features += [("slot", slot), ("slot", slot, lemma), ("slot", slot, mention.type)]
        if not slots:
            features.append(("noslot",))
        path = dependency_path(here, head, text.heads, text.labels)
        preposition = text.preposition(head)
        features += [("path", path), ("path", path, token.pos_), ("prep", preposition)]
        features += [("prep", preposition, lemma), ("type", mention.type), ("type", mention.type, lemma)]
        features.append(("ref", cluster.type, mention.type))
        features.append(("dist", _bucket(head - here)))
        if mention.type in ("NOM", "GROUP", "PRON"):
            features += [("head", noun), ("head", noun, lemma)]
        features.append(("dep", text.labels[head]))
        if mention.adjective:
            features.append(("adjective",))
        governor = text.heads[head]
        if governor not in (here, head):
            features += [("gov", text.lemmas[governor]), ("gov", text.lemmas[governor], text.labels[head])]
        if mention.start == text.starts[text.sentence_of[here]]:
            features.append(("first",))
        return ArgumentCandidate(
            index,
            mention.referent or 0,
            _kind(mention, cluster),
            mention.head,
            self._vector(doc, head, text),
            features,
        )

    def _implied(self, doc: Doc, token: Token, referent: int, slot: str, text: _Text) -> ArgumentCandidate:
        cluster = text.clusters[referent]
        lemma = text.lemmas[token.i]
        features: list[Feature] = [("slot", slot), ("slot", slot, lemma), ("slot", slot, cluster.type)]
        return ArgumentCandidate(
            None, referent, "NULL", token.i, np.zeros_like(self._vector(doc, token.i, text)), features
        )


def _add_ranks(here: int, arguments: list[ArgumentCandidate]) -> None:
    """Say which argument is the nearest, second, … before and after the trigger, of all and of its type."""
    for sign, side in (
        ("-", [a for a in arguments if a.head < here]),
        ("+", [a for a in arguments if a.head > here]),
    ):
        side.sort(key=lambda a: abs(a.head - here))
        seen: dict[str, int] = {}
        for rank, argument in enumerate(side):
            of_type = seen.get(argument.type, 0)
            seen[argument.type] = of_type + 1
            argument.features += [("rank", f"{sign}{min(rank, 4)}")]
            argument.features += [("rank", f"{sign}{min(of_type, 3)}", argument.type)]


class _Text:
    """What all triggers of one Doc ask for, read from it once: lists by token and by sentence."""

    def __init__(self, doc: Doc, reader: SlotReader, resolver: ArgumentResolver) -> None:
        self._doc = doc
        self._reader = reader
        self._prepositions: dict[int, str] = {}
        self.resolver = resolver
        self.mentions: list[Mention] = doc._.mentions or []
        self.clusters: list[Cluster] = doc._.referents or []
        self.lemmas = [token.lemma_.lower() for token in doc]
        self.labels = [token.dep_ for token in doc]
        self.heads: list[int] = (doc.to_array(HEAD).astype(np.int64) + np.arange(len(doc))).tolist()
        self.encoded = doc.tensor.shape[0] == len(doc)
        self.vectors: dict[int, Vector] = {}
        self.sentence_of: list[int] = []
        self.starts: list[int] = []
        for number, sentence in enumerate(doc.sents):
            self.sentence_of += [number] * len(sentence)
            self.starts.append(sentence.start_char)
        self.by_sentence: list[list[int]] = [[] for _ in self.starts]
        for index, mention in enumerate(self.mentions):
            self.by_sentence[self.sentence_of[mention.head]].append(index)

    def preposition(self, i: int) -> str:
        """Return the preposition of the phrase whose head is token `i`."""
        found = self._prepositions.get(i)
        if found is None:
            found = self._prepositions[i] = self._reader.preposition(self._doc[i])
        return found


def pair_features(token: int, subject: ArgumentCandidate, object_: ArgumentCandidate) -> tuple[str, str]:
    """Return the names of the two pair features: the types, and the order of subject, trigger, object."""
    order = sorted([(subject.head, "s"), (token, "t"), (object_.head, "o")])
    gap = _bucket(object_.head - subject.head)
    return f"{subject.type}>{object_.type}", "".join(letter for _, letter in order) + gap


def order_names() -> list[str]:
    """Return the name of the second pair feature for each code of `order_codes`."""
    names = []
    for code in range(8):
        second_first, first_trigger, second_trigger = code & 4, code & 2, code & 1
        place = {
            "s": bool(second_first) + (not first_trigger),
            "o": (not second_first) + (not second_trigger),
            "t": bool(first_trigger) + bool(second_trigger),
        }
        letters = "".join(sorted(place, key=lambda letter: place[letter]))
        names += [f"{letters}{sign}{limit}" for sign in "+-" for limit in (*DISTANCES, "far")]
    return names


def order_codes(token: int, heads: Codes) -> Codes:
    """Return the code of the order and distance of the heads of all pairs, shape [subject, object]."""
    gap = heads[None] - heads[:, None]
    before = heads <= token
    order = (gap <= 0) * 4 + before[:, None] * 2 + before[None]
    codes: Codes = (order * 2 + (gap < 0)) * 8 + np.searchsorted(DISTANCES, np.abs(gap))
    return codes


def dependency_path(source: int, target: int, heads: list[int], labels: list[str]) -> str:
    """Return the labels from `source` up and down to `target`: ``^obj vnmod``; "far" if longer than MAX_PATH.

    Tokens are given by index; a root is its own head.
    """
    if source == target:
        return "="
    ups = [source]
    node = source
    while heads[node] != node and len(ups) <= MAX_PATH:
        node = heads[node]
        ups.append(node)
    downs: list[str] = []
    node = target
    while node not in ups:
        downs.append("v" + labels[node])
        if heads[node] == node or len(downs) > MAX_PATH:
            return "far"
        node = heads[node]
    climb = ["^" + labels[i] for i in ups[: ups.index(node)]]
    if len(climb) + len(downs) > MAX_PATH:
        return "far"
    return " ".join(climb + downs[::-1])


def _trigger_features(token: Token, lemmas: list[str]) -> list[Feature]:
    lemma = lemmas[token.i]
    kind = "verb" if is_verbal(token) else token.pos_
    features: list[Feature] = [("t", lemma), ("tpos", kind), ("t", lemma, token.dep_), ("tsuf", lemma[-4:])]
    features.append(("tpre", lemma[:5]))
    head = token.head
    if head.i != token.i:
        features += [("thead", lemmas[head.i]), ("thead", lemmas[head.i], token.dep_)]
    if is_verbal(token) and is_passive(token):
        features.append(("passive",))
    for child in token.children:
        if child.dep_ in ("obj", "obl", "iobj", "nmod", "amod", "xcomp", "advmod", "expl", "aux"):
            features += [("tchild", lemmas[child.i]), ("tchild", child.dep_, lemmas[child.i])]
    for offset in (-2, -1, 1, 2):
        position = token.i + offset
        if 0 <= position < len(lemmas):
            features.append(("near", str(offset), lemmas[position]))
    return features


def _kind(mention: Mention, cluster: Cluster) -> str:
    if mention.type in ("NOM", "PRON", "GROUP"):
        return f"{mention.type}/{cluster.type}"
    return mention.type


def _bucket(distance: int) -> str:
    size = abs(distance)
    for limit in DISTANCES:
        if size <= limit:
            return f"{'-' if distance < 0 else '+'}{limit}"
    return "-far" if distance < 0 else "+far"


def _unit(vector: Vector) -> Vector:
    norm = float(np.linalg.norm(vector))
    result: Vector = np.asarray(vector, dtype=np.float32)
    return result / norm if norm else result
