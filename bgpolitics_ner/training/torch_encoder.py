"""The pretrained encoder in torch: word pieces of sentences → vectors of their words, for teachers.

A BERT encoder (J. Devlin et al., NAACL 2019) with frozen embeddings; a word's vector is the mean of its
pieces' vectors in a learned mix of the layers (M. Peters et al., "Deep Contextualized Word Representations",
NAACL 2018).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from bgpolitics_ner.training.pieces import EncoderShape, PieceVocabulary, PretrainedEncoder

MOST_PIECES = 510
MIXED = 6
"""Layers, from the last downwards, whose states are mixed."""


@dataclass(frozen=True)
class PieceBatch:
    """Pieces of B sentences, padded to L; `words` is the number of the word a piece belongs to, N for none.

    `numbers` and `words` have the shape (B, L); `lengths` (B) counts pieces, edges among them.
    """

    numbers: torch.Tensor
    words: torch.Tensor
    lengths: torch.Tensor
    count: int


class PieceReader:
    """Splits words into pieces and numbers just those that its texts have, so that the table stays small."""

    def __init__(self, vocabulary: PieceVocabulary) -> None:
        self._vocabulary = vocabulary
        self._pieces: dict[str, list[int]] = {}
        edges = (vocabulary.pad, vocabulary.begin, vocabulary.end)
        self._numbers = {number: place for place, number in enumerate(edges)}

    def add(self, words: Sequence[str]) -> None:
        """Make the pieces of these words known."""
        for word in words:
            self._split(word)

    def _split(self, word: str) -> list[int]:
        found = self._pieces.get(word)
        if found is None:
            spaced = any(character.isalnum() for character in word)
            split = self._vocabulary.split(word, spaced=spaced)
            found = [self._numbers.setdefault(number, len(self._numbers)) for number in split]
            self._pieces[word] = found
        return found

    @property
    def rows(self) -> list[int]:
        """Numbers of the known pieces in the encoder's own table, in order."""
        return list(self._numbers)

    def batch(self, sentences: Sequence[Sequence[str]]) -> PieceBatch:
        """Return the pieces of sentences of words; what is past 510 pieces is left out."""
        count = sum(map(len, sentences))
        rows: list[list[int]] = []
        owners: list[list[int]] = []
        word = 0
        for sentence in sentences:
            row, owner = [1], [count]
            for form in sentence:
                split = self._split(form)
                if len(row) + len(split) <= MOST_PIECES:
                    row += split
                    owner += [word] * len(split)
                word += 1
            rows.append([*row, 2])
            owners.append([*owner, count])
        longest = max(map(len, rows))
        return PieceBatch(
            torch.tensor([row + [0] * (longest - len(row)) for row in rows]),
            torch.tensor([owner + [count] * (longest - len(owner)) for owner in owners]),
            torch.tensor([len(row) for row in rows]),
            count,
        )


