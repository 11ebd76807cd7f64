"""What a law's density or distribution function tells when nobody has a closed form: quantiles, chances and moments.

A density is integrated panel by panel on a scale without bounds, and its integral must be one: that is the check on
the quadrature. A distribution function is inverted by halving.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from bayescause.errors import SpecError
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.row_law import Unbounded

__all__ = ["Tabulated", "inverted", "spaced_nodes", "tabulated", "uniform_nodes"]

STEPS = 60
"""Of a search for a quantile, at most; about ten are needed where the law is smooth."""

TOLERANCE = 1e-13
"""Relative width of the interval in which the search ends."""

WIDENINGS = 60
"""Of an interval that does not hold it yet, each by a factor of four."""

EDGES = np.linspace(-9.0, 9.0, 145)
"""Of the panels, on the scale of asinh((place - centre) / scale): they reach 4,000 scales on either side."""

ZOOMS = 8
"""Looks at a density that find where it is and how wide."""

FALSE_BY = 1e-3
"""By how much the integral of a density may miss one; chances are shares of that integral."""


def inverted(
    cumulative: Callable[[FloatArray], FloatArray],
    probability: FloatArray,
    centre: FloatArray,
    scale: FloatArray,
    *,
    is_discrete: bool,
) -> FloatArray:
    """Smallest value whose ``cumulative`` probability reaches ``probability``, dims (..., row).

    Parameters
    ----------
    cumulative : function
        From values, dims (..., row), to probabilities.
    probability : array, dims (..., row)
        Between 0 and 1, both excluded.
    centre, scale : array, dims (..., row)
        Where to start, and how far to go at first.
    is_discrete : bool
        Whether values are whole numbers: then an interval is halved until it holds one.

    Examples
    --------
    >>> from scipy.special import ndtr
    >>> place = inverted(ndtr, np.array([0.975]), np.zeros(1), np.ones(1), is_discrete=False)
    >>> place.round(4).tolist()
    [1.96]
    """
    shape = np.broadcast_shapes(np.shape(probability), np.shape(centre), np.shape(scale))
    middle = np.broadcast_to(np.where(np.isfinite(centre), centre, 0.0), shape)
    reach = np.broadcast_to(np.where(np.isfinite(scale) & (scale > 0), scale, 1.0), shape)
    if is_discrete:
        middle, reach = np.floor(middle), np.ceil(reach)

    def missing(values: FloatArray) -> FloatArray:
        return cumulative(values) - probability

    low, high = _around(missing, middle, reach)
    return _halved(missing, low, high) if is_discrete else _root(missing, low, high)


def _around(
    missing: Callable[[FloatArray], FloatArray], middle: FloatArray, reach: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Values below and at or above the quantile, ever further from ``middle``."""
    low, high = middle - reach, middle + reach
    for _ in range(WIDENINGS):
        short, over = missing(low) >= 0, missing(high) < 0
        if not (short | over).any():
            break
        wide = high - low
        low, high = np.where(short, low - 4 * wide, low), np.where(over, high + 4 * wide, high)
    return low, high


def _halved(missing: Callable[[FloatArray], FloatArray], low: FloatArray, high: FloatArray) -> FloatArray:
    """The smallest whole number that reaches."""
    while (high - low > 1).any():
        half = np.floor((low + high) / 2)
        reached = missing(half) >= 0
        low, high = np.where(reached, low, half), np.where(reached & (half > low), half, high)
    return high


def _root(missing: Callable[[FloatArray], FloatArray], low: FloatArray, high: FloatArray) -> FloatArray:
    """A zero between ``low`` and ``high`` by Chandrupatla's method (1997): halving, or inverse quadratic steps."""
    first, second, third = high, low, low
    at_first, at_second = missing(first), missing(second)
    at_third = at_second
    share = np.full(first.shape, 0.5)
    for _ in range(STEPS):
        fresh = first + share * (second - first)
        found = missing(fresh)
        same = np.sign(found) == np.sign(at_first)
        third, at_third = np.where(same, first, second), np.where(same, at_first, at_second)
        second, at_second = np.where(same, second, first), np.where(same, at_second, at_first)
        first, at_first = fresh, found
        best = np.where(np.abs(at_first) < np.abs(at_second), first, second)
        tolerance = 0.5 * TOLERANCE * np.abs(best) / np.maximum(np.abs(second - third), 1e-300)
        if ((tolerance > 0.5) | (at_first == 0) | (second == first)).all():
            break
        with np.errstate(all="ignore"):
            along = (first - second) / (third - second)
            risen = (at_first - at_second) / (at_third - at_second)
            quadratic = at_first / (at_second - at_first) * at_third / (at_second - at_third)
            quadratic = quadratic + (third - first) / (second - first) * at_first / (
                at_third - at_first
            ) * at_second / (at_third - at_second)
            is_quadratic = (risen**2 < along) & ((1 - risen) ** 2 < 1 - along) & np.isfinite(quadratic)
        share = np.clip(np.where(is_quadratic, quadratic, 0.5), tolerance, 1 - tolerance)
        share = np.where(np.isfinite(share), share, 0.5)
    return np.where(np.abs(at_first) < np.abs(at_second), first, second)


