"""The command ``bgpolitics``: one file per command, thin over the library's plain functions."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; the entry point of the installed command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    from bgpolitics_ner.cli.app import app

    app()