class _Layer(nn.Module):
    def __init__(self, shape: EncoderShape, dropout: float) -> None:
        super().__init__()
        width = shape.width
        self.heads, self.dropout = shape.heads, dropout
        self.query_key_value = nn.Linear(width, 3 * width)
        self.attended = nn.Linear(width, width)
        self.attended_norm = nn.LayerNorm(width, shape.epsilon)
        self.inner = nn.Linear(width, shape.inner)
        self.outer = nn.Linear(shape.inner, width)
        self.outer_norm = nn.LayerNorm(width, shape.epsilon)

    def forward(self, states: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
        batch, length, width = states.shape
        parts = self.query_key_value(states).view(batch, length, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        found = functional.scaled_dot_product_attention(
            query, key, value, allowed, self.dropout if self.training else 0.0
        )
        found = self.attended(found.transpose(1, 2).reshape(batch, length, width))
        states = self.attended_norm(states + functional.dropout(found, self.dropout, self.training))
        found = self.outer(functional.gelu(self.inner(states)))
        normed: torch.Tensor = self.outer_norm(
            states + functional.dropout(found, self.dropout, self.training)
        )
        return normed


class EncoderModule(nn.Module):
    """The encoder with its pretrained weights; computes in bfloat16, its weights are float32."""

    def __init__(self, pretrained: PretrainedEncoder, rows: list[int], *, dropout: float = 0.1) -> None:
        """`rows` are the pieces of the table to keep (`PieceReader.rows`)."""
        super().__init__()
        shape = pretrained.shape
        self.width = shape.width
        table = torch.from_numpy(pretrained.matrix("emb.word", shape.width, rows))
        places = torch.from_numpy(pretrained.vector("emb.pos").reshape(-1, shape.width))
        kind = torch.from_numpy(pretrained.vector("emb.type").reshape(-1, shape.width))[0]
        self.register_buffer("table", table, persistent=False)
        self.register_buffer("places", places + kind, persistent=False)
        self.norm = nn.LayerNorm(shape.width, shape.epsilon)
        self.layers = nn.ModuleList(_Layer(shape, dropout) for _ in range(shape.layers))
        self.mix = nn.Parameter(torch.zeros(min(MIXED, shape.layers)))
        self.dropout = dropout
        self._load(pretrained)

    @torch.no_grad()
    def _load(self, pretrained: PretrainedEncoder) -> None:
        def fill(linear: nn.Module, *names: str) -> None:
            columns = linear.weight.shape[1]
            weights = [torch.from_numpy(pretrained.matrix(f"{name}.w", int(columns))) for name in names]
            linear.weight.copy_(torch.cat(weights))
            biases = [torch.from_numpy(pretrained.vector(f"{name}.b")) for name in names]
            linear.bias.copy_(torch.cat(biases))

        def fill_norm(norm: nn.LayerNorm, name: str) -> None:
            norm.weight.copy_(torch.from_numpy(pretrained.vector(f"{name}.w")))
            norm.bias.copy_(torch.from_numpy(pretrained.vector(f"{name}.b")))

        fill_norm(self.norm, "emb.ln")
        for number, layer in enumerate(self.layers):
            assert isinstance(layer, _Layer)
            name = f"l{number}."
            fill(layer.query_key_value, f"{name}q", f"{name}k", f"{name}v")
            fill(layer.attended, f"{name}ao")
            fill(layer.inner, f"{name}fi")
            fill(layer.outer, f"{name}fo")
            fill_norm(layer.attended_norm, f"{name}aln")
            fill_norm(layer.outer_norm, f"{name}oln")

    def forward(self, batch: PieceBatch) -> torch.Tensor:
        """Return the vectors of the N words of a batch, shape (N, width)."""
        length = batch.numbers.shape[1]
        with torch.autocast("cpu", torch.bfloat16):
            states = self.table[batch.numbers] + self.places[:length]
            states = functional.dropout(self.norm(states), self.dropout, self.training)
            allowed = (torch.arange(length)[None] < batch.lengths[:, None])[:, None, None]
            found = []
            for layer in self.layers:
                states = layer(states, allowed)
                found.append(states)
        shares = self.mix.softmax(0)
        mixed = sum(share * one.float() for share, one in zip(shares, found[-len(shares) :], strict=True))
        assert isinstance(mixed, torch.Tensor)
        sums = mixed.new_zeros(batch.count + 1, self.width)
        owners = batch.words.reshape(-1)
        sums = sums.index_add(0, owners, mixed.reshape(-1, self.width))
        counts = torch.bincount(owners, minlength=batch.count + 1).clamp(min=1)
        return (sums / counts[:, None])[:-1]

    def _groups(self, rate: float, decay: float) -> list[dict[str, object]]:
        groups: list[dict[str, object]] = [{"params": [self.mix], "rate": rate}]
        for depth, layer in enumerate(reversed(self.layers)):
            groups.append({"params": list(layer.parameters()), "rate": rate * decay**depth})
        groups.append({"params": list(self.norm.parameters()), "rate": rate * decay ** len(self.layers)})
        return groups


def group_parameters(
    module: nn.Module, encoder: EncoderModule | None, rate: float, encoder_rate: float, decay: float
) -> list[dict[str, object]]:
    """Return the parameters of `module` for an optimizer, each group with its "rate".

    The last layer of the `encoder` in it learns at `encoder_rate`, each layer below `decay` times as fast.
    """
    if encoder is None:
        return [{"params": list(module.parameters()), "rate": rate}]
    slow = {id(weights) for weights in encoder.parameters()}
    fast = [weights for weights in module.parameters() if id(weights) not in slow]
    return [{"params": fast, "rate": rate}, *encoder._groups(encoder_rate, decay)]
