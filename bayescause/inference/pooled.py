"""Gaussian regression with pooled effects, exactly: its scales by quadrature, all coefficients in closed form.

The scales that are integrated are the residual sd and the ratios of up to two sds of effects to it. A ratio runs over
``log ratio = t - exp(-t)``: effects may vanish, and a density that is positive at zero then falls off doubly
exponentially on the left (Takahasi and Mori 1974), so that sums over evenly spaced nodes converge fast.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bayescause.errors import DataError
from bayescause.inference.conjugate import in_scaled_units, obstacle
from bayescause.inference.group_effects import GivenScales, given_scales
from bayescause.inference.group_sums import GroupSums, group_log_likelihood, nested_and_crossed
from bayescause.inference.scale_nest import ScaleNest, draw_nested
from bayescause.inference.sufficient import never_varies
from bayescause.scm.design import MechanismDesign
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.pooling import Pool
from bayescause.scm.priors import log_density, support

__all__ = ["PooledDraws", "draw_pooled", "pooled_obstacle"]

MOST_SCALES = 2
"""Sds of effects that are integrated, besides the residual sd."""

MOST_CELLS = 30_000_000
"""Levels of the nested group times squared number of other columns: 240 MB."""

LOWEST, HIGHEST = -4.0, 12.0
"""Places of a ratio between which its mass is looked for: from 1e-25 to 1e5."""

WIDEST = 60.0
"""Log residual sds are looked for this far on either side of the log of the response's own sd."""

EXHAUSTED = 1e-13
"""Share of the response's variance below which the residual within levels is rounding error."""


@dataclass(frozen=True, eq=False)
class PooledDraws:
    """Independent draws of one Gaussian mechanism with pooled effects.

    Parameters
    ----------
    coefficients : array, dims (sample, coefficient)
        In data units, intercept first, pooled effects last.
    dispersion : mapping of str to array, dims (sample,)
        ``sd`` and the sds of effects.
    log_likelihood : array, dims (sample,)
        Joint, of all units, given the effects.
    log_evidence : float
        Log of the prior predictive density of the data.
    """

    coefficients: FloatArray
    dispersion: Mapping[str, FloatArray]
    log_likelihood: FloatArray
    log_evidence: float


def pooled_obstacle(task: MechanismDesign) -> str | None:
    """Why a task with pooled effects cannot be drawn exactly, in words; None if it can."""
    known = obstacle(task)
    if known:
        return known
    free = [pool.name for pool in task.pools if task.priors[pool.name].family != "fixed"]
    if len(free) > MOST_SCALES:
        return f"{len(free)} sds of effects are unknown, and at most {MOST_SCALES} are integrated"
    for name in ("sd", *free):
        prior = task.priors[name]
        if np.isfinite(support(prior)[1]) and prior.family != "fixed":
            return f"the prior of {name!r} is {prior}, which ends abruptly"
    nested, crossed = nested_and_crossed(task)
    others = sum(pool.stop - pool.start for pool in crossed) + len(task.fixed) + 1
    if (nested[0].stop - nested[0].start) * len(nested) ** 2 * others**2 > MOST_CELLS:
        return f"its groups have too many levels together: {', '.join(pool.name for pool in task.pools)}"
    return None


def draw_pooled(sums: GroupSums, task: MechanismDesign, random: np.random.Generator, *, samples: int) -> PooledDraws:
    """Draw ``samples`` independent draws from the posterior of ``task``.

    Raises
    ------
    DataError
        If levels and predictors determine the response without residual.
    ConvergenceError
        If the posterior of the scales is too rough to integrate.

    Examples
    --------
    >>> from bayescause.inference.fitting import fit
    >>> from bayescause.inference.group_sums import sum_groups
    >>> from bayescause.scm.structural_model import StructuralModel
    >>> data = {"school": list("aabbcc"), "y": [1.0, 2.0, 4.0, 4.5, 6.0, 8.0]}
    >>> posterior = fit(StructuralModel.parse("y ~ (1 | school)"), data)
    >>> task = posterior.design.mechanisms["y"]
    >>> sums = sum_groups(task, posterior.design, posterior.table)
    >>> draw_pooled(sums, task, np.random.default_rng(0), samples=100).coefficients.shape
    (100, 4)
    """
    _check_residual(sums, task)
    given = given_scales(sums, in_scaled_units(sums.ordinary, task))
    scales = _Scales(sums, task, given)
    if scales.axes:
        outer = [(LOWEST, HIGHEST)] * len(scales.free)
        nest = ScaleNest(scales.log_density, outer, (-WIDEST, WIDEST) if scales.sd is None else None)
        points, evidence = draw_nested(nest, random, samples=samples)
    else:
        points = np.zeros((samples, 0))
        evidence = float(scales.log_density(points[:1])[0])
    ratios, log_sd = scales.ratios_and_sd(points)
    scaled = given.draw(ratios * sums.spreads, np.exp(log_sd), random)
    sd = np.exp(log_sd) * sums.ordinary.unit
    coefficients = _in_data_units(scaled, sums)
    effects = {pool.name: ratios[:, place] * sd for place, pool in enumerate(scales.pools)}
    dispersion = {"sd": sd} | {pool.name: effects[pool.name] for pool in task.pools}
    return PooledDraws(coefficients, dispersion, group_log_likelihood(sums, coefficients, sd), evidence)


