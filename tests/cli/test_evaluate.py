"""``bgpolitics evaluate``: a folder, two files, a treebank, errors, JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from spacy.lang.bg import Bulgarian
from spacy.tokens import Doc

from bgpolitics_ner import Document
from bgpolitics_ner.cli import runtime
from bgpolitics_ner.frontend.orthography import Cleaned

Run = Callable[..., Any]


@pytest.fixture
def gold(tmp_path: Path, example: dict[str, Any]) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text(Document.from_dict(example).to_json() + "\n", encoding="utf-8")
    return path


@pytest.fixture
def predicted(tmp_path: Path, example: dict[str, Any]) -> Path:
    example["relations"][0]["type"] = "talks-with"
    example["entities"][3]["type"] = "PER"
    path = tmp_path / "predicted.jsonl"
    path.write_text(Document.from_dict(example).to_json() + "\n", encoding="utf-8")
    return path


def test_gold_against_itself(run: Run, gold: Path) -> None:
    result = run("evaluate", "--gold", gold, "--pred", gold)
    assert result.exit_code == 0
    row = next(line for line in result.stdout.splitlines() if "relations, document level" in line)
    assert row.split()[3:6] == ["1.000", "1.000", "1.000"]
    assert "factuality of document-level matches: 1.000 (1 of 1)" in result.stdout


def test_errors_are_listed_with_their_sentence(run: Run, gold: Path, predicted: Path) -> None:
    result = run("evaluate", "--gold", gold, "--pred", predicted, "--errors")
    assert result.exit_code == 0
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert "miss example Лукашенко meets-with Тръмп planned" in lines
    assert "false alarm example Лукашенко talks-with Тръмп planned" in lines
    assert sum(line.startswith("sentence Лукашенко ще се срещне") for line in lines) == 2


def test_json(run: Run, gold: Path, predicted: Path) -> None:
    values = json.loads(run("evaluate", "--gold", gold, "--pred", predicted, "--json", "--errors").stdout)
    assert values["relations"]["document"]["f1"] == 0
    assert values["entities"]["strict"]["f1"] == 0.75
    assert [error["kind"] for error in values["errors"]] == ["miss", "false alarm"]


def test_a_folder_is_predicted_and_scored(run: Run, tmp_path: Path, example: dict[str, Any]) -> None:
    (tmp_path / "example.txt").write_text(example["text"], encoding="utf-8")
    (tmp_path / "example.gold.json").write_text(json.dumps(example), encoding="utf-8")
    result = run("evaluate", tmp_path, "--json")
    values = json.loads(result.stdout)
    assert values["documents"] == 1
    assert values["entities"]["strict"]["recall"] == 0.75


@pytest.mark.parametrize(
    "options", [(), ("--gold", "g.jsonl"), ("folder", "--gold", "g.jsonl", "--pred", "p.jsonl")]
)
def test_what_to_score_must_be_said_once(run: Run, options: tuple[str, ...]) -> None:
    result = run("evaluate", *options)
    assert result.exit_code == 2
    assert (
        "give a folder of gold articles, or both --gold FILE and --pred FILE, or --conllu FILE"
        in result.stderr
    )


def test_a_missing_file_is_named(run: Run, gold: Path, tmp_path: Path) -> None:
    result = run("evaluate", "--gold", gold, "--pred", tmp_path / "no.jsonl")
    assert result.exit_code == 2
    assert "no.jsonl" in result.stderr


def test_a_broken_line_is_named(run: Run, gold: Path, tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text(gold.read_text(encoding="utf-8") + "{\n", encoding="utf-8")
    result = run("evaluate", "--gold", gold, "--pred", path)
    assert result.exit_code == 2
    assert f"{path}:2" in result.stderr


TREEBANK = """\
# text = Тръмп се среща.
1\tТръмп\tтръмп\tPROPN\tNpmsi\t_\t3\tnsubj\t_\t_
2\tсе\tсе\tPRON\tPpxta\tReflex=Yes\t3\texpl\t_\t_
3\tсреща\tсрещам-(се)\tVERB\tVpitf-r3s\t_\t0\troot\t_\tSpaceAfter=No
4\t.\t.\tPUNCT\tpunct\t_\t3\tpunct\t_\t_
"""


class Parser:
    """A front end that takes „се“ for an object, gives no XPOS, and knows this one text."""

    def parse(self, text: str) -> tuple[Doc, Cleaned]:
        assert text == "Тръмп се среща."
        doc = Doc(
            Bulgarian().vocab,
            words=["Тръмп", "се", "среща", "."],
            spaces=[True, True, False, False],
            pos=["PROPN", "PRON", "VERB", "PUNCT"],
            morphs=["", "Reflex=Yes", "", ""],
            lemmas=["Тръмп", "се", "срещам", "."],
            heads=[2, 2, 2, 2],
            deps=["nsubj", "obj", "ROOT", "punct"],
        )
        return doc, Cleaned(text, text)


@pytest.fixture
def treebank(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(runtime, "load_annotator", lambda **_: Parser())
    path = tmp_path / "gold.conllu"
    path.write_text(TREEBANK, encoding="utf-8")
    return path


def test_a_treebank_as_json(run: Run, treebank: Path) -> None:
    result = run("evaluate", "--conllu", treebank, "--json")
    assert result.exit_code == 0
    perfect = dict.fromkeys(("Tokens", "Sentences", "UPOS", "UFeats", "Lemmas", "UAS"), 100.0)
    assert json.loads(result.stdout) == {"metrics": {**perfect, "XPOS": 0.0, "LAS": 75.0}}
    assert list(json.loads(result.stdout)["metrics"]) == (
        ["Tokens", "Sentences", "UPOS", "XPOS", "UFeats", "Lemmas", "UAS", "LAS"]
    )


def test_raw_lemmas(run: Run, treebank: Path) -> None:
    result = run("evaluate", "--conllu", treebank, "--json", "--raw-lemmas")
    assert json.loads(result.stdout)["metrics"]["Lemmas"] == 50.0


def test_a_treebank_as_a_table(run: Run, treebank: Path) -> None:
    lines = [line.split() for line in run("evaluate", "--conllu", treebank).stdout.splitlines()]
    assert lines[0] == ["1", "sentences,", "4", "tokens,", "4", "words"]
    assert ["LAS", "75.00", "75.00", "75.00", "75.00", "3", "4", "4"] in lines
    assert ["Tokens", "100.00", "100.00", "100.00", "4", "4", "4"] in lines


def test_a_broken_treebank_is_told_before_the_model_is_loaded(
    run: Run, tmp_path: Path, loads: list[Any]
) -> None:
    path = tmp_path / "gold.conllu"
    path.write_text(TREEBANK.replace("\t3\tpunct", "\t7\tpunct"), encoding="utf-8")
    result = run("evaluate", "--conllu", path)
    assert result.exit_code == 2
    assert f"{path}:5: the head 7 is outside the sentence of 4 word(s)" in result.stderr
    assert loads == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("folder", "--conllu", "f.conllu"), "--conllu FILE goes without folder"),
        (("--gold", "g.json", "--conllu", "f.conllu"), "--conllu FILE goes without folder"),
        (("--errors", "--conllu", "f.conllu"), "--conllu FILE goes without folder"),
        (("folder", "--raw-lemmas"), "--raw-lemmas goes with --conllu FILE only"),
    ],
)
def test_options_that_do_not_go_together(run: Run, options: tuple[str, ...], message: str) -> None:
    result = run("evaluate", *options)
    assert result.exit_code == 2
    assert message in result.stderr


OWN = """\
[relations.sits-with]
description = "be at one table"
label = "седи с"
symmetric = true
subject = ["PER"]
object = ["PER"]
"""


def test_own_types_count_by_their_definition(
    run: Run, tmp_path: Path, example: dict[str, Any], gold: Path
) -> None:
    """With --frames a symmetric type of one's own holds in either order."""
    frames = tmp_path / "my.toml"
    frames.write_text(OWN, encoding="utf-8")
    relation = example["relations"][0]
    relation["type"] = "sits-with"
    files = []
    for name in ("own", "turned"):
        files.append(tmp_path / f"{name}.jsonl")
        files[-1].write_text(Document.from_dict(example).to_json() + "\n", encoding="utf-8")
        relation["subject"], relation["object"] = relation["object"], relation["subject"]
    arguments = ("evaluate", "--gold", files[0], "--pred", files[1], "--json")
    for extra, f1 in (((), 0.0), (("--frames", frames), 1.0)):
        values = json.loads(run(*arguments, *extra).stdout)
        assert values["relations"]["document"]["f1"] == f1


def test_own_frames_reach_the_annotator(run: Run, tmp_path: Path, loads: list[dict[str, Any]]) -> None:
    frames = tmp_path / "my.toml"
    frames.write_text(OWN, encoding="utf-8")
    text = "Нищо."
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    gold = {"id": "a", "text": text, "entities": [], "referents": [], "relations": []}
    (tmp_path / "a.gold.json").write_text(json.dumps(gold), encoding="utf-8")
    assert run("evaluate", tmp_path, "--frames", frames).exit_code == 0
    assert loads[0]["frames"] == str(frames)
