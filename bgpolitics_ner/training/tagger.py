"""Gold mentions → the tagger network. Needs torch (extra ``train``)."""

from __future__ import annotations

import copy
import math
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO

import numpy as np
import torch
from spacy.language import Language
from spacy.tokens import Doc
from torch import nn

from bgpolitics_ner.entities.crf import make_tags
from bgpolitics_ner.entities.known import KnownNames
from bgpolitics_ner.entities.signals import CONTEXT, SignalReader, Signals, join_names
from bgpolitics_ner.entities.tagger import Names
from bgpolitics_ner.entities.tagging import FormReader
from bgpolitics_ner.frontend.features import list_affixes, spell_plain, spell_shape
from bgpolitics_ner.frontend.network import Array
from bgpolitics_ner.training import augmentation
from bgpolitics_ner.training.augmentation import Augmenter, Form, NameInventor, TaggerText
from bgpolitics_ner.training.data import TAGGED
from bgpolitics_ner.training.torch_tagger import TaggerBatch, TaggerModule, TaggerSizes, export_tagger

MIN_AFFIX_FORMS = 3
MIN_AFFIX_WORDS = 8
MIN_SHORT_WORDS = 20
SHORT, SHAPE = "'", "="


@dataclass(frozen=True)
class TaggerSettings:
    """How to train; `batch_words` is the number of words after which the weights move.

    `foreign_share` is how much of the texts in other languages each epoch sees, `augmented` how many texts
    get other names each time, `drop_name` how often a name is hidden wherever it stands in a text.
    """

    epochs: int = 6
    batch_words: int = 1200
    learn_rate: float = 2.5e-3
    dropout: float = 0.33
    drop_name: float = 0.25
    drop_lists: float = 0.15
    augmented: float = 0.8
    foreign_share: float = 0.5
    averaging: float = 0.998
    warm_up: int = 60
    seed: int = 0
    sizes: TaggerSizes = field(default_factory=TaggerSizes)


class Vocabulary:
    """Numbers the word forms that training meets and keeps their features."""

    def __init__(self, nlp: Language, scale: float, read: FormReader) -> None:
        self._nlp, self._scale, self.read = nlp, scale, read
        self.forms: dict[str, int] = {}

    def number(self, word: str) -> int:
        """Return the number of a word form."""
        return self.forms.setdefault(spell_plain(word), len(self.forms))

    def finish(self) -> None:
        """Collect the features of all forms."""
        found = [self.read(form) for form in self.forms]
        self._affixes = [torch.tensor(affixes, dtype=torch.long) for affixes, _ in found]
        self._shapes = torch.tensor([shape for _, shape in found])
        vectors = np.asarray(self._nlp.vocab.vectors.get_batch(list(self.forms)), dtype=np.float32)
        self._vectors = torch.from_numpy(vectors * self._scale)

    def make_batch(self, texts: Sequence[TaggerText]) -> TaggerBatch:
        """Collect the features of the words of texts."""
        forms, places = np.unique(np.concatenate([text.forms for text in texts]), return_inverse=True)
        bags = [self._affixes[number] for number in forms.tolist()]
        starts = torch.tensor([0, *(len(bag) for bag in bags[:-1])]).cumsum(0)
        lengths = [np.diff([*text.starts, len(text.forms)]) for text in texts]
        return TaggerBatch(
            affixes=(torch.cat(bags), starts),
            shapes=self._shapes[forms],
            vectors=self._vectors[forms],
            forms=torch.from_numpy(places),
            signals=torch.from_numpy(np.concatenate([text.signals for text in texts])),
            names=torch.from_numpy(join_names(text.names for text in texts)),
            lengths=torch.from_numpy(np.concatenate(lengths)),
        )


def collect_affixes(docs: Sequence[Doc]) -> FormReader:
    """Return a reader of the affixes and shapes that are frequent enough to be learnt."""
    words = Counter(spell_plain(token.text) for doc in docs for token in doc)
    in_words: Counter[str] = Counter()
    in_forms: Counter[str] = Counter()
    for form, count in words.items():
        for affix in set(list_affixes(form)):
            in_words[affix] += count
            in_forms[affix] += 1
    kept = [
        affix
        for affix, count in sorted(in_words.items())
        if (count >= MIN_SHORT_WORDS and affix[0] == SHORT)
        or (count >= MIN_AFFIX_WORDS and in_forms[affix] >= MIN_AFFIX_FORMS and affix[0] not in SHORT)
    ]
    shapes = Counter(spell_shape(form) for form in words)
    return FormReader(
        [affix for affix in kept if affix[0] != SHAPE],
        [shape for shape, count in sorted(shapes.items()) if count >= MIN_AFFIX_FORMS],
    )


