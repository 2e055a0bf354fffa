"""Treebank, lexicons and raw text → the trained front end.

Several parsers, the teachers, are trained on the treebank and analyse raw news together; some of them have
a pretrained encoder, which is far too slow to ship. The parser that ships learns from the treebank and from
what they say: A. Kuncoro et al., "Distilling an Ensemble of Greedy Dependency Parsers into One MST Parser",
EMNLP 2016.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np
import spacy
from spacy.language import Language
from spacy.vocab import Vocab

import bgpolitics_ner.frontend  # noqa: F401  registers the components
from bgpolitics_ner.errors import InputError, MissingExtraError
from bgpolitics_ner.frontend.features import spell_plain
from bgpolitics_ner.frontend.network import Array
from bgpolitics_ner.frontend.parsing import ParserNetwork
from bgpolitics_ner.frontend.syntax import Syntax
from bgpolitics_ner.training.conllu import Row, read_sentences
from bgpolitics_ner.training.inflections import build_inflections
from bgpolitics_ner.training.lexicon import build_table
from bgpolitics_ner.training.pieces import PretrainedEncoder, find_encoder, read_encoder
from bgpolitics_ner.training.silver import read_raw_sentences, read_running_words

if TYPE_CHECKING:
    from bgpolitics_ner.training.syntax import Inventory, Settings, Trainer
    from bgpolitics_ner.training.torch_parser import ParserModule

TREEBANK = "ud-btb"
TRAIN = "bg_btb-ud-train.conllu"
DEV = "bg_btb-ud-dev.conllu"
LEXICONS = "lexicons"
SECOND_RATE = 1.5e-3
"""Learning rate of the second round."""
ENCODED_RATE = 2e-3
ENCODED_WARM_UP = 150
"""Of teachers with the pretrained encoder: their own parts' rate, steps until it is reached."""
TAUGHT_EPOCHS = 12
"""Of the sentence splitter where it has a teacher, and so five times as much text."""
STATES = 128
"""Width of ``doc.tensor``: so many principal components of the encoder's states."""
STAGES = ("bgpolitics_boundaries", "bgpolitics_syntax", "bgpolitics_lemmas")


@dataclass(frozen=True)
class Recipe:
    """How much is trained; `hidden` is the width of one direction of an LSTM.

    `words` are of raw sentences for the parser, `running` of raw text for the sentence splitter.

    `encoded` teachers have the pretrained encoder, `teachers` have none.
    """

    teachers: int = 2
    teacher_epochs: int = 24
    encoded: int = 1
    encoded_epochs: int = 8
    encoder_rate: float = 1.5e-4
    epochs: int = 11
    second_epochs: int = 5
    silver_share: float = 3.0
    words: int = 1_300_000
    running: int = 480_000
    hidden: int = 224


Taught = tuple[Sequence[str], Array]


class FormVectors(dict[str, Array]):
    """The scaled word vectors of forms, looked up as they are asked for."""

    def __init__(self, vocab: Vocab, sample: Iterable[str]) -> None:
        """`sample` are the forms whose vectors get a standard deviation of 1."""
        self._vectors = vocab.vectors
        spread = float(np.std(self._vectors.get_batch(sorted(set(sample)))))
        self.scale = 1.0 / spread if spread else 1.0

    def __missing__(self, form: str) -> Array:
        found: Array = np.asarray(self._vectors.get_batch([form])[0], dtype=np.float32)
        found = found * np.float32(self.scale)
        self[form] = found
        return found


