"""From data to a model folder, each training one epoch long."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from bgpolitics_ner import InputError, MissingExtraError, ModelError
from bgpolitics_ner.annotator import Annotator, load
from bgpolitics_ner.entities.tagger import Names
from bgpolitics_ner.models import read_model_info
from bgpolitics_ner.relations.own import read_own_frames
from bgpolitics_ner.training.assemble import assemble, save
from bgpolitics_ner.training.classifier import train_relations
from bgpolitics_ner.training.data import read_relations
from bgpolitics_ner.training.entities import train_entities, train_official
from bgpolitics_ner.training.frontend import Recipe, train_frontend
from bgpolitics_ner.training.relations import Settings
from bgpolitics_ner.training.retrain import read_gold, retrain
from bgpolitics_ner.training.scores import measure
from tests.training.conftest import add_official
from tests.training.packed import write_encoder

EPOCH = {"epochs": 1, "batch_words": 5}
RECIPE = Recipe(
    teachers=1, teacher_epochs=2, encoded=1, encoded_epochs=1, epochs=150, second_epochs=1, words=50,
    running=20, hidden=16,
)  # fmt: skip
MEETING = "Лукашенко се срещна с Тръмп в Минск."


@pytest.fixture(scope="module")
def parts(data: Path, splits: Path, vectors: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    pytest.importorskip("torch")
    from bgpolitics_ner.training.tagger import TaggerSettings

    folder = tmp_path_factory.mktemp("parts")
    encoder = write_encoder(folder / "encoder.bin", layers=2)
    frontend = train_frontend(
        data, vectors, folder / "frontend", recipe=RECIPE, splits=splits, encoder=encoder
    )
    settings = TaggerSettings(**EPOCH)
    return [
        frontend,
        train_entities(data, frontend, folder / "entities", splits=splits, settings=settings),
    ]


@pytest.fixture(scope="module")
def nlp(parts: list[Path]) -> Language:
    return assemble(*parts)


def test_the_tagger_of_an_official_split_knows_its_types_only(parts: list[Path], tmp_path: Path) -> None:
    from bgpolitics_ner.training.tagger import TaggerSettings

    meeting = "0\t9\tЛукашенко\tЛукашенко\tPER\tx\n22\t27\tТръмп\tТръмп\tPER\tx\n"
    add_official(tmp_path, "talks/bg/one", MEETING, meeting)
    add_official(tmp_path, "talks/sl/one", "London je odgovoril.", "0\t6\tLondon\tLondon\tLOC\tx\n")
    (tmp_path / "SPLIT_cross-topic_test.txt").write_text("", encoding="utf-8")
    settings = TaggerSettings(**EPOCH)
    made = train_official(tmp_path, "cross-topic", parts[0], tmp_path / "made", settings=settings)
    assert Names.from_disk(made).labels == ["PER", "LOC"]


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
    data: Path,
    splits: Path,
    vectors: Path,
    parts: list[Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = {file: file.stat().st_mtime_ns for file in parts[0].parent.glob("*.pt")}
    assert sorted(file.name for file in before) == [
        "encoded-1.pt",
        "parser-2.pt",
        "parser.pt",
        "teacher-1.pt",
    ]
    monkeypatch.setattr("bgpolitics_ner.training.syntax.Trainer.analyse", None)  # takes long: not done again
    encoder = write_encoder(parts[0].parent.parent / "encoder.bin", layers=2)
    train_frontend(
        data, vectors, parts[0].parent, recipe=RECIPE, splits=splits, encoder=encoder, log=sys.stderr
    )
    assert {file: file.stat().st_mtime_ns for file in before} == before
    assert "epoch" not in capsys.readouterr().err


@pytest.mark.slow
def test_the_stages_stand_in_order(nlp: Language) -> None:
    assert nlp.pipe_names == [
        "bgpolitics_boundaries", "bgpolitics_syntax", "bgpolitics_lemmas", "bgpolitics_tagger",
        "bgpolitics_entities", "bgpolitics_referents", "bgpolitics_linking", "bgpolitics_relations",
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


OWN = """\
[relations.sits-with]
description = "be at one table"
symmetric = true
subject = ["PER"]
object = ["PER"]
"""


@pytest.mark.slow
def test_a_model_is_trained_again_on_own_gold(data: Path, nlp: Language, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    save(nlp, tmp_path / "model", performance={"relations_f1": 0.9})
    (tmp_path / "my.toml").write_text(OWN, encoding="utf-8")
    (tmp_path / "mine.jsonl").write_text(
        (data / "relations" / "war.jsonl").read_text(encoding="utf-8").replace('"meets-with"', '"sits-with"'),
        encoding="utf-8",
    )
    documents = read_gold(None, tmp_path / "mine.jsonl")
    settings = Settings(epochs=1, min_count=1)
    with pytest.raises(InputError, match=r"unknown type 'sits-with'; .* --frames"):
        retrain(tmp_path / "model", documents, tmp_path / "new", settings=settings)
    own = read_own_frames(tmp_path / "my.toml")
    with pytest.raises(InputError, match="no model; choose another folder"):
        retrain(tmp_path / "model", documents, tmp_path, own=own, settings=settings)
    retrain(tmp_path / "model", documents, tmp_path / "new", own=own, settings=settings)
    with pytest.raises(ModelError, match="types of your own: sits-with; load it with the file"):
        load(tmp_path / "new")
    again = load(tmp_path / "new", frames=tmp_path / "my.toml").nlp.get_pipe("bgpolitics_relations")
    assert "sits-with" in again.classifier.labels
    assert read_model_info(tmp_path / "new").scores == {}
    assert "trained again on" in (tmp_path / "new" / "CARD.md").read_text(encoding="utf-8")


def test_own_gold_takes_the_place_of_the_same_document(data: Path, tmp_path: Path) -> None:
    first = read_gold(data, None)
    (tmp_path / "mine.jsonl").write_text(replace(first[0], date="2001-02-03").to_json(), encoding="utf-8")
    both = read_gold(data, tmp_path / "mine.jsonl")
    assert [d.id for d in both] == [d.id for d in first]
    assert both[0].date == "2001-02-03"


@pytest.mark.slow
def test_without_torch_the_extra_is_named(data: Path, nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bgpolitics_ner.training.classifier.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'bgpolitics-ner\[train\]'"):
        train_relations(nlp, read_relations(data))


def test_listed_documents_are_left_out(data: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.jsonl").write_text(
        "".join(replace(read_gold(data, None)[0], id=name).to_json() + "\n" for name in ("a", "b")),
        encoding="utf-8",
    )
    (tmp_path / "ids.txt").write_text("b\n", encoding="utf-8")
    left = read_gold(None, tmp_path / "mine.jsonl", [tmp_path / "ids.txt"])
    assert [document.id for document in left] == ["a"]
