"""Calibration error counted by hand, and the plot as well-formed SVG."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from bgpolitics_ner.evaluation.calibration import calibrate, plot


def test_error_is_the_mean_gap_of_the_bins() -> None:
    # four answers at 0.9, three of them right; one at 0.25, wrong: (4 · 0.15 + 1 · 0.25) / 5
    result = calibrate([(0.9, True), (0.9, True), (0.9, True), (0.9, False), (0.25, False)])
    assert [(b.low, b.count, b.accuracy) for b in result.bins] == [(0.2, 1, 0.0), (0.9, 4, 0.75)]
    assert result.ece == pytest.approx(0.17)
    assert result.greatest == pytest.approx(0.25)
    assert result.brier == pytest.approx((3 * 0.01 + 0.81 + 0.0625) / 5)
    assert result.count == 5


def test_certainty_is_in_the_last_bin_and_nothing_is_no_error() -> None:
    assert calibrate([(1.0, True)]).bins[0].low == 0.9
    assert calibrate([]).ece == 0.0 == calibrate([]).greatest


def test_perfect_confidence_has_no_error() -> None:
    answers = [(0.75, right) for right in (True, True, True, False)]
    assert calibrate(answers).ece == pytest.approx(0.0)


@pytest.mark.parametrize("confidence", [-0.1, 1.5, float("nan")])
def test_no_probability(confidence: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        calibrate([(confidence, True)])


def test_rows_and_plot(tmp_path: Path) -> None:
    result = calibrate([(0.9, True), (0.4, False)])
    assert list(result.rows())[-1].startswith("expected calibration error 0.250")
    assert result.to_dict()["bins"][0]["count"] == 1
    path = tmp_path / "plot.svg"
    plot(path, {"names <new>": result, "held out": result}, title="Names & places")
    root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "Names & places" in texts and "names <new>: ECE 0.250, 2 answers" in texts
