"""What the commands share: loading the annotator, printing, and turning errors into exit statuses."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console, RenderableType

from bgpolitics_ner.errors import BgPoliticsError, DocumentError, InputError

if TYPE_CHECKING:
    from bgpolitics_ner.annotator import Annotator

MinConfidence = Annotated[
    float, typer.Option(min=0.0, max=1.0, help="Leave out what is less certain than this.")
]
Model = Annotated[str | None, typer.Option(help="Name or path of a model; see `bgpolitics models`.")]


class Frontend(str, Enum):
    """What makes tokens, sentences, tags, lemmas and trees."""

    spacy = "spacy"
    stanza = "stanza"
    classla = "classla"


FrontendName = Annotated[
    Frontend, typer.Option("--frontend", help="What parses the text; spacy is inside the model.")
]
FrontendModel = Annotated[
    Path | None,
    typer.Option(
        "--frontend-model",
        metavar="DIR",
        help="Models of stanza or classla; else those in their usual place.",
    ),
]
Frames = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Your own relation types and frames (TOML); see `bgpolitics frames`."),
]


class Preference(str, Enum):
    """Which errors of relations weigh more."""

    precision = "precision"
    balanced = "balanced"
    recall = "recall"


Prefer = Annotated[Preference, typer.Option("--prefer", help="Fewer and surer relations, or more of them.")]
FAILED = 1
UNUSABLE_INPUT = 2
_UNWRAPPED = 10_000


def load_annotator(
    *,
    model: str | None = None,
    frontend: Frontend = Frontend.spacy,
    frontend_model: Path | None = None,
    min_confidence: float = 0.0,
    kb: str | None = None,
    frames: str | None = None,
    prefer: Preference = Preference.balanced,
) -> Annotator:
    """Load the pipeline; the one place where the commands get it from.

    spaCy is imported here only, so `--help` and messages about unusable input come at once.
    """
    from bgpolitics_ner.annotator import load

    return load(
        model, frontend=frontend.value, frontend_model=frontend_model, kb=kb, frames=frames,
        prefer=prefer.value, min_confidence=min_confidence,
    )  # fmt: skip


def show(*items: RenderableType) -> None:
    """Print for people: no colour and no wrapping where standard output is not a terminal."""
    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = _UNWRAPPED
    with console.capture() as captured:
        console.print(*items)
    for line in captured.get().removesuffix("\n").split("\n"):
        write_line(line.rstrip())


def write_line(text: str) -> None:
    """Write one line of data to standard output."""
    sys.stdout.write(text + "\n")


def tell(message: str) -> None:
    """Write a message for the person at the keyboard to standard error."""
    sys.stderr.write(f"bgpolitics: {message}\n")


@contextmanager
def user_errors() -> Iterator[None]:
    """Turn the package's own errors into a message and an exit status; end quietly with the reader."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        _silence_stdout()
        raise typer.Exit(FAILED) from None
    except BgPoliticsError as error:
        tell(str(error))
        unusable = isinstance(error, InputError | DocumentError)
        raise typer.Exit(UNUSABLE_INPUT if unusable else FAILED) from None


def _silence_stdout() -> None:
    """Let the interpreter's last flush go nowhere instead of raising once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
