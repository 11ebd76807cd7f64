"""The free parameters of a task on one unconstrained scale, on which their priors are about standard normal.

A coefficient with support on the whole line is shifted and divided by the middle and the spread of its prior; one that
is bounded on one side is the exponential of such a number, one bounded on two sides its logistic. Parameters held by a
``fixed`` prior are no axes. Densities on this scale hold the Jacobians.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from bayescause.compilation.table import Table
from bayescause.inference.posterior import Parameters
from bayescause.scm.design import INTERCEPT, MechanismDesign
from bayescause.scm.mechanism import FloatArray, Moments
from bayescause.scm.priors import Prior, draw, is_gaussian, is_proper, log_density, support

__all__ = ["Axis", "Coordinates", "Curve", "axis_of", "coordinates"]

QUARTILES = 1.349
"""Distance of the quartiles of a standard normal law."""

STEP = 0.25
"""Of the differences that give the slope and the bend of a prior's log density, in spreads of the prior. It is wide, so
that a prior with a corner (``laplace``) bends at its corner by what its spread says; the error for smooth priors is 1 %
and moves only the place from which draws are proposed."""

LOG_ROOT_TWO_PI = 0.5 * np.log(2 * np.pi)


class Curve(NamedTuple):
    """A function of one axis at a point, with its first and second derivative there."""

    value: float
    first: float
    second: float


@dataclass(frozen=True)
class Axis:
    """One free parameter.

    Parameters
    ----------
    name : str
        Of the coefficient or of the dispersion parameter.
    prior : Prior
    middle, spread : float
        On the unconstrained scale: the axis holds ``(unconstrained - middle) / spread``.
    """

    name: str
    prior: Prior
    middle: float
    spread: float

    @property
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest value of the parameter."""
        return support(self.prior)

    def natural(self, place: FloatArray) -> FloatArray:
        """Values of the parameter, dims of ``place``."""
        low, high = self.bounds
        at = self.middle + self.spread * place
        if not np.isfinite(low):
            return np.asarray(at)
        with np.errstate(over="ignore"):  # places beyond all doubles are the ends of the range
            return np.asarray(low + ((high - low) / (1.0 + np.exp(-at)) if np.isfinite(high) else np.exp(at)))

    def place(self, values: FloatArray) -> FloatArray:
        """Places on the axis of values of the parameter: the inverse of ``natural``, dims of ``values``.

        Examples
        --------
        >>> axis = Axis("sd", Prior("exponential", (1.0,)), 0.0, 2.0)
        >>> axis.place(axis.natural(np.array([-1.0, 0.5]))).tolist()
        [-1.0, 0.5]
        """
        low, high = self.bounds
        at = values
        if np.isfinite(low):
            at = np.log(values - low) - (np.log(high - values) if np.isfinite(high) else 0.0)
        return np.asarray((at - self.middle) / self.spread)

    def curve(self, place: float) -> Curve:
        """The parameter's value and its derivatives along the axis."""
        low, high = self.bounds
        value = float(self.natural(np.array(place)))
        if np.isfinite(low) and np.isfinite(high):
            share = (value - low) / (high - low)
            first = (high - low) * share * (1.0 - share)
            return Curve(value, self.spread * first, self.spread**2 * first * (1.0 - 2.0 * share))
        if np.isfinite(low):
            return Curve(value, self.spread * (value - low), self.spread**2 * (value - low))
        return Curve(value, self.spread, 0.0)

    def log_prior(self, place: FloatArray) -> FloatArray:
        """Log density of the prior along the axis, dims of ``place``."""
        if is_gaussian(self.prior):
            return np.asarray(-0.5 * place**2 - LOG_ROOT_TWO_PI)
        low, high = self.bounds
        at = self.middle + self.spread * place
        stretch = np.full(np.shape(place), np.log(self.spread))
        if np.isfinite(low):
            stretch = stretch + at
        if np.isfinite(low) and np.isfinite(high):
            stretch = stretch + np.log(high - low) - 2.0 * np.logaddexp(0.0, at)
        return np.asarray(log_density(self.prior, self.natural(place)) + stretch)

    def prior_curve(self, place: float) -> Curve:
        """The log density of the prior along the axis, and its derivatives."""
        if is_gaussian(self.prior):
            return Curve(-0.5 * place**2 - float(LOG_ROOT_TWO_PI), -place, -1.0)
        below, here, above = (float(self.log_prior(np.array(place + move))) for move in (-STEP, 0.0, STEP))
        return Curve(here, (above - below) / (2 * STEP), (above - 2 * here + below) / STEP**2)


