"""A learned scorer over candidates: one hidden layer over summed feature embeddings, in numpy.

The hidden vector of a pair is the sum of one vector for the trigger, one for the subject, one for the
object and two for the pair, so the cost grows with the number of arguments, not of pairs. The softmax
has one class per relation type and the class "none".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bgpolitics_ner.errors import ModelError
from bgpolitics_ner.relations.candidates import Feature, TriggerCandidate, pair_features

NONE = "none"
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
    """Weights and vocabularies; `arrays` maps the names in _ARRAYS to float32 arrays."""

    labels: list[str]
    trigger_lexicon: list[str]
    trigger_vocabulary: dict[Feature, int]
    argument_vocabulary: dict[Feature, int]
    types: dict[str, int]
    orders: dict[str, int]
    arrays: dict[str, np.ndarray[Any, np.dtype[np.float32]]]
    temperature: float = 1.0
    thresholds: dict[str, float] | None = None

    def probabilities(self, candidate: TriggerCandidate) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Return the probabilities, shape (arguments, arguments, labels): [subject, object, label]."""
        a = self.arrays
        base = a["trigger"][self._rows(candidate.features, self.trigger_vocabulary)].sum(0) + a["bias"]
        base = base + candidate.vector @ a["trigger_dense"]
        rows = [self._rows(x.features, self.argument_vocabulary) for x in candidate.arguments]
        vectors = np.stack([x.vector for x in candidate.arguments])
        subject = np.stack([a["subject"][r].sum(0) for r in rows]) + vectors @ a["subject_dense"]
        object_ = np.stack([a["object"][r].sum(0) for r in rows]) + vectors @ a["object_dense"]
        size = len(rows)
        kinds = np.zeros((size, size), dtype=np.int64)
        order = np.zeros((size, size), dtype=np.int64)
        for i, first in enumerate(candidate.arguments):
            for j, second in enumerate(candidate.arguments):
                kind, place = pair_features(candidate.token, first, second)
                kinds[i, j] = self.types.get(kind, 0)
                order[i, j] = self.orders.get(place, 0)
        hidden = base + subject[:, None] + object_[None] + a["types"][kinds] + a["order"][order]
        logits = np.maximum(hidden, 0) @ a["output"] + a["output_bias"]
        logits /= self.temperature
        logits -= logits.max(-1, keepdims=True)
        exponentials = np.exp(logits)
        result: np.ndarray[Any, np.dtype[np.float32]] = exponentials / exponentials.sum(-1, keepdims=True)
        return result

    def score(self, candidate: TriggerCandidate, *, floor: float = 0.05) -> Iterator[Scored]:
        """Yield every (pair, type) whose probability is at least `floor`; an argument is no pair with itself."""
        probabilities = self.probabilities(candidate)[:, :, 1:]
        for i, j, k in zip(*np.nonzero(probabilities >= floor)):
            first, second = candidate.arguments[i], candidate.arguments[j]
            if i != j and first.referent != second.referent and second.mention is not None:
                yield Scored(
                    candidate.token, int(i), int(j), self.labels[k + 1], float(probabilities[i, j, k])
                )

    @staticmethod
    def _rows(features: list[Feature], vocabulary: dict[Feature, int]) -> list[int]:
        return [vocabulary[f] for f in features if f in vocabulary]

    def to_disk(self, path: Path) -> None:
        """Write ``vocabulary.json`` and ``weights.npz`` (float16) into the folder `path`."""
        path.mkdir(parents=True, exist_ok=True)
        data = {
            "labels": self.labels,
            "trigger_lexicon": self.trigger_lexicon,
            "trigger": ["\t".join(f) for f in self.trigger_vocabulary],
            "argument": ["\t".join(f) for f in self.argument_vocabulary],
            "types": self.types,
            "orders": self.orders,
            "temperature": self.temperature,
            "thresholds": self.thresholds,
        }
        (path / "vocabulary.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        half: dict[str, Any] = {name: self.arrays[name].astype(np.float16) for name in _ARRAYS}
        np.savez_compressed(path / "weights.npz", **half)

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
            thresholds=data["thresholds"],
        )