class TextMaker:
    """Docs with gold names and sentence starts → training texts."""

    def __init__(self, nlp: Language, vocabulary: Vocabulary, labels: Sequence[str]) -> None:
        self._vocabulary = vocabulary
        self._known = KnownNames(nlp.make_doc)
        self._signals = SignalReader(nlp.make_doc)
        self._table = nlp.get_pipe("bgpolitics_syntax").syntax.table
        self._tags = {tag: number for number, tag in enumerate(make_tags(labels))}

    def is_word(self, lower: str) -> bool:
        """Say whether the lexicon has the form."""
        return bool(self._table.find(lower))

    def __call__(self, doc: Doc, *, bulgarian: bool = True) -> TaggerText:
        """Return the training text; a sentence border inside a name is taken away."""
        words = [token.text for token in doc]
        inner = {i for name in doc.ents for i in range(name.start + 1, name.end)}
        starts = [i for i, token in enumerate(doc) if not i or (token.is_sent_start and i not in inner)]
        signals = self._signals(words, starts, self._known(doc), foreign=not bulgarian)
        return TaggerText(
            forms=np.array([self._vocabulary.number(word) for word in words], dtype=np.int64),
            signals=signals.values,
            names=signals.names,
            starts=starts,
            tags=self._gold(doc),
            kinds=self._kinds(doc, signals),
            bulgarian=bulgarian,
        )

    def _gold(self, doc: Doc) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        tags = np.zeros(len(doc), dtype=np.int64)
        for name in doc.ents:
            if len(name) == 1:
                tags[name.start] = self._tags[f"S-{name.label_}"]
            else:
                tags[name.start : name.end] = self._tags[f"I-{name.label_}"]
                tags[name.start], tags[name.end - 1] = (self._tags[f"{p}-{name.label_}"] for p in "BE")
        return tags

    def _kinds(self, doc: Doc, signals: Signals) -> dict[int, str]:
        """Return the names that may be replaced: those that are no words of the language."""
        kinds: dict[int, str] = {}
        for token in (token for name in doc.ents for token in name):
            number, text = int(signals.names[token.i]), token.text
            if number < 0 or not text.isalpha():
                continue
            if text.isupper() and len(text) > 1:
                if len(text) <= augmentation.LONGEST_ABBREVIATION:
                    kinds[number] = "ABBR"
            elif not self.is_word(text.lower()):
                kinds[number] = token.ent_type_
        return kinds

    def invent(self, seed: int) -> dict[str, list[Form]]:
        """Return the forms that take the place of names, by kind."""
        real = augmentation.list_names()
        inventor = NameInventor([name for names in real.values() for name in names], seed)
        invented = [inventor(self.is_word) for _ in range(augmentation.INVENTED)]
        words = {
            **real, "NAME": invented,
            "ABBR": augmentation.invent_abbreviations(augmentation.ABBREVIATIONS, seed),
        }  # fmt: skip
        return {kind: [self._form(word) for word in some] for kind, some in words.items()}

    def _form(self, word: str) -> Form:
        listed: Array = self._signals([word], [0], ()).values[0, len(CONTEXT) :]
        return self._vocabulary.number(word), listed


