"""``bgpolitics schema``: the contract of the Document format."""

from __future__ import annotations

import json

from bgpolitics_ner.cli import runtime
from bgpolitics_ner.document import json_schema


def schema() -> None:
    """Print the JSON Schema of a Document."""
    with runtime.user_errors():
        runtime.write_line(json.dumps(json_schema(), ensure_ascii=False, indent=2))
