"""Sentences with gold (or silver) analyses → the parser network. Needs torch (extra ``train``)."""

from __future__ import annotations

import copy
import math
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

import torch
from torch import nn
from torch.nn import functional

from bgpolitics_ner.frontend.features import (
    FeatureReader,
    InflectionTable,
    WordFeatures,
    list_affixes,
    spell_plain,
)
from bgpolitics_ner.frontend.lemmas import Edit, apply_edit, find_edit
from bgpolitics_ner.frontend.network import Array
from bgpolitics_ner.training.conllu import Row
from bgpolitics_ner.training.pieces import PretrainedEncoder
from bgpolitics_ner.training.targets import TaughtSentence, arc_targets, label_targets, soft_cross_entropy
from bgpolitics_ner.training.torch_encoder import EncoderModule, PieceReader, group_parameters
from bgpolitics_ner.training.torch_parser import Batch, ParserModule, Sizes, make_batch

Sentence = Sequence[Row]
Tag = tuple[str, str, str]

MIN_WORD = 2
MIN_AFFIX_FORMS = 2
MIN_AFFIX_WORDS = 5
MIN_EDIT = 3
IGNORED = -100


@dataclass(frozen=True)
class Settings:
    """How to train; `batch_words` is the number of words after which the weights move.

    `silver_share` is how much silver each epoch sees, in parts of the gold; the last `gold_epochs` see none.
    `encoder_rate` is the learning rate of the pretrained encoder's last layer, 0 for a network without one;
    each layer below learns `encoder_decay` times as fast.
    """

    epochs: int = 20
    batch_words: int = 800
    learn_rate: float = 2.5e-3
    dropout: float = 0.33
    averaging: float = 0.998
    smoothing: float = 0.03
    warm_up: int = 60
    silver_share: float = 1.0
    gold_epochs: int = 3
    encoder_rate: float = 0.0
    encoder_decay: float = 0.9
    seed: int = 0
    sizes: Sizes = field(default_factory=Sizes)


@dataclass(frozen=True)
class Inventory:
    """What the numbers of tags, edits and labels stand for; `read` numbers the features of forms."""

    tags: list[Tag]
    edits: list[Edit]
    labels: list[str]
    read: FeatureReader

    @classmethod
    def collect(cls, sentences: Sequence[Sentence], table: InflectionTable) -> Inventory:
        """Collect from the training sentences what is frequent enough to be learnt."""
        rows = [row for sentence in sentences for row in sentence]
        words = Counter(row.form.lower() for row in rows)
        forms = Counter(row.form for row in rows)
        of_forms = Counter(affix for form in forms for affix in list_affixes(form))
        of_words: Counter[str] = Counter()
        for form, count in forms.items():
            of_words.update(dict.fromkeys(list_affixes(form), count))
        affixes = [
            affix
            for affix in sorted(of_words)
            if of_forms[affix] >= MIN_AFFIX_FORMS or of_words[affix] >= MIN_AFFIX_WORDS
        ]
        edits = Counter(_edit_of(row) for row in rows)
        known = sorted(word for word, count in words.items() if count >= MIN_WORD)
        return cls(
            tags=sorted({_tag_of(row) for row in rows}),
            edits=sorted(edit for edit, count in edits.items() if count >= MIN_EDIT) or [(0, "")],
            labels=[*sorted({row.deprel for row in rows} - {"root"}), "root"],
            read=FeatureReader(known, affixes, table),
        )


def _tag_of(row: Row) -> Tag:
    return row.upos, row.xpos, row.feats


def _edit_of(row: Row) -> Edit:
    return find_edit(row.form.lower(), row.lemma.lower())


@dataclass(frozen=True)
class Prediction:
    """Predicted analysis of the words of some sentences, in order; heads as in CoNLL-U.

    `arc_scores` are the probabilities of heads, `label_scores` those of the labels of the best heads.
    """

    tags: list[Tag]
    lemmas: list[str]
    heads: list[int]
    labels: list[str]
    arc_scores: torch.Tensor
    label_scores: torch.Tensor