@dataclass(frozen=True, eq=False)
class Coordinates:
    """The axes of a task.

    Parameters
    ----------
    task : MechanismDesign
    axes : tuple of Axis
        Free coefficients in their order, then free dispersion parameters. Pooled effects and their sds have none here.
    """

    task: MechanismDesign
    axes: tuple[Axis, ...]

    def parameters(self, points: FloatArray) -> Parameters:
        """Coefficients and dispersion in data units at points, dims (sample, axis)."""
        moving = {axis.name: axis.natural(points[:, place]) for place, axis in enumerate(self.axes)}
        columns = [self._values(name, moving, len(points)) for name in self.task.fixed]
        dispersion = {name: self._values(name, moving, len(points)) for name in self.task.mechanism.dispersion}
        return Parameters(np.stack(columns, axis=-1), dispersion)

    def log_prior(self, points: FloatArray) -> FloatArray:
        """Log density of the prior on the unconstrained scale, dims (sample,)."""
        with np.errstate(over="ignore"):
            return np.asarray(sum(axis.log_prior(points[:, place]) for place, axis in enumerate(self.axes)))

    def _values(self, name: str, moving: Mapping[str, FloatArray], samples: int) -> FloatArray:
        return moving[name] if name in moving else np.full(samples, self.task.priors[name].parameters[0])


def coordinates(task: MechanismDesign, table: Table) -> Coordinates:
    """The axes of ``task``; flat priors take their middle and spread from the default priors.

    Examples
    --------
    >>> from bayescause.inference.fitting import fit
    >>> from bayescause.scm.structural_model import StructuralModel
    >>> posterior = fit(StructuralModel.parse("y ~ x"), {"x": np.arange(9.0), "y": np.arange(9.0) ** 2})
    >>> found = coordinates(posterior.design.mechanisms["y"], posterior.table)
    >>> [axis.name for axis in found.axes]
    ['intercept', 'x', 'sd']
    """
    names = (*task.fixed, *task.mechanism.dispersion)
    free = [name for name in names if task.priors[name].family != "fixed"]
    return Coordinates(task, tuple(axis_of(name, task, table) for name in free))


def axis_of(name: str, task: MechanismDesign, table: Table) -> Axis:
    """The axis of one parameter that has a prior of its own."""
    return Axis(name, task.priors[name], *_middle(name, task, table))


def _middle(name: str, task: MechanismDesign, table: Table) -> tuple[float, float]:
    prior = task.priors[name]
    if is_proper(prior):
        return _middle_of(prior)
    values = table.columns[task.variable]
    seen = np.isfinite(values)
    mean = float(np.average(values[seen], weights=table.counts[seen]))
    spread = float(np.sqrt(np.average((values[seen] - mean) ** 2, weights=table.counts[seen])))
    rule = task.mechanism.default_priors(Moments(mean, spread, int(table.counts[seen].sum())))
    predictor, column = task.places[name]
    if column == INTERCEPT:
        return _middle_of(rule.intercept_of(predictor))
    scale = float(task.scales[task.columns.index(column)])
    return 0.0, rule.slope_scale_of(predictor) / (scale or 1.0)


@cache
def _middle_of(prior: Prior) -> tuple[float, float]:
    if is_gaussian(prior):
        return prior.parameters[0], prior.parameters[1]
    low, high = support(prior)
    drawn = draw(prior, np.random.default_rng(0), 2_001)
    if np.isfinite(low):
        share = drawn - low
        with np.errstate(divide="ignore"):
            drawn = np.log(share) - (np.log(high - drawn) if np.isfinite(high) else 0.0)
    first, middle, third = np.quantile(drawn, (0.25, 0.5, 0.75))
    return float(middle), float((third - first) / QUARTILES)
