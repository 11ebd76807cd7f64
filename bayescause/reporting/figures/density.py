"""The effect's posterior density for the reviewer, with its interval, the threshold and the plain difference."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from bayescause.reporting.figures.canvas import FONT, INKS, Picture, Sheet, draw
from bayescause.scm.mechanism import FloatArray

__all__ = ["Marks", "density", "picture_density"]

POINTS = 160
"""At which the density is evaluated."""


@dataclass(frozen=True)
class Marks:
    """Values marked in the picture, in the unit of the draws.

    Parameters
    ----------
    low, high : float
        Ends of the interval.
    interval : str
        Its kind and probability in words.
    lines : mapping of str to float
        Labels of further values: threshold, plain difference.
    """

    low: float
    high: float
    interval: str
    lines: Mapping[str, float] = field(default_factory=dict)


def density(draws: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Points and a Gaussian kernel density with Silverman's bandwidth (1986, equation 3.31), dims (point,)."""
    values = np.ravel(draws)
    quarters = np.quantile(values, [0.25, 0.75])
    spread = min(float(values.std()), float(quarters[1] - quarters[0]) / 1.34) or float(values.std()) or 1.0
    width = 0.9 * spread * len(values) ** -0.2
    low, high = np.quantile(values, [0.001, 0.999])
    points = np.linspace(low - 3 * width, high + 3 * width, POINTS)
    edges = np.linspace(points[0], points[-1], 1_001)
    counts, _ = np.histogram(values, edges)
    centres = (edges[:-1] + edges[1:]) / 2
    kernel = np.exp(-0.5 * ((points[:, None] - centres) / width) ** 2)
    return points, kernel @ counts / (len(values) * width * np.sqrt(2 * np.pi))


def picture_density(draws: FloatArray, marks: Marks, *, axis: str, caption: str, name: str = "density") -> Picture:
    """Draw the density of ``draws`` with ``marks``."""
    points, heights = density(draws)
    top = float(heights.max())
    levels = len(marks.lines)

    def paint(sheet: Sheet) -> None:
        axes = sheet.axes
        inside = (points >= marks.low) & (points <= marks.high)
        axes.fill_between(points[inside], heights[inside], color=INKS["soft"], linewidth=0)
        axes.plot(points, heights, color=INKS["accent"])
        axes.plot([marks.low, marks.high], [0, 0], color=INKS["accent"], linewidth=5, solid_capstyle="butt")
        ends = [float(points[0]), float(points[-1]), *marks.lines.values()]
        low, high = min(ends), max(ends)
        space = 0.04 * (high - low)
        axes.set(xlim=(low - space, high + space), ylim=(0, top * (1.06 + 0.17 * levels)), yticks=[], xlabel=axis)
        for level, (label, value) in enumerate(marks.lines.items()):
            _mark(sheet, label, value, top * (1.02 + 0.17 * (levels - level)), (low + high) / 2)
        middle = (marks.low + marks.high) / 2
        axes.text(middle, top * 0.06, marks.interval, ha="center", fontsize=FONT - 1, color=INKS["ink"])

    return draw(name, caption, paint, height=190 + 26 * levels)


def _mark(sheet: Sheet, label: str, value: float, height: float, middle: float) -> None:
    sheet.axes.plot([value, value], [0, height], color=INKS["ink"], linewidth=1.1, linestyle=(0, (4, 3)))
    is_right = value > middle
    sheet.axes.annotate(
        label,
        (value, height),
        xytext=(-5 if is_right else 5, 0),
        textcoords="offset points",
        ha="right" if is_right else "left",
        va="top",
        fontsize=FONT - 1,
    )