def train_frontend(
    data: Path,
    vectors: Path,
    output: Path,
    *,
    recipe: Recipe | None = None,
    splits: Path | None = None,
    encoder: Path | None = None,
    log: IO[str] | None = None,
) -> Path:
    """Train on the folder `data` with the vectors in `vectors`; return the folder of the pipeline made.

    It takes about four hours on one core. Networks found in `output` are taken as they are, so a broken
    run goes on where it was. `splits` is the folder of the lists of held-out texts, None for the checkout's;
    `encoder` the file of the pretrained encoder, None for the one of the installed package.
    Raises MissingExtraError without torch or without the encoder.
    """
    began = time.perf_counter()
    gold, dev = (_read(data / TREEBANK / name) for name in (TRAIN, DEV))
    if find_spec("torch") is None:
        raise MissingExtraError("torch is not installed: pip install 'bgpolitics-ner[train]'")
    from bgpolitics_ner.training.syntax import Inventory, Settings, Trainer
    from bgpolitics_ner.training.torch_parser import Sizes

    recipe = recipe or Recipe()
    output.mkdir(parents=True, exist_ok=True)
    forms = [row.form for sentence in gold for row in sentence]
    nlp = make_pipeline(vectors)
    table = build_inflections(data / LEXICONS, forms)
    form_vectors = FormVectors(nlp.vocab, forms)
    teaching = recipe.teachers + recipe.encoded > 0
    raw = read_raw_sentences(data, nlp, recipe.words, splits=splits) if teaching else []
    pretrained = read_encoder(encoder or find_encoder()) if recipe.encoded else None
    inventory = Inventory.collect(gold, table)
    trainer = Trainer(inventory, form_vectors, pretrained=pretrained, texts=[*gold, *dev, *raw])
    run = _Run(trainer, gold, dev, output, log)
    sizes = Sizes(hidden=recipe.hidden, vector=int(nlp.vocab.vectors.shape[1]))
    teachers = [
        run.train(
            f"teacher-{seed}",
            Settings(epochs=recipe.teacher_epochs, seed=seed, sizes=sizes),
        )
        for seed in range(1, recipe.teachers + 1)
    ]
    slow = Settings(
        epochs=recipe.encoded_epochs, gold_epochs=0, learn_rate=ENCODED_RATE, warm_up=ENCODED_WARM_UP,
        encoder_rate=recipe.encoder_rate, sizes=replace(sizes, layers=2, tag_layer=1),
    )  # fmt: skip
    encoded = [run.train(f"encoded-{n}", replace(slow, seed=n)) for n in range(1, recipe.encoded + 1)]
    encoded *= 2  # they know more: each counts twice
    settings = Settings(epochs=recipe.epochs, silver_share=recipe.silver_share, sizes=sizes)
    first = run.train("parser", settings, lambda: trainer.analyse([*teachers, *encoded], raw))
    # In the second round the parser takes the place of the teachers of its own kind, and goes on.
    better = [*(encoded or teachers), first]
    second = replace(settings, epochs=recipe.second_epochs, gold_epochs=0, learn_rate=SECOND_RATE)
    module = run.train("parser-2", second, lambda: trainer.analyse(better, raw), start=first)
    taught = run.split(pretrained, read_running_words(data, nlp, recipe.running, splits=splits))
    syntax = finish(inventory, form_vectors, module, gold, taught=taught, log=log)
    nlp.get_pipe("bgpolitics_syntax").set_syntax(syntax)
    lemmas = build_table(data / TREEBANK / TRAIN, data / LEXICONS)
    nlp.get_pipe("bgpolitics_lemmas").from_bytes(lemmas.to_bytes())
    nlp.meta["training"] = {"minutes": round((time.perf_counter() - began) / 60, 1)}
    nlp.to_disk(output / "model-best")
    return output / "model-best"


def make_pipeline(vectors: Path) -> Language:
    """Return the front end's pipeline, untrained, with the word vectors of a spaCy pipeline folder."""
    nlp = spacy.blank("bg", config={"nlp": {"tokenizer": {"@tokenizers": "bgpolitics.Tokenizer.v1"}}})
    try:
        nlp.vocab.vectors = spacy.load(vectors).vocab.vectors
    except (OSError, ValueError) as error:
        raise InputError(
            f"{vectors}: no word vectors ({error}); run `bgpolitics train vectors` first"
        ) from error
    for name in STAGES:
        nlp.add_pipe(name)
    return nlp


