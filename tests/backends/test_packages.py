"""Stanza and CLASSLA as front ends: what they found is in the Doc, and what is missing is said."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from spacy.vocab import Vocab

import bgpolitics_ner as bgp
from bgpolitics_ner.cli.app import app
from bgpolitics_ner.errors import ModelError
from bgpolitics_ner.frontend.external import load_frontend
from bgpolitics_ner.frontend.treebank_lemmas import clean_lemma
from tests.backends.tiny_models import SENTENCES

pytestmark = pytest.mark.slow


def read_gold() -> list[tuple[str, list[list[str]]]]:
    """Return text and rows of the sentences that the models were trained on."""
    blocks = SENTENCES.read_text(encoding="utf-8").strip().split("\n\n")
    lines = [block.splitlines() for block in blocks]
    return [(block[1].removeprefix("# text = "), [row.split("\t") for row in block[2:]]) for block in lines]


@pytest.fixture(scope="module")
def annotator(backend: tuple[str, Path]) -> Any:
    name, folder = backend
    return bgp.load(frontend=name, frontend_model=folder)


def test_every_layer_is_in_the_doc(annotator: Any) -> None:
    """The models know these sentences by heart, so what the Doc says is nearly the gold."""
    right = dict.fromkeys(("word", "lemma", "upos", "xpos", "feats", "head", "deprel"), 0)
    total = 0
    for text, rows in read_gold():
        doc, _ = annotator.parse(text)
        tokens = {token.idx: token for token in doc}
        end = 0
        starts = [end := text.index(row[1], end) for row in rows]
        for start, (_, form, lemma, upos, xpos, feats, head, deprel, *_) in zip(starts, rows, strict=True):
            total += 1
            token = tokens.get(start)
            if token is None or token.text != form:
                continue
            right["word"] += 1
            right["lemma"] += token.lemma_ == clean_lemma(lemma, form, upos)
            right["upos"] += token.pos_ == upos
            right["xpos"] += token.tag_ == xpos
            right["feats"] += str(token.morph) == feats.replace("_", "")
            right["head"] += token.head.idx == (start if head == "0" else starts[int(head) - 1])
            right["deprel"] += token.dep_ == ("ROOT" if head == "0" else deprel)
    assert total > 250
    assert {name for name, count in right.items() if count < 0.85 * total} == set(), (right, total)


def test_labels_and_lemmas_are_those_of_the_embedded_front_end(annotator: Any) -> None:
    doc, _ = annotator.parse(
        "Президентът се срещна с премиера на Гърция. Войските бяха изтеглени от границата."
    )
    said = {token.text: token for token in doc}
    assert said["срещна"].lemma_ == "срещна", "without the treebank's mark of the clitic"
    assert said["Гърция"].lemma_ == "Гърция", "with the case of the name"
    assert any(token.dep_.endswith(":pass") for token in doc), "with the sub-types of relations"
    assert [token.dep_ for token in doc].count("ROOT") == len(list(doc.sents)) == 2


def test_the_stages_behind_it_run_unchanged(annotator: Any) -> None:
    assert annotator.nlp.pipe_names[0] == "bgpolitics_tagger"
    document = annotator("Русия нападна Украйна през 2022 г.")
    assert {entity.text for entity in document.entities} >= {"Русия", "Украйна"}
    assert [(t.subject, t.predicate, t.object) for t in document.triples] == [("Русия", "attacks", "Украйна")]


def test_the_command_line(backend: tuple[str, Path], tmp_path: Path) -> None:
    from typer.testing import CliRunner

    name, folder = backend
    article = tmp_path / "article.txt"
    article.write_text("Русия нападна Украйна през 2022 г.", encoding="utf-8")
    options = ["--frontend", name, "--frontend-model", str(folder)]
    run = CliRunner().invoke
    assert "Украйна" in run(app, ["annotate", str(article), "--format", "table", *options]).stdout
    assert "attacks" in run(app, ["explain", str(article), *options]).stdout
    scored = run(app, ["evaluate", "--conllu", str(SENTENCES), "--json", *options])
    assert scored.exit_code == 0 and '"LAS"' in scored.stdout


def test_a_folder_without_models_says_the_command(
    backend: tuple[str, Path], tmp_path: Path, offline: None
) -> None:
    name, _ = backend
    with pytest.raises(ModelError, match=f"run: bgpolitics models download {name} --dir {tmp_path}"):
        load_frontend(name, Vocab(), tmp_path)


def test_nothing_in_the_usual_place_says_the_command(
    backend: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offline: None
) -> None:
    name, _ = backend
    module = __import__(f"{name}.pipeline.core", fromlist=["Pipeline"])
    defaults = list(module.Pipeline.__init__.__defaults__)
    monkeypatch.setattr(module.Pipeline.__init__, "__defaults__", (defaults[0], str(tmp_path), *defaults[2:]))
    with pytest.raises(ModelError, match=f"run: bgpolitics models download {name}$"):
        load_frontend(name, Vocab())


@pytest.mark.parametrize("lost", ["pos", "depparse", "pretrain"])
def test_half_a_model_says_the_command(
    backend: tuple[str, Path], tmp_path: Path, lost: str, offline: None
) -> None:
    name, folder = backend
    copy = tmp_path / "models"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("work"))
    shutil.rmtree(copy / "bg" / lost)
    with pytest.raises(
        ModelError, match=rf"no usable Bulgarian model in .*run: bgpolitics models download {name}"
    ):
        load_frontend(name, Vocab(), copy)


def test_a_download_without_network_is_told(backend: tuple[str, Path], tmp_path: Path, offline: None) -> None:
    from typer.testing import CliRunner

    name, _ = backend
    result = CliRunner().invoke(app, ["models", "download", name, "--dir", str(tmp_path / "new")])
    assert result.exit_code == 1
    assert f"{name}: the models cannot be downloaded" in result.stderr
