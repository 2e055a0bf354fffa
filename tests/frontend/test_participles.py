"""Participles that are nouns, on the sentences that stand beside the words."""

from __future__ import annotations

from typing import Any

import pytest
from spacy.lang.bg import Bulgarian
from spacy.tokens import Doc

from bgpolitics_ner.frontend.participles import FILE, ParticipleNouns
from bgpolitics_ner.knowledge import read_toml

ROWS = read_toml(FILE)["noun"]
EXAMPLES = [(row, text, kind == "yes") for row in ROWS for kind in ("yes", "no") for text in row[kind]]


@pytest.mark.parametrize(
    ("dep", "expected"), [("nsubj", ("NOUN", "преговарящ")), ("amod", ("ADJ", "преговарям"))]
)
def test_the_parse_decides(dep: str, expected: tuple[str, str]) -> None:
    doc = Doc(
        Bulgarian().vocab,
        words=["Преговарящият", "каза"],
        pos=["ADJ", "VERB"],
        morphs=["Aspect=Imp|Definite=Def|Gender=Masc|Number=Sing|VerbForm=Part", ""],
        lemmas=["преговарям", "кажа"],
        heads=[1, 1],
        deps=[dep, "ROOT"],
    )
    ParticipleNouns(doc.vocab)(doc)
    assert (doc[0].pos_, doc[0].lemma_) == expected
    assert ("VerbForm" in str(doc[0].morph)) == (dep == "amod")
    assert "Gender=Masc" in str(doc[0].morph)


@pytest.mark.slow
@pytest.mark.parametrize(("row", "text", "noun"), EXAMPLES, ids=[text for _, text, _ in EXAMPLES])
def test_the_examples(annotator: Any, row: dict[str, Any], text: str, noun: bool) -> None:
    doc, _ = annotator.parse(text)
    found = [token for token in doc if token.lower_ in row["forms"]]
    assert [token.pos_ == "NOUN" and token.lemma_ == row["lemma"] for token in found] == [noun]
