"""Running text with known sentences → the sentence splitter. Needs torch (extra ``train``)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import IO

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from bgpolitics_ner.frontend.network import Array
from bgpolitics_ner.frontend.parsing import WINDOW
from bgpolitics_ner.training.torch_parser import SharedDropout, export_layers

HIDDEN = 96
EPOCHS = 24
MIN_STEPS = 300
"""Steps that a short text gets at least, in more epochs."""
BATCH = 16
LEARN_RATE = 3e-3
DROPOUT = 0.3
DROPPED = 0.1
"""Share of final marks left out in an epoch: headlines have none, and a treebank has few headlines."""


class SplitterModule(nn.Module):
    """A small bidirectional LSTM over word representations: log-odds that a sentence begins at a word."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.layer = nn.LSTM(width, hidden, bidirectional=True, batch_first=True)
        self.output = nn.Linear(2 * hidden, 1)
        self.dropout = SharedDropout(DROPOUT)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        """Take representations (texts, words, D), return log-odds (texts, words)."""
        found: torch.Tensor = self.output(self.dropout(self.layer(self.dropout(words))[0]))[:, :, 0]
        return found


def train_splitter(
    words: Array,
    starts: Sequence[bool],
    finals: Sequence[bool],
    *,
    taught: tuple[Array, Array] | None = None,
    epochs: int = EPOCHS,
    seed: int = 0,
    log: IO[str] | None = None,
) -> dict[str, Array]:
    """Return the splitter's arrays; `words` are the representations of a running text, shape (N, D).

    `starts` are the words that begin a sentence, `finals` the marks that end one. `taught` are the words of
    more text, shape (M, D), with the probabilities that a teacher gives to a beginning, shape (M). The
    windows lie anew in each epoch, so a sentence is seen with much and with little around it.
    """
    torch.manual_seed(seed)
    chance = random.Random(seed)
    inputs, gold = torch.from_numpy(words), torch.tensor(list(starts), dtype=torch.float32)
    droppable = torch.tensor(list(finals))
    if taught is not None:
        more, wanted = (torch.from_numpy(array) for array in taught)
        inputs, gold = torch.cat([inputs, more]), torch.cat([gold, wanted])
        droppable = torch.cat([droppable, torch.zeros(len(more), dtype=torch.bool)])
    module = SplitterModule(words.shape[1], HIDDEN)
    optimizer = torch.optim.AdamW(module.parameters(), LEARN_RATE)
    size = min(WINDOW, len(words))
    per_epoch = max(1, len(inputs) // size)
    steps = -(-per_epoch // BATCH)
    epochs = max(epochs, -(-MIN_STEPS // steps))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * steps)
    for epoch in range(1, epochs + 1):
        kept = torch.nonzero(~droppable | (torch.rand(len(inputs)) > DROPPED))[:, 0]
        shift = chance.randrange(size)
        firsts = [max(0, min(shift + number * size, len(kept) - size)) for number in range(per_epoch)]
        chance.shuffle(firsts)
        total = 0.0
        for low in range(0, len(firsts), BATCH):
            places = torch.tensor(firsts[low : low + BATCH])[:, None] + torch.arange(min(size, len(kept)))
            places = kept[places]
            odds = module(inputs[places])
            loss = functional.binary_cross_entropy_with_logits(odds[:, 1:], gold[places][:, 1:])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(places)
        if log is not None:
            print(f"splitter {epoch:3} loss {total / len(firsts):.4f}", file=log, flush=True)
    output = module.output
    return {
        **export_layers([module.layer], "splitter"),
        "split.weight": np.ascontiguousarray(output.weight.detach().numpy().T),
        "split.bias": output.bias.detach().numpy().copy(),
    }
