"""The model card says data, licence and scores."""

from __future__ import annotations

from pathlib import Path

from bgpolitics_ner import __version__
from bgpolitics_ner.training.card import render_scores, write_card


def test_the_card_is_filled_in(tmp_path: Path) -> None:
    write_card(tmp_path / "CARD.md", {"relations_f1": 0.5, "relations_f1_interval": [0.4, 0.61]})
    card = (tmp_path / "CARD.md").read_text(encoding="utf-8")
    assert card.startswith("---\ncode_licence: Apache-2.0\nweights_licence: CC-BY-NC-SA-3.0\n---\n")
    assert f"# bg_politics {__version__}" in card
    assert "| relations | facts of a document, F1 | 0.500 (95 % interval 0.400–0.610) |" in card
    assert "{" not in card


def test_a_score_of_nought_is_a_score() -> None:
    rows = render_scores({"lemma_acc": 0.0}).split("\n")
    assert "| front end | lemmas | 0.000 |" in rows
    assert "| front end | features | not measured |" in rows


def test_the_card_says_how_long_the_training_took(tmp_path: Path) -> None:
    for minutes, told in ((None, "a time that was not measured"), (101.6, "102 minutes on a CPU")):
        write_card(tmp_path / "CARD.md", {}, minutes=minutes)
        assert f"Its training took {told}." in (tmp_path / "CARD.md").read_text(encoding="utf-8")
