"""Slices: an effect within each group of units, and whether the model could have held a difference."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayescause.analysis.overlap import Overlap
from bayescause.notebooks import by_its_words
from bayescause.query.digits import decimals_for_sentence, format_number
from bayescause.query.wording import centre

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from bayescause.query.effect import Effect
    from bayescause.query.interval import Interval

__all__ = ["TOO_FEW", "Slice", "Slices"]

TOO_FEW = "too few to compare."
"""How the refusal of a slice with fewer ends."""


@dataclass(frozen=True, eq=False)
class Slice:
    """The effect among one group of units.

    Parameters
    ----------
    label : str
        ``"sex = 1"``, ``"education = college"``, ``"age > 50"``.
    by : str
        What made the group: a column or a condition, as it was asked for.
    units, treated : int
        Units in the group, and how many of them are at the contrast's second value.
    status : str
        ``"ok"``, ``"weak"`` or ``"refused"``.
    reason : str
        ``"estimated"``: the model could hold a difference; ``"same by construction"``: it could not, and what
        differs is who the units are; ``"refused"``: no number.
    words : str
        The reason in a sentence.
    overlap : Overlap
    effect : Effect, optional
        The effect in this group; None if refused.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"z": [0, 1] * 30, "x": [0, 0, 1, 1, 0, 1] * 10}
    >>> rows["y"] = [2 * x + z + i % 5 for i, (x, z) in enumerate(zip(rows["x"], rows["z"]))]
    >>> effect = bc.ask(bc.StructuralModel.parse("x ~ z; y ~ x + z"), rows, bc.AverageEffect(of="x", on="y"))
    >>> first = bc.slice_by(effect, ["z"]).slices[0]
    >>> first.label, first.units, first.treated, first.draws.dims
    ('z = 0', 30, 10, ('chain', 'draw'))
    """

    label: str
    by: str
    units: int
    treated: int
    status: str
    reason: str
    words: str
    overlap: Overlap
    effect: "Effect | None" = None

    @property
    def draws(self) -> "xr.DataArray | None":
        """Draws of the effect, dims (chain, draw), in the unit of the outcome; None if refused."""
        return None if self.effect is None else self.effect.draws

    @property
    def mean(self) -> float | None:
        """Posterior mean, in the unit of the outcome; None if refused, NaN where it may not exist."""
        return None if self.effect is None else float(self.effect.mean())

    @property
    def interval(self) -> "Interval | None":
        """Interval of ArviZ's default kind and probability; None if refused."""
        return None if self.effect is None else self.effect.interval()

    @property
    def is_by_construction(self) -> bool:
        """Whether the model cannot hold a difference between this slice and its neighbours."""
        return self.reason == "same by construction"

    @property
    def is_too_small(self) -> bool:
        """Whether it was refused because one treatment was hardly seen in it, and for no other reason."""
        return self.effect is None and self.words.endswith(TOO_FEW)


@dataclass(frozen=True, eq=False)
class Slices:
    """An effect by groups of units.

    Parameters
    ----------
    effect : Effect
        The whole.
    by : tuple of str
        What was asked for.
    slices : tuple of Slice
        In the order of ``by``.
    suggestions : tuple of str
        What to add to which formula to let the effect differ, one sentence each.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"z": [0, 1] * 30, "x": [0, 0, 1, 1, 0, 1] * 10}
    >>> rows["y"] = [2 * x + z + i % 5 for i, (x, z) in enumerate(zip(rows["x"], rows["z"]))]
    >>> effect = bc.ask(bc.StructuralModel.parse("x ~ z; y ~ x + z"), rows, bc.AverageEffect(of="x", on="y"))
    >>> slices = bc.slice_by(effect, ["z"])
    >>> [(one.label, one.status) for one in slices.slices]
    [('z = 0', 'ok'), ('z = 1', 'ok')]
    >>> slices.suggestions
    ('To let the effect differ by z, add x*z to the formula of y and fit again.',)
    """

    effect: "Effect"
    by: tuple[str, ...]
    slices: tuple[Slice, ...]
    suggestions: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Slice]:
        return iter(self.slices)

    def __len__(self) -> int:
        return len(self.slices)

    def to_dataframe(self) -> "pd.DataFrame":
        """One row a slice: label, by, units, treated, mean, interval with its kind and probability, overlap, reason."""
        import pandas as pd

        return pd.DataFrame([_row(one) for one in self.slices])

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        interval = next((one.interval.name for one in self.slices if one.interval is not None), "interval")
        head = ("slice", "units", "treated", "effect", interval, "differs for a reason?")
        rows = [head, *(_cells(one) for one in self.slices)]
        widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
        lines = [
            "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
        ]
        return "\n".join((*lines, *self.suggestions))


def _row(one: Slice) -> dict[str, object]:
    interval = one.interval
    return {
        "label": one.label,
        "by": one.by,
        "units": one.units,
        "treated": one.treated,
        "mean": one.mean,
        "interval_kind": None if interval is None else interval.kind,
        "interval_prob": None if interval is None else interval.prob,
        "interval_low": None if interval is None else float(interval.low),
        "interval_high": None if interval is None else float(interval.high),
        "overlap": one.overlap.verdict,
        "status": one.status,
        "reason": one.reason,
    }


def _cells(one: Slice) -> tuple[str, ...]:
    size = one.label, f"{one.units:,}", f"{one.treated:,}"
    if one.effect is None:
        return *size, "", "", one.words
    middle, interval = centre(one.effect), one.effect.interval()
    decimals = decimals_for_sentence(float(one.effect.sd()), one.effect.diagnostics.mcse_mean, middle)
    low, high = (format_number(float(bound), decimals) for bound in (interval.low, interval.high))
    return *size, format_number(middle, decimals), f"{low} to {high}", one.words
