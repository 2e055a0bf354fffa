"""Near-copies of one article (agency copy): MinHash signatures, and which document is a copy of which.

A signature is made where the text is; the copies are found at the end, over the signatures of all documents
in the order of the input. So the answer does not depend on how the work was divided.

Method: MinHash (Broder 1997) over sequences of words, signatures by rensa; candidates are documents with
four equal values in one of 64 bands; pairs whose signatures agree in at least THRESHOLD are copies, and
copies of copies belong together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from bgpolitics_ner.corpus.extras import import_extra
from bgpolitics_ner.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

VALUES = 128
"""Values in a signature; the similarity is estimated with a standard error of at most 0.044."""
SIGNATURE_BYTES = 4 * VALUES
SHINGLE = 3
"""Words in a sequence."""
FEWEST_WORDS = 12
"""A shorter text is compared with nothing: too little is left to tell a copy from a usual phrase."""
THRESHOLD = 0.5
"""Jaccard similarity of copies. At 0.5 each of two texts shares two thirds of its sequences with the other;
below that, one of them tells mostly something of its own."""

_SEED = 1
_BAND = 4
_CHUNK = 1 << 15
_WORD = re.compile(r"\w+")


class Signer:
    """Makes signatures of texts. Raises MissingExtraError without rensa."""

    def __init__(self) -> None:
        self._minhash: Any = import_extra("rensa").RMinHash

    def __call__(self, text: str) -> bytes:
        """Return the signature of a text, SIGNATURE_BYTES long; all zeros for one that is too short."""
        words = _WORD.findall(text.casefold())
        if len(words) < FEWEST_WORDS:
            return bytes(SIGNATURE_BYTES)
        shingles = [" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)]
        (minhash,) = self._minhash.from_token_sets([shingles], num_perm=VALUES, seed=_SEED)
        return np.asarray(minhash.digest(), dtype="<u4").tobytes()


def find_duplicates(
    signatures: Iterable[bytes] | NDArray[np.uint32], *, threshold: float = THRESHOLD
) -> list[int | None]:
    """Return for each document the index of the first one that it is a copy of, None for an original.

    `signatures` stand in the order of the input, as bytes or as an array of shape (documents, VALUES),
    which may be mapped from a file. Beside them it takes about 100 bytes of memory for each document.
    Raises InputError for a signature of another length.
    """
    array = _as_array(signatures)
    compared = np.flatnonzero(array.any(axis=1)) if len(array) else np.empty(0, dtype=np.int64)
    groups = _Groups(len(array))
    for columns in _bands():
        for first, second in _candidates(array, compared, columns):
            apart = groups.apart(first, second)
            first, second = first[apart], second[apart]
            alike = (array[first] == array[second]).mean(axis=1) >= threshold
            groups.join(first[alike], second[alike])
    return groups.originals()


def _as_array(signatures: Iterable[bytes] | NDArray[np.uint32]) -> NDArray[np.uint32]:
    if isinstance(signatures, np.ndarray):
        array = signatures
    else:
        buffer = bytearray()
        for number, signature in enumerate(signatures):
            if len(signature) != SIGNATURE_BYTES:
                raise InputError(
                    f"signature {number} has {len(signature)} bytes, not {SIGNATURE_BYTES}: "
                    "it was made by another version"
                )
            buffer += signature
        array = np.frombuffer(buffer, dtype="<u4").reshape(-1, VALUES)
    if array.ndim != 2 or array.shape[1] != VALUES:
        raise InputError(f"signatures have the shape {array.shape}, not (documents, {VALUES})")
    return array


def _bands() -> list[NDArray[np.int64]]:
    """Return the columns of each band: the values in their order, and the same dealt out in turn."""
    in_order = np.arange(VALUES).reshape(-1, _BAND)
    dealt = np.arange(VALUES).reshape(_BAND, -1).T
    return [*in_order, *dealt]


def _candidates(
    array: NDArray[np.uint32], compared: NDArray[np.int64], columns: NDArray[np.int64]
) -> Iterable[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield pairs of documents with an equal band, in pieces.

    Each document is paired with the first of those that share its band and with the one before it, so a band
    that many documents share costs no more than others.
    """
    keys = _band_keys(array, compared, columns)
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    documents = compared[order]
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))) if len(keys) else order
    first = np.repeat(documents[starts], np.diff(np.append(starts, len(keys))))
    same = np.flatnonzero(first != documents)  # all but the first of each band
    pairs = np.stack([first[same], documents[same]], axis=1)
    near = np.stack([documents[same - 1], documents[same]], axis=1)
    pairs = np.concatenate([pairs, near[near[:, 0] != pairs[:, 0]]])
    for start in range(0, len(pairs), _CHUNK):
        yield pairs[start : start + _CHUNK, 0], pairs[start : start + _CHUNK, 1]


def _band_keys(
    array: NDArray[np.uint32], compared: NDArray[np.int64], columns: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """Return one number for the values of a band; two bands that differ get the same one about never."""
    keys = np.zeros(len(compared), dtype=np.uint64)
    for column in columns:
        keys = (keys ^ array[compared, column]) * np.uint64(0x9E3779B97F4A7C15)
        keys ^= keys >> np.uint64(29)
    return keys


class _Groups:
    """Documents that belong together; the first of a group stands for it."""

    def __init__(self, count: int) -> None:
        self._parent = np.arange(count, dtype=np.int64)

    def apart(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say which pairs are not in one group yet; most copies share many bands and are joined once."""
        self._flatten()
        apart: NDArray[np.bool_] = self._parent[first] != self._parent[second]
        return apart

    def join(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> None:
        for one, other in zip(first.tolist(), second.tolist(), strict=True):
            a, b = sorted((self._find(one), self._find(other)))
            self._parent[b] = a

    def originals(self) -> list[int | None]:
        self._flatten()
        return [None if root == i else root for i, root in enumerate(self._parent.tolist())]

    def _flatten(self) -> None:
        """Let every document point at the first of its group."""
        while True:
            above = self._parent[self._parent]
            if np.array_equal(above, self._parent):
                return
            self._parent = above

    def _find(self, i: int) -> int:
        parent = self._parent
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = int(parent[i])
        return i