@dataclass(frozen=True, eq=False)
class _Scales:
    """The unknown scales as axes: places of the free ratios, then the log of the residual sd in the sums' unit."""

    sums: GroupSums
    task: MechanismDesign
    given: GivenScales

    @property
    def pools(self) -> tuple[Pool, ...]:
        return (*self.sums.nested, *self.sums.crossed)

    @property
    def free(self) -> tuple[int, ...]:
        names = [pool.name for pool in self.pools]
        return tuple(place for place, name in enumerate(names) if self.task.priors[name].family != "fixed")

    @property
    def sd(self) -> float | None:
        """The residual sd where it is known."""
        prior = self.task.priors["sd"]
        return prior.parameters[0] if prior.family == "fixed" else None

    @property
    def axes(self) -> int:
        return len(self.free) + (self.sd is None)

    def ratios_and_sd(self, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Ratios, dims (point, pool), in data units, and the log of the residual sd in the sums' unit."""
        unit = self.sums.ordinary.unit
        log_sd = points[:, -1] if self.sd is None else np.full(len(points), np.log(self.sd / unit))
        ratios = np.empty((len(points), len(self.pools)))
        for place, pool in enumerate(self.pools):
            if place in self.free:
                at = points[:, self.free.index(place)]
                ratios[:, place] = np.exp(at - np.exp(-at))
            else:
                ratios[:, place] = self.task.priors[pool.name].parameters[0] / (np.exp(log_sd) * unit)
        return ratios, log_sd

    def log_density(self, points: FloatArray) -> FloatArray:
        with np.errstate(all="ignore"):
            ratios, log_sd = self.ratios_and_sd(points)
            sd = np.exp(log_sd) * self.sums.ordinary.unit
            total = self.given.log_evidence(ratios * self.sums.spreads, log_sd)
            if self.sd is None:
                total = total + log_density(self.task.priors["sd"], sd) + np.log(sd)
            for axis, place in enumerate(self.free):
                scale = ratios[:, place] * sd
                total = total + log_density(self.task.priors[self.pools[place].name], scale)
                total = total + np.log(scale) + np.log1p(np.exp(-points[:, axis]))
        return np.where(np.isnan(total), -np.inf, total)


def _check_residual(sums: GroupSums, task: MechanismDesign) -> None:
    """Refuse a response that is determined by the levels and the columns together."""
    inner, shared = sums.rest[:-1, :-1], sums.rest[:-1, -1]
    left = sums.rest[-1, -1] - shared @ np.linalg.pinv(inner, rcond=1e-10, hermitian=True) @ shared
    directions = int((np.abs(sums.roots).sum(axis=2) > 0).sum()) + len(inner)
    if (
        sums.ordinary.units > directions
        and left < EXHAUSTED * sums.ordinary.units
        and task.priors["sd"].family != "fixed"
    ):
        known = sums.ordinary
        rows, response = known.triangle[:, :-1], known.triangle[:, -1]
        raise DataError(
            never_varies(task.variable, rows, response, known.shift, known.unit)
            or f"{task.variable!r} is determined exactly by its predictors and the levels of {sums.nested[0].group!r}: "
            "no residual is left to learn from. Leave out the predictor that it was computed from."
        )


def _in_data_units(scaled: FloatArray, sums: GroupSums) -> FloatArray:
    ordinary = sums.ordinary
    count = len(ordinary.scales)
    columns = scaled[:, :count] * ordinary.unit / ordinary.scales
    columns[:, 0] += ordinary.shift
    pools = (*sums.nested, *sums.crossed)
    total = sum(pool.stop - pool.start for pool in pools)
    found = np.empty((len(scaled), count + total))
    found[:, :count] = columns
    start = count
    for pool, spread in zip(pools, sums.spreads.tolist(), strict=True):
        width = pool.stop - pool.start
        found[:, 1 + pool.start : 1 + pool.stop] = scaled[:, start : start + width] * ordinary.unit / spread
        start += width
    return found
