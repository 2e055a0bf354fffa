"""Running text → where its sentences begin, by a network with the pretrained encoder. Needs torch.

Far too slow to ship: it teaches the splitter of `bgpolitics_ner.training.splitter` on unlabelled text.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import IO

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from bgpolitics_ner.frontend.network import Array
from bgpolitics_ner.training.pieces import PretrainedEncoder
from bgpolitics_ner.training.splitter import DROPPED
from bgpolitics_ner.training.torch_encoder import EncoderModule, PieceReader, group_parameters

HIDDEN = 96
WINDOW = 180
EDGE = 30
"""Words at either end of a window whose answers are not heard where another window has them."""
BATCH = 5
RATE, ENCODER_RATE, DECAY = 2e-3, 1e-4, 0.9


class SplitTeacher(nn.Module):
    """Encoder, a bidirectional LSTM, and the log-odds that a sentence begins at a word."""

    def __init__(self, pretrained: PretrainedEncoder, reader: PieceReader) -> None:
        """`reader` has the pieces of all texts that it will see."""
        super().__init__()
        self.reader = reader
        self.encoder = EncoderModule(pretrained, reader.rows)
        self.layer = nn.LSTM(self.encoder.width, HIDDEN, bidirectional=True, batch_first=True)
        self.output = nn.Linear(2 * HIDDEN, 1)
        self.dropout = nn.Dropout(0.3)

    def forward(self, windows: Sequence[Sequence[str]]) -> torch.Tensor:
        """Take windows of equally many words, return log-odds (windows, words)."""
        words = self.encoder(self.reader.batch(windows))
        words = functional.layer_norm(words, words.shape[1:]).view(len(windows), len(windows[0]), -1)
        found: torch.Tensor = self.output(self.dropout(self.layer(self.dropout(words))[0]))[:, :, 0]
        return found

    @torch.no_grad()
    def split(self, words: Sequence[str], batch: int = 6) -> Array:
        """Return the probability that a sentence begins at each word of a running text, shape (N)."""
        self.eval()
        size, last = min(WINDOW, len(words)), max(0, len(words) - WINDOW)
        firsts = [*range(0, last, WINDOW - 2 * EDGE), last]
        odds, heard = np.zeros(len(words)), np.zeros(len(words))
        for low in range(0, len(firsts), batch):
            some = firsts[low : low + batch]
            rows = self([words[first : first + size] for first in some]).numpy()
            for first, row in zip(some, rows, strict=True):
                begin = EDGE if first else 0
                end = size if first == last else size - EDGE
                odds[first + begin : first + end] += row[begin:end]
                heard[first + begin : first + end] += 1
        found: Array = (1 / (1 + np.exp(-odds / np.maximum(heard, 1)))).astype(np.float32)
        return found


def train_split_teacher(
    pretrained: PretrainedEncoder,
    reader: PieceReader,
    words: Sequence[str],
    starts: Sequence[bool],
    finals: Sequence[bool],
    *,
    epochs: int = 3,
    seed: int = 0,
    log: IO[str] | None = None,
) -> SplitTeacher:
    """Fit it on a running text; `starts` begin a sentence, `finals` are marks that end one.

    The windows lie anew in each epoch, and a tenth of the final marks is left out: headlines have none.
    """
    torch.manual_seed(seed)
    chance = random.Random(seed)
    module = SplitTeacher(pretrained, reader)
    groups = group_parameters(module, module.encoder, RATE, ENCODER_RATE, DECAY)
    optimizer = torch.optim.AdamW(groups, RATE)
    gold, droppable = torch.tensor(list(starts), dtype=torch.float32), torch.tensor(list(finals))
    steps = epochs * max(1, len(words) // WINDOW // BATCH)
    step = 0
    for epoch in range(1, epochs + 1):
        module.train()
        kept = torch.nonzero(~droppable | (torch.rand(len(words)) > DROPPED))[:, 0]
        size = min(WINDOW, len(kept))
        shift = chance.randrange(size)
        firsts = [min(shift + n * size, len(kept) - size) for n in range(max(1, len(kept) // size))]
        chance.shuffle(firsts)
        total = 0.0
        for low in range(0, len(firsts), BATCH):
            step += 1
            rate = min(1.0, step / (0.1 * steps)) * max(0.02, 1 - step / steps)
            for group in optimizer.param_groups:
                group["lr"] = group["rate"] * rate
            places = [kept[first : first + size] for first in firsts[low : low + BATCH]]
            odds = module([[words[n] for n in place] for place in places])
            wanted = torch.stack([gold[place] for place in places])
            loss = functional.binary_cross_entropy_with_logits(odds[:, 1:], wanted[:, 1:])
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(module.parameters(), 1.0)
            optimizer.step()
            total += loss.item() * len(places)
        if log is not None:
            print(f"split teacher {epoch:3} loss {total / len(firsts):.4f}", file=log, flush=True)
    module.eval()
    return module
