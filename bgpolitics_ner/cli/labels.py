"""``python -m bgpolitics_ner.cli.labels README.md``: write the tables of types, made from the schema."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from bgpolitics_ner.errors import InputError
from bgpolitics_ner.schema import EntityType, RelationType, load_schema

BEGIN = "<!-- labels: made by `make labels` from knowledge/schema.toml -->"
END = "<!-- /labels -->"


def make_tables() -> str:
    """Return both tables as Markdown."""
    schema = load_schema()
    entities = _table(
        "type", "in Bulgarian", "what", "examples", "sub-types",
        rows=map(_entity_row, schema.entities.values()),
    )  # fmt: skip
    relations = _table(
        "type", "in Bulgarian", "subject → object", "roles", "what", "typical triggers", "PLOVER", "CAMEO",
        rows=map(_relation_row, schema.relations.values()),
    )  # fmt: skip
    return f"{entities}\n\n{relations}"


def replace_tables(text: str) -> str:
    """Return `text` with the tables between BEGIN and END made anew; raise InputError without these lines."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise InputError(f"the lines {BEGIN!r} and {END!r} are missing")
    return f"{before}{BEGIN}\n{make_tables()}\n{END}{after}"


def _entity_row(row: EntityType) -> list[str]:
    return [f"`{row.name}`", row.label, row.description, row.examples, ", ".join(row.subtypes)]


def _relation_row(row: RelationType) -> list[str]:
    arrow = "↔" if row.symmetric else "→"
    sides = f"{' '.join(row.subject)} {arrow} {' '.join(row.object)}"
    codes = [row.plover or "–", row.cameo or "–"]
    return [f"`{row.name}`", row.label, sides, ", ".join(row.roles), row.description, row.triggers, *codes]


def _table(*header: str, rows: Iterable[Sequence[str]]) -> str:
    lines: list[Sequence[str]] = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def main(path: Path) -> None:
    """Rewrite the tables in the file `path`."""
    text = replace_tables(path.read_text(encoding="utf-8"))
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
