"""``bgpolitics models``: what is installed, how large and how good, its licence; and ``models download``."""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from bgpolitics_ner.cli import runtime
from bgpolitics_ner.errors import ModelError
from bgpolitics_ner.models import ModelInfo, list_models

models = typer.Typer()


class Package(str, Enum):
    """A front end with models of its own."""

    stanza = "stanza"
    classla = "classla"


@models.callback(invoke_without_command=True)
def show_models(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the installed models with size, scores, and the licences of code and weights."""
    if context.invoked_subcommand is not None:
        return
    with runtime.user_errors():
        found = list_models()
        if not found:
            raise ModelError(
                "no model is installed; reinstall bgpolitics-ner, or train one (CONTRIBUTING.md)"
            )
        if as_json:
            rows = [info.to_dict() for info in found]
            runtime.write_line(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for info in found:
            for label, value in _describe(info):
                runtime.show(Text.assemble((f"{label:<20}", "bold"), value))
            runtime.show()


@models.command()
def download(
    package: Annotated[Package, typer.Argument(help="The front end whose Bulgarian models are wanted.")],
    folder: Annotated[
        Path | None, typer.Option("--dir", metavar="DIR", help="Where to; else the package's usual place.")
    ] = None,
) -> None:
    """Download the Bulgarian models of Stanza or CLASSLA with the package's own function."""
    with runtime.user_errors():
        from bgpolitics_ner.frontend.external import download as fetch

        fetch(package.value, folder)
        runtime.tell(f"the models of {package.value} are in {folder or 'their usual place'}")


def _describe(info: ModelInfo) -> list[tuple[str, str]]:
    return [
        ("model", info.name),
        ("version", info.version),
        ("language", info.language),
        ("stages", ", ".join(info.stages)),
        ("size on disk", f"{info.size / 1e6:.1f} MB"),
        ("licence of the code", info.code_licence),
        ("licence of weights", info.weights_licence),
        ("scores", ", ".join(f"{name} {value:.3f}" for name, value in info.scores.items()) or "none stated"),
        ("where", str(info.path)),
    ]
