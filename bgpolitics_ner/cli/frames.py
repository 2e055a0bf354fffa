"""``bgpolitics frames``: a user's own relation types and frames."""

from __future__ import annotations

from typing import Annotated

import typer

from bgpolitics_ner.cli import runtime

frames = typer.Typer(no_args_is_help=True, help="Your own relation types and frames.")


@frames.callback()
def group() -> None:
    """Your own relation types and frames: a TOML file for `--frames` of `annotate` and `explain`."""


@frames.command()
def check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A TOML file with types and frames.")],
    model: runtime.Model = None,
) -> None:
    """Read the file and try the `yes` and `no` examples of its frames; status 1 where one fails."""
    with runtime.user_errors():
        from bgpolitics_ner.relations.own import read_own_frames

        own = read_own_frames(file)
        nlp = runtime.load_annotator(model=model, frames=file)
        from bgpolitics_ner.relations.examples import read_examples, try_examples

        examples = read_examples(own.frames)
        failures = try_examples(nlp.nlp, examples)
        for failure in failures:
            runtime.show(str(failure))
        runtime.show(
            f"{file}: {len(own.relations)} own types, {len(own.frames)} frames, {len(examples)} examples, "
            f"{len(failures)} failed"
        )
    if failures:
        raise typer.Exit(runtime.FAILED)