@dataclass(frozen=True)
class _Run:
    """Trains a network, or reads it where an earlier run has left it."""

    trainer: Trainer
    gold: Sequence[Sequence[Row]]
    dev: Sequence[Sequence[Row]]
    output: Path
    log: IO[str] | None

    def train(
        self,
        name: str,
        settings: Settings,
        analyse: Callable[[], Sequence[Sequence[Row]]] = tuple,
        start: ParserModule | None = None,
    ) -> ParserModule:
        """`analyse` gives the silver sentences; it takes long, so it is called only where they are needed."""
        import torch

        file = self.output / f"{name}.pt"
        if file.is_file():
            module = self.trainer.build(settings)
            module.load_state_dict(torch.load(file))
            module.eval()
            return module
        silver = analyse()
        if self.log is not None:
            print(f"{name}: {len(self.gold)} gold, {len(silver)} silver sentences", file=self.log, flush=True)
        module = self.trainer.train(self.gold, self.dev, settings, silver=silver, start=start, log=self.log)
        temporary = file.with_suffix(".tmp")
        torch.save(module.state_dict(), temporary)
        temporary.replace(file)
        return module

    def split(self, pretrained: PretrainedEncoder | None, words: Sequence[str]) -> Taught | None:
        """Train a splitter with the pretrained encoder; return the words with what it says of them."""
        if pretrained is None or not words:
            return None
        from bgpolitics_ner.training.split_teacher import train_split_teacher
        from bgpolitics_ner.training.torch_encoder import PieceReader

        plain = [spell_plain(word) for word in words]
        file = self.output / "splits.npy"
        if file.is_file():
            return plain, np.load(file)
        known = [spell_plain(row.form) for sentence in self.gold for row in sentence]
        starts = [row is sentence[0] for sentence in self.gold for row in sentence]
        reader = PieceReader(pretrained.vocabulary)
        reader.add([*known, *plain])
        teacher = train_split_teacher(pretrained, reader, known, starts, list_finals(self.gold), log=self.log)
        found = teacher.split(plain)
        np.save(file, found)
        return plain, found


def finish(
    known: Inventory,
    vectors: FormVectors,
    module: ParserModule,
    gold: Sequence[Sequence[Row]],
    *,
    taught: Taught | None = None,
    log: IO[str] | None = None,
) -> Syntax:
    """Return the network for use without torch, with a splitter trained on top of its representations.

    `taught` are the words of a running text with the probabilities that a sentence begins at them.
    """
    from bgpolitics_ner.training.splitter import EPOCHS, train_splitter
    from bgpolitics_ner.training.torch_parser import export

    arrays = export(module, vectors.scale)
    forms = [row.form for sentence in gold for row in sentence]
    more = [] if taught is None else taught[0]
    distinct = sorted({*forms, *more})
    raw = np.stack([vectors[form] for form in distinct]) / np.float32(vectors.scale)
    table = ParserNetwork(arrays).represent([known.read(form) for form in distinct], raw)
    number = {form: place for place, form in enumerate(distinct)}
    words = table[[number[form] for form in forms]]
    lesson = None if taught is None else (table[[number[form] for form in more]], taught[1])
    starts = [place == 0 for sentence in gold for place in range(len(sentence))]
    arrays |= find_components(arrays, words, starts)
    epochs = EPOCHS if taught is None else TAUGHT_EPOCHS
    finals = list_finals(gold)
    arrays |= train_splitter(words, starts, finals, taught=lesson, epochs=epochs, log=log)
    read = known.read
    return Syntax(arrays, read.words, read.affixes, read.table, known.tags, known.edits, known.labels)


def list_finals(sentences: Iterable[Sequence[Row]]) -> list[bool]:
    """Tell for each word of running sentences whether it is a mark that ends one."""
    return [
        row is sentence[-1] and row.upos == "PUNCT" and len(sentence) > 3
        for sentence in sentences
        for row in sentence
    ]


def find_components(
    arrays: Mapping[str, Array], words: Array, starts: Sequence[bool], size: int = STATES
) -> dict[str, Array]:
    """Return mean and principal components of the encoder's states, shape (2H, `size` at most)."""
    width = len(arrays["tag.states"])
    whole = {"state.mean": np.zeros(width, np.float32), "state.projection": np.eye(width, dtype=np.float32)}
    network = ParserNetwork({**arrays, **whole})
    first = np.asarray(starts)
    states = network.analyse(words, np.where(first, 1, -1).astype(np.float32), first).states
    mean = states.mean(0)
    _, vectors = np.linalg.eigh(np.cov(states.T))
    components = vectors[:, ::-1][:, :size]
    # Eigenvectors have no sign of their own: the largest value is made positive.
    signs = np.sign(components[np.abs(components).argmax(0), np.arange(components.shape[1])])
    return {"state.mean": mean, "state.projection": (components * signs).astype(np.float32)}


def _read(file: Path) -> list[list[Row]]:
    if not file.is_file():
        raise InputError(f"{file}: no such file; give the folder that holds {TREEBANK}/")
    return list(read_sentences(file))
