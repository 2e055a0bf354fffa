"""Treebank → the trained front end: shared encoder, morphology, lemmas, dependencies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import spacy

from bgpolitics_ner.errors import InputError
from bgpolitics_ner.training.conllu import build_docs
from bgpolitics_ner.training.data import write_docs
from bgpolitics_ner.training.loop import run_training

TREEBANK = "ud-btb"
TRAIN = "bg_btb-ud-train.conllu"
DEV = "bg_btb-ud-dev.conllu"
# Share of line breaks between the sentences of a training Doc, so that the parser learns what one means.
BREAKS = 0.25


def write_corpora(data: Path, output: Path) -> tuple[Path, Path]:
    """Write the treebank of a data folder as ``train.spacy`` and ``dev.spacy``; return both paths."""
    vocab = spacy.blank("bg").vocab
    paths = []
    for source, name, breaks in ((TRAIN, "train.spacy", BREAKS), (DEV, "dev.spacy", 0.0)):
        file = data / TREEBANK / source
        if not file.is_file():
            raise InputError(f"{file}: no such file; give the folder that holds {TREEBANK}/")
        write_docs(build_docs(file, vocab, breaks=breaks), output / name)
        paths.append(output / name)
    return paths[0], paths[1]


def train_frontend(
    data: Path,
    vectors: Path,
    output: Path,
    *,
    overrides: Mapping[str, Any] | None = None,
    log: IO[str] | None = None,
) -> Path:
    """Train on the treebank in `data` with the vectors in `vectors`; return the best pipeline's folder."""
    train, dev = write_corpora(data, output)
    paths = {"paths.train": str(train), "paths.dev": str(dev), "paths.vectors": str(vectors)}
    run_training("frontend.cfg", output, {**paths, **(overrides or {})}, log=log)
    return output / "model-best"
