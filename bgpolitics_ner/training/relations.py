"""Gold Documents + analysed Docs → the relation classifier. Needs torch (extra ``train``)."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from spacy.tokens import Doc

from bgpolitics_ner.document import Document, Relation
from bgpolitics_ner.relations.candidates import TriggerCandidate, order_codes, order_names
from bgpolitics_ner.relations.classifier import NONE, RelationClassifier
from bgpolitics_ner.relations.features import Feature
from bgpolitics_ner.schema import Schema, load_schema

IGNORED = -1


@dataclass
class Example:
    """One trigger with the label of each ordered pair of its arguments, shape (n, n)."""

    candidate: TriggerCandidate
    labels: np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Settings:
    """Hyper-parameters of the training."""

    hidden: int = 32
    epochs: int = 10
    learning_rate: float = 0.003
    feature_dropout: float = 0.2
    dropout: float = 0.3
    batch: int = 48
    min_count: int = 4
    weight_decay: float = 1e-5
    seed: int = 0
    members: int = 3
    positive_weight: float = 2.0


def relation_labels(schema: Schema | None = None) -> list[str]:
    """Return the classes of the softmax, "none" first; `schema` is None for the shipped one."""
    return [NONE, *(schema or load_schema()).relations]


def mine_trigger_lexicon(pairs: Iterable[tuple[Doc, Document]], *, min_count: int = 1) -> list[str]:
    """Return the lemmas of content words that stand in gold triggers."""
    counts: Counter[str] = Counter()
    for doc, gold in pairs:
        for relation in gold.relations or ():
            for token in _trigger_tokens(doc, relation):
                counts[doc[token].lemma_.lower()] += 1
    return sorted(lemma for lemma, count in counts.items() if count >= min_count)


def _trigger_tokens(doc: Doc, relation: Relation) -> set[int]:
    if relation.trigger is None:
        return set()
    span = doc.char_span(relation.trigger.start, relation.trigger.end, alignment_mode="expand")
    if span is None:
        return set()
    return {t.i for t in span if t.pos_ in ("VERB", "NOUN", "ADJ", "ADV", "PROPN")}


def label_candidates(
    doc: Doc, gold: Document, candidates: Sequence[TriggerCandidate], schema: Schema | None = None
) -> list[Example]:
    """Label each pair: a relation type, "none", or IGNORED where it is right but told in other words."""
    schema = schema or load_schema()
    number = {name: i for i, name in enumerate(relation_labels(schema))}
    spans = [(e.start, e.end, e.referent or "") for e in gold.entities or ()]
    refs_of = [{ref for start, end, ref in spans if start < m.end and m.start < end} for m in doc._.mentions]
    exact_of = [{i for i, (s, e, _) in enumerate(spans) if s < m.end and m.start < e} for m in doc._.mentions]
    ids = {e.id: i for i, e in enumerate(gold.entities or ())}
    clusters = _cluster_refs(doc, refs_of)
    relations = [(r, _trigger_tokens(doc, r)) for r in gold.relations or ()]
    examples = []
    for candidate in candidates:
        sentence = doc[candidate.token].sent
        local = [
            (r, t)
            for r, t in relations
            if (t and sentence.start <= min(t) < sentence.end)
            or (r.sentence and sentence.start_char <= r.sentence.start < sentence.end_char)
        ]
        size = len(candidate.arguments)
        labels = np.zeros((size, size), dtype=np.int64)
        for relation, tokens in local:
            on_trigger = candidate.token in tokens
            symmetric = schema.relations[relation.type].symmetric
            for i, first in enumerate(candidate.arguments):
                for j, second in enumerate(candidate.arguments):
                    fit = min(
                        _fit(first, relation.subject, refs_of, exact_of, ids, clusters),
                        _fit(second, relation.object, refs_of, exact_of, ids, clusters),
                    )
                    if symmetric:
                        turned = min(
                            _fit(second, relation.subject, refs_of, exact_of, ids, clusters),
                            _fit(first, relation.object, refs_of, exact_of, ids, clusters),
                        )
                        fit = max(fit, turned)
                    if fit == 2 and on_trigger:
                        labels[i, j] = number[relation.type]
                    elif fit >= 1 and labels[i, j] == 0:
                        labels[i, j] = IGNORED
        examples.append(Example(candidate, labels))
    return examples


def _cluster_refs(doc: Doc, refs_of: list[set[str]]) -> list[Counter[str]]:
    result: list[Counter[str]] = [Counter() for _ in doc._.referents]
    for mention, refs in zip(doc._.mentions, refs_of, strict=True):
        if mention.referent is not None:
            result[mention.referent].update(refs)
    return result


def _fit(
    argument: Any,
    gold: Any,
    refs_of: list[set[str]],
    exact_of: list[set[int]],
    ids: dict[str, int],
    clusters: list[Counter[str]],
) -> int:
    """2: the gold mention itself; 1: another mention of the gold referent; 0: something else."""
    if argument.mention is None:
        best = clusters[argument.referent].most_common(1)
        return 2 if gold.mention is None and best and best[0][0] == gold.referent else 0
    if gold.mention is not None and ids[gold.mention] in exact_of[argument.mention]:
        return 2
    return 1 if gold.referent in refs_of[argument.mention] else 0


def build_vocabulary(bags: Iterable[Iterable[Feature]], min_count: int) -> dict[Feature, int]:
    """Return the features seen at least `min_count` times, in a stable order."""
    counts: Counter[Feature] = Counter(f for bag in bags for f in bag)
    return {f: i for i, f in enumerate(sorted(f for f, n in counts.items() if n >= min_count))}


def train_ensemble(
    examples: Sequence[Example],
    lexicon: list[str],
    settings: Settings | None = None,
    *,
    labels: list[str] | None = None,
) -> RelationClassifier:
    """Fit `settings.members` classifiers that differ in their seed and join them into one.

    The mean of their logits is the answer of one network whose hidden layers stand side by side, so the
    ensemble needs no code of its own at run time.
    """
    settings = settings or Settings()
    encoder = _Encoder(examples, settings.min_count)
    encoded = encoder.encode_all(examples)
    members = [
        _fit_network(encoder, encoded, lexicon, replace(settings, seed=settings.seed + number), labels)
        for number in range(settings.members)
    ]
    first = members[0]
    arrays: dict[str, Any] = {}
    for name in first.arrays:
        parts = [member.arrays[name] for member in members]
        if name == "output":
            arrays[name] = np.concatenate(parts, axis=0) / len(parts)
        elif name == "output_bias":
            arrays[name] = np.mean(parts, axis=0)
        else:
            arrays[name] = np.concatenate(parts, axis=-1)
    return replace(first, arrays=arrays)


def train_classifier(
    examples: Sequence[Example],
    lexicon: list[str],
    settings: Settings | None = None,
    *,
    labels: list[str] | None = None,
) -> RelationClassifier:
    """Fit the classifier; deterministic for a given seed and torch version.

    `labels` are those of `relation_labels` by whose order the examples are labelled.
    """
    settings = settings or Settings()
    encoder = _Encoder(examples, settings.min_count)
    return _fit_network(encoder, encoder.encode_all(examples), lexicon, settings, labels)


def _fit_network(
    encoder: _Encoder,
    encoded: Sequence[dict[str, Any]],
    lexicon: list[str],
    settings: Settings,
    labels: list[str] | None,
) -> RelationClassifier:
    import torch

    labels = labels or relation_labels()
    torch.manual_seed(settings.seed)
    rng = random.Random(settings.seed)
    encoded = list(encoded)
    network = _Network(encoder, len(labels), settings)
    tables = [table.weight for table in network.tables()]
    dense = [p for p in network.parameters() if not any(p is table for table in tables)]
    optimizers = [
        torch.optim.SparseAdam(tables, lr=settings.learning_rate),
        torch.optim.Adam(dense, lr=settings.learning_rate, weight_decay=settings.weight_decay),
    ]
    steps = settings.epochs * (len(encoded) // settings.batch + 1)
    schedules = [torch.optim.lr_scheduler.LinearLR(o, 1.0, 0.05, total_iters=steps) for o in optimizers]
    weights = torch.full((len(labels),), settings.positive_weight)
    weights[0] = 1.0
    loss_function = torch.nn.CrossEntropyLoss(weight=weights)
    for _ in range(settings.epochs):
        rng.shuffle(encoded)
        network.train()
        for start in range(0, len(encoded), settings.batch):
            batch = _collate(encoded[start : start + settings.batch])
            loss = loss_function(network(batch), batch["label"])
            for optimizer in optimizers:
                optimizer.zero_grad()
            loss.backward()
            for optimizer, schedule in zip(optimizers, schedules, strict=True):
                optimizer.step()
                schedule.step()
    return encoder.to_classifier(network, lexicon, labels)


class _Encoder:
    def __init__(self, examples: Sequence[Example], min_count: int) -> None:
        self.trigger = build_vocabulary((e.candidate.features for e in examples), min_count)
        self.argument = build_vocabulary(
            (a.features for e in examples for a in e.candidate.arguments), min_count
        )
        self.sample = examples[0].candidate.vector
        pairs = {
            f"{first.type}>{second.type}"
            for e in examples
            for first in e.candidate.arguments
            for second in e.candidate.arguments
        }
        self.types: dict[str, int] = {"?": 0, **{name: row for row, name in enumerate(sorted(pairs), 1)}}
        self.orders: dict[str, int] = {"?": 0}
        for name in order_names():
            self.orders.setdefault(name, len(self.orders))
        self._order_rows = np.array([self.orders[name] for name in order_names()])

    def encode_all(self, examples: Iterable[Example]) -> list[dict[str, Any]]:
        """Return what the network reads of each example that has a pair to learn from."""
        encoded = [self.encode(example) for example in examples]
        return [item for item in encoded if len(item["label"])]

    def encode(self, example: Example) -> dict[str, Any]:
        candidate = example.candidate
        arguments = candidate.arguments
        referents = np.array([a.referent for a in arguments])
        told = np.array([a.mention is not None for a in arguments])
        keep = (referents[:, None] != referents[None]) & told[None] & (example.labels != IGNORED)
        first, second = np.nonzero(keep & ~np.eye(len(arguments), dtype=bool))
        kinds = [a.type for a in arguments]
        heads = np.array([a.head for a in arguments])
        orders = self._order_rows[order_codes(candidate.token, heads)]
        return {
            "vector": candidate.vector,
            "vectors": np.stack([a.vector for a in arguments]),
            "trigger": [self.trigger[f] for f in candidate.features if f in self.trigger],
            "arguments": [[self.argument[f] for f in a.features if f in self.argument] for a in arguments],
            "first": first,
            "second": second,
            "types": np.array(
                [self.types[f"{kinds[i]}>{kinds[j]}"] for i, j in zip(first, second, strict=True)], dtype=int
            ),
            "orders": orders[first, second],
            "label": example.labels[first, second],
        }

    def to_classifier(self, network: Any, lexicon: list[str], labels: list[str]) -> RelationClassifier:
        arrays = {name: value.detach().numpy().astype(np.float32) for name, value in network.export().items()}
        return RelationClassifier(
            labels, lexicon, self.trigger, self.argument, self.types, self.orders, arrays
        )


def _collate(items: list[dict[str, Any]]) -> dict[str, Any]:
    import torch

    triggers: list[int] = []
    trigger_offsets: list[int] = []
    arguments: list[int] = []
    argument_offsets: list[int] = []
    which: list[np.ndarray[Any, Any]] = []
    first: list[np.ndarray[Any, Any]] = []
    second: list[np.ndarray[Any, Any]] = []
    for number, item in enumerate(items):
        trigger_offsets.append(len(triggers))
        triggers.extend(item["trigger"])
        base = len(argument_offsets)
        for bag in item["arguments"]:
            argument_offsets.append(len(arguments))
            arguments.extend(bag)
        which.append(np.full(len(item["label"]), number))
        first.append(item["first"] + base)
        second.append(item["second"] + base)
    as_tensor = torch.as_tensor
    return {
        "trigger": (as_tensor(triggers), as_tensor(trigger_offsets)),
        "argument": (as_tensor(arguments), as_tensor(argument_offsets)),
        "vector": as_tensor(np.stack([item["vector"] for item in items])),
        "vectors": as_tensor(np.concatenate([item["vectors"] for item in items])),
        "which": as_tensor(np.concatenate(which)),
        "first": as_tensor(np.concatenate(first)),
        "second": as_tensor(np.concatenate(second)),
        "types": as_tensor(np.concatenate([item["types"] for item in items])),
        "orders": as_tensor(np.concatenate([item["orders"] for item in items])),
        "label": as_tensor(np.concatenate([item["label"] for item in items])),
    }


def _Network(encoder: _Encoder, labels: int, settings: Settings) -> Any:  # noqa: N802
    """Build the torch module; a function, so that importing this file needs no torch."""
    import torch
    from torch import nn

    width = settings.hidden

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.trigger = nn.EmbeddingBag(len(encoder.trigger), width, mode="sum", sparse=True)
            self.subject = nn.EmbeddingBag(len(encoder.argument), width, mode="sum", sparse=True)
            self.object = nn.EmbeddingBag(len(encoder.argument), width, mode="sum", sparse=True)
            self.types = nn.Embedding(len(encoder.types), width)
            self.order = nn.Embedding(len(encoder.orders), width)
            for table in (self.trigger, self.subject, self.object, self.types, self.order):
                nn.init.normal_(table.weight, std=0.1)
            size = len(encoder.sample)
            self.trigger_dense = nn.Linear(size, width, bias=False)
            self.subject_dense = nn.Linear(size, width, bias=False)
            self.object_dense = nn.Linear(size, width, bias=False)
            self.bias = nn.Parameter(torch.zeros(width))
            self.output = nn.Linear(width, labels)
            self.dropout = nn.Dropout(settings.dropout)

        def tables(self) -> list[Any]:
            return [self.trigger, self.subject, self.object]

        def _bag(self, table: Any, bags: Any) -> Any:
            rows, offsets = bags
            weights = None
            if self.training:
                keep = 1 - settings.feature_dropout
                weights = torch.bernoulli(torch.full((len(rows),), keep)) / keep
            return table(rows, offsets, per_sample_weights=weights)

        def forward(self, batch: dict[str, Any]) -> Any:
            trigger = self._bag(self.trigger, batch["trigger"]) + self.trigger_dense(batch["vector"])
            subject = self._bag(self.subject, batch["argument"]) + self.subject_dense(batch["vectors"])
            object_ = self._bag(self.object, batch["argument"]) + self.object_dense(batch["vectors"])
            hidden = trigger[batch["which"]] + subject[batch["first"]] + object_[batch["second"]] + self.bias
            hidden = hidden + self.types(batch["types"]) + self.order(batch["orders"])
            return self.output(self.dropout(torch.relu(hidden)))

        def export(self) -> dict[str, Any]:
            return {
                "trigger": self.trigger.weight,
                "subject": self.subject.weight,
                "object": self.object.weight,
                "types": self.types.weight,
                "order": self.order.weight,
                "bias": self.bias,
                "trigger_dense": self.trigger_dense.weight.T,
                "subject_dense": self.subject_dense.weight.T,
                "object_dense": self.object_dense.weight.T,
                "output": self.output.weight.T,
                "output_bias": self.output.bias,
            }

    return Network()
