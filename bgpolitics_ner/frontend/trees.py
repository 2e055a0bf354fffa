"""Maximum spanning trees: the best dependency tree of a matrix of arc scores.

Chu and Liu (1965) and Edmonds (1967), with the one-root rule of Universal Dependencies.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Scores = np.ndarray[Any, np.dtype[np.floating[Any]]]
Heads = np.ndarray[Any, np.dtype[np.int64]]

_NEVER = np.float32(-1e9)


def find_tree(scores: Scores) -> Heads:
    """Return the heads of the best tree with one root.

    `scores` has the shape (words, words + 1): ``scores[word, head]``, where head 0 is the artificial root and
    head ``k`` is word ``k - 1``. So are the heads returned: 0 for the root, else the word's number from 1.
    """
    size = len(scores)
    square = np.full((size + 1, size + 1), _NEVER, dtype=np.float64)
    square[1:] = scores
    np.fill_diagonal(square, _NEVER)
    heads = _best_tree(square)
    roots = np.flatnonzero(heads[1:] == 0) + 1
    if len(roots) == 1:
        return heads[1:]
    best, best_score = heads, -np.inf
    for root in roots.tolist():
        alone = square.copy()
        alone[1:, 0] = _NEVER * size
        alone[root, 0] = square[root, 0]
        found = _best_tree(alone)
        score = float(alone[np.arange(1, size + 1), found[1:]].sum())
        if score > best_score:
            best, best_score = found, score
    return best[1:]


def _best_tree(scores: Scores) -> Heads:
    """Return the best head of each node; node 0 is the root and its head is itself."""
    heads: Heads = scores.argmax(1)
    heads[0] = 0
    cycle = _find_cycle(heads)
    if cycle is None:
        return heads
    inside = np.zeros(len(scores), dtype=bool)
    inside[cycle] = True
    outside = np.flatnonzero(~inside)
    # One node, the last, stands for the cycle; scores into it are what breaking the cycle there would gain.
    size = len(outside)
    kept = scores[cycle, heads[cycle]]
    small = np.full((size + 1, size + 1), _NEVER, dtype=np.float64)
    small[:size, :size] = scores[np.ix_(outside, outside)]
    into = scores[np.ix_(cycle, outside)] - kept[:, None]
    small[size, :size] = into.max(0)
    out_of = scores[np.ix_(outside, cycle)]
    small[:size, size] = out_of.max(1)
    small[0] = _NEVER
    np.fill_diagonal(small, -np.inf)
    reduced = _best_tree(small)
    result: Heads = heads.copy()
    for new, old in enumerate(outside.tolist()):
        if old:
            result[old] = cycle[out_of[new].argmax()] if reduced[new] == size else outside[reduced[new]]
    entry = reduced[size]
    broken = cycle[into[:, entry].argmax()]
    result[broken] = outside[entry]
    return result


def _find_cycle(heads: Heads) -> Heads | None:
    state = np.zeros(len(heads), dtype=np.int64)
    state[0] = -1
    for start in range(1, len(heads)):
        path = []
        node = start
        while state[node] == 0:
            state[node] = start
            path.append(node)
            node = int(heads[node])
        if state[node] == start:
            return np.array(path[path.index(node) :])
        state[path] = -1
    return None


def are_trees(heads: Heads, starts: Heads) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Tell for each sentence of a batch whether its heads form a tree with one root.

    `heads` are positions in the batch (a root points to itself), `starts` the first of each sentence.
    """
    positions = np.arange(len(heads))
    is_root = heads == positions
    jumped = heads
    for _ in range(max(1, len(heads).bit_length())):
        again = jumped[jumped]
        if (again == jumped).all():
            break
        jumped = again
    reached = is_root[jumped]
    roots = np.add.reduceat(is_root.astype(np.int64), starts)
    found: np.ndarray[Any, np.dtype[np.bool_]] = np.logical_and.reduceat(reached, starts) & (roots == 1)
    return found
