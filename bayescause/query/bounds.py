"""Bounds are the posterior of the smallest and the largest effect that a law of the data is compatible with."""

from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from bayescause.inference.convergence import Diagnostics, diagnose_worst, interval_of
from bayescause.notebooks import by_its_words
from bayescause.query.interval import Interval
from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["AGAINST", "Bounds", "split_bounds"]

TAIL = 4.0
"""An end may miss this part of what an interval leaves out: where ends nearly tie, the correction is not enough."""

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
    low_at_mean, high_at_mean : DataArray, without dims or with dim (group), optional
        Ends at the mean of the laws, for the interval's correction.

    Notes
    -----
    No number inside the range is more supported by the data than another.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0, 1] * 20, "y": [0, 1, 0, 1, 1, 1, 0, 0] * 5}
    >>> question = bc.AverageEffect(of="x", on="y")
    >>> bounds = bc.ask(bc.StructuralModel.parse("x -> y; x <-> y"), rows, question).bounds
    >>> bounds.is_sharp, bounds.low.dims, round(float((bounds.high - bounds.low).mean()), 2)
    (True, ('chain', 'draw'), 1.0)
    """

    low: xr.DataArray
    high: xr.DataArray
    method: str
    is_sharp: bool
    share_rejected: float = 0.0
    share_rejected_before: float = 0.0
    doubts: tuple[str, ...] = ()
    low_at_mean: xr.DataArray | None = None
    high_at_mean: xr.DataArray | None = None

    def interval(self, ci_prob: float | None = None) -> Interval:
        """From the lower end's lower quantile to the upper end's upper one.

        It holds the whole range with at least the probability asked for, and so the effect, wherever in it that is.
        Each quantile leaves out a quarter of the rest, and is moved outwards by twice the ends' median bias.

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
        (-0.195, 0.995)

        Notes
        -----
        Ends are minima and maxima of several estimates, so that both the estimates and the draws around them lie too
        far inside: the quantiles are those of the bias-corrected percentile method (Efron 1987, section 2).
        """
        _, prob, _ = interval_of(self.low.to_numpy(), ci_prob, "eti")
        tail = (1 - prob) / TAIL
        like = self.low.isel(chain=0, draw=0, drop=True)
        low = _outer(-self.low, None if self.low_at_mean is None else -self.low_at_mean, 1 - tail)
        high = _outer(self.high, self.high_at_mean, 1 - tail)
        return Interval("eti", prob, like.copy(data=-low), like.copy(data=high))

    def end_interval(self, end: str, ci_prob: float | None = None) -> Interval:
        """Interval of one ``end``, ``"low"`` or ``"high"``, of ArviZ's default kind with probability ``ci_prob``."""
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

    _repr_html_ = by_its_words

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
        (
            label,
            replace(
                bounds,
                low=_of(bounds.low, place),
                high=_of(bounds.high, place),
                low_at_mean=None if bounds.low_at_mean is None else _of(bounds.low_at_mean, place),
                high_at_mean=None if bounds.high_at_mean is None else _of(bounds.high_at_mean, place),
            ),
        )
        for place, label in enumerate(labels)
    )


def _outer(ends: xr.DataArray, at_mean: xr.DataArray | None, level: float) -> FloatArray:
    """Upper quantile of each group's end, moved outwards where the draws lie below the end at their mean."""
    cells = ends.to_numpy().reshape(-1, *ends.shape[2:])
    centres = np.full(cells.shape[1:], np.nan) if at_mean is None else np.asarray(at_mean.to_numpy(), dtype=float)
    found = [
        np.quantile(cells[:, *place], _moved(level, cells[:, *place], float(centres[place])))
        for place in np.ndindex(centres.shape)
    ]
    return np.array(found, dtype=float).reshape(centres.shape)


def _moved(level: float, draws: FloatArray, centre: float) -> float:
    if not np.isfinite(centre):
        return level
    normal, least = NormalDist(), 1 / (2 * len(draws))
    share = min(max(float((draws < centre).mean()), least), 1 - least)
    return max(level, normal.cdf(2 * normal.inv_cdf(share) + normal.inv_cdf(level)))


def _of(ends: xr.DataArray, place: int) -> xr.DataArray:
    return ends.isel(group=place, drop=True)


def _percent(share: float) -> str:
    if 0 < share < 0.01:
        return "less than 1 %"
    return f"{100 * share:.0f} %"
