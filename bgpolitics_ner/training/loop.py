"""spaCy's training loop, started from one of the cfg files of this folder."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from spacy import util
from spacy.training.initialize import init_nlp
from spacy.training.loop import train

import bgpolitics_ner.frontend.tokenizer  # noqa: F401  registers the tokenizer that the cfg files name

FOLDER = Path(__file__).parent


def run_training(
    config: str, output: Path, overrides: Mapping[str, Any], *, log: IO[str] | None = None
) -> None:
    """Train the pipeline of the cfg file `config`; ``model-last`` and ``model-best`` are written to `output`.

    `overrides` are dotted names as on spaCy's command line (``paths.train``); the table of losses and
    scores goes to `log`.
    """
    settings = util.load_config(FOLDER / config, overrides=dict(overrides), interpolate=False)
    output.mkdir(parents=True, exist_ok=True)
    stream = io.StringIO() if log is None else log
    train(init_nlp(settings), output, stdout=stream, stderr=stream)
