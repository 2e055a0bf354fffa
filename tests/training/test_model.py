"""From data to a model folder, each training one epoch long."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from bgpolitics_ner import InputError, MissingExtraError, ModelError
from bgpolitics_ner.annotator import Annotator, load
from bgpolitics_ner.models import read_model_info
from bgpolitics_ner.training.assemble import assemble, save
from bgpolitics_ner.training.classifier import train_relations
from bgpolitics_ner.training.data import read_relations
from bgpolitics_ner.training.entities import train_entities
from bgpolitics_ner.training.frontend import Recipe, train_frontend
from bgpolitics_ner.training.relations import Settings
from bgpolitics_ner.training.scores import measure

EPOCH = {"training.max_epochs": 1, "training.eval_frequency": 1}
RECIPE = Recipe(teachers=1, teacher_epochs=2, epochs=150, second_epochs=1, words=50, hidden=16)
MEETING = "Лукашенко се срещна с Тръмп в Минск."


@pytest.fixture(scope="module")
def parts(data: Path, splits: Path, vectors: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    pytest.importorskip("torch")
    folder = tmp_path_factory.mktemp("parts")
    return [
        train_frontend(data, vectors, folder / "frontend", recipe=RECIPE, splits=splits),
        train_entities(data, vectors, folder / "entities", splits=splits, overrides=EPOCH),
    ]


@pytest.fixture(scope="module")
def nlp(parts: list[Path]) -> Language:
    return assemble(*parts)


def test_a_missing_treebank_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"bg_btb-ud-train\.conllu: no such file; give the folder"):
        train_frontend(tmp_path, tmp_path, tmp_path / "out")


def test_a_missing_part_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nowhere: no trained pipeline .*run its `bgpolitics train` first"):
        assemble(tmp_path / "nowhere", tmp_path / "nowhere")


@pytest.mark.slow
def test_the_front_end_learns_clean_lemmas_and_all_tags(parts: list[Path]) -> None:
    nlp = spacy.load(parts[0])
    assert nlp.pipe_names == ["bgpolitics_boundaries", "bgpolitics_syntax", "bgpolitics_lemmas"]
    syntax = nlp.get_pipe("bgpolitics_syntax").syntax
    assert ("PROPN", "Npmsi", "Gender=Masc|Number=Sing") in syntax.tags
    assert "nsubj" in syntax.labels
    assert nlp.meta["training"]["minutes"] >= 0


@pytest.mark.slow
def test_a_broken_training_goes_on_where_it_was(
    data: Path, splits: Path, vectors: Path, parts: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    before = {file: file.stat().st_mtime_ns for file in parts[0].parent.glob("*.pt")}
    assert sorted(file.name for file in before) == ["parser-2.pt", "parser.pt", "teacher-1.pt"]
    train_frontend(data, vectors, parts[0].parent, recipe=RECIPE, splits=splits, log=sys.stderr)
    assert {file: file.stat().st_mtime_ns for file in before} == before
    assert "epoch" not in capsys.readouterr().err


@pytest.mark.slow
def test_the_stages_stand_in_order(nlp: Language) -> None:
    assert nlp.pipe_names == [
        "bgpolitics_boundaries", "bgpolitics_syntax", "bgpolitics_lemmas", "ner", "bgpolitics_entities",
        "bgpolitics_referents", "bgpolitics_linking", "bgpolitics_relations",
    ]  # fmt: skip


@pytest.mark.slow
def test_a_saved_model_says_the_same_and_keeps_no_training_words(
    data: Path, splits: Path, nlp: Language, tmp_path: Path
) -> None:
    scores = measure(nlp, data, splits=splits)
    folder = tmp_path / "models" / "bg_politics"
    save(nlp, folder, performance=scores)
    save(nlp, folder, performance=scores)
    loaded = load(folder)
    assert loaded(MEETING).entities == Annotator(nlp)(MEETING).entities
    assert "пристигна" not in json.loads((folder / "vocab" / "strings.json").read_text(encoding="utf-8"))
    assert not any(loaded.nlp.config["paths"].values()), "no path of the machine it was made on"
    info = read_model_info(folder)
    assert (info.version, info.weights_licence) == ("0.1.0", "CC-BY-NC-SA-3.0")
    assert {"dep_las", "ents_f", "entities_f1", "relations_f1"} <= set(info.scores)
    assert f"| front end | heads (UAS) | {scores['dep_uas']:.3f} |" in (folder / "CARD.md").read_text(
        encoding="utf-8"
    )
    assert [path.name for path in folder.parent.iterdir()] == ["bg_politics"], "nothing temporary stays"


@pytest.mark.slow
def test_a_classifier_is_trained_and_saved(
    data: Path, nlp: Language, parts: list[Path], tmp_path: Path
) -> None:
    pytest.importorskip("torch")
    train_relations(nlp, read_relations(data), Settings(epochs=1, min_count=1)).to_disk(tmp_path)
    with_classifier = assemble(*parts, relations=tmp_path)
    assert with_classifier.get_pipe("bgpolitics_relations").classifier.trigger_lexicon
    save(with_classifier, tmp_path / "model")
    assert load(tmp_path / "model").nlp.get_pipe("bgpolitics_relations").classifier is not None


@pytest.mark.slow
def test_without_torch_the_extra_is_named(data: Path, nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bgpolitics_ner.training.classifier.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'bgpolitics-ner\[train\]'"):
        train_relations(nlp, read_relations(data))
