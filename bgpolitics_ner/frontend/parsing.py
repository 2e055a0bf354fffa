"""The parser network in numpy: representations of words, sentence borders, tags, lemma edits, trees.

A bidirectional LSTM with a biaffine layer for arcs and labels, as in T. Dozat and C. Manning, "Deep Biaffine
Attention for Neural Dependency Parsing", ICLR 2017. It is trained in torch (`bgpolitics_ner.training.syntax`)
and run here without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bgpolitics_ner.frontend.features import WordFeatures
from bgpolitics_ner.frontend.network import Array, Indices, encode, pack, read_layers, rectify, sum_rows
from bgpolitics_ner.frontend.trees import are_trees, find_tree

WINDOW = 96
"""Words that the splitter sees at once; it decides about all but MARGIN on each side."""
MARGIN = 24
LONGEST = 250
"""The most words in a sentence; a longer one is cut where a border is likeliest."""
CHUNK = 6000
"""The most words, about, in one batch of sentences: bounds the memory."""

FIRST_BONUS = 3.0
"""What the first of several subjects of a word is surer of being it, in log-odds."""

_LABEL_ROWS = 256


@dataclass(frozen=True)
class Analysis:
    """What the network says of N words: positions in the batch as heads, a root points to itself."""

    tags: Indices
    edits: Indices
    heads: Indices
    labels: Indices
    states: Array  # (N, S): the encoder's view of each word, for other components


class ParserNetwork:
    """The trained network; `arrays` are float32 and named as `bgpolitics_ner.training.syntax` writes them.

    Of each group of labels in `exclusive` a head has one dependent at most.
    """

    def __init__(self, arrays: Mapping[str, Array], exclusive: Sequence[Sequence[int]] = ()) -> None:
        self._a = dict(arrays)
        self._exclusive = [np.array(group, dtype=np.int64) for group in exclusive]
        self._layers = read_layers(arrays, "encoder")
        self._split_layers = read_layers(arrays, "splitter")
        self.width = arrays["input.weight"].shape[1]

    @cached_property
    def _labels(self) -> Array:
        """The bilinear tables of all labels side by side: (width + 1, labels · (width + 1))."""
        bilinear = self._a["label.bilinear"]  # (labels, width + 1, width + 1)
        return np.ascontiguousarray(bilinear.transpose(1, 0, 2)).reshape(bilinear.shape[1], -1)

    def represent(self, features: Sequence[WordFeatures], vectors: Array) -> Array:
        """Return the representations of word forms, shape (forms, D); `vectors` are their word vectors."""
        a = self._a
        sums = [
            sum_rows(a["affix.table"], [found.affixes for found in features]),
            sum_rows(a["class.table"], [found.classes for found in features]),
        ]
        words = a["word.table"][[found.word for found in features]]
        joined = np.concatenate([words, *sums, vectors * a["vector.scale"]], axis=1)
        values = joined @ a["input.weight"] + a["input.bias"]
        values -= values.mean(1, keepdims=True)
        values /= np.sqrt(values.var(1, keepdims=True) + 1e-5)
        return rectify(values * a["input.gain"] + a["input.shift"])

    def split(self, words: Array, texts: Sequence[int], rows: Indices | None = None) -> Array:
        """Return the log-odds that a sentence begins at each word; `texts` are the word counts of texts.

        `words` are the representations of all words; with `rows` a table, word ``i`` is ``words[rows[i]]``.
        """
        core = WINDOW - 2 * MARGIN
        spans, kept = [], []
        start = 0
        for size in texts:
            for first in range(0, size, core):
                low, high = max(0, first - MARGIN), min(size, first + core + MARGIN)
                spans.append((start + low, start + high))
                kept.append((first - low, min(first + core, size) - low))
            start += size
        if not spans:
            return np.zeros(0, dtype=np.float32)
        forms, numbers = _find_forms(words, rows)
        packing = pack([high - low for low, high in spans])
        packed = np.empty(len(packing.rows), dtype=np.int64)
        packed[packing.rows] = np.concatenate([numbers[low:high] for low, high in spans])
        states = encode(self._split_layers, forms, packing.sizes, packed)[-1]
        odds = (states @ self._a["split.weight"] + self._a["split.bias"])[packing.rows]
        offsets = np.cumsum([0, *(high - low for low, high in spans[:-1])])
        return np.concatenate([odds[o + a : o + b, 0] for o, (a, b) in zip(offsets, kept, strict=True)])

    def analyse(
        self,
        words: Array,
        odds: Array,
        starts: np.ndarray[tuple[int], np.dtype[np.bool_]],
        rows: Indices | None = None,
    ) -> Analysis:
        """Tag and parse N words given their representations and where sentences start (word 0 always).

        `words` are the representations of all words; with `rows` a table, word ``i`` is ``words[rows[i]]``.
        """
        starts = cut_long(starts, odds)
        firsts = np.flatnonzero(starts)
        lengths = np.diff(np.append(firsts, len(starts)))
        rows = np.arange(len(words)) if rows is None else rows
        tags = np.empty(len(starts), dtype=np.int64)
        edits, heads, labels = np.empty_like(tags), np.empty_like(tags), np.empty_like(tags)
        states = np.empty((len(starts), self._a["state.projection"].shape[1]), dtype=np.float32)
        for some in _chunks(lengths):
            low = firsts[some[0]]
            high = low + lengths[some].sum()
            part = slice(low, high)
            tags[part], edits[part], heads[part], labels[part], states[part] = self._parse(
                *_find_forms(words, rows[part]), lengths[some]
            )
            heads[part] += low
        return Analysis(tags, edits, heads, labels, states)

    def _parse(
        self, forms: Array, words: Indices, lengths: Indices
    ) -> tuple[Indices, Indices, Indices, Indices, Array]:
        a = self._a
        sentence = np.repeat(np.arange(len(lengths)), lengths)
        # Each sentence is enclosed in two edges; the state of the first is the root's.
        places = np.arange(len(words)) + 2 * sentence + 1
        roots = np.concatenate([[0], np.cumsum(lengths + 2)[:-1]])
        packing = pack((lengths + 2).tolist())
        packed = np.empty(len(packing.rows), dtype=np.int64)
        packed[packing.rows[places]] = words
        packed[packing.rows[roots]] = len(forms)
        packed[packing.rows[roots + lengths + 1]] = len(forms) + 1
        states = encode(self._layers, np.concatenate([forms, a["edge"]]), packing.sizes, packed)
        middle = states[int(a["tag.layer"]) - 1][packing.rows[places]]
        hidden = middle @ a["tag.states"]
        hidden += (forms @ a["tag.words"]).take(words, axis=0)
        hidden += a["tag.bias"]
        rectify(hidden)
        tags = (hidden @ a["tag.output"] + a["tag.output_bias"]).argmax(1)
        edits = (hidden @ a["lemma.output"] + a["lemma.output_bias"]).argmax(1)
        top = states[-1][packing.rows]
        heads = self._find_heads(top, places, roots, lengths)
        is_root = heads == np.arange(len(words))
        labels = self._find_labels(top, places, np.where(is_root, roots[sentence], places[heads]))
        return tags, edits, heads, labels, (middle - a["state.mean"]) @ a["state.projection"]

    def _find_heads(self, top: Array, places: Indices, roots: Indices, lengths: Indices) -> Indices:
        """Return the position of the head of each word in the batch; a root points to itself."""
        a = self._a
        dependents = rectify(top[places] @ a["arc.dependent"] + a["arc.dependent_bias"])
        dependents = dependents @ a["arc.bilinear"] + a["arc.bilinear_bias"]
        governors = rectify(top @ a["arc.head"] + a["arc.head_bias"])
        starts = np.cumsum(lengths) - lengths
        chosen = np.empty(len(places), dtype=np.int64)  # 0 for the root, else the word's number from 1
        scores = []
        for start, root, length in zip(starts.tolist(), roots.tolist(), lengths.tolist(), strict=True):
            found = dependents[start : start + length] @ governors[root : root + length + 1].T
            np.fill_diagonal(found[:, 1:], -np.inf)
            chosen[start : start + length] = found.argmax(1)
            scores.append(found)
        heads = _to_positions(chosen, starts, lengths)
        wrong = np.flatnonzero(~are_trees(heads, starts)).tolist()
        for number in wrong:
            start, length = int(starts[number]), int(lengths[number])
            chosen[start : start + length] = find_tree(scores[number])
        return _to_positions(chosen, starts, lengths) if wrong else heads

    def _find_labels(self, top: Array, places: Indices, heads: Indices) -> Indices:
        """Return the labels of words, given the place of the head of each."""
        a = self._a
        dependents = _with_one(rectify(top[places] @ a["label.dependent"] + a["label.dependent_bias"]))
        governors = _with_one(rectify(top @ a["label.head"] + a["label.head_bias"]))
        count = len(a["label.bilinear"])
        scores = np.empty((len(places), count), dtype=np.float32)
        for low in range(0, len(places), _LABEL_ROWS):
            part = slice(low, low + _LABEL_ROWS)
            left = (dependents[part] @ self._labels).reshape(-1, count, governors.shape[1])
            scores[part] = np.matmul(left, governors[heads[part]][:, :, None])[:, :, 0]
        for group in self._exclusive:
            forbid_second(scores, heads, group)
        labels: Indices = scores.argmax(1)
        return labels


def _find_forms(words: Array, rows: Indices | None) -> tuple[Array, Indices]:
    """Return the rows of the table that are used, each once, and which of them each word is."""
    if rows is None:
        return words, np.arange(len(words))
    used, numbers = np.unique(rows, return_inverse=True)
    return words[used], numbers


def _to_positions(chosen: Indices, starts: Indices, lengths: Indices) -> Indices:
    """Return heads numbered in their sentence, 0 for the root, as positions; a root points to itself."""
    return np.where(chosen == 0, np.arange(len(chosen)), np.repeat(starts, lengths) + chosen - 1)


def forbid_second(scores: Array, heads: Indices, group: Indices) -> None:
    """Leave the labels of `group` to one dependent of each head: the one that would lose most without them.

    The first has a bonus, since subjects mostly come first. `scores` has the shape (words, labels) and is
    changed; the others take the label that is next best.
    """
    chosen = np.flatnonzero(np.isin(scores.argmax(1), group))
    _, first, counts = np.unique(heads[chosen], return_index=True, return_counts=True)
    for head in heads[chosen[first[counts > 1]]].tolist():
        rivals = chosen[heads[chosen] == head]
        others = scores[rivals].copy()
        others[:, group] = -np.inf
        loss = scores[rivals].max(1) - others.max(1)
        loss[0] += FIRST_BONUS
        scores[np.delete(rivals, loss.argmax())[:, None], group] = -np.inf


def cut_long(
    starts: np.ndarray[tuple[int], np.dtype[np.bool_]], odds: Array
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return the starts with sentences over LONGEST words cut behind the middle, where a border is likely."""
    firsts = np.flatnonzero(starts)
    ends = np.append(firsts[1:], len(starts))
    if not len(starts) or int((ends - firsts).max()) <= LONGEST:
        return starts
    starts = starts.copy()
    for first, end in zip(firsts.tolist(), ends.tolist(), strict=True):
        while end - first > LONGEST:
            low = first + LONGEST // 2
            first = low + int(odds[low : first + LONGEST].argmax())
            starts[first] = True
    return starts


def _chunks(lengths: Indices) -> list[Indices]:
    """Return the numbers of the sentences in runs of about CHUNK words."""
    ends = np.cumsum(lengths)
    groups = (ends - 1) // CHUNK
    return np.split(np.arange(len(lengths)), np.flatnonzero(np.diff(groups)) + 1)


def _with_one(values: Array) -> Array:
    return np.concatenate([values, np.ones((len(values), 1), dtype=np.float32)], axis=1)
