"""The parser network in torch, and its arrays as `bgpolitics_ner.frontend.parsing` reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from bgpolitics_ner.frontend.features import FeatureReader, WordFeatures
from bgpolitics_ner.frontend.network import SLOPE, Array, Direction
from bgpolitics_ner.training.torch_encoder import EncoderModule, PieceBatch


@dataclass(frozen=True)
class Sizes:
    """Widths of the network; `hidden` is one direction of an LSTM."""

    word: int = 96
    affix: int = 96
    inflection: int = 64
    vector: int = 96
    width: int = 256
    hidden: int = 224
    layers: int = 3
    tag_layer: int = 2
    tag: int = 256
    arc: int = 256
    label: int = 96


@dataclass(frozen=True)
class Batch:
    """Distinct forms of a batch with their features, and where each word of each sentence is.

    `pieces` are there for networks with a pretrained encoder only.
    """

    words: torch.Tensor
    affixes: tuple[torch.Tensor, torch.Tensor]
    classes: tuple[torch.Tensor, torch.Tensor]
    vectors: torch.Tensor
    forms: torch.Tensor
    lengths: torch.Tensor
    pieces: PieceBatch | None = None


def make_batch(
    sentences: Sequence[Sequence[str]],
    read: FeatureReader,
    vectors: Mapping[str, Array],
    cache: dict[str, WordFeatures],
    pieces: PieceBatch | None = None,
) -> Batch:
    """Collect the features of sentences of word forms."""
    numbers: dict[str, int] = {}
    forms = [numbers.setdefault(form, len(numbers)) for sentence in sentences for form in sentence]
    for form in numbers:
        if form not in cache:
            cache[form] = read(form)
    found = [cache[form] for form in numbers]
    return Batch(
        words=torch.tensor([one.word for one in found]),
        affixes=_bags([one.affixes for one in found]),
        classes=_bags([one.classes for one in found]),
        vectors=torch.from_numpy(np.stack([vectors[form] for form in numbers])),
        forms=torch.tensor(forms),
        lengths=torch.tensor([len(sentence) for sentence in sentences]),
        pieces=pieces,
    )


def _bags(rows: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    flat = [number for row in rows for number in row]
    starts = np.cumsum([0, *(len(row) for row in rows[:-1])])
    return torch.tensor(flat, dtype=torch.long), torch.from_numpy(starts)


class Representation(nn.Module):
    """Word forms → vectors: sums of embeddings of word, affixes and inflection classes, and word vectors."""

    def __init__(self, read: FeatureReader, sizes: Sizes, *, drop_word: float, drop_form: float) -> None:
        super().__init__()
        self.word = nn.Embedding(len(read.words) + 1, sizes.word)
        self.affix = nn.EmbeddingBag(max(1, len(read.affixes)), sizes.affix, mode="sum")
        self.inflection = nn.EmbeddingBag(max(1, len(read.table.classes)), sizes.inflection, mode="sum")
        for table in (self.word, self.affix, self.inflection):
            nn.init.normal_(table.weight, std=0.1)
        self.input = nn.Linear(sizes.word + sizes.affix + sizes.inflection + sizes.vector, sizes.width)
        self.norm = nn.LayerNorm(sizes.width)
        self.drop_word, self.drop_form = drop_word, drop_form

    def forward(self, batch: Batch) -> torch.Tensor:
        """Return the representations of all words of the batch, shape (N, D)."""
        words = self.word.weight[batch.words][batch.forms]
        rest = torch.cat([self.affix(*batch.affixes), self.inflection(*batch.classes), batch.vectors], 1)
        rest = rest[batch.forms]
        if self.training:
            words = words * (torch.rand(len(words), 1) > self.drop_word)
            rest = rest * (torch.rand(len(rest), 1) > self.drop_form)
        return _rectify(self.norm(self.input(torch.cat([words, rest], 1))))


def _rectify(values: torch.Tensor) -> torch.Tensor:
    return functional.leaky_relu(values, float(SLOPE))


class SharedDropout(nn.Module):
    """Dropout with one mask for all words of a sentence (Gal and Ghahramani 2016); input (B, T, D)."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        if not self.training or not self.rate:
            return values
        mask = values.new_empty(values.shape[0], 1, values.shape[2]).bernoulli_(1 - self.rate)
        return values * (mask / (1 - self.rate))


