"""What would remain of the effect if something unmeasured were that strong, with measured causes as yardsticks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bayescause.reporting.figures.canvas import FONT, INKS, Picture, Sheet, draw, fold
from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    from matplotlib.ticker import MaxNLocator

__all__ = ["Surface", "Yardstick", "picture_contour"]


@dataclass(frozen=True, eq=False)
class Surface:
    """The effect that would remain, over the range that is to be shown.

    Parameters
    ----------
    treatment_r2 : array, dims (column,)
    outcome_r2 : array, dims (row,)
    adjusted : array, dims (row, column)
        In the unit of the outcome.
    """

    treatment_r2: FloatArray
    outcome_r2: FloatArray
    adjusted: FloatArray


@dataclass(frozen=True)
class Yardstick:
    """A measured cause, or a multiple of it, as a point."""

    label: str
    treatment_r2: float
    outcome_r2: float
    is_multiple: bool = False


def picture_contour(
    surface: Surface,
    yardsticks: Sequence[Yardstick],
    *,
    lines: Sequence[tuple[float, str]],
    axes_labels: tuple[str, str],
    caption: str,
    name: str = "contour",
) -> Picture:
    """Draw ``surface`` with the lines at which something turns.

    Parameters
    ----------
    surface : Surface
    yardsticks : sequence of Yardstick
    lines : sequence of (value, label)
        Effects at which something turns: the decision's first, then zero.
    axes_labels : (str, str)
        Below and beside the picture.
    caption : str
    """
    right, top = float(surface.treatment_r2.max()), float(surface.outcome_r2.max())

    def paint(sheet: Sheet) -> None:
        axes = sheet.axes
        axes.set(xlim=(0, right), ylim=(0, top))
        _levels(sheet, surface)
        for place, (value, label) in enumerate(lines):
            _turn(sheet, surface, value, label, INKS["ink" if place else "alarm"], (right, (0.95 - 0.13 * place) * top))
        for mark in yardsticks:
            if mark.treatment_r2 <= right and mark.outcome_r2 <= top:
                _point(sheet, mark, right)
        across, up = axes_labels
        axes.set(xlabel=fold(across, 40, 2), ylabel=fold(up, 36, 2))
        axes.xaxis.set_major_locator(_few_ticks())
        axes.yaxis.set_major_locator(_few_ticks())
        axes.spines["left"].set_visible(True)

    return draw(name, caption, paint, height=400, narrow_height=350)


def _few_ticks() -> "MaxNLocator":
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(5)


def _levels(sheet: Sheet, surface: Surface) -> None:
    low, high = float(surface.adjusted.min()), float(surface.adjusted.max())
    if low == high:
        return
    from matplotlib.ticker import MaxNLocator

    levels = MaxNLocator(7).tick_values(low, high)
    drawn = sheet.axes.contour(surface.treatment_r2, surface.outcome_r2, surface.adjusted, levels=levels,
                               colors=INKS["rule"], linewidths=1, linestyles="-")  # fmt: skip
    sheet.axes.clabel(drawn, fontsize=FONT - 2, colors=INKS["muted"], fmt="%g", inline=False)


def _turn(sheet: Sheet, surface: Surface, value: float, label: str, color: str, reach: tuple[float, float]) -> None:
    if not surface.adjusted.min() < value < surface.adjusted.max():
        return
    drawn = sheet.axes.contour(surface.treatment_r2, surface.outcome_r2, surface.adjusted, levels=[value],
                               colors=color, linewidths=2.4, linestyles="-")  # fmt: skip
    points = np.concatenate([path.vertices for path in drawn.get_paths()])
    shown = points[(points[:, 0] <= 0.97 * reach[0]) & (points[:, 1] <= reach[1])]
    if len(shown):
        place = shown[np.argmax(shown[:, 1])]
        sheet.axes.annotate(fold(label, 26, 2), place, xytext=(7, 0), textcoords="offset points", color=color,
                            fontsize=FONT - 1, va="center", weight="bold")  # fmt: skip


def _point(sheet: Sheet, mark: Yardstick, right: float) -> None:
    place = (mark.treatment_r2, mark.outcome_r2)
    sheet.axes.plot(*place, "o", color=INKS["accent"], markersize=7, clip_on=False, zorder=4)
    side = "right" if place[0] > 0.7 * right else "left"
    where, side = ((0, 13), "center") if mark.is_multiple else ((-8 if side == "right" else 8, 0), side)
    label = sheet.axes.annotate(fold(mark.label, 24, 2), place, xytext=where, textcoords="offset points", zorder=4)
    label.set(horizontalalignment=side, verticalalignment="center", fontsize=FONT - 1)
