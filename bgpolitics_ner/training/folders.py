"""Folders that training reads and writes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import spacy
from spacy.language import Language

import bgpolitics_ner.entities
import bgpolitics_ner.frontend  # noqa: F401  both register the components and the tokenizer
from bgpolitics_ner.errors import ModelError


def load_part(path: Path, *, exclude: Sequence[str] = ()) -> Language:
    """Load a trained pipeline; raise ModelError saying what to run where there is none."""
    try:
        return spacy.load(path, exclude=list(exclude))
    except (OSError, ValueError) as error:
        raise ModelError(
            f"{path}: no trained pipeline ({error}); run its `bgpolitics train` first"
        ) from error


@contextmanager
def replacing(output: Path) -> Iterator[Path]:
    """Give a folder, not made yet, to write to; it takes the place of `output` where all went well."""
    temporary = output.with_name(output.name + ".tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    output.parent.mkdir(parents=True, exist_ok=True)
    yield temporary
    shutil.rmtree(output, ignore_errors=True)
    temporary.replace(output)
