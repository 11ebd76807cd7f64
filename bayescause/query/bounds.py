"""Bounds are the posterior of the smallest and the largest effect that a law of the data is compatible with."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import xarray as xr

from bayescause.inference.convergence import Diagnostics, diagnose_worst, interval_of
from bayescause.query.interval import Interval

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["AGAINST", "Bounds", "split_bounds"]

AGAINST = 1 / 3
"""How many times as probable the data make the graph, below which they speak against it."""


@dataclass(frozen=True, eq=False)
class Bounds:
    """The range of effects that the data leave open, where they do not settle the effect.

    Parameters
    ----------
    low, high : DataArray, dims (chain, draw) or (chain, draw, group)
        Smallest and largest effect that are compatible with each draw of the observed law, in the unit of the outcome.
    method : str
        ``"response_functions"``: a linear program over the ways in which units can respond (Balke and Pearl 1997).
    is_sharp : bool
        Whether every effect between the two is compatible with the law; if not, the range is valid, perhaps not the
        tightest.
    share_rejected, share_rejected_before : float
        Share of laws that no model with this graph has: among those that the data support, and before the data.
    doubts : tuple of str
        What weakens the range, in words.

    Notes
    -----
    No number inside the range is more supported by the data than another.
    """

    low: xr.DataArray
    high: xr.DataArray
    method: str
    is_sharp: bool
    share_rejected: float = 0.0
    share_rejected_before: float = 0.0
    doubts: tuple[str, ...] = ()

    def interval(self, ci_prob: float | None = None) -> Interval:
        """From the lower end's lower quantile to the upper end's upper one.

        It holds the whole range with at least the probability asked for, and so the effect, wherever in it that is.

        Parameters
        ----------
        ci_prob : float, optional
            ArviZ's default if not given.

        Raises
        ------
        SpecError
            If the probability is not between 0 and 1.

        Examples
        --------
        >>> low = xr.DataArray(np.linspace(-0.2, 0.0, 101)[None], dims=("chain", "draw"))
        >>> found = Bounds(low, low + 1.0, "response_functions", is_sharp=True).interval(0.9)
        >>> round(float(found.low), 3), round(float(found.high), 3)
        (-0.19, 0.99)
        """
        _, prob, lower = interval_of(self.low.to_numpy(), ci_prob, "eti")
        _, _, upper = interval_of(self.high.to_numpy(), prob, "eti")
        like = self.low.isel(chain=0, draw=0, drop=True)
        return Interval("eti", prob, like.copy(data=lower[..., 0]), like.copy(data=upper[..., 1]))

    def end_interval(self, end: str, ci_prob: float | None = None) -> Interval:
        """Interval of one end, ``"low"`` or ``"high"``, of ArviZ's default kind."""
        draws = {"low": self.low, "high": self.high}[end]
        kind, prob, sides = interval_of(draws.to_numpy(), ci_prob)
        like = draws.isel(chain=0, draw=0, drop=True)
        return Interval(kind, prob, like.copy(data=sides[..., 0]), like.copy(data=sides[..., 1]))

    def probability_all_above(self, value: float = 0.0) -> xr.DataArray:
        """Posterior probability that the whole range lies above ``value``."""
        return (self.low > value).mean(("chain", "draw"))

    def probability_all_below(self, value: float = 0.0) -> xr.DataArray:
        """Posterior probability that the whole range lies below ``value``."""
        return (self.high < value).mean(("chain", "draw"))

    @property
    def diagnostics(self) -> dict[str, Diagnostics]:
        """R-hat, ESS and MCSE of the ends ``low`` and ``high``; of several groups, the worst of each."""
        return {"low": diagnose_worst(self.low.to_numpy()), "high": diagnose_worst(self.high.to_numpy())}

    @property
    def support(self) -> float:
        """How many times as probable the data make it that the graph is right, against any law of the variables."""
        return (1 - self.share_rejected) / (1 - self.share_rejected_before)

    @property
    def evidence(self) -> str:
        """What the share of rejected laws says about the graph, as a sentence."""
        if self.share_rejected == self.share_rejected_before == 0:
            return "No table of these columns could speak against the drawing."
        told = (
            f"{_percent(self.share_rejected)} of the laws that the data support are impossible under the drawing "
            f"(before the data: {_percent(self.share_rejected_before)})"
        )
        if self.support < AGAINST:
            return f"The data speak against the drawing: {told}."
        if self.support < 1:
            return f"The data say little about the drawing: {told}."
        return f"The data do not speak against the drawing: {told}. That does not prove it."

    def row(self) -> dict[str, object]:
        """The range without groups as one row: ends' means and the interval's bounds with its probability."""
        interval = self.interval()
        return {
            "bounds_low": float(self.low.mean()),
            "bounds_high": float(self.high.mean()),
            "bounds_prob": interval.prob,
            "bounds_interval_low": float(interval.low),
            "bounds_interval_high": float(interval.high),
        }

    def to_dataframe(self) -> "pd.DataFrame":
        """One row a group: group, means of both ends, and the interval that holds the range."""
        import pandas as pd

        return pd.DataFrame([{"group": group, **part.row()} for group, part in split_bounds(self)])

    def to_datatree(self) -> xr.DataTree:
        """Both ends as an ArviZ tree: group ``causal_effect`` with dims (chain, draw), ``low`` and ``high``."""
        return xr.DataTree.from_dict({"causal_effect": xr.Dataset({"low": self.low, "high": self.high})})

    def __str__(self) -> str:
        lines = []
        for group, part in split_bounds(self):
            interval = part.interval()
            where = f"{group}: " if group else ""
            lines.append(
                f"{where}between {float(interval.low):.3g} and {float(interval.high):.3g} "
                f"({100 * interval.prob:g} % range), ends on average at {float(part.low.mean()):.3g} "
                f"and {float(part.high.mean()):.3g}"
            )
        return "\n".join(lines)


def split_bounds(bounds: Bounds) -> tuple[tuple[str | None, Bounds], ...]:
    """Bounds of each group with its label; bounds without groups come back alone, without one."""
    if "group" not in bounds.low.dims:
        return ((None, bounds),)
    labels = [str(label) for label in bounds.low["group"].to_numpy()]
    return tuple(
        (label, replace(bounds, low=_of(bounds.low, place), high=_of(bounds.high, place)))
        for place, label in enumerate(labels)
    )


def _of(ends: xr.DataArray, place: int) -> xr.DataArray:
    return ends.isel(group=place, drop=True)


def _percent(share: float) -> str:
    if 0 < share < 0.01:
        return "less than 1 %"
    return f"{100 * share:.0f} %"
