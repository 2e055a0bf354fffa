"""The text that word vectors are trained on, and the training."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import spacy

from bgpolitics_ner import InputError, MissingExtraError
from bgpolitics_ner.training.vectors import iterate_lines, train_vectors


def test_news_are_read_twice_and_every_gold_text_once(data: Path) -> None:
    assert list(iterate_lines(data)) == [
        "Той критикува НАТО .",
        "Да . Не .",
        "Той критикува НАТО .",
        "Да . Не .",
        "Той пристигна в Минск днес .",
        "Лукашенко се срещна с Тръмп в Минск .",
        "Президентът се срещна с Тръмп .",
        "Лукашенко пристигна в Минск .",
        "Той критикува НАТО .",
    ]


def test_a_folder_without_raw_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"raw: no \.txt file"):
        list(iterate_lines(tmp_path))


def test_without_floret_the_extra_is_named(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "floret", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'bgpolitics-ner\[train\]'"):
        train_vectors(data, tmp_path / "vectors")
    assert not (tmp_path / "vectors").exists()


@pytest.mark.slow
def test_equal_text_gives_equal_vectors(data: Path, tmp_path: Path) -> None:
    pytest.importorskip("floret")
    tables = []
    for name in ("a", "b"):
        folder = train_vectors(data, tmp_path / name, dimensions=8, rows=50, epochs=1, min_count=1)
        nlp = spacy.load(folder)
        assert nlp.vocab.vectors.mode == "floret"
        assert not list(folder.glob("*.txt")), "the text does not stay"
        tables.append(nlp.vocab.vectors.data)
    assert tables[0].shape == (50, 8)
    assert (tables[0] == tables[1]).all()
