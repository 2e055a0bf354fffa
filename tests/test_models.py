"""Finding models and reading what they say of themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from bgpolitics_ner import ModelError, models
from bgpolitics_ner.models import find_model, list_models, read_model_info


def test_the_default_model(model_folder: Path) -> None:
    assert find_model() == find_model("bg_politics") == find_model(model_folder) == model_folder


def test_the_installed_model_goes_before_the_checkout() -> None:
    first, second = models.model_roots()
    assert first == second.parent / "bgpolitics_ner" / "models"


def test_a_missing_model_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "model_roots", lambda: [tmp_path])
    with pytest.raises(ModelError, match=r"no model 'bg_politics' .*; reinstall bgpolitics-ner"):
        find_model()
    with pytest.raises(ModelError, match=r"no model 'other' .*give the path of a spaCy pipeline"):
        find_model("other")


def test_model_info(model_folder: Path) -> None:
    (info,) = list_models()
    assert info == read_model_info(model_folder)
    assert (info.name, info.version, info.language) == ("bg_politics", "0.1.0", "bg")
    assert info.size == sum(file.stat().st_size for file in model_folder.rglob("*"))
    assert info.code_licence == "Apache-2.0"
    assert info.scores == {"dep_las": 0.875}, "no losses, speeds or per-type tables"


def test_a_card_without_front_matter_leaves_the_word_to_meta_json(model_folder: Path) -> None:
    (model_folder / "CARD.md").write_text("# bg_politics\n", encoding="utf-8")
    assert read_model_info(model_folder).weights_licence == "CC BY-NC-SA 3.0 (meta)"


@pytest.mark.parametrize("content", ["{", "[]", '{"performance": 3}'])
def test_a_broken_meta_json_is_named(model_folder: Path, content: str) -> None:
    (model_folder / "meta.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=r"meta\.json"):
        list_models()


@pytest.mark.slow
def test_the_shipped_model_states_its_licence_and_scores() -> None:
    info = read_model_info(find_model())
    assert "CC-BY-NC-SA-3.0" in info.weights_licence
    assert info.scores and info.stages
    assert (info.path / "CARD.md").is_file()