@dataclass(frozen=True)
class Scores:
    """Of the N words of a batch; arcs have the shape (N, longest + 1), head 0 is the root."""

    tags: torch.Tensor
    edits: torch.Tensor
    arcs: torch.Tensor


class ParserModule(nn.Module):
    """Encoder and classifiers; call `labels` after `forward`, with gold or predicted heads."""

    def __init__(
        self, read: FeatureReader, *, tags: int, edits: int, labels: int, sizes: Sizes, dropout: float,
        drop_word: float = 0.2, drop_form: float = 0.02, encoder: EncoderModule | None = None,
    ) -> None:  # fmt: skip
        """`encoder` is the pretrained encoder of a teacher; what ships has none."""
        super().__init__()
        self.sizes, self.encoder = sizes, encoder
        wide = 2 * sizes.hidden
        width = sizes.width + (encoder.width if encoder is not None else 0)
        self.represent = Representation(read, sizes, drop_word=drop_word, drop_form=drop_form)
        self.layers = nn.ModuleList(
            nn.LSTM(wide if layer else width, sizes.hidden, bidirectional=True, batch_first=True)
            for layer in range(sizes.layers)
        )
        self.edge = nn.Parameter(torch.randn(2, width) * 0.1)
        self.shared, self.dropout = SharedDropout(dropout), nn.Dropout(dropout)
        self.tag_hidden = nn.Linear(wide + width, sizes.tag)
        self.tag, self.edit = nn.Linear(sizes.tag, tags), nn.Linear(sizes.tag, edits)
        self.arc_dependent, self.arc_head = nn.Linear(wide, sizes.arc), nn.Linear(wide, sizes.arc)
        self.label_dependent, self.label_head = nn.Linear(wide, sizes.label), nn.Linear(wide, sizes.label)
        self.arc = nn.Linear(sizes.arc, sizes.arc)
        self.label = nn.Parameter(torch.empty(labels, sizes.label + 1, sizes.label + 1))
        nn.init.orthogonal_(self.arc.weight)
        nn.init.normal_(self.label, std=0.02)
        for layer in self.layers:
            start_lstm(layer, sizes.hidden)

    def forward(self, batch: Batch) -> Scores:
        words = self.represent(batch)
        if self.encoder is not None:
            if batch.pieces is None:
                raise ValueError("a network with an encoder needs the pieces of the words")
            encoded = self.encoder(batch.pieces)
            words = torch.cat([words, functional.layer_norm(encoded, encoded.shape[1:])], 1)
        lengths = batch.lengths
        count, longest = len(lengths), int(lengths.max())
        sentence = torch.repeat_interleave(torch.arange(count), lengths)
        place = torch.cat([torch.arange(1, length + 1) for length in lengths.tolist()])
        states = words.new_zeros(count, longest + 2, words.shape[1])
        states[sentence, place] = words
        states[:, 0] = self.edge[0]
        states[torch.arange(count), lengths + 1] = self.edge[1]
        states = self.shared(states)
        below = states[sentence, place]
        middle = states
        for number, layer in enumerate(self.layers, 1):
            packed = nn.utils.rnn.pack_padded_sequence(
                states, lengths + 2, batch_first=True, enforce_sorted=False
            )
            states, _ = nn.utils.rnn.pad_packed_sequence(
                layer(packed)[0], batch_first=True, total_length=longest + 2
            )
            states = self.shared(states)
            if number == self.sizes.tag_layer:
                middle = states
        hidden = self.dropout(_rectify(self.tag_hidden(torch.cat([middle[sentence, place], below], 1))))
        states = states[:, :-1]
        dependents = self.shared(_rectify(self.arc_dependent(states)))
        heads = self.shared(_rectify(self.arc_head(states)))
        arcs = torch.bmm(self.arc(dependents), heads.transpose(1, 2)) / self.sizes.arc**0.5
        outside = torch.arange(longest + 1)[None] > lengths[:, None]
        arcs = arcs.masked_fill(outside[:, None], -1e4)[sentence, place]
        self._parts = (
            self.shared(_rectify(self.label_dependent(states))),
            self.shared(_rectify(self.label_head(states))),
            sentence,
            place,
        )
        return Scores(self.tag(hidden), self.edit(hidden), arcs)

    def labels(self, heads: torch.Tensor) -> torch.Tensor:
        """Return the scores of the labels, shape (N, labels), of arcs from these heads (0 for the root)."""
        dependents, governors, sentence, place = self._parts
        left, right = _with_one(dependents[sentence, place]), _with_one(governors[sentence, heads])
        flat = self.label.permute(1, 0, 2).reshape(left.shape[1], -1)
        found: torch.Tensor = ((left @ flat).view(len(left), -1, right.shape[1]) * right[:, None]).sum(2)
        return found


