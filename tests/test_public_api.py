"""The public names, and that importing them is cheap."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

import bgpolitics_ner as bgp
from bgpolitics_ner import errors


def test_public_names() -> None:
    assert bgp.__all__ == [
        "load",
        "Annotator",
        "Document",
        "Entity",
        "Referent",
        "Relation",
        "Quote",
        "Triple",
        "evaluate",
        "annotate_corpus",
        "BgPoliticsError",
        "DocumentError",
        "InputError",
        "KnowledgeError",
        "ModelError",
        "OutputError",
        "MissingExtraError",
        "__version__",
    ]


@pytest.mark.parametrize("name", bgp.__all__)
def test_every_public_name_resolves(name: str) -> None:
    assert getattr(bgp, name) is not None
    assert name in dir(bgp)


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = bgp.no_such_name  # type: ignore[attr-defined]


def test_errors_have_one_base() -> None:
    tree = [
        value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)
    ]
    assert {error.__name__ for error in tree} <= set(bgp.__all__)
    assert all(issubclass(error, bgp.BgPoliticsError) for error in tree)


def loaded_after(code: str) -> set[str]:
    """Return the names of the modules loaded after running `code` in a fresh interpreter."""
    code += "; import sys; print(*sys.modules)"
    return set(
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True
        ).stdout.split()
    )


@pytest.mark.parametrize(
    "code",
    [
        "import bgpolitics_ner",
        "import bgpolitics_ner as bgp; bgp.Document, bgp.InputError, bgp.__version__, dir(bgp)",
        "import bgpolitics_ner.models, bgpolitics_ner.reading",
    ],
)
def test_import_loads_neither_spacy_nor_pydantic(code: str) -> None:
    assert not loaded_after(code) & {"spacy", "thinc", "numpy", "pydantic", "rich", "typer"}


def test_the_command_line_starts_without_spacy() -> None:
    assert not loaded_after("import bgpolitics_ner.cli.app") & {"spacy", "thinc", "numpy"}


@pytest.mark.slow
def test_the_library_in_five_lines(annotator: Any) -> None:
    text = "Президентът на САЩ Доналд Тръмп се срещна с Владимир Путин в Аляска."
    document = annotator(text)
    assert {entity.text for entity in document.entities} >= {"Доналд Тръмп", "Владимир Путин"}
    assert "meets-with" in {triple.predicate for triple in document.triples}
    assert bgp.Document.from_json(document.to_json()) == document
    assert list(annotator.pipe([text])) == [document]
