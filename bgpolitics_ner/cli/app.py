"""The table of commands."""

from __future__ import annotations

from typing import Annotated

import typer

from bgpolitics_ner import __version__
from bgpolitics_ner.cli.annotate import annotate
from bgpolitics_ner.cli.batch import batch
from bgpolitics_ner.cli.evaluate import evaluate
from bgpolitics_ner.cli.explain import explain
from bgpolitics_ner.cli.frames import frames
from bgpolitics_ner.cli.models import models
from bgpolitics_ner.cli.query import query
from bgpolitics_ner.cli.schema import schema
from bgpolitics_ner.cli.stats import stats
from bgpolitics_ner.cli.train import train

app = typer.Typer(
    name="bgpolitics",
    help="Who did what to whom in Bulgarian political news.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (annotate, batch, query, stats, explain, evaluate, schema):
    app.command()(command)
app.add_typer(models, name="models")
app.add_typer(frames, name="frames")
app.add_typer(train, name="train")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"bgpolitics {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Who did what to whom in Bulgarian political news."""
