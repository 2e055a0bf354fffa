"""A learned scorer over candidates: one hidden layer over summed feature embeddings, in numpy.

The hidden vector of a pair is the sum of one vector for the trigger, one for the subject, one for the
object and two for the pair, so the cost grows with the number of arguments, not of pairs. The softmax
has one class per relation type and the class "none".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bgpolitics_ner.errors import ModelError
from bgpolitics_ner.relations.calibration import Calibration
from bgpolitics_ner.relations.candidates import (
    ArgumentCandidate,
    Codes,
    Feature,
    TriggerCandidate,
    order_codes,
    order_names,
)

NONE = "none"
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
        # Views, so that the large tables are in memory once.
        self.arrays["subject"], self.arrays["object"] = self._argument[:, :width], self._argument[:, width:]

    def probabilities(self, candidate: TriggerCandidate) -> Array:
        """Return the probabilities, shape (arguments, arguments, labels): [subject, object, label]."""
        a = self.arrays
        base = a["trigger"][self._rows(candidate.features, self.trigger_vocabulary)].sum(0) + a["bias"]
        # A Doc of another front end has no vectors of the encoder, which come first: their part is zero.
        base = base + candidate.vector @ a["trigger_dense"][-len(candidate.vector) :]
        subject, object_ = np.split(self._argument_vectors(candidate.arguments), 2, axis=1)
        numbers = [self._kinds.get(x.type, 0) for x in candidate.arguments]
        kinds = self._kind_rows[np.ix_(numbers, numbers)]
        heads = np.array([x.head for x in candidate.arguments])
        order = self._order_rows[order_codes(candidate.token, heads)]
        hidden = a["types"][kinds]
        hidden += a["order"][order]
        hidden += (base + subject)[:, None]
        hidden += object_[None]
        logits = np.maximum(hidden, 0, out=hidden) @ a["output"] + a["output_bias"]
        logits /= self.temperature
        logits -= logits.max(-1, keepdims=True)
        exponentials = np.exp(logits, out=logits)
        result: Array = exponentials / exponentials.sum(-1, keepdims=True)
        return result

    def _argument_vectors(self, arguments: list[ArgumentCandidate]) -> Array:
        """Return for each argument the sum of its embeddings as subject and, beside it, as object."""
        rows: list[int] = []
        filled: list[int] = []
        starts: list[int] = []
        for number, argument in enumerate(arguments):
            found = self._rows(argument.features, self.argument_vocabulary)
            if found:
                filled.append(number)
                starts.append(len(rows))
                rows += found
        vectors = np.stack([x.vector for x in arguments])
        result: Array = vectors @ self._argument_dense[-vectors.shape[1] :]
        if filled:
            result[filled] += np.add.reduceat(self._argument[rows], starts, axis=0)
        return result

    def score(self, candidate: TriggerCandidate, *, floor: float = 0.05) -> Iterator[Scored]:
        """Yield every (pair, type) of at least the probability `floor`; no argument is a pair with itself."""
        probabilities = self.probabilities(candidate)[:, :, 1:]
        for i, j, k in np.argwhere(probabilities >= floor):
            first, second = candidate.arguments[i], candidate.arguments[j]
            if i != j and first.referent != second.referent and second.mention is not None:
                yield Scored(
                    candidate.token, int(i), int(j), self.labels[k + 1], float(probabilities[i, j, k])
                )

    @staticmethod
    def _rows(features: list[Feature], vocabulary: dict[Feature, int]) -> list[int]:
        return [row for f in features if (row := vocabulary.get(f)) is not None]

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
