"""Scores become probabilities by rising curves, one for each kind of witness."""

from __future__ import annotations

from pathlib import Path

import pytest

from bgpolitics_ner.errors import ModelError
from bgpolitics_ner.relations.calibration import FILE, Calibration, Curve

SCORES = [0.0, 0.05, 0.3, 0.5, 0.8, 0.99, 1.0]


def test_the_neutral_curve_changes_nothing() -> None:
    assert [Curve(1, 0)(score) for score in (0.2, 0.5, 0.9)] == pytest.approx([0.2, 0.5, 0.9])


def test_a_curve_rises_and_stays_inside() -> None:
    values = [Curve(0.4, -1)(score) for score in SCORES]
    assert values == sorted(values)
    assert values[0] > 0 and values[-1] < 1
    assert Curve(1, -1)(0.5) == pytest.approx(0.2689, abs=1e-4)


def test_each_kind_has_its_own_and_without_one_scores_stay() -> None:
    calibration = Calibration({"frame": Curve(1, -1)})
    assert calibration("frame", 0.5) < 0.5
    assert calibration("model", 0.5) == 0.5


def test_to_disk_and_back(tmp_path: Path) -> None:
    calibration = Calibration({"frame": Curve(0.5, -0.25), "both": Curve(1.0, 0.125)})
    calibration.to_disk(tmp_path)
    assert Calibration.from_disk(tmp_path) == calibration
    (tmp_path / FILE).unlink()
    assert Calibration.from_disk(tmp_path) == Calibration({})


@pytest.mark.parametrize("text", ["{", "[]", '{"frame": [1]}', '{"frame": [-1, 0]}', '{"oracle": [1, 0]}'])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=FILE):
        Calibration.from_disk(tmp_path)