def train_tagger(
    nlp: Language,
    docs: Sequence[Doc],
    foreign: Sequence[Doc],
    settings: TaggerSettings | None = None,
    *,
    log: IO[str] | None = None,
) -> Names:
    """Train on Docs with gold names: Bulgarian ones and those in neighbour languages.

    `nlp` is the front end: its word vectors, tokenizer and lexicon are used. The weights are the moving
    average at the end of the last epoch: nothing is chosen by a score.
    """
    settings = settings or TaggerSettings()
    random.seed(settings.seed)
    torch.manual_seed(settings.seed)
    scale = float(nlp.get_pipe("bgpolitics_syntax").syntax.arrays["vector.scale"])
    present = {name.label_ for doc in [*docs, *foreign] for name in doc.ents}
    labels = [label for label in TAGGED if label in present]
    read = collect_affixes([*docs, *foreign])
    vocabulary = Vocabulary(nlp, scale, read)
    make = TextMaker(nlp, vocabulary, labels)
    texts = [make(doc) for doc in docs if len(doc)]
    others = [make(doc, bulgarian=False) for doc in foreign if len(doc)]
    augment = Augmenter(make.invent(settings.seed), settings.augmented)
    vocabulary.finish()
    tags = make_tags(labels)
    module = TaggerModule(
        tags, affixes=len(read.affixes), shapes=len(read.shapes), vector=int(nlp.vocab.vectors.shape[1]),
        sizes=settings.sizes, dropout=settings.dropout, drop_name=settings.drop_name,
        drop_lists=settings.drop_lists,
    )  # fmt: skip
    averaged = _Training(module, settings).run(texts, others, vocabulary, augment, log)
    return Names(export_tagger(averaged, scale), read.affixes, read.shapes, labels)


class _Training:
    def __init__(self, module: TaggerModule, settings: TaggerSettings) -> None:
        self._module, self._settings = module, settings
        self._average = copy.deepcopy(module).eval()
        self._optimizer = torch.optim.Adam(module.parameters(), lr=settings.learn_rate, betas=(0.9, 0.95))
        self._steps = 0

    def run(
        self, texts: Sequence[TaggerText], others: Sequence[TaggerText], vocabulary: Vocabulary,
        augment: Augmenter, log: IO[str] | None,
    ) -> TaggerModule:  # fmt: skip
        self._total = self._settings.epochs * len(list(self._batches(texts, others)))
        for epoch in range(1, self._settings.epochs + 1):
            begun, words, loss = time.perf_counter(), 0, 0.0
            for some in self._batches(texts, others):
                changed = [augment(text) for text in some]
                count = sum(len(text.forms) for text in changed)
                loss += self._step(vocabulary.make_batch(changed), changed) * count
                words += count
            if log is not None:
                seconds = time.perf_counter() - begun
                log.write(f"epoch {epoch}: loss {loss / words:.4f} a word, {words / seconds:.0f} words/s\n")
                log.flush()
        average: TaggerModule = self._average
        return average

    def _batches(
        self, texts: Sequence[TaggerText], others: Sequence[TaggerText]
    ) -> Iterator[list[TaggerText]]:
        """Yield all `texts` and a share of the `others` in a new order."""
        chosen = [*texts, *random.sample(others, int(len(others) * self._settings.foreign_share))]
        random.shuffle(chosen)
        batch: list[TaggerText] = []
        for text in chosen:
            batch.append(text)
            if sum(len(one.forms) for one in batch) >= self._settings.batch_words:
                yield batch
                batch = []
        if batch:
            yield batch

    def _step(self, batch: TaggerBatch, texts: Sequence[TaggerText]) -> float:
        settings = self._settings
        warm = min(1.0, (self._steps + 1) / settings.warm_up)
        cooled = 0.5 * (1 + math.cos(math.pi * min(1.0, self._steps / max(1, self._total))))
        for group in self._optimizer.param_groups:
            group["lr"] = settings.learn_rate * warm * (0.05 + 0.95 * cooled)
        scores = self._module(batch)
        inside = torch.arange(scores.shape[1])[None] < batch.lengths[:, None]
        gold = torch.zeros(scores.shape[:2], dtype=torch.long)
        gold[inside] = torch.from_numpy(np.concatenate([text.tags for text in texts]))
        loss = self._module.field.loss(scores, gold, batch.lengths) / int(batch.lengths.sum())
        self._optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self._module.parameters(), 5.0)
        self._optimizer.step()
        self._steps += 1
        keep = min(settings.averaging, (1 + self._steps) / (10 + self._steps))
        with torch.no_grad():
            for mean, now in zip(self._average.parameters(), self._module.parameters(), strict=True):
                mean.mul_(keep).add_(now, alpha=1 - keep)
        return float(loss.detach())
