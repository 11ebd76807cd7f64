"""Calibration as pictures: how far the ranks' distribution lies from uniform, with the band that chance allows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bayescause.reporting.figures.canvas import FONT, INKS, Picture, Sheet, draw, fold
from bayescause.scm.mechanism import FloatArray

__all__ = ["Panel", "picture_ranks"]

PANEL = 150
"""Height of a panel, CSS pixels."""


@dataclass(frozen=True, eq=False)
class Panel:
    """One quantity, or several alike.

    Parameters
    ----------
    title : str
    differences : sequence of array, dims (point,)
    passes : bool
    """

    title: str
    differences: Sequence[FloatArray]
    passes: bool


def picture_ranks(
    panels: Sequence[Panel], grid: FloatArray, low: FloatArray, high: FloatArray, *, caption: str, name: str = "ranks"
) -> Picture:
    """Draw one panel a quantity, its verdict in the title.

    Parameters
    ----------
    panels : sequence of Panel
    grid, low, high : array, dims (point,)
        Points between 0 and 1, and the simultaneous band.
    caption : str
    """

    def paint(sheet: Sheet) -> None:
        columns = _columns(len(panels), is_narrow=sheet.is_narrow)
        lines = math.ceil(len(panels) / columns)
        sheet.figure.clear()
        for place, panel in enumerate(panels, start=1):
            axes = sheet.figure.add_subplot(lines, columns, place)
            _panel(Sheet(sheet.figure, axes, sheet.width, sheet.height), panel, grid, low, high)

    heights = [
        50 + PANEL * math.ceil(len(panels) / _columns(len(panels), is_narrow=narrow)) for narrow in (False, True)
    ]
    return draw(name, caption, paint, height=heights[0], narrow_height=heights[1])


def _columns(panels: int, *, is_narrow: bool) -> int:
    return 1 if is_narrow else min(3, max(1, panels))


def _panel(sheet: Sheet, panel: Panel, grid: FloatArray, low: FloatArray, high: FloatArray) -> None:
    axes = sheet.axes
    color = INKS["accent" if panel.passes else "alarm"]
    axes.fill_between(grid, low, high, color=INKS["soft"], linewidth=0)
    axes.axhline(0, color=INKS["rule"], linewidth=1)
    for difference in panel.differences:
        axes.plot(grid, difference, color=color, linewidth=1.3)
    sign = "●" if panel.passes else "○"
    verdict = "within the band" if panel.passes else "leaves the band"
    axes.set_title(f"{sign} {fold(panel.title, 30, 2)}\n{verdict}", fontsize=FONT - 1, loc="left")
    axes.set(xlim=(0, 1), xticks=[0, 0.5, 1])
    axes.spines["left"].set_visible(True)
    axes.locator_params(axis="y", nbins=3)
    axes.set_xlabel("rank of the truth", fontsize=FONT - 1)
