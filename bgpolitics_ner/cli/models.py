"""``bgpolitics models``: what is installed, how large, how good, under which licence."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.text import Text

from bgpolitics_ner.cli import runtime
from bgpolitics_ner.errors import ModelError
from bgpolitics_ner.models import ModelInfo, list_models


def models(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the installed models with size, scores, and the licences of code and weights."""
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
