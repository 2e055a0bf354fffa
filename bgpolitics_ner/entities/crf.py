"""A linear-chain conditional random field over tags of spans, in numpy: best path and odds of spans.

J. Lafferty, A. McCallum and F. Pereira, "Conditional random fields", ICML 2001. Tags are ``O`` and, for
each label, ``B-`` ``I-`` ``E-`` (first, inner, last word) and ``S-`` (the only one). Shapes: N words, packed
as `bgpolitics_ner.frontend.network.Packing` says, T tags.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bgpolitics_ner.frontend.network import Array, Indices

OUTSIDE = "O"
FORBIDDEN = np.float32(-1e4)
Allowed = np.ndarray[tuple[int, int], np.dtype[np.bool_]]


def make_tags(labels: Sequence[str]) -> list[str]:
    """Return the tags of these labels, ``O`` first."""
    return [OUTSIDE, *(f"{part}-{label}" for label in labels for part in "BIES")]


def list_allowed(tags: Sequence[str]) -> tuple[Allowed, list[bool], list[bool]]:
    """Return which tag may follow which, (T, T), and which may begin and end a sentence."""
    ends = [tag[0] in "OES" for tag in tags]
    begins = [tag[0] in "OBS" for tag in tags]
    rows = [
        begins if end else [tag[0] in "IE" and tag[1:] == first[1:] for tag in tags]
        for first, end in zip(tags, ends, strict=True)
    ]
    return np.array(rows), begins, ends


class ConditionalField:
    """Scores of the transitions: (T, T) from a tag to the next, (T,) at either end of a sentence."""

    def __init__(self, tags: Sequence[str], transitions: Array, start: Array, end: Array) -> None:
        allowed, begins, ends = list_allowed(tags)
        self.tags = list(tags)
        self._transitions = np.where(allowed, transitions, FORBIDDEN).astype(np.float32)
        self._start = np.where(begins, start, FORBIDDEN).astype(np.float32)
        self._end = np.where(ends, end, FORBIDDEN).astype(np.float32)

    def decode(self, emissions: Array, sizes: Sequence[int]) -> Indices:
        """Return the tags of the best path of each sentence (Viterbi), packed, shape (N,)."""
        ends = np.cumsum(sizes)
        best = emissions[: sizes[0]] + self._start
        scores = [best]
        pointers: list[Indices] = []
        steps = self._transitions.T[None]  # (1, to, from)
        for step in range(1, len(sizes)):
            size, low = sizes[step], ends[step - 1]
            paths = best[:size, None, :] + steps
            pointers.append(paths.argmax(2))
            best = np.take_along_axis(paths, pointers[-1][:, :, None], 2)[:, :, 0]
            best += emissions[low : low + size]
            scores.append(best)
        found = np.empty(len(emissions), dtype=np.int64)
        now = np.empty(sizes[0], dtype=np.int64)
        for step in range(len(sizes) - 1, -1, -1):
            size, longer = sizes[step], sizes[step + 1] if step + 1 < len(sizes) else 0
            if longer:
                now[:longer] = pointers[step][np.arange(longer), now[:longer]]
            now[longer:size] = (scores[step][longer:] + self._end).argmax(1)
            found[ends[step] - size : ends[step]] = now[:size]
        return found

    def sum_paths(self, emissions: Array, sizes: Sequence[int]) -> tuple[Array, Array]:
        """Return the forward and backward scores of each word and tag, each (N, T), packed.

        Both are logarithms less one shift for each word, so that `span_odds` may subtract the totals.
        """
        ends = np.cumsum(sizes)
        forward, backward = np.empty_like(emissions), np.empty_like(emissions)
        weights = np.exp(self._transitions)
        now = emissions[: sizes[0]] + self._start
        forward[: sizes[0]] = now
        for step in range(1, len(sizes)):
            size, low = sizes[step], ends[step - 1]
            now = _push(now[:size], weights) + emissions[low : low + size]
            forward[low : low + size] = now
        after = np.empty((0, emissions.shape[1]), dtype=np.float32)
        for step in range(len(sizes) - 1, -1, -1):
            size, low = sizes[step], ends[step] - sizes[step]
            here = np.empty((size, emissions.shape[1]), dtype=np.float32)
            here[len(after) :] = self._end
            if len(after):
                following = emissions[ends[step] : ends[step] + len(after)]
                here[: len(after)] = _push(after + following, weights.T)
            backward[low : low + size] = after = here
        return forward, backward

    def span_odds(
        self, emissions: Array, forward: Array, backward: Array, rows: Sequence[int], tags: Sequence[int]
    ) -> float:
        """Return the probability that the words in these packed `rows`, one by one, have these `tags`."""
        total = np.logaddexp.reduce(forward[rows[0]] + backward[rows[0]])
        score = float(forward[rows[0], tags[0]])
        for before, row, tag in zip(tags, rows[1:], tags[1:], strict=False):
            score += float(self._transitions[before, tag] + emissions[row, tag])
        return float(min(1.0, np.exp(score + backward[rows[-1], tags[-1]] - total)))


def _push(scores: Array, weights: Array) -> Array:
    """Return log(exp(scores) @ weights), row by row."""
    top = scores.max(1, keepdims=True)
    sums = np.exp(scores - top) @ weights
    found: Array = np.log(np.maximum(sums, 1e-30)) + top
    return found
