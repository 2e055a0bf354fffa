"""The tagger network in torch, and its arrays as `bgpolitics_ner.entities.tagging` reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from bgpolitics_ner.entities.crf import FORBIDDEN, list_allowed
from bgpolitics_ner.entities.signals import CONTEXT, WIDTH
from bgpolitics_ner.frontend.network import SLOPE, Array
from bgpolitics_ner.training.torch_parser import SharedDropout, export_layers, start_lstm, to_array


@dataclass(frozen=True)
class TaggerSizes:
    """Widths of the network; `hidden` is one direction of an LSTM."""

    affix: int = 64
    width: int = 192
    hidden: int = 128


@dataclass(frozen=True)
class TaggerBatch:
    """The distinct forms of some texts with their features, and what the N words of the texts are.

    `names` numbers the names over all texts, -1 for words without one; `lengths` are those of the sentences.
    """

    affixes: tuple[torch.Tensor, torch.Tensor]
    shapes: torch.Tensor
    vectors: torch.Tensor
    forms: torch.Tensor
    signals: torch.Tensor
    names: torch.Tensor
    lengths: torch.Tensor


class TaggerModule(nn.Module):
    """Emission scores of words; `drop_name` is how often all forms of a name are hidden in training.

    `drop_lists` is how often what the lists say of a word is hidden.
    """

    def __init__(
        self, tags: Sequence[str], *, affixes: int, shapes: int, vector: int, sizes: TaggerSizes,
        dropout: float, drop_name: float, drop_lists: float, drop_form: float = 0.03,
    ) -> None:  # fmt: skip
        super().__init__()
        wide = 2 * sizes.hidden
        self.affix = nn.EmbeddingBag(max(1, affixes), sizes.affix, mode="sum")
        self.shape = nn.Embedding(shapes + 1, sizes.width)
        for table in (self.affix, self.shape):
            nn.init.normal_(table.weight, std=0.1)
        self.form = nn.Linear(sizes.affix + vector, sizes.width)
        self.signal = nn.Linear(WIDTH, sizes.width, bias=False)
        self.norm = nn.LayerNorm(sizes.width)
        self.first = nn.LSTM(sizes.width, sizes.hidden, bidirectional=True, batch_first=True)
        self.second = nn.LSTM(2 * wide, sizes.hidden, bidirectional=True, batch_first=True)
        self.output = nn.Linear(wide, len(tags))
        self.field = TorchField(tags)
        self.shared = SharedDropout(dropout)
        self.drop_name, self.drop_lists, self.drop_form = drop_name, drop_lists, drop_form
        for layer in (self.first, self.second):
            start_lstm(layer, sizes.hidden)

    def forward(self, batch: TaggerBatch) -> torch.Tensor:
        """Return the scores, padded: (sentences, longest, tags)."""
        forms = torch.cat([self.affix(*batch.affixes), batch.vectors], 1)[batch.forms]
        signals = batch.signals
        if self.training:
            forms = forms * self._keep_forms(batch.names)[:, None]
            listed = (torch.rand(len(signals), 1) > self.drop_lists).expand(-1, WIDTH - len(CONTEXT))
            signals = signals * torch.cat([torch.ones(len(signals), len(CONTEXT)), listed], 1)
        values = self.form(forms) + self.shape(batch.shapes)[batch.forms] + self.signal(signals)
        values = functional.leaky_relu(self.norm(values), float(SLOPE))
        longest = int(batch.lengths.max())
        inside = torch.arange(longest)[None] < batch.lengths[:, None]
        states = self._run(self.first, self.shared(_pad(values, inside)), batch.lengths)
        pooled = _pool(states[inside], batch.names)
        states = torch.cat([states, _pad(pooled, inside)], 2)
        top = self._run(self.second, self.shared(states), batch.lengths)
        scores: torch.Tensor = self.output(self.shared(top))
        return scores

    def _keep_forms(self, names: torch.Tensor) -> torch.Tensor:
        kept = torch.rand(int(names.max()) + 2) > self.drop_name
        kept[-1] = True  # words without a name have the number -1
        return kept[names] & (torch.rand(len(names)) > self.drop_form)

    @staticmethod
    def _run(layer: nn.LSTM, values: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        packed = nn.utils.rnn.pack_padded_sequence(values, lengths, batch_first=True, enforce_sorted=False)
        states, _ = nn.utils.rnn.pad_packed_sequence(
            layer(packed)[0], batch_first=True, total_length=values.shape[1]
        )
        found: torch.Tensor = states
        return found


def _pad(values: torch.Tensor, inside: torch.Tensor) -> torch.Tensor:
    padded = values.new_zeros(*inside.shape, values.shape[1])
    padded[inside] = values
    return padded


def _pool(states: torch.Tensor, names: torch.Tensor) -> torch.Tensor:
    """Return for each word the mean state of the words with the same name, zeros without one."""
    named = names >= 0
    size = int(names.max()) + 2
    sums = states.new_zeros(size, states.shape[1]).index_add(0, names[named], states[named])
    counts = torch.bincount(names[named], minlength=size).clamp(min=1)
    return (sums / counts[:, None])[names]


class TorchField(nn.Module):
    """The conditional random field in torch: the loss of gold tags."""

    def __init__(self, tags: Sequence[str]) -> None:
        super().__init__()
        self.transitions = nn.Parameter(torch.zeros(len(tags), len(tags)))
        self.start, self.end = nn.Parameter(torch.zeros(len(tags))), nn.Parameter(torch.zeros(len(tags)))
        for name, allowed in zip(("between", "at_start", "at_end"), list_allowed(tags), strict=True):
            self.register_buffer(name, torch.tensor(np.asarray(allowed)))

    def _scores(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        never = float(FORBIDDEN)
        return (
            self.transitions.masked_fill(~self.between, never),
            self.start.masked_fill(~self.at_start, never),
            self.end.masked_fill(~self.at_end, never),
        )

    def loss(self, scores: torch.Tensor, tags: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Return the negative log-likelihood of padded gold `tags`, summed over the sentences."""
        transitions, start, end = self._scores()
        inside = (torch.arange(scores.shape[1])[None] < lengths[:, None]).float()
        gold = (scores.gather(2, tags[:, :, None])[:, :, 0] * inside).sum(1)
        gold = gold + (transitions[tags[:, :-1], tags[:, 1:]] * inside[:, 1:]).sum(1)
        gold = gold + start[tags[:, 0]] + end[tags.gather(1, lengths[:, None] - 1)[:, 0]]
        paths = start + scores[:, 0]
        for step in range(1, scores.shape[1]):
            longer = torch.logsumexp(paths[:, :, None] + transitions, 1) + scores[:, step]
            paths = torch.where((step < lengths)[:, None], longer, paths)
        return (torch.logsumexp(paths + end, 1) - gold).sum()


def export_tagger(module: TaggerModule, vector_scale: float) -> dict[str, Array]:
    """Return the arrays that `TaggerNetwork` reads; `vector_scale` is what word vectors are multiplied by."""
    field = module.field
    return {
        "affix.table": to_array(module.affix.weight),
        "shape.table": to_array(module.shape.weight),
        "vector.scale": np.array(vector_scale, dtype=np.float32),
        "form.weight": to_array(module.form.weight.T),
        "form.bias": to_array(module.form.bias),
        "signal.weight": to_array(module.signal.weight.T),
        "input.gain": to_array(module.norm.weight),
        "input.shift": to_array(module.norm.bias),
        "output.weight": to_array(module.output.weight.T),
        "output.bias": to_array(module.output.bias),
        "crf.transitions": to_array(field.transitions),
        "crf.start": to_array(field.start),
        "crf.end": to_array(field.end),
        **export_layers([module.first], "first"),
        **export_layers([module.second], "second"),
    }
