"""The joint log posterior of a task with pooled effects: coefficients, dispersion, effects and their sds together.

Effects are held as standard normal values that their sd multiplies, as in the compiled model: so nothing of the density
depends on how small an sd is, and no Jacobian is needed.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bayescause.compilation.table import Table
from bayescause.inference.distinct_rows import distinct_rows
from bayescause.inference.likelihood import joint_log_likelihood
from bayescause.inference.log_posterior import Values, chained, likelihood_curve, places_of_axes
from bayescause.inference.posterior import Parameters
from bayescause.inference.unconstrained import Axis, Coordinates, axis_of, coordinates
from bayescause.scm.design import Design, MechanismDesign
from bayescause.scm.mechanism import FloatArray

__all__ = ["Bend", "PooledPosterior", "pooled_posterior"]

LOG_ROOT_TWO_PI = 0.5 * np.log(2 * np.pi)


class Bend(NamedTuple):
    """The log posterior given the sds, at one place, dims (inner axis,).

    ``likelihood`` is the Hessian of the log-likelihood with effects on their natural scale, ``own`` the diagonal of
    what the priors, and the bends of the axes, add to it.
    """

    value: float
    gradient: FloatArray
    likelihood: FloatArray
    own: FloatArray


@dataclass(frozen=True, eq=False)
class PooledPosterior:
    """A log density over the axes of a task with pooled effects.

    Parameters
    ----------
    task : MechanismDesign
    design : Design
    table : Table
        Distinct complete rows with their counts.
    ordinary : Coordinates
        Of coefficients with priors of their own and of the family's dispersion.
    scales : tuple of Axis
        Of the sds of effects that are not held. Points have the ordinary axes, the effects, then these.
    """

    task: MechanismDesign
    design: Design
    table: Table
    ordinary: Coordinates
    scales: tuple[Axis, ...]

    @property
    def effects(self) -> int:
        """Number of pooled effects."""
        return len(self.task.coefficients) - len(self.task.fixed)

    @property
    def inner(self) -> int:
        """Number of axes besides the sds."""
        return len(self.ordinary.axes) + self.effects

    def parameters(self, points: FloatArray) -> Parameters:
        """Coefficients and dispersion in data units at points, dims (sample, axis)."""
        count = len(self.ordinary.axes)
        found = self.ordinary.parameters(points[:, :count])
        sds = self.sds(points[:, self.inner :])
        effects = points[:, count : self.inner] * self.spread_of(sds)
        named = {pool.name: sds[:, place] for place, pool in enumerate(self.task.pools)}
        return Parameters(np.column_stack([found.coefficients, effects]), {**found.dispersion, **named})

    def sds(self, places: FloatArray) -> FloatArray:
        """Sds of effects, dims (sample, pool), at places of their axes."""
        moving = {axis.name: axis.natural(places[:, at]) for at, axis in enumerate(self.scales)}
        held = {pool.name: self.task.priors[pool.name].parameters[0] for pool in self.task.pools}
        columns = [moving.get(pool.name, np.full(len(places), held[pool.name])) for pool in self.task.pools]
        return np.stack(columns, axis=-1)

    def spread_of(self, sds: FloatArray) -> FloatArray:
        """The sd of each effect, dims (sample, effect), from those of the pools."""
        return np.repeat(sds, [pool.stop - pool.start for pool in self.task.pools], axis=1)

    def at(self, points: FloatArray) -> Values:
        """Values at points, dims (sample, axis); minus infinity where they are no numbers."""
        count = len(self.ordinary.axes)
        with np.errstate(all="ignore"):
            likelihood = joint_log_likelihood(self.task, self.design, self.table, self.parameters(points))
            effects = points[:, count : self.inner]
            total = likelihood + self.ordinary.log_prior(points[:, :count])
            total = total - 0.5 * (effects**2).sum(axis=1) - self.effects * LOG_ROOT_TWO_PI
            total = total + self.log_prior_of_scales(points[:, self.inner :])
        return Values(likelihood, np.where(np.isfinite(total), total, -np.inf))

    def log_prior_of_scales(self, places: FloatArray) -> FloatArray:
        """Log density of the sds along their axes, dims (sample,)."""
        total = np.zeros(len(places))
        for at, axis in enumerate(self.scales):
            total = total + axis.log_prior(places[:, at])
        return total

    def bend(self, inner: FloatArray, places: FloatArray) -> Bend:
        """Derivatives given the sds, at one point of the inner axes and one place of the sds, dims (axis,) of both."""
        count, size = len(self.ordinary.axes), len(self.task.mechanism.dispersion)
        point = np.concatenate([inner, places])[None]
        spread = self.spread_of(self.sds(places[None]))[0]
        with np.errstate(all="ignore"):
            value, slope, bend, _ = likelihood_curve(self.task, self.design, self.table, self.parameters(point))
            axes = list(zip(self.ordinary.axes, inner[:count].tolist(), strict=True))
            first, second = chained(self.ordinary, [axis.curve(at) for axis, at in axes])
            priors = [axis.prior_curve(at) for axis, at in axes]
        stop = len(slope) - size
        order = [*places_of_axes(self.ordinary), *range(stop - self.effects, stop)]
        along = np.concatenate([first, np.ones(self.effects)])
        effects = inner[count:]
        own = np.concatenate(
            [second * slope[order[:count]] + [prior.second for prior in priors], -np.ones(self.effects)]
        )
        gradient = slope[order] * along * np.concatenate([np.ones(count), spread])
        gradient += np.concatenate([[prior.first for prior in priors], -effects])
        value += sum(prior.value for prior in priors) - 0.5 * float(effects @ effects) - self.effects * LOG_ROOT_TWO_PI
        return Bend(value, gradient, along[:, None] * bend[np.ix_(order, order)] * along, own)

    def precision(self, likelihood: FloatArray, own: FloatArray, places: FloatArray) -> FloatArray:
        """Minus the Hessian in the inner axes, dims (sample, inner, inner), from the parts of ``bend``."""
        spread = self.spread_of(self.sds(places))
        scaled = np.column_stack([np.ones((len(places), len(self.ordinary.axes))), spread])
        found = -scaled[:, :, None] * likelihood * scaled[:, None, :]
        at = np.arange(self.inner)
        found[:, at, at] -= own
        return found


def pooled_posterior(task: MechanismDesign, design: Design, table: Table) -> PooledPosterior:
    """The log posterior of a task with pooled effects given ``table``.

    Raises
    ------
    DataError
        If no row has all values that the task needs.
    """
    rows = distinct_rows(task, table)
    free = [pool.name for pool in task.pools if task.priors[pool.name].family != "fixed"]
    scales = tuple(axis_of(name, task, rows) for name in free)
    return PooledPosterior(task, design, rows, coordinates(task, rows), scales)