def uniform_nodes(number: int) -> tuple[FloatArray, FloatArray]:
    """Probabilities and weights, dims (node,): an integral over the ranks by tanh-sinh quadrature.

    References
    ----------
    Takahasi and Mori (1974), Double exponential formulas for numerical integration.

    Examples
    --------
    >>> ranks, weights = uniform_nodes(49)
    >>> round(float(weights @ -np.log(ranks)), 9)
    1.0
    """
    at = np.linspace(-3.1, 3.1, number)
    bent = np.pi / 2 * np.sinh(at)
    weights = np.cosh(at) / np.cosh(bent) ** 2
    ranks = 1 / (1 + np.exp(-2 * bent))
    return np.clip(ranks, 1e-300, 1 - 2.0**-53), weights / weights.sum()


@dataclass(frozen=True, eq=False)
class Tabulated:
    """A continuous law by its density on panels.

    Parameters
    ----------
    law : Unbounded
    drives, parameters : mapping of str to array
        As the law takes them.
    centre, scale : array, dims (..., row)
        Of the panels, on the scale without bounds.
    chances : array, dims (edge, ..., row)
        Probability below each edge.
    slopes : array, dims (edge, ..., row)
        Its derivative along the edges.
    mean, variance : array, dims (..., row)
    """

    law: Unbounded
    drives: Mapping[str, FloatArray]
    parameters: Mapping[str, FloatArray]
    centre: FloatArray
    scale: FloatArray
    chances: FloatArray
    slopes: FloatArray
    mean: FloatArray
    variance: FloatArray

    @cached_property
    def step(self) -> float:
        """Width of a panel."""
        return float(EDGES[1] - EDGES[0])

    def cumulative(self, values: FloatArray) -> FloatArray:
        """Chance of a response no larger than ``values``, dims (..., row)."""
        with np.errstate(all="ignore"):
            place = self.law.forward(values, self.drives, self.parameters)
        at = np.arcsinh((np.where(np.isnan(place), -np.inf, place) - self.centre) / self.scale)
        at = np.clip(at, EDGES[0], EDGES[-1])
        panel = np.clip(((at - EDGES[0]) / self.step).astype(int), 0, len(EDGES) - 2)
        return self._within(panel, (at - EDGES[panel]) / self.step)

    def quantile(self, probability: FloatArray) -> FloatArray:
        """Value whose cumulative probability is ``probability``, dims (..., row)."""
        shape = np.broadcast_shapes(np.shape(probability), self.centre.shape)
        wanted = np.broadcast_to(probability, shape)
        panel = np.zeros(shape, dtype=int)
        for chance in self.chances[1:-1]:
            panel += chance <= wanted
        low, high = np.zeros(shape), np.ones(shape)
        for _ in range(50):
            middle = (low + high) / 2
            is_below = self._within(panel, middle) < wanted
            low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
        place = self.centre + self.scale * np.sinh(EDGES[panel] + (low + high) / 2 * self.step)
        return self.law.backward(place, self.drives, self.parameters)

    def _within(self, panel: npt.NDArray[np.int_], share: FloatArray) -> FloatArray:
        """Chance at a share of a panel: the cubic that has the right values and slopes at both edges."""
        shape = np.shape(panel)
        deeper = (1,) * (len(shape) - self.centre.ndim)
        whole = [
            np.broadcast_to(each.reshape(len(EDGES), *deeper, *each.shape[1:]), (len(EDGES), *shape))
            for each in (self.chances, self.slopes)
        ]
        low, up = (np.take_along_axis(each, panel[None], axis=0)[0] for each in whole)
        high, down = (np.take_along_axis(each, panel[None] + 1, axis=0)[0] for each in whole)
        rest, gap = 1 - share, high - low
        bend = share * rest * self.step * (rest * up - share * down)
        return np.asarray(low + share**2 * (3 - 2 * share) * gap + bend)


