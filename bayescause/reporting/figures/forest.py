"""Slices side by side: the effect in each group with its interval, greyed where the model could hold no difference."""

from collections.abc import Sequence
from dataclasses import dataclass

from bayescause.reporting.figures.canvas import FONT, INKS, Picture, Sheet, draw, fold

__all__ = ["Row", "picture_forest"]

PITCH = 34
"""Pixels from row to row."""


@dataclass(frozen=True)
class Row:
    """One line of the picture.

    Parameters
    ----------
    label : str
    mean, low, high : float, optional
        In the unit of the outcome; None where there is no number.
    weight : float
        Share of the units, 0 to 1: size of the dot.
    look : str
        ``"whole"``, ``"estimated"``, ``"by construction"`` or ``"refused"``.
    refusal : str
        Said where there is no number.
    """

    label: str
    mean: float | None
    low: float | None
    high: float | None
    weight: float
    look: str
    refusal: str = "too few to compare"


_INK = {"whole": "ink", "estimated": "accent", "by construction": "muted", "refused": "alarm"}


def picture_forest(
    rows: Sequence[Row], *, axis: str, caption: str, name: str = "forest", threshold: float = 0.0
) -> Picture:
    """Draw ``rows`` from top to bottom."""

    def paint(sheet: Sheet) -> None:
        axes = sheet.axes
        axes.axvline(threshold, color=INKS["rule"], linewidth=1.2)
        for place, row in enumerate(rows):
            _row(sheet, row, place, threshold)
        signs = 15 if sheet.is_narrow else 30
        axes.set_yticks(range(len(rows)), [fold(row.label, signs, lines=2) for row in rows], color=INKS["ink"])
        axes.set(ylim=(len(rows) - 0.4, -0.6), xlabel=axis)
        axes.margins(x=0.06)

    return draw(name, caption, paint, height=70 + PITCH * len(rows))


def _row(sheet: Sheet, row: Row, place: int, threshold: float) -> None:
    color = INKS[_INK[row.look]]
    if row.mean is None or row.low is None or row.high is None:
        sheet.axes.annotate(f"✕ {row.refusal}", (threshold, place), xytext=(6, 0), textcoords="offset points",
                            va="center", fontsize=FONT - 1, color=color)  # fmt: skip
        return
    line = (0, (2, 2)) if row.look == "by construction" else "-"
    sheet.axes.plot([row.low, row.high], [place, place], color=color, linewidth=2, linestyle=line)
    size = 6 + 7 * row.weight**0.5
    face = INKS["paper"] if row.look == "by construction" else color
    marker = "D" if row.look == "whole" else "o"
    sheet.axes.plot(row.mean, place, marker=marker, markersize=size, markerfacecolor=face,
                    markeredgecolor=color, markeredgewidth=1.8)  # fmt: skip
