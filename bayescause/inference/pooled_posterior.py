"""The joint log posterior of a task with pooled effects: coefficients, dispersion, effects and their sds together.

Effects are held as standard normal values that their sd multiplies, as in the compiled model: so nothing of the density
depends on how small an sd is, and no Jacobian is needed.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bayescause.compilation.table import Table
from bayescause.inference.arrow import Arrow
from bayescause.inference.distinct_rows import distinct_rows
from bayescause.inference.level_rows import LevelRows, level_rows
from bayescause.inference.likelihood import joint_log_likelihood
from bayescause.inference.log_posterior import Values, chained, places_of_axes
from bayescause.inference.posterior import Parameters
from bayescause.inference.unconstrained import Axis, Coordinates, axis_of, coordinates
from bayescause.scm.design import Design, MechanismDesign
from bayescause.scm.mechanism import FloatArray

__all__ = ["Bend", "Inner", "PooledPosterior", "pooled_posterior"]

LOOKS = 20
"""Draws from about the priors at which the bend of the log-likelihood is looked at."""

LOG_ROOT_TWO_PI = 0.5 * np.log(2 * np.pi)


class Inner(NamedTuple):
    """A number for each axis besides the sds, leading dims first.

    ``effects``, dims (..., level, effect), are those of the group with the most levels; ``rest``, dims (..., axis), are
    the ordinary axes, then the effects of other groups.
    """

    effects: FloatArray
    rest: FloatArray


class Bend(NamedTuple):
    """The log posterior given the sds, at one place.

    ``likelihood`` is the Hessian of the log-likelihood with effects on their natural scale, ``own`` the diagonal of
    what the priors, and the bends of the axes, add to it in the rest; in effects that is minus one.
    """

    value: float
    gradient: Inner
    likelihood: Arrow
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
    rows : LevelRows
        The same rows by level.
    """

    task: MechanismDesign
    design: Design
    table: Table
    ordinary: Coordinates
    scales: tuple[Axis, ...]
    rows: LevelRows

    @property
    def effects(self) -> int:
        """Number of pooled effects."""
        return len(self.task.coefficients) - len(self.task.fixed)

    @property
    def inner(self) -> int:
        """Number of axes besides the sds."""
        return len(self.ordinary.axes) + self.effects

    @cached_property
    def nested(self) -> npt.NDArray[np.intp]:
        """Places among the inner axes of the effects of the group with the most levels, dims (level, effect)."""
        return self.rows.places - len(self.task.fixed) + len(self.ordinary.axes)

    @cached_property
    def rest(self) -> npt.NDArray[np.intp]:
        """Places among the inner axes of all else."""
        return np.setdiff1d(np.arange(self.inner), self.nested)

    def joined(self, inner: Inner) -> FloatArray:
        """All inner axes in the order of points, dims (..., axis): nested effects and the rest put together."""
        found = np.empty((*inner.rest.shape[:-1], self.inner))
        found[..., self.nested], found[..., self.rest] = inner
        return found

    def parameters(self, points: FloatArray) -> Parameters:
        """Coefficients and dispersion in data units at points, dims (sample, axis)."""
        count = len(self.ordinary.axes)
        found = self.ordinary.parameters(points[:, :count])
        sds = self.sds(points[:, self.inner :])
        with np.errstate(invalid="ignore"):  # no effect times an endless sd is no number: such a point has no density
            effects = points[:, count : self.inner] * self._spread_of(sds)
        named = {pool.name: sds[:, place] for place, pool in enumerate(self.task.pools)}
        return Parameters(np.column_stack([found.coefficients, effects]), {**found.dispersion, **named})

    def sds(self, places: FloatArray) -> FloatArray:
        """Sds of effects, dims (sample, pool), at places of their axes."""
        moving = {axis.name: axis.natural(places[:, at]) for at, axis in enumerate(self.scales)}
        held = {pool.name: self.task.priors[pool.name].parameters[0] for pool in self.task.pools}
        columns = [moving.get(pool.name, np.full(len(places), held[pool.name])) for pool in self.task.pools]
        return np.stack(columns, axis=-1)

    def spreads(self, places: FloatArray) -> Inner:
        """By what each effect is multiplied, dims (sample, 1, effect), and each of the rest, dims (sample, axis)."""
        sds = self.sds(places)
        own = np.stack([sds[:, self.task.pools.index(pool)] for pool in self.rows.nested], axis=-1)
        every = np.column_stack([np.ones((len(sds), len(self.ordinary.axes))), self._spread_of(sds)])
        return Inner(own[:, None, :], every[:, self.rest])

    def _spread_of(self, sds: FloatArray) -> FloatArray:
        """The sd of each effect, dims (sample, effect), from those of the pools."""
        return np.repeat(sds, [pool.stop - pool.start for pool in self.task.pools], axis=1)

    def at(self, points: FloatArray) -> Values:
        """Values at points, dims (sample, axis); minus infinity where they are no numbers."""
        with np.errstate(all="ignore"):
            likelihood = joint_log_likelihood(self.task, self.design, self.table, self.parameters(points))
            total = likelihood + self.log_prior(points)
        return Values(likelihood, np.where(np.isfinite(total), total, -np.inf))

    def log_prior(self, points: FloatArray) -> FloatArray:
        """Log density of all axes before the data, dims (sample,)."""
        count = len(self.ordinary.axes)
        effects = points[:, count : self.inner]
        total = self.ordinary.log_prior(points[:, :count]) - 0.5 * (effects**2).sum(axis=1)
        total = total - self.effects * LOG_ROOT_TWO_PI + self.log_prior_of_scales(points[:, self.inner :])
        return np.asarray(total)

    def log_prior_of_scales(self, places: FloatArray) -> FloatArray:
        """Log density of the sds along their axes, dims (sample,)."""
        total = np.zeros(len(places))
        for at, axis in enumerate(self.scales):
            total = total + axis.log_prior(places[:, at])
        return total

    @cached_property
    def is_concave(self) -> bool:
        """Whether the log-likelihood bends down in its drives wherever it is looked at: then levels have one peak."""
        points = np.random.default_rng(0).standard_normal((LOOKS, self.inner + len(self.scales)))
        with np.errstate(all="ignore"):
            return all(self.rows.is_concave(self.parameters(point[None])) for point in points)

    def bend(self, inner: Inner, places: FloatArray) -> Bend:
        """Derivatives given the sds, at one point of the inner axes and one place of the sds, dims (axis,)."""
        count, crossed = len(self.ordinary.axes), len(self.rest) - len(self.ordinary.axes)
        spread = self.spreads(places[None])
        point = np.concatenate([self.joined(inner), places])[None]
        with np.errstate(all="ignore"):
            value, effects, rest, bends = self.rows.curve(self.parameters(point))
            axes = list(zip(self.ordinary.axes, inner.rest[:count].tolist(), strict=True))
            first, second = chained(self.ordinary, [axis.curve(at) for axis, at in axes])
            priors = [axis.prior_curve(at) for axis, at in axes]
        along, turned = np.concatenate([first, np.ones(crossed)]), rest[self._order]
        own = np.concatenate([second * turned[:count] + [prior.second for prior in priors], -np.ones(crossed)])
        pulls = turned * along * spread.rest[0]
        pulls += np.concatenate([[prior.first for prior in priors], -inner.rest[count:]])
        value += sum(prior.value for prior in priors) - self.effects * LOG_ROOT_TWO_PI
        value -= 0.5 * float((inner.effects**2).sum() + (inner.rest[count:] ** 2).sum())
        likelihood = Arrow(
            bends.blocks,
            bends.edges[:, :, self._order] * along,
            along[:, None] * bends.rest[np.ix_(self._order, self._order)] * along,
        )
        return Bend(value, Inner(effects * spread.effects[0] - inner.effects, pulls), likelihood, own)

    @cached_property
    def _order(self) -> npt.NDArray[np.intp]:
        """Place of each axis of the rest among the parameters of the rows' curve."""
        size = len(self.task.coefficients)
        parameters = np.concatenate([*self.rows.own.values(), size + np.arange(len(self.task.mechanism.dispersion))])
        place = {name: number for number, name in enumerate(parameters.tolist())}
        effects = self.rest[len(self.ordinary.axes) :] - len(self.ordinary.axes) + len(self.task.fixed)
        return np.array([place[at] for at in (*places_of_axes(self.ordinary), *effects.tolist())], dtype=int)

    def precision(self, likelihood: Arrow, own: FloatArray, places: FloatArray) -> Arrow:
        """Minus the Hessian in the inner axes, with leading dims (sample,), from the parts of ``bend``."""
        effects, rest = self.spreads(places)
        blocks = np.eye(effects.shape[-1]) - effects[..., :, None] * likelihood.blocks * effects[..., None, :]
        edges = -effects[..., :, None] * likelihood.edges * rest[:, None, None, :]
        left = -rest[:, :, None] * likelihood.rest * rest[:, None, :]
        at = np.arange(rest.shape[-1])
        left[:, at, at] -= own
        return Arrow(blocks, edges, left)


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
    return PooledPosterior(task, design, rows, coordinates(task, rows), scales, level_rows(task, design, rows))