class Trainer:
    """Holds what is shared by several trainings on the same data: numbers, features, vectors by form."""

    def __init__(
        self,
        inventory: Inventory,
        vectors: Mapping[str, Array],
        *,
        pretrained: PretrainedEncoder | None = None,
        texts: Iterable[Sentence] = (),
    ) -> None:
        """`vectors` maps forms to their (scaled) word vectors.

        `pretrained` is the encoder of networks that have one; `texts` are all sentences they will see.
        """
        self.inventory = inventory
        self._pretrained = pretrained
        self._pieces = PieceReader(pretrained.vocabulary) if pretrained is not None else None
        if self._pieces is not None:
            for sentence in texts:
                self._pieces.add([spell_plain(row.form) for row in sentence])
        self._vectors = vectors
        self._cache: dict[str, WordFeatures] = {}
        self._tags = {tag: number for number, tag in enumerate(inventory.tags)}
        self._edits = {edit: number for number, edit in enumerate(inventory.edits)}
        self._labels = {label: number for number, label in enumerate(inventory.labels)}

    def train(
        self,
        gold: Sequence[Sentence],
        dev: Sequence[Sentence],
        settings: Settings,
        *,
        silver: Sequence[Sentence] = (),
        start: ParserModule | None = None,
        log: IO[str] | None = None,
    ) -> ParserModule:
        """Return the network with averaged weights after the last epoch; `dev` is scored for the log.

        `start` is a network whose training goes on, None for a new one.
        """
        torch.manual_seed(settings.seed)
        chance = random.Random(settings.seed)
        module = self.build(settings) if start is None else copy.deepcopy(start).requires_grad_(True)
        averaged: ParserModule = copy.deepcopy(module)
        averaged.requires_grad_(False)
        groups = group_parameters(
            module, module.encoder, settings.learn_rate, settings.encoder_rate, settings.encoder_decay
        )
        optimizer = torch.optim.AdamW(groups, settings.learn_rate, (0.9, 0.95), weight_decay=1e-4)
        epochs = [
            self._mix(
                gold, silver if epoch < settings.epochs - settings.gold_epochs else (), settings, chance
            )
            for epoch in range(settings.epochs)
        ]
        total, step, began = sum(map(len, epochs)), 0, time.perf_counter()
        for epoch, batches in enumerate(epochs, 1):
            losses: Counter[str] = Counter()
            for sentences in batches:
                step += 1
                rate = min(1.0, step / settings.warm_up) * (0.5 + 0.5 * math.cos(math.pi * step / total))
                for group in optimizer.param_groups:
                    group["lr"] = group["rate"] * max(rate, 0.01)
                self._step(module, optimizer, sentences, settings, losses)
                decay = min(settings.averaging, (1 + step) / (10 + step))
                with torch.no_grad():
                    for mean, now in zip(averaged.parameters(), module.parameters(), strict=True):
                        mean.lerp_(now, 1 - decay)
            if log is not None:
                scores = self.score([averaged], dev)
                parts = [f"{name} {value / len(batches):.3f}" for name, value in losses.items()]
                parts += [f"{name} {value:.2f}" for name, value in scores.items()]
                print(f"{epoch:3} {time.perf_counter() - began:6.0f} s ", *parts, file=log, flush=True)
        averaged.eval()
        return averaged

    def build(self, settings: Settings) -> ParserModule:
        """Return an untrained network, with the pretrained encoder where the settings have a rate for it."""
        encoder = None
        if settings.encoder_rate:
            if self._pretrained is None or self._pieces is None:
                raise ValueError("settings with an encoder need a trainer that has one")
            encoder = EncoderModule(self._pretrained, self._pieces.rows)
        return ParserModule(
            self.inventory.read,
            tags=len(self._tags), edits=len(self._edits), labels=len(self._labels),
            sizes=settings.sizes, dropout=settings.dropout, encoder=encoder,
        )  # fmt: skip

    def _mix(
        self, gold: Sequence[Sentence], silver: Sequence[Sentence], settings: Settings, chance: random.Random
    ) -> list[list[Sentence]]:
        chosen = list(gold)
        if silver:
            words = settings.silver_share * sum(map(len, gold))
            for number in chance.sample(range(len(silver)), len(silver)):
                chosen.append(silver[number])
                words -= len(silver[number])
                if words <= 0:
                    break
        return make_batches(chosen, settings.batch_words, chance)

    def _step(
        self,
        module: ParserModule,
        optimizer: torch.optim.Optimizer,
        sentences: Sequence[Sentence],
        settings: Settings,
        losses: Counter[str],
    ) -> None:
        module.train()
        rows = [row for sentence in sentences for row in sentence]
        heads = torch.tensor([row.head for row in rows])
        scores = module(self.batch(sentences, pieces=module.encoder is not None))
        parts = {
            "tag": functional.cross_entropy(
                scores.tags,
                torch.tensor([self._tags.get(_tag_of(row), IGNORED) for row in rows]),
                label_smoothing=settings.smoothing,
            ),
            "lemma": 0.3
            * functional.cross_entropy(
                scores.edits, torch.tensor([self._edits.get(_edit_of(row), IGNORED) for row in rows])
            ),
            "arc": soft_cross_entropy(scores.arcs, arc_targets(sentences, scores.arcs.shape[1])),
            "label": soft_cross_entropy(module.labels(heads), label_targets(sentences, self._labels)),
        }
        optimizer.zero_grad()
        loss: torch.Tensor = sum(parts.values(), torch.zeros(()))
        loss.backward()
        nn.utils.clip_grad_norm_(module.parameters(), 5.0)
        optimizer.step()
        losses.update({name: part.item() for name, part in parts.items()})

    def batch(self, sentences: Sequence[Sentence], *, pieces: bool = False) -> Batch:
        """Return the features of sentences, with word pieces for networks that have the encoder."""
        forms = [[spell_plain(row.form) for row in sentence] for sentence in sentences]
        found = self._pieces.batch(forms) if pieces and self._pieces is not None else None
        return make_batch(forms, self.inventory.read, self._vectors, self._cache, found)

    @torch.no_grad()
    def predict(self, modules: Sequence[ParserModule], sentences: Sequence[Sentence]) -> Prediction:
        """Return what the modules say together: probabilities are averaged; heads may make no tree.

        A module that stands there twice counts twice.
        """
        batch = self.batch(sentences, pieces=any(module.encoder is not None for module in modules))
        scores = {module: module.eval()(batch) for module in dict.fromkeys(modules)}
        found = [scores[module] for module in modules]
        tags = _join([one.tags for one in found]).argmax(1)
        edits = _join([one.edits for one in found]).argmax(1)
        arcs = _join([one.arcs for one in found])
        heads = arcs.argmax(1)
        labels = _join([module.labels(heads) for module in modules])
        known = self.inventory
        rows = [row for sentence in sentences for row in sentence]
        lemmas = []
        for row, number in zip(rows, edits.tolist(), strict=True):
            edit = known.edits[number]
            lower = row.form.lower()
            lemmas.append(apply_edit(lower, edit) if edit[0] <= len(lower) else lower)
        return Prediction(
            tags=[known.tags[number] for number in tags.tolist()],
            lemmas=lemmas,
            heads=heads.tolist(),
            labels=[known.labels[number] for number in labels.argmax(1).tolist()],
            arc_scores=arcs,
            label_scores=labels,
        )

    def analyse(self, modules: Sequence[ParserModule], sentences: Sequence[Sentence]) -> list[TaughtSentence]:
        """Return the sentences with what the modules together say, in another order."""
        found: list[TaughtSentence] = []
        for some in make_batches(sentences, 4000, None):
            said = self.predict(modules, some)
            place = 0
            for sentence in some:
                part = slice(place, place + len(sentence))
                place += len(sentence)
                rows = (
                    Row(row.form, lemma, tag[0], tag[1], tag[2], head, label)
                    for row, lemma, tag, head, label in zip(
                        sentence, said.lemmas[part], said.tags[part], said.heads[part],
                        said.labels[part], strict=True,
                    )
                )  # fmt: skip
                arcs = said.arc_scores[part, : len(sentence) + 1].numpy()
                found.append(TaughtSentence(rows, arcs, said.label_scores[part].numpy()))
        return found

    def score(self, modules: Sequence[ParserModule], sentences: Sequence[Sentence]) -> dict[str, float]:
        """Return accuracies in percent, given words and sentences; for LAS subtypes of labels are cut off."""
        hits: Counter[str] = Counter()
        words = 0
        for some in make_batches(sentences, 4000, None):
            rows = [row for sentence in some for row in sentence]
            found = self.predict(modules, some)
            words += len(rows)
            parts = zip(rows, found.tags, found.lemmas, found.heads, found.labels, strict=True)
            for row, tag, lemma, head, label in parts:
                right = head == row.head
                hits["UPOS"] += tag[0] == row.upos
                hits["XPOS"] += tag[1] == row.xpos
                hits["FEATS"] += tag[2] == row.feats
                hits["lemma"] += lemma == row.lemma.lower()
                hits["UAS"] += right
                hits["LAS"] += right and label.split(":")[0] == row.deprel.split(":")[0]
        return {name: 100 * count / max(1, words) for name, count in hits.items()}


def _join(scores: Sequence[torch.Tensor]) -> torch.Tensor:
    return torch.stack([one.softmax(1) for one in scores]).mean(0)


def make_batches(
    sentences: Sequence[Sentence], words: int, chance: random.Random | None
) -> list[list[Sentence]]:
    """Group sentences of about equal length into batches of about so many words, in random order."""
    order = list(range(len(sentences)))
    if chance is not None:
        chance.shuffle(order)
    order.sort(key=lambda number: len(sentences[number]) // 3)
    batches = list(_group(sentences, order, words))
    if chance is not None:
        chance.shuffle(batches)
    return batches


def _group(sentences: Sequence[Sentence], order: Sequence[int], words: int) -> Iterator[list[Sentence]]:
    batch: list[Sentence] = []
    size = 0
    for number in order:
        batch.append(sentences[number])
        size += len(sentences[number])
        if size >= words:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
