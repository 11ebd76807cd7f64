"""An effect as twenty dots, each one chance in twenty: what is countable is understood (Kay and others 2016)."""

from collections.abc import Sequence

import numpy as np

from bayescause.reporting.figures.canvas import FONT, INKS, Picture, Sheet, draw
from bayescause.scm.mechanism import FloatArray

__all__ = ["DOTS", "picture_dots", "quantile_dots", "stack"]

DOTS = 20
"""Dots in the picture."""

DIAMETER = 17.0
"""Of a dot, CSS pixels."""

COLUMNS = 8
"""Stacks over which the dots are spread, about."""


def quantile_dots(draws: FloatArray) -> FloatArray:
    """Middles of twenty equally likely parts of ``draws``, in their unit; dims (dot,).

    Examples
    --------
    >>> quantile_dots(np.arange(2001) / 2000).round(3)[[0, -1]].tolist()
    [0.025, 0.975]
    """
    return np.quantile(np.ravel(draws), (np.arange(DOTS) + 0.5) / DOTS)


def stack(places: FloatArray, diameter: float) -> list[tuple[float, int]]:
    """Place and height in its stack of each dot, so that no two overlap.

    Parameters
    ----------
    places : array, dims (dot,)
        Sorted.
    diameter : float
        In the unit of ``places``.

    Examples
    --------
    >>> stack(np.array([0.0, 0.1, 5.0]), 1.0)
    [(0.05, 0), (0.05, 1), (5.0, 0)]
    """
    groups: list[list[float]] = []
    for place in places.tolist():
        if groups and place - groups[-1][0] < diameter:
            groups[-1].append(place)
        else:
            groups.append([place])
    return [(sum(group) / len(group), height) for group in groups for height in range(len(group))]


def picture_dots(
    draws: FloatArray,
    *,
    axis: str,
    caption: str,
    threshold: float,
    at_threshold: str,
    filled: str = "above",
    name: str = "dots",
) -> Picture:
    """Draw the effect as dots, filled on one side of ``threshold`` and hollow on the other.

    Parameters
    ----------
    draws : array, any dims
        In the unit of the outcome.
    axis : str
        What the axis counts, with its unit.
    caption : str
    threshold : float
        Where the decision turns, or zero.
    at_threshold : str
        Label of that line, such as ``"pays from here"``.
    filled : str
        ``"above"`` or ``"below"``: the side that is filled.
    """
    dots = quantile_dots(draws)
    low, high = _limits(dots, threshold)
    width = max(float(np.ptp(dots)) / COLUMNS, DIAMETER / 320 * (high - low))
    places = stack(dots[dots <= threshold], width) + stack(dots[dots > threshold], width)
    height = 96 + int(DIAMETER * (1 + max(height for _, height in places)))

    def paint(sheet: Sheet) -> None:
        _dots(sheet, places, (dots > threshold) == (filled == "above"))
        _line(sheet, threshold, at_threshold, (low, high))
        sheet.axes.set(xlim=(low, high), ylim=(0, sheet.height - 62), yticks=[], xlabel=axis)

    return draw(name, caption, paint, height=height)


def _limits(dots: FloatArray, threshold: float) -> tuple[float, float]:
    low, high = float(min(dots[0], threshold)), float(max(dots[-1], threshold))
    space = 0.08 * (high - low or abs(high) or 1.0)
    return low - space, high + space


def _dots(sheet: Sheet, places: Sequence[tuple[float, int]], filled: Sequence[bool]) -> None:
    for (place, height), is_filled in zip(places, filled, strict=True):
        sheet.axes.plot(
            place,
            DIAMETER * (height + 0.6),
            marker="o",
            markersize=DIAMETER - 3.5,
            markerfacecolor=INKS["accent" if is_filled else "paper"],
            markeredgecolor=INKS["accent" if is_filled else "orange"],
            markeredgewidth=2,
            clip_on=False,
        )


def _line(sheet: Sheet, threshold: float, text: str, limits: tuple[float, float]) -> None:
    sheet.axes.axvline(threshold, color=INKS["ink"], linewidth=1.2, linestyle=(0, (4, 3)), zorder=0)
    is_right = threshold > (limits[0] + limits[1]) / 2
    sheet.axes.annotate(
        text,
        (threshold, sheet.height - 66),
        xytext=(-5 if is_right else 5, 0),
        textcoords="offset points",
        ha="right" if is_right else "left",
        va="top",
        fontsize=FONT - 1,
        color=INKS["ink"],
    )
