"""The tagger network in numpy: two bidirectional LSTMs, a view of the whole text between them, a CRF on top.

Between the LSTMs each capitalised word also sees the mean of what the first one made of all words of the text
that write the same name, as in A. Akbik, T. Bergmann and R. Vollgraf, "Pooled contextualized embeddings for
named entity recognition", NAACL 2019. It is trained in torch (`bgpolitics_ner.training.tagger`) and run
without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bgpolitics_ner.entities.crf import OUTSIDE, ConditionalField
from bgpolitics_ner.entities.signals import Signals, join_names
from bgpolitics_ner.frontend.features import list_affixes, spell_shape
from bgpolitics_ner.frontend.network import (
    Array,
    Beside,
    Indices,
    Packing,
    encode,
    pack,
    read_layers,
    rectify,
    sum_rows,
)

DOUBTFUL = 0.8
LONGEST = 250
"""The most words that are read as one sentence."""


@dataclass(frozen=True)
class TaggedSpan:
    """Token indices, end exclusive; `odds` is the probability of exactly this span and label.

    `rivals` are those of the same span with other labels, where `odds` is under DOUBTFUL.
    """

    start: int
    end: int
    label: str
    odds: float
    rivals: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Text:
    """One text: rows of `forms` in the table of word forms, its signals, the first words of its sentences."""

    forms: Indices
    signals: Signals
    starts: Sequence[int]


class FormReader:
    """Word form, spelt plainly → numbers of its affixes and of its shape (0 when unknown)."""

    def __init__(self, affixes: Sequence[str], shapes: Sequence[str]) -> None:
        self.affixes, self.shapes = list(affixes), list(shapes)
        self._affixes = {affix: number for number, affix in enumerate(affixes)}
        self._shapes = {shape: number for number, shape in enumerate(shapes, 1)}

    def __call__(self, form: str) -> tuple[list[int], int]:
        """Return the numbers."""
        known = self._affixes
        return [known[x] for x in list_affixes(form) if x in known], self._shapes.get(spell_shape(form), 0)


class TaggerNetwork:
    """The trained network; `arrays` are float32 and named as `bgpolitics_ner.training.tagger` writes them."""

    def __init__(self, arrays: Mapping[str, Array], tags: Sequence[str]) -> None:
        self._a = dict(arrays)
        self._first = read_layers(arrays, "first")
        self._second = read_layers(arrays, "second")
        self.width = int(arrays["form.weight"].shape[1])
        self.vector_width = int(arrays["form.weight"].shape[0] - arrays["affix.table"].shape[1])
        crf = (arrays[f"crf.{name}"] for name in ("transitions", "start", "end"))
        self._crf = ConditionalField(tags, *crf)
        self._tags = list(tags)
        self._labels = [tag[2:] for tag in tags[1::4]]

    def represent(self, affixes: Sequence[Sequence[int]], shapes: Sequence[int], vectors: Array) -> Array:
        """Return what word forms give to the input, shape (forms, D)."""
        a = self._a
        sums = sum_rows(a["affix.table"], affixes)
        joined = np.concatenate([sums, vectors * a["vector.scale"]], axis=1)
        found: Array = joined @ a["form.weight"] + a["form.bias"] + a["shape.table"][list(shapes)]
        return found

    def tag(self, words: Array, texts: Sequence[Text]) -> list[list[TaggedSpan]]:
        """Return the names of each text; `words` is the table that the rows of its forms point into."""
        sizes = [len(text.forms) for text in texts]
        values = words[np.concatenate([text.forms for text in texts])]
        values += np.concatenate([text.signals.values for text in texts]) @ self._a["signal.weight"]
        values -= values.mean(1, keepdims=True)
        values /= np.sqrt(values.var(1, keepdims=True) + 1e-5)
        values = rectify(values * self._a["input.gain"] + self._a["input.shift"])
        packing = pack([length for text in texts for length in _lengths(text)])
        packed = np.empty_like(values)
        packed[packing.rows] = values
        states = encode(self._first, packed, packing.sizes)[-1]
        pooled = _pool(states, packing.rows, texts)
        top = encode(self._second, states, packing.sizes, beside=pooled)[-1]
        emissions = top @ self._a["output.weight"] + self._a["output.bias"]
        spans = self._read_spans(emissions, packing)
        return list(_split(spans, sizes))

    def _read_spans(self, emissions: Array, packing: Packing) -> list[TaggedSpan]:
        tags = self._crf.decode(emissions, packing.sizes)[packing.rows]
        if not tags.any():
            return []
        forward, backward = self._crf.sum_paths(emissions, packing.sizes)
        found = []
        for start, end, label in find_spans([self._tags[tag] for tag in tags.tolist()]):
            rows = packing.rows[start:end].tolist()
            path = tags[start:end].tolist()
            odds = self._crf.span_odds(emissions, forward, backward, rows, path)
            rivals = []
            for other in self._labels if odds < DOUBTFUL else ():
                if other != label:
                    shift = 4 * (self._labels.index(other) - self._labels.index(label))
                    others = [tag + shift for tag in path]
                    chance = self._crf.span_odds(emissions, forward, backward, rows, others)
                    rivals.append((other, chance))
            found.append(TaggedSpan(start, end, label, odds, tuple(rivals)))
        return found


def _pool(states: Array, rows: Indices, texts: Sequence[Text]) -> Beside:
    """Return for each word of a name the mean state of the words of its text with the same name.

    `rows` are the rows of the words of all texts in `states`.
    """
    names = join_names(text.signals.names for text in texts)
    named = np.flatnonzero(names >= 0)
    order = named[np.argsort(names[named], kind="stable")]
    firsts = np.flatnonzero(np.diff(names[order], prepend=-1))
    counts = np.diff(np.append(firsts, len(order)))
    found = rows[order]
    if not len(order):
        return Beside(found, np.empty((0, states.shape[1]), dtype=np.float32))
    means = np.add.reduceat(states[found], firsts, axis=0) / counts[:, None].astype(np.float32)
    return Beside(found, np.repeat(means, counts, axis=0))


def find_spans(tags: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield the spans (start, end exclusive, label) that allowed tags spell."""
    start = 0
    for at, tag in enumerate(tags):
        if tag[0] in "BS":
            start = at
        if tag != OUTSIDE and tag[0] in "ES":
            yield start, at + 1, tag[2:]


def _lengths(text: Text) -> Iterator[int]:
    for start, end in zip(text.starts, [*text.starts[1:], len(text.forms)], strict=True):
        for low in range(start, end, LONGEST):
            yield min(LONGEST, end - low)


def _split(spans: Sequence[TaggedSpan], sizes: Sequence[int]) -> Iterator[list[TaggedSpan]]:
    """Yield the spans of each text with indices in it; no span runs over the end of a text."""
    at, shift = 0, 0
    for size in sizes:
        found = []
        while at < len(spans) and spans[at].start < shift + size:
            span = spans[at]
            found.append(replace(span, start=span.start - shift, end=span.end - shift))
            at += 1
        yield found
        shift += size
