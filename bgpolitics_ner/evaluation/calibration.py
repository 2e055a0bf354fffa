"""Is what is said with confidence 0.8 right in 80 of 100 cases? Expected calibration error and its plot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

BINS = 10
# The plot: side of the square and the margins around it, in pixels.
SIDE, MARGIN, LEGEND = 360, 56, 22
COLOURS = ("#1f5f99", "#c1502e", "#3c7d3c", "#7b4f9d", "#8a6d1d")


@dataclass(frozen=True)
class Bin:
    """Answers with a confidence from `low` (inclusive) to `high` (exclusive, but for 1.0).

    `confidence` is their mean confidence, `accuracy` the share of them that is right.
    """

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float

    @property
    def gap(self) -> float:
        """How far confidence and accuracy are apart."""
        return abs(self.confidence - self.accuracy)


@dataclass(frozen=True)
class Calibration:
    """The bins that hold answers, lowest first; `brier` is the mean squared error of the confidences."""

    bins: tuple[Bin, ...]
    brier: float

    @property
    def count(self) -> int:
        """How many answers there were."""
        return sum(b.count for b in self.bins)

    @property
    def ece(self) -> float:
        """The expected calibration error: the mean gap, each bin weighing as many answers as it holds."""
        return sum(b.gap * b.count for b in self.bins) / max(1, self.count)

    @property
    def greatest(self) -> float:
        """The greatest gap of a bin."""
        return max((b.gap for b in self.bins), default=0.0)

    def rows(self) -> Iterator[str]:
        """Yield the lines of a table."""
        yield f"{'confidence':<12} {'answers':>7} {'mean':>6} {'right':>6}"
        for b in self.bins:
            yield f"{b.low:.2f} – {b.high:.2f}  {b.count:7} {b.confidence:6.3f} {b.accuracy:6.3f}"
        rest = f"greatest {self.greatest:.3f}, Brier {self.brier:.3f}"
        yield f"expected calibration error {self.ece:.3f}, {rest}"

    def to_dict(self) -> dict[str, Any]:
        """Return the figures, ready for ``json.dumps``."""
        bins = [
            {
                "low": b.low,
                "high": b.high,
                "count": b.count,
                "confidence": b.confidence,
                "accuracy": b.accuracy,
            }
            for b in self.bins
        ]
        return {"ece": self.ece, "greatest": self.greatest, "brier": self.brier, "bins": bins}


def calibrate(answers: Iterable[tuple[float, bool]], *, bins: int = BINS) -> Calibration:
    """Sort (confidence, right) into `bins` of equal width; ValueError for a confidence outside 0 to 1."""
    rows: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    squares = 0.0
    for confidence, right in answers:
        if not 0.0 <= confidence <= 1.0:
            raise ValueError(f"a confidence must be between 0 and 1, not {confidence}")
        rows[min(int(confidence * bins), bins - 1)].append((confidence, right))
        squares += (confidence - right) ** 2
    made = tuple(
        Bin(
            number / bins,
            (number + 1) / bins,
            len(row),
            sum(c for c, _ in row) / len(row),
            sum(r for _, r in row) / len(row),
        )
        for number, row in enumerate(rows)
        if row
    )
    return Calibration(made, squares / max(1, sum(b.count for b in made)))


def plot(path: Path, series: Mapping[str, Calibration], *, title: str) -> None:
    """Write a reliability plot as SVG: accuracy over confidence, a dot a bin, larger for more answers."""
    height = SIDE + 2 * MARGIN + LEGEND * len(series)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE + 2 * MARGIN}" height="{height}" '
        'font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="{MARGIN}" y="{MARGIN // 2}" font-size="15">{escape(title)}</text>',
        *_grid(),
    ]
    for number, (name, result) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        parts += _curve(result, colour)
        y = SIDE + 2 * MARGIN + LEGEND * number
        legend = f"{name}: ECE {result.ece:.3f}, {result.count} answers"
        parts += [
            f'<circle cx="{MARGIN + 6}" cy="{y - 4}" r="5" fill="{colour}"/>',
            f'<text x="{MARGIN + 18}" y="{y}">{escape(legend)}</text>',
        ]
    path.write_text("\n".join([*parts, "</svg>", ""]), encoding="utf-8", newline="\n")


def _grid() -> Iterator[str]:
    yield f'<rect x="{MARGIN}" y="{MARGIN}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#999"/>'
    for step in range(6):
        x, y = _place(step / 5, step / 5)
        yield f'<line x1="{x}" y1="{MARGIN}" x2="{x}" y2="{MARGIN + SIDE}" stroke="#ddd"/>'
        yield f'<line x1="{MARGIN}" y1="{y}" x2="{MARGIN + SIDE}" y2="{y}" stroke="#ddd"/>'
        yield f'<text x="{x}" y="{MARGIN + SIDE + 16}" text-anchor="middle">{step / 5:.1f}</text>'
        yield f'<text x="{MARGIN - 8}" y="{y + 4}" text-anchor="end">{step / 5:.1f}</text>'
    (x1, y1), (x2, y2) = _place(0, 0), _place(1, 1)
    yield f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#999" stroke-dasharray="5 4"/>'
    yield f'<text x="{MARGIN + SIDE // 2}" y="{MARGIN + SIDE + 34}" text-anchor="middle">confidence</text>'
    middle = MARGIN + SIDE // 2
    yield f'<text x="16" y="{middle}" text-anchor="middle" transform="rotate(-90 16 {middle})">right</text>'


def _curve(result: Calibration, colour: str) -> Iterator[str]:
    points = [(*_place(b.confidence, b.accuracy), b.count) for b in result.bins]
    line = " ".join(f"{x},{y}" for x, y, _ in points)
    yield f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>'
    for x, y, count in points:
        radius = 3 + 7 * (count / max(1, result.count)) ** 0.5
        yield f'<circle cx="{x}" cy="{y}" r="{radius:.1f}" fill="{colour}" fill-opacity="0.7"/>'


def _place(x: float, y: float) -> tuple[float, float]:
    """Return where a point of the unit square stands in the picture."""
    return round(MARGIN + x * SIDE, 1), round(MARGIN + (1 - y) * SIDE, 1)
