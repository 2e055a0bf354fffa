"""A learned scorer over candidates: one hidden layer over summed feature embeddings, in numpy.

The hidden vector of a pair is the sum of one vector for the trigger, one for the subject, one for the
object and two for the pair, so the cost grows with the number of arguments, not of pairs. The softmax
has one class per relation type and the class "none".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from bgpolitics_ner.errors import ModelError
from bgpolitics_ner.relations.calibration import Calibration
from bgpolitics_ner.relations.candidates import (
    ArgumentCandidate,
    Codes,
    TriggerCandidate,
    order_names,
    pair_codes,
)
from bgpolitics_ner.relations.features import BundleSums, Feature

NONE = "none"
BATCH_SIZE = 32
"""Triggers whose arguments go through the network together; they have up to 225 pairs each."""
Array = np.ndarray[Any, np.dtype[np.float32]]
_ARRAYS = (
    "trigger", "subject", "object", "types", "order", "bias", "output", "output_bias",
    "trigger_dense", "subject_dense", "object_dense",
)  # fmt: skip


@dataclass(frozen=True)
class Scored:
    """One pair of arguments with the probability of its best relation type."""

    trigger: int
    subject: int
    object: int
    relation: str
    probability: float


@dataclass
class RelationClassifier:
    """Weights and vocabularies; `arrays` maps the names in _ARRAYS to float32 arrays.

    `calibration` is for what comes of its answers and the frames' together.
    """

    labels: list[str]
    trigger_lexicon: list[str]
    trigger_vocabulary: dict[Feature, int]
    argument_vocabulary: dict[Feature, int]
    types: dict[str, int]
    orders: dict[str, int]
    arrays: dict[str, Array]
    temperature: float = 1.0
    calibration: Calibration = field(default_factory=lambda: Calibration({}))

    _order_rows: Codes = field(init=False, repr=False)
    _kinds: dict[str, int] = field(init=False, repr=False)
    _kind_rows: Codes = field(init=False, repr=False)
    _argument: Array = field(init=False, repr=False)
    _argument_dense: Array = field(init=False, repr=False)
    _trigger_sums: BundleSums = field(init=False, repr=False)
    _argument_sums: BundleSums = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Prepare what `probabilities` looks up: tables for all pairs, subject and object side by side."""
        self._order_rows = np.array([self.orders.get(name, 0) for name in order_names()])
        pairs = [(name.split(">"), row) for name, row in self.types.items() if ">" in name]
        names = dict.fromkeys(name for pair, _ in pairs for name in pair)
        self._kinds = {name: number for number, name in enumerate(names, 1)}
        self._kind_rows = np.zeros((len(names) + 1, len(names) + 1), dtype=np.int64)
        for (subject, object_), row in pairs:
            self._kind_rows[self._kinds[subject], self._kinds[object_]] = row
        self._argument = np.hstack([self.arrays["subject"], self.arrays["object"]])
        self._argument_dense = np.hstack([self.arrays["subject_dense"], self.arrays["object_dense"]])
        width = self.arrays["subject"].shape[1]
        self._trigger_sums = BundleSums(self.trigger_vocabulary, self.arrays["trigger"])
        self._argument_sums = BundleSums(self.argument_vocabulary, self._argument)
        # Views, so that the large tables are in memory once.
        self.arrays["subject"], self.arrays["object"] = self._argument[:, :width], self._argument[:, width:]

    def probabilities(self, candidate: TriggerCandidate) -> Array:
        """Return the probabilities, shape (arguments, arguments, labels): [subject, object, label]."""
        size = len(candidate.arguments)
        first, second = np.indices((size, size)).reshape(2, -1)
        found = self._pair_probabilities([candidate], candidate.arguments, first, second)
        return np.ascontiguousarray(found.T).reshape(size, size, -1)

    def score(self, candidate: TriggerCandidate, *, floor: float = 0.05) -> Iterator[Scored]:
        """Yield every (pair, type) of at least the probability `floor`; no argument is a pair with itself."""
        yield from self._score([candidate], floor)[0]

    def score_all(
        self, candidates: Iterable[TriggerCandidate], *, floor: float = 0.05
    ) -> Iterator[tuple[TriggerCandidate, list[Scored]]]:
        """Yield each candidate with what `score` yields for it; many go through the network together."""
        stream = iter(candidates)
        while some := list(islice(stream, BATCH_SIZE)):
            yield from zip(some, self._score(some, floor), strict=True)

    def _score(self, candidates: Sequence[TriggerCandidate], floor: float) -> list[list[Scored]]:
        arguments = [argument for candidate in candidates for argument in candidate.arguments]
        sizes = [len(candidate.arguments) for candidate in candidates]
        first, second = _all_pairs(sizes)
        referents = np.array([x.referent for x in arguments])
        fillable = np.array([x.mention is not None for x in arguments])
        pairs = np.flatnonzero((referents[first] != referents[second]) & fillable[second])
        first, second = first[pairs], second[pairs]
        probabilities = self._pair_probabilities(candidates, arguments, first, second)[1:]
        places, labels = np.nonzero((probabilities >= floor).T)
        found: list[list[Scored]] = [[] for _ in candidates]
        owner = np.repeat(np.arange(len(sizes)), sizes)
        starts = np.cumsum(sizes) - sizes
        owners = owner[first[places]]
        for number, i, j, label, probability in zip(
            owners.tolist(),
            (first[places] - starts[owners]).tolist(),
            (second[places] - starts[owners]).tolist(),
            labels.tolist(),
            probabilities[labels, places].tolist(),
            strict=True,
        ):
            found[number].append(Scored(candidates[number].token, i, j, self.labels[label + 1], probability))
        return found

    def _pair_probabilities(
        self,
        candidates: Sequence[TriggerCandidate],
        arguments: Sequence[ArgumentCandidate],
        first: Codes,
        second: Codes,
    ) -> Array:
        """Return the probabilities of pairs, shape (labels, pairs).

        `arguments` are those of all candidates one behind the other; `first` and `second` number subjects and
        objects among them.
        """
        a = self.arrays
        owner = np.repeat(np.arange(len(candidates)), [len(c.arguments) for c in candidates])
        subject, object_ = np.split(self._argument_vectors(arguments), 2, axis=1)
        subject = self._trigger_vectors(candidates)[owner] + subject
        numbers = np.array([self._kinds.get(x.type, 0) for x in arguments])
        heads = np.array([x.head for x in arguments])
        triggers = np.array([c.token for c in candidates])[owner[first]]
        order = self._order_rows[pair_codes(triggers, heads[first], heads[second])]
        hidden = a["types"].take(self._kind_rows[numbers[first], numbers[second]], axis=0)
        hidden += a["order"].take(order, axis=0)
        hidden += subject.take(first, axis=0)
        hidden += object_.take(second, axis=0)
        np.maximum(hidden, 0, out=hidden)
        # Pairs lie along the last axis, so that maximum and sum over labels are fast.
        logits = a["output"].T @ hidden.T
        logits += a["output_bias"][:, None]
        logits /= self.temperature
        logits -= logits.max(0)
        found: Array = np.exp(logits, out=logits)
        found /= found.sum(0)
        return found

    def _trigger_vectors(self, candidates: Sequence[TriggerCandidate]) -> Array:
        """Return for each candidate the sum of its trigger's embeddings."""
        vectors = np.stack([c.vector for c in candidates])
        base = self._trigger_sums([c.bundles for c in candidates])
        base += self.arrays["bias"]
        # A Doc of another front end has no vectors of the encoder, which come first: their part is zero.
        base += vectors @ self.arrays["trigger_dense"][-vectors.shape[1] :]
        return base

    def _argument_vectors(self, arguments: Sequence[ArgumentCandidate]) -> Array:
        """Return for each argument the sum of its embeddings as subject and, beside it, as object."""
        vectors = np.stack([x.vector for x in arguments])
        result = self._argument_sums([x.bundles for x in arguments])
        result += vectors @ self._argument_dense[-vectors.shape[1] :]
        return result

    def to_disk(self, path: Path) -> None:
        """Write ``vocabulary.json``, ``weights.npz`` (float16) and the calibration into the folder `path`."""
        path.mkdir(parents=True, exist_ok=True)
        data = {
            "labels": self.labels,
            "trigger_lexicon": self.trigger_lexicon,
            "trigger": ["\t".join(f) for f in self.trigger_vocabulary],
            "argument": ["\t".join(f) for f in self.argument_vocabulary],
            "types": self.types,
            "orders": self.orders,
            "temperature": self.temperature,
        }
        (path / "vocabulary.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        half: dict[str, Any] = {name: self.arrays[name].astype(np.float16) for name in _ARRAYS}
        np.savez_compressed(path / "weights.npz", **half)
        self.calibration.to_disk(path)

    @classmethod
    def from_disk(cls, path: Path) -> RelationClassifier:
        """Read what `to_disk` wrote; raise ModelError naming the missing file."""
        try:
            data = json.loads((path / "vocabulary.json").read_text(encoding="utf-8"))
            with np.load(path / "weights.npz") as stored:
                arrays = {name: stored[name].astype(np.float32) for name in _ARRAYS}
        except (OSError, KeyError, ValueError) as error:
            raise ModelError(f"relation model in {path} cannot be read: {error}") from error
        return cls(
            labels=data["labels"],
            trigger_lexicon=data["trigger_lexicon"],
            trigger_vocabulary={tuple(f.split("\t")): i for i, f in enumerate(data["trigger"])},
            argument_vocabulary={tuple(f.split("\t")): i for i, f in enumerate(data["argument"])},
            types=data["types"],
            orders=data["orders"],
            arrays=arrays,
            temperature=data["temperature"],
            calibration=Calibration.from_disk(path),
        )


def _all_pairs(sizes: Sequence[int]) -> tuple[Codes, Codes]:
    """Return the pairs of numbers in each of several groups of these sizes, numbered one behind the other."""
    counts = np.asarray(sizes)
    starts = np.cumsum(counts) - counts
    of = np.repeat(counts, counts)
    first = np.repeat(np.arange(len(of)), of)
    within = np.arange(len(first)) - np.repeat(np.cumsum(counts**2) - counts**2, counts**2)
    return first, np.repeat(starts, counts**2) + within % np.repeat(counts, counts**2)