def tabulated(
    law: Unbounded, typical: FloatArray, drives: Mapping[str, FloatArray], parameters: Mapping[str, FloatArray]
) -> Tabulated:
    """Integrate the density of each row under each draw.

    Parameters
    ----------
    law : Unbounded
    typical : array, dims (..., row)
        A value of each row that is not far from the others; all dims of the answer.
    drives, parameters : mapping of str to array

    Raises
    ------
    SpecError
        If the density does not integrate to one.
    """
    centre, scale = _located(law, typical, drives, parameters)

    def density(at: FloatArray) -> tuple[FloatArray, FloatArray]:
        lifted = at.reshape(-1, *(1,) * centre.ndim)
        place = centre + scale * np.sinh(lifted)
        found = np.exp(law.log_density(place, drives, parameters)) * scale * np.cosh(lifted)
        return place, np.where(np.isfinite(found), found, 0.0)

    points, shares = np.polynomial.legendre.leggauss(3)
    step = EDGES[1] - EDGES[0]
    inside = (EDGES[:-1, None] + step * (points + 1) / 2).ravel()
    place, found = density(inside)
    weights = found * np.tile(shares * step / 2, len(EDGES) - 1).reshape(-1, *(1,) * centre.ndim)
    mass = weights.reshape(len(EDGES) - 1, 3, *centre.shape).sum(axis=1)
    total = mass.sum(axis=0)
    if not (np.abs(total - 1) < FALSE_BY).all():
        worst = float(total.ravel()[np.argmax(np.abs(total - 1))])
        raise SpecError(
            f"The density of a mechanism of your own integrates to {worst:.4g} over the numbers, not to 1, so that it "
            "has no distribution function to take ranks and draws from. Give the law one (`logcdf` of a "
            "pm.CustomDist), or make it of parts that have one."
        )
    chances = np.concatenate([np.zeros((1, *centre.shape)), np.cumsum(mass, axis=0)]) / total
    weights = weights / total
    values = np.where(weights > 0, law.backward(place, drives, parameters), typical)
    mean = (weights * values).sum(axis=0)
    spread = (weights * (values - mean) ** 2).sum(axis=0)
    return Tabulated(law, drives, parameters, centre, scale, chances, density(EDGES)[1] / total, mean, spread)


def spaced_nodes(
    law: Unbounded,
    typical: FloatArray,
    drives: Mapping[str, FloatArray],
    parameters: Mapping[str, FloatArray],
    number: int,
) -> tuple[FloatArray, FloatArray]:
    """Values (node, ..., row) and weights: the trapezoidal rule where the density is, closer in its middle.

    Parameters
    ----------
    law : Unbounded
    typical : array, dims (..., row)
    drives, parameters : mapping of str to array
    number : int
        Nodes.
    """
    centre, scale = _located(law, typical, drives, parameters)
    at = np.linspace(-6.0, 6.0, number).reshape(-1, *(1,) * centre.ndim)
    place = centre + scale * np.sinh(at)
    weights = np.exp(law.log_density(place, drives, parameters)) * np.cosh(at)
    weights = np.where(np.isfinite(weights), weights, 0.0)
    values = np.where(weights > 0, law.backward(place, drives, parameters), typical)
    return values, weights / weights.sum(axis=0)


def _located(
    law: Unbounded, typical: FloatArray, drives: Mapping[str, FloatArray], parameters: Mapping[str, FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Middle and half the sd of each density, looked at again and again from nearer."""
    start = law.forward(typical, drives, parameters)
    start = np.where(np.isfinite(start), start, 0.0)
    at = np.linspace(-8.0, 8.0, 65).reshape(-1, *(1,) * start.ndim)
    centre, scale = start, np.ones_like(start)
    for _ in range(ZOOMS):
        place = centre + scale * np.sinh(at)
        logs = law.log_density(place, drives, parameters)
        logs = np.where(np.isfinite(logs), logs, -np.inf)
        weights = np.exp(logs - np.maximum(logs.max(axis=0), -1e300)) * np.cosh(at)
        weights = weights / np.maximum(weights.sum(axis=0), 1e-300)
        centre = (weights * place).sum(axis=0)
        sd = np.sqrt((weights * (place - centre) ** 2).sum(axis=0))
        scale = np.clip(sd / 2, scale / 50, scale * 1e4)
    return centre, scale