def _with_one(values: torch.Tensor) -> torch.Tensor:
    return torch.cat([values, values.new_ones(len(values), 1)], 1)


def start_lstm(layer: nn.LSTM, hidden: int) -> None:
    """Begin with orthogonal recurrent weights and forget gates that are open."""
    for name, weights in layer.named_parameters():
        if "weight_hh" in name:
            for gate in range(4):
                nn.init.orthogonal_(weights.data[gate * hidden : (gate + 1) * hidden])
        elif "bias" in name:
            weights.data.zero_()
            if "bias_ih" in name:
                weights.data[hidden : 2 * hidden] = 1.0


def export(module: ParserModule, vector_scale: float) -> dict[str, Array]:
    """Return the arrays that `ParserNetwork` reads; `vector_scale` is what word vectors are multiplied by."""
    read = module.represent
    arrays = {
        "word.table": to_array(read.word.weight),
        "affix.table": to_array(read.affix.weight),
        "class.table": to_array(read.inflection.weight),
        "vector.scale": np.array(vector_scale, dtype=np.float32),
        "input.gain": to_array(read.norm.weight),
        "input.shift": to_array(read.norm.bias),
        "edge": to_array(module.edge),
        "label.bilinear": to_array(module.label),
        "tag.layer": np.array(module.sizes.tag_layer, dtype=np.float32),
        "arc.bilinear": to_array(module.arc.weight.T / module.sizes.arc**0.5),
        "arc.bilinear_bias": to_array(module.arc.bias / module.sizes.arc**0.5),
    }
    wide = 2 * module.sizes.hidden
    hidden = to_array(module.tag_hidden.weight.T)
    arrays |= {
        "tag.states": hidden[:wide],
        "tag.words": hidden[wide:],
        "tag.bias": to_array(module.tag_hidden.bias),
    }
    for name, linear in (("tag.output", module.tag), ("lemma.output", module.edit)):
        arrays |= {name: to_array(linear.weight.T), f"{name}_bias": to_array(linear.bias)}
    arrays |= {"input.weight": to_array(read.input.weight.T), "input.bias": to_array(read.input.bias)}
    for name in ("arc", "label"):
        for end in ("dependent", "head"):
            linear = getattr(module, f"{name}_{end}")
            weights, bias = to_array(linear.weight.T), to_array(linear.bias)
            arrays |= {f"{name}.{end}": weights, f"{name}.{end}_bias": bias}
    return arrays | export_layers(module.layers, "encoder")


LSTM_PARTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def export_layers(layers: Sequence[Any], prefix: str) -> dict[str, Array]:
    """Return the arrays of bidirectional one-layer LSTMs."""
    arrays: dict[str, Array] = {}
    for number, layer in enumerate(layers):
        for side, ending in enumerate(("", "_reverse")):
            part = {name: to_array(getattr(layer, f"{name}_l0{ending}")) for name in LSTM_PARTS}
            inputs, recurrent = part["weight_ih"], part["weight_hh"]
            bias = part["bias_ih"] + part["bias_hh"]
            found = Direction.from_torch(inputs, recurrent, np.asarray(bias, dtype=np.float32))
            for name in ("inputs", "recurrent", "bias"):
                arrays[f"{prefix}.{number}.{side}.{name}"] = getattr(found, name)
    return arrays


def to_array(weights: torch.Tensor) -> Array:
    """Return weights as a float32 array of their own."""
    return np.ascontiguousarray(weights.detach().numpy().astype(np.float32))
