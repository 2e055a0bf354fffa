"""What a parser is to learn: gold heads and labels, or the probabilities that teachers give them.

Whole distributions teach more than the teachers' best guesses: G. Hinton, O. Vinyals and J. Dean,
"Distilling the Knowledge in a Neural Network", 2015.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import torch

from bgpolitics_ner.frontend.network import Array
from bgpolitics_ner.training.conllu import Row


class TaughtSentence(list[Row]):
    """Words with the teachers' best analysis, and what they hold for likely.

    `arcs` are the probabilities of the heads of T words, shape (T, T + 1), 0 for the root; `labels` those of
    the labels of the best heads, shape (T, labels), numbered as the trainer does.
    """

    def __init__(self, rows: Iterable[Row], arcs: Array, labels: Array) -> None:
        super().__init__(rows)
        self.arcs = arcs.astype(np.float16)
        self.labels = labels.astype(np.float16)


def arc_targets(sentences: Sequence[Sequence[Row]], width: int) -> torch.Tensor:
    """Return the probabilities to learn for the heads of all N words, shape (N, `width`)."""
    found = torch.zeros(sum(map(len, sentences)), width)
    place = 0
    for sentence in sentences:
        rows = slice(place, place + len(sentence))
        if isinstance(sentence, TaughtSentence):
            found[rows, : len(sentence) + 1] = torch.from_numpy(sentence.arcs.astype(np.float32))
        else:
            found[rows] = torch.nn.functional.one_hot(
                torch.tensor([row.head for row in sentence]), width
            ).float()
        place += len(sentence)
    return found


def label_targets(sentences: Sequence[Sequence[Row]], numbers: Mapping[str, int]) -> torch.Tensor:
    """Return the probabilities to learn for the labels, shape (N, labels); all 0 for an unknown label."""
    found = torch.zeros(sum(map(len, sentences)), len(numbers))
    place = 0
    for sentence in sentences:
        if isinstance(sentence, TaughtSentence):
            rows = slice(place, place + len(sentence))
            found[rows] = torch.from_numpy(sentence.labels.astype(np.float32))
        else:
            for offset, row in enumerate(sentence):
                if row.deprel in numbers:
                    found[place + offset, numbers[row.deprel]] = 1.0
        place += len(sentence)
    return found


def soft_cross_entropy(scores: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Return the mean cross entropy over the rows of `wanted` that are probabilities, not all 0."""
    losses = -(wanted * scores.log_softmax(1)).sum(1)
    return losses.sum() / (wanted.sum(1) > 0).sum().clamp(min=1)
