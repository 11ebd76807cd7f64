"""A curve: its median, the interval of each point within the band of the whole, and where it leaves what was seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bayescause.reporting.figures.canvas import INKS, Picture, Sheet, draw, fold
from bayescause.scm.mechanism import FloatArray

__all__ = ["Curve", "picture_curve", "picture_pair"]

HEIGHT = 260
"""Pixels."""

UP = 34
"""Signs of a line of the label that stands upright beside the picture."""

PAIR = ("blue", "orange")
"""Colours of two worlds, the reference first."""

APART = 0.08
"""By how much their points stand aside where levels have names."""

MOST_TICKS = 400
"""Marks of a rug; of more values, quantiles stand for all."""


@dataclass(frozen=True, eq=False)
class Curve:
    """What is drawn.

    Parameters
    ----------
    points : sequence of float or str
        Where the curve was computed; names of levels stand side by side.
    middle, low, high, band_low, band_high : array, dims (point,)
        In the unit of the outcome.
    seen : array
        Values of the treatment that were seen; empty for levels with names.
    no_effect : float, optional
        Drawn as a line, for changes from a reference.
    """

    points: Sequence[float | str]
    middle: FloatArray
    low: FloatArray
    high: FloatArray
    band_low: FloatArray
    band_high: FloatArray
    seen: FloatArray
    no_effect: float | None = None

    @property
    def has_names(self) -> bool:
        """Whether its points are levels with names, with nothing in between."""
        return any(isinstance(point, str) for point in self.points)


def picture_curve(curve: Curve, *, across: str, up: str, caption: str, name: str = "curve") -> Picture:
    """Draw ``curve``; where the treatment was never seen, it is hatched."""

    def paint(sheet: Sheet) -> None:
        axes = sheet.axes
        if curve.no_effect is not None:
            axes.axhline(curve.no_effect, color=INKS["rule"], linewidth=1.2)
        (_levels if curve.has_names else _line)(sheet, curve)
        axes.set(xlabel=across, ylabel=fold(up, UP))

    return draw(name, caption, paint, height=HEIGHT)


def picture_pair(
    curves: Sequence[Curve], labels: Sequence[str], *, across: str, up: str, caption: str, name: str = "curves"
) -> Picture:
    """Draw the curves of two worlds together, each with its band and its label."""

    def paint(sheet: Sheet) -> None:
        place = int(np.abs(curves[0].middle - curves[-1].middle).argmax())
        highest = max(curves, key=lambda curve: float(curve.middle[place]))
        for curve, label, ink, shift in zip(curves, labels, PAIR, (-APART, APART), strict=True):
            x = _beside(sheet, curve, ink, shift)
            side, at = (-1 if curve is highest else 1), (float(x[place]), float(curve.middle[place]))
            where = ("right", "bottom") if curve is highest else ("left", "top")
            _labelled(sheet, label, at, ink, (8.0 * side, -8.0 * side), where)
        if curves[0].has_names:
            sheet.axes.set_xticks(np.arange(len(curves[0].points)), [str(point) for point in curves[0].points])
        sheet.axes.set(xlabel=across, ylabel=fold(up, UP))

    return draw(name, caption, paint, height=HEIGHT)


def _beside(sheet: Sheet, curve: Curve, ink: str, shift: float) -> FloatArray:
    """Paint one of two curves with its band; the places of its points."""
    axes = sheet.axes
    if curve.has_names:
        x = np.arange(len(curve.points), dtype=np.float64) + shift
        axes.vlines(x, curve.band_low, curve.band_high, color=INKS[ink], linewidth=2)
        axes.plot(x, curve.middle, "o", color=INKS[ink], markersize=6)
        return x
    x = np.array([float(point) for point in curve.points], dtype=np.float64)
    axes.fill_between(x, curve.band_low, curve.band_high, color=INKS[ink], alpha=0.15, linewidth=0)
    axes.plot(x, curve.middle, color=INKS[ink], linewidth=2)
    return x


def _labelled(
    sheet: Sheet,
    label: str,
    at: tuple[float, float],
    ink: str,
    by: tuple[float, float],
    aligned: tuple[str, str],
) -> None:
    sheet.axes.annotate(label, at, by, textcoords="offset points", ha=aligned[0], va=aligned[1], color=INKS[ink])


def _levels(sheet: Sheet, curve: Curve) -> None:
    places = np.arange(len(curve.points))
    sheet.axes.vlines(places, curve.band_low, curve.band_high, color=INKS["muted"], linewidth=1.2)
    sheet.axes.vlines(places, curve.low, curve.high, color=INKS["accent"], linewidth=3)
    sheet.axes.plot(places, curve.middle, "o", color=INKS["accent"], markersize=6)
    sheet.axes.set_xticks(places, [str(point) for point in curve.points])


def _line(sheet: Sheet, curve: Curve) -> None:
    axes, x = sheet.axes, np.array([float(point) for point in curve.points])
    order = np.argsort(x)
    x, sorted_ends = x[order], [end[order] for end in (curve.low, curve.high, curve.band_low, curve.band_high)]
    low, high, band_low, band_high = sorted_ends
    axes.fill_between(x, band_low, band_high, color=INKS["accent"], alpha=0.15, linewidth=0)
    axes.fill_between(x, low, high, color=INKS["accent"], alpha=0.3, linewidth=0)
    axes.plot(x, curve.middle[order], color=INKS["accent"], linewidth=2)
    if not len(curve.seen):
        return
    rug = curve.seen if len(curve.seen) <= MOST_TICKS else np.quantile(curve.seen, np.linspace(0, 1, MOST_TICKS))
    rug = rug[(rug >= x[0]) & (rug <= x[-1])]
    axes.plot(
        rug, np.full(len(rug), 0.01), "|", color=INKS["muted"], markersize=5, transform=axes.get_xaxis_transform()
    )
    for start, end in ((x[0], min(float(curve.seen.min()), x[-1])), (max(float(curve.seen.max()), x[0]), x[-1])):
        if end > start:
            axes.axvspan(start, end, facecolor="none", edgecolor=INKS["muted"], hatch="///", linewidth=0, alpha=0.5)
