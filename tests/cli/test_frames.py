"""``bgpolitics frames check`` and a user's own types from file to Document."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import bgpolitics_ner as bgp
from bgpolitics_ner.cli.app import app

OWN = """\
[relations.nominates]
description = "put somebody up for an office"
subject = ["PER", "ORG"]
object = ["PER"]

[[frame]]
relation = "nominates"
id = "verb"
triggers = ["издигна", "издигам"]
pos = "verb"
subject = ["subj"]
object = ["obj"]
subject_types = ["PER", "ORG"]
object_types = ["PER"]
confidence = 0.8
yes = ["БСП издигна Румен Радев за президент. | БСП | Румен Радев"]
no = ["БСП издигна знамето."]
"""


def write(folder: Path, text: str) -> str:
    path = folder / "my.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('relation = "nominates"\n', 'relation = "crowns"\n', "crowns"),
        ('object = ["PER"]\n\n', 'object = ["KING"]\n\n', "KING"),
        ("confidence = 0.8", "confidense = 0.8", "confidense"),
        ("[relations.nominates]", "[relations.nominates", "my.toml"),
        ("[relations.nominates]", "[relations.meets-with]", "meets-with"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in OWN
    shown = CliRunner().invoke(app, ["frames", "check", write(tmp_path, OWN.replace(old, new, 1))])
    assert shown.exit_code == 2
    assert told in shown.output


@pytest.mark.slow
def test_examples_are_tried(tmp_path: Path) -> None:
    good = CliRunner().invoke(app, ["frames", "check", write(tmp_path, OWN)])
    assert good.exit_code == 0, good.output
    assert "1 own types, 1 frames, 2 examples, 0 failed" in good.output
    bad = CliRunner().invoke(app, ["frames", "check", write(tmp_path, OWN.replace("| БСП |", "| ГЕРБ |"))])
    assert bad.exit_code == 1
    assert "1 failed" in bad.output


@pytest.mark.slow
def test_own_types_reach_the_document(tmp_path: Path) -> None:
    document = bgp.load(frames=write(tmp_path, OWN))("БСП издигна Румен Радев за президент през 2016 г.")
    assert ("БСП", "nominates", "Румен Радев") in [
        (triple.subject, triple.predicate, triple.object) for triple in document.triples or ()
    ]
    assert bgp.Document.from_json(document.to_json()) == document


@pytest.mark.slow
def test_precision_and_recall_can_be_preferred(root: Path) -> None:
    text = (root / "seeds/lukashenko.txt").read_text(encoding="utf-8")
    counts = [
        len(bgp.load(prefer=name)(text).relations or ()) for name in ("precision", "balanced", "recall")
    ]
    assert counts == sorted(counts)
    assert counts[0] < counts[2]
    with pytest.raises(bgp.InputError, match="prefer is one of precision, balanced, recall, not 'luck'"):
        bgp.load(prefer="luck")
