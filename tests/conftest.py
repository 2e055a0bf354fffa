"""Shared by all tests: one Hypothesis profile, one example Document, the trained pipeline loaded once."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import bgpolitics_ner as bgp
from bgpolitics_ner import models

settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")

ROOT = Path(__file__).parent.parent
TEXT = "Лукашенко ще се срещне с Тръмп в Минск през 2025 г., предава БТА."


@pytest.fixture
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture
def example() -> dict[str, Any]:
    """A small Document with every layer filled, as parsed JSON; tests break it in one place at a time."""

    def span(words: str) -> dict[str, Any]:
        start = TEXT.index(words)
        return {"start": start, "end": start + len(words), "text": words}

    def entity(key: str, words: str, kind: str, referent: str) -> dict[str, Any]:
        return {
            "id": key,
            **span(words),
            "type": kind,
            "lemma": words,
            "referent": referent,
            "confidence": 0.9,
            "subtype": None,
        }

    return {
        "schema": 2,
        "id": "example",
        "text": TEXT,
        "date": "2025-12-18",
        "meta": {"topic": "Беларус"},
        "sentences": [{"start": 0, "end": len(TEXT)}],
        "tokens": [
            {
                "start": 0,
                "end": 9,
                "lemma": "Лукашенко",
                "upos": "PROPN",
                "feats": "",
                "head": 1,
                "deprel": "nsubj",
            },
            {
                "start": 16,
                "end": 22,
                "lemma": "срещна",
                "upos": "VERB",
                "feats": "",
                "head": 1,
                "deprel": "ROOT",
            },
        ],
        "entities": [
            entity("m1", "Лукашенко", "PER", "r1"),
            entity("m2", "Тръмп", "PER", "r2"),
            entity("m3", "Минск", "LOC", "r3"),
            entity("m4", "БТА", "ORG", "r4"),
        ],
        "referents": [
            {"id": "r1", "name": "Лукашенко", "type": "PER", "link": "PER-Alexander-Lukashenko"},
            {"id": "r2", "name": "Тръмп", "type": "PER"},
            {"id": "r3", "name": "Минск", "type": "LOC", "wikidata": "Q2280"},
            {"id": "r4", "name": "БТА", "type": "ORG"},
        ],
        "relations": [
            {
                "id": "x1",
                "type": "meets-with",
                "subject": {"mention": "m1", "referent": "r1"},
                "object": {"mention": "m2", "referent": "r2"},
                "trigger": span("срещне"),
                "sentence": {"start": 0, "end": len(TEXT)},
                "factuality": "planned",
                "source": "r4",
                "when": {**span("през 2025 г."), "value": "2025"},
                "roles": {"place": span("Минск")},
                "confidence": 0.81,
                "origin": ["rule:meets-with.verb"],
                "plover": "CONSULT",
                "cameo": "040",
                "hearsay": False,
            }
        ],
        "quotes": [{"start": 0, "end": 50, "speaker": "r4", "cue": span("предава"), "direct": False}],
        "triples": [
            {
                "subject": "Лукашенко",
                "predicate": "meets-with",
                "object": "Тръмп",
                "factuality": ["planned"],
                "relations": ["x1"],
            }
        ],
    }


@pytest.fixture(scope="session")
def annotator() -> Any:
    """The trained pipeline; tests that ask for it are marked slow.

    The environment variable BGPOLITICS_MODEL may name another model than the default one.
    """
    return bgp.load(os.environ.get("BGPOLITICS_MODEL"))


@pytest.fixture
def model_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model directory without weights, in the place of the installed models."""
    folder = tmp_path / "models" / "bg_politics"
    folder.mkdir(parents=True)
    meta = {
        "lang": "bg",
        "name": "politics",
        "version": "0.1.0",
        "license": "CC BY-NC-SA 3.0 (meta)",
        "pipeline": ["tok2vec", "parser", "ner"],
        "performance": {
            "dep_las": 0.875,
            "parser_loss": 0.5,
            "speed": 9000.0,
            "ents_per_type": {"PER": {"f": 0.9}},
        },
    }
    (folder / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
    card = "---\ncode_licence: Apache-2.0\nweights_licence: CC BY-NC-SA 3.0\n---\n# bg_politics\n"
    (folder / "CARD.md").write_text(card, encoding="utf-8")
    monkeypatch.setattr(models, "model_roots", lambda: [tmp_path / "models"])
    return folder
