"""Doc → candidate relations (trigger, subject, object) with features, the same in training and prediction.

A trigger is a token whose lemma is in the trigger lexicon. Its arguments are the mentions of its
sentence, at most MAX_ARGUMENTS of them, those in argument slots first, then the nearest; a left-out
subject stands as an argument without a mention. Features are tuples of strings (`features`), one bag per
trigger and one per (trigger, argument); what concerns a pair of arguments is in `pair_features`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from spacy.attrs import DEP, HEAD, LEMMA, ORTH
from spacy.tokens import Doc, Token

from bgpolitics_ner.entities.mention import Cluster, Mention
from bgpolitics_ner.relations.arguments import ArgumentResolver
from bgpolitics_ner.relations.features import Bundle, Feature, expand
from bgpolitics_ner.relations.matcher import Match
from bgpolitics_ner.relations.slots import SlotReader
from bgpolitics_ner.relations.tree import is_passive, is_verbal

MAX_ARGUMENTS = 14
MAX_PATH = 6
MAX_CACHE = 12_000
DISTANCES = (1, 2, 3, 5, 8, 13, 21)
# Distance → its number; the last is "far".
_BUCKETS = np.searchsorted(DISTANCES, np.arange(DISTANCES[-1] + 2))
# Children of a trigger that say what it means.
_TELLING = frozenset({"obj", "obl", "iobj", "nmod", "amod", "xcomp", "advmod", "expl", "aux"})
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
    bundles: list[Bundle] = field(default_factory=list)

    @property
    def features(self) -> list[Feature]:
        """What the bundles stand for."""
        return expand(self.bundles)


@dataclass
class TriggerCandidate:
    """A trigger token with its features and possible arguments."""

    token: int
    vector: Vector
    bundles: list[Bundle]
    arguments: list[ArgumentCandidate]

    @property
    def features(self) -> list[Feature]:
        """What the bundles stand for."""
        return expand(self.bundles)


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
        triggers = [
            i
            for i, lemma in enumerate(text.lemmas)
            if i in fired or (lemma in self._lexicon and not doc[i].is_punct)
        ]
        self._add_vectors(doc, text, triggers)
        for i in triggers:
            candidate = self._candidate(doc, doc[i], text)
            if len(candidate.arguments) > 1:
                yield candidate

    def at(self, doc: Doc, tokens: Iterable[int]) -> dict[int, TriggerCandidate]:
        """Return the candidates of the given trigger tokens, whatever their lemma, by token."""
        text = _Text(doc, self._reader, ArgumentResolver(doc, self._reader))
        triggers = sorted(set(tokens))
        self._add_vectors(doc, text, triggers)
        return {i: self._candidate(doc, doc[i], text) for i in triggers}

    def _candidate(self, doc: Doc, token: Token, text: _Text) -> TriggerCandidate:
        slots: dict[int, list[str]] = {}
        implied: list[tuple[int, str]] = []
        for filler in self._reader.read(token):
            if filler.slot == "self":
                continue
            if filler.slot in ("implied", "gov-implied"):
                referent = text.resolver.left_out(filler.token)
                if referent is not None:
                    implied.append((referent, filler.slot))
                continue
            index = text.resolver.resolve(filler.token)
            if index is not None:
                names = slots.setdefault(index, [])
                if filler.slot not in names:
                    names.append(filler.slot)
        chosen = self._choose(token, text, slots)
        arguments = [_argument(token, index, slots.get(index, []), text) for index in chosen]
        _add_ranks(token.i, arguments)
        for referent, slot in implied[:1]:
            arguments.append(_implied(token.i, referent, slot, text))
        bundles = _trigger_bundles(token, text.lemmas)
        return TriggerCandidate(token.i, text.vectors[token.i], bundles, arguments)

    def _add_vectors(self, doc: Doc, text: _Text, triggers: list[int]) -> None:
        """Give `text` the vectors of triggers and heads of mentions.

        A vector is the encoder's vector of the token and the word vector of its form, each of length 1.
        """
        tokens = sorted({*triggers, *(mention.head for mention in text.mentions)})
        if not tokens:
            return
        if len(self._words) > MAX_CACHE:
            self._words.clear()
        orths = doc.to_array(ORTH)[tokens].tolist()
        for orth in orths:
            if orth not in self._words:
                self._words[orth] = _unit(np.asarray(doc.vocab.get_vector(orth))[None])[0]
        vectors = np.stack([self._words[orth] for orth in orths])
        if doc.tensor.shape[0] == len(doc):
            vectors = np.hstack([_unit(doc.tensor[tokens]), vectors])
        text.vectors = dict(zip(tokens, vectors, strict=True))

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


def _argument(token: Token, index: int, slots: list[str], text: _Text) -> ArgumentCandidate:
    mention = text.mentions[index]
    cluster = text.clusters[mention.referent or 0]
    here, head, kind = token.i, mention.head, mention.type
    lemma, noun, label = text.lemmas[here], text.lemmas[head], text.labels[head]
    bundles: list[Bundle] = [("slot", slot, lemma, kind) for slot in slots] or [("noslot",)]
    bundles += (
        ("path", text.path(here, head), token.pos_),
        ("prep", text.preposition(head), lemma),
        ("type", kind, lemma, cluster.type),
        ("dist", _bucket(head - here)),
        ("dep", label),
    )
    if kind in ("NOM", "GROUP", "PRON"):
        bundles.append(("head", noun, lemma))
    if mention.adjective:
        bundles.append(("adjective",))
    governor = text.heads[head]
    if governor not in (here, head):
        bundles.append(("gov", text.lemmas[governor], label))
    if mention.start == text.starts[text.sentence_of[here]]:
        bundles.append(("first",))
    return ArgumentCandidate(
        index, mention.referent or 0, _kind(mention, cluster), head, text.vectors[head], bundles
    )


def _implied(here: int, referent: int, slot: str, text: _Text) -> ArgumentCandidate:
    cluster = text.clusters[referent]
    bundles: list[Bundle] = [("slot", slot, text.lemmas[here], cluster.type)]
    return ArgumentCandidate(None, referent, "NULL", here, np.zeros_like(text.vectors[here]), bundles)


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
            argument.bundles.append(
                ("rank", f"{sign}{min(rank, 4)}", f"{sign}{min(of_type, 3)}", argument.type)
            )


class _Text:
    """What all triggers of one Doc ask for, read from it once: lists by token and by sentence."""

    def __init__(self, doc: Doc, reader: SlotReader, resolver: ArgumentResolver) -> None:
        self._doc = doc
        self._reader = reader
        self._prepositions: dict[int, str] = {}
        self.resolver = resolver
        self.mentions: list[Mention] = doc._.mentions or []
        self.clusters: list[Cluster] = doc._.referents or []
        lemmas, labels = doc.to_array(LEMMA).tolist(), doc.to_array(DEP).tolist()
        # A word's string is looked up once: there are fewer words than tokens, and Token objects are slow.
        names = {number: doc.vocab.strings[number] for number in {*lemmas, *labels}}
        lower = {number: names[number].lower() for number in lemmas}
        self.lemmas = [lower[number] for number in lemmas]
        self.labels = [names[number] for number in labels]
        self.heads: list[int] = (doc.to_array(HEAD).astype(np.int64) + np.arange(len(doc))).tolist()
        self.vectors: dict[int, Vector] = {}
        self._above: dict[int, list[int]] = {}
        self.sentence_of: list[int] = []
        self.starts: list[int] = []
        for number, sentence in enumerate(doc.sents):
            self.sentence_of += [number] * len(sentence)
            self.starts.append(sentence.start_char)
        self.by_sentence: list[list[int]] = [[] for _ in self.starts]
        for index, mention in enumerate(self.mentions):
            self.by_sentence[self.sentence_of[mention.head]].append(index)

    def path(self, source: int, target: int) -> str:
        """Return the labels from token `source` to token `target`, as `dependency_path` does."""
        return dependency_path(self._climb(source), self._climb(target), self.labels)

    def _climb(self, i: int) -> list[int]:
        found = self._above.get(i)
        if found is None:
            found = self._above[i] = climb(i, self.heads)
        return found

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
    return pair_codes(np.array(token), heads[:, None], heads[None])


def pair_codes(tokens: Codes, first: Codes, second: Codes) -> Codes:
    """Return the same for triggers, heads of subjects and heads of objects, one by one."""
    gap = second - first
    order = (gap <= 0) * 4 + (first <= tokens) * 2 + (second <= tokens)
    codes: Codes = (order * 2 + (gap < 0)) * 8 + _BUCKETS[np.minimum(np.abs(gap), len(_BUCKETS) - 1)]
    return codes


def climb(token: int, heads: Sequence[int]) -> list[int]:
    """Return a token and the MAX_PATH above it, fewer where the root comes before; a root is its own head."""
    found = [token]
    while len(found) <= MAX_PATH and heads[token] != token:
        token = heads[token]
        found.append(token)
    return found


def dependency_path(source: Sequence[int], target: Sequence[int], labels: Sequence[str]) -> str:
    """Return the labels up and down again: ``^obj vnmod``; "far" if longer than MAX_PATH.

    The two tokens are given as `climb` gives them.
    """
    for down, node in enumerate(target):
        if node in source:
            up = source.index(node)
            if up + down > MAX_PATH:
                return "far"
            steps = ["^" + labels[i] for i in source[:up]]
            steps += ["v" + labels[target[k]] for k in range(down - 1, -1, -1)]
            return " ".join(steps) or "="
    return "far"


def _trigger_bundles(token: Token, lemmas: list[str]) -> list[Bundle]:
    lemma, label, verbal = lemmas[token.i], token.dep_, is_verbal(token)
    kind = "verb" if verbal else token.pos_
    bundles: list[Bundle] = [("trigger", lemma, kind, label, lemma[-4:], lemma[:5])]
    head = token.head.i
    if head != token.i:
        bundles.append(("thead", lemmas[head], label))
    if verbal and is_passive(token):
        bundles.append(("passive",))
    for child in token.children:
        dep = child.dep_
        if dep in _TELLING:
            bundles.append(("tchild", lemmas[child.i], dep))
    for offset in (-2, -1, 1, 2):
        position = token.i + offset
        if 0 <= position < len(lemmas):
            bundles.append(("near", str(offset), lemmas[position]))
    return bundles


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


def _unit(vectors: Vector) -> Vector:
    """Return vectors of length 1; zeros stay."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    result: Vector = np.asarray(vectors / np.where(norms == 0, 1, norms), dtype=np.float32)
    return result
