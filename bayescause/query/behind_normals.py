"""Outcomes behind normal variables that their drive follows in straight lines: the drive has normal noise of one sd.

The noise of such variables need not be integrated unit by unit: whatever the outcome's law says at a drive, its mean
over the noise is a smooth curve of the drive without it. The curve is integrated at Chebyshev's points and interpolated
for the units, which is as exact as the integral itself, and costs as much for a unit as a few of the nodes that it
replaces.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bayescause.compilation.plan import Route
from bayescause.inference.arguments import arguments_of
from bayescause.query.chebyshev import chebyshev_points, last_of, summed
from bayescause.query.dependence import integrated, is_linear_in_one
from bayescause.query.drawn_laws import Laws, task_of
from bayescause.query.nodes_together import node_count
from bayescause.query.simulation import OutcomeLaw, outcome_law
from bayescause.scm.abilities import is_by_terms
from bayescause.scm.design import Design
from bayescause.scm.mechanism import FloatArray, Mechanism
from bayescause.scm.noise import NormallySpread
from bayescause.scm.normal_nodes import normal_nodes
from bayescause.scm.remembered import remembered

__all__ = ["NoisyDrive", "beside", "is_by_curve", "means_behind_normals", "noisy_drive"]

POINTS = (64, 256)
"""Of each curve: the more where the fewer do not tell it."""

WORTHWHILE = 4
"""Drives of a draw, of all units at all nodes, for each point of the curve, from which it is worth its while."""

ERROR = 1e-8
"""The last coefficients of the series, at most: of a logarithm, or over the largest."""

NEGLIGIBLE = 1e-10
"""Coefficients that are left out, by the same measure."""

type World = Mapping[str, float | FloatArray]


@dataclass(frozen=True, eq=False)
class NoisyDrive:
    """What the outcome's mechanism takes for each unit in one world, normal noise of its drive apart.

    Parameters
    ----------
    law : OutcomeLaw
        With the normal variables at their means.
    sd : array, dims (sample, 1)
        Of the noise of the drive.
    """

    law: OutcomeLaw
    sd: FloatArray

    @property
    def drive(self) -> FloatArray:
        """Without the noise, dims ([node,] sample, row)."""
        return _only_drive(self.law)

    def spread(self) -> OutcomeLaw:
        """The law with nodes for the noise, which stand before those that there are already."""
        places, weights = _normal_nodes(self.drive.ndim + 1)
        drive = self.drive + np.expand_dims(self.sd, 0) * places
        if self.drive.ndim == 2:
            return self._at(drive, weights)
        both = np.broadcast_shapes(drive.shape[:2], (1, len(self.law.weights)))
        weights = np.broadcast_to(weights * self.law.weights, (*both, *self.law.weights.shape[1:]))
        return self._at(*(each.reshape(-1, *each.shape[2:]) for each in (drive, weights)))

    def at(self, drive: FloatArray) -> OutcomeLaw:
        """The law at other drives, dims (sample, point), with nodes for the noise."""
        places, weights = _normal_nodes(3)
        return self._at(drive + self.sd * places, weights)

    def _at(self, drive: FloatArray, weights: FloatArray) -> OutcomeLaw:
        (name,), (_, dispersion, inputs) = self.law.arguments[0], self.law.arguments
        return replace(self.law, arguments=({name: drive}, dispersion, inputs), weights=weights)


def _normal_nodes(ndim: int) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights of standard normal noise, the first of so many dims."""
    places, weights = (each.reshape(-1, *(1,) * (ndim - 1)) for each in normal_nodes())
    return places, weights


def noisy_drive(
    laws: Laws, route: Route, do: World, columns: Mapping[str, FloatArray], samples: slice, *, over: Sequence[str]
) -> NoisyDrive | None:
    """The outcome's law of each unit under ``do`` with the noise of normal variables in one sd; None if that cannot be.

    Parameters
    ----------
    over : sequence of str
        Variables between treatment and outcome that are integrated over: those that are not normal, or not followed in
        straight lines, at nodes.
    """
    apart = [name for name in _straight(laws.design, route) if name in over and name not in do]
    if not apart:
        return None
    rest = beside(laws.design, route, over)
    law = outcome_law(laws, route, do, columns, samples, over=rest)
    some = columns if _differs(do, route) else {name: values[:1] for name, values in columns.items()}
    here = outcome_law(laws, route, do, some, samples, over=rest)
    drive = _only_drive(here)
    variance = np.zeros((samples.stop - samples.start, 1))
    for name in apart:
        above = outcome_law(laws, route, do, some, samples, over=rest, moved=name)
        slopes = _only_drive(above) - drive
        if not np.allclose(slopes, _of_one(slopes), rtol=1e-9, atol=1e-12 * float(np.abs(drive).max())):
            return None
        task, given = task_of(laws, route, name, samples)
        own = task.mechanism.variance(*arguments_of(task, given, here.columns, laws.design))
        variance = variance + _of_one(slopes) ** 2 * _of_one(own)
    return NoisyDrive(law, np.sqrt(variance))


def _only_drive(law: OutcomeLaw) -> FloatArray:
    return next(iter(law.arguments[0].values()))


def _of_one(values: FloatArray) -> FloatArray:
    """Of the first node and unit, dims (sample, 1), from dims ([node,] sample, row)."""
    return values.reshape(-1, *values.shape[-2:])[0, :, :1]


def means_behind_normals(
    laws: Laws, route: Route, worlds: Sequence[World], columns: Mapping[str, FloatArray], samples: slice
) -> FloatArray | None:
    """Mean of the outcome of each unit in each of ``worlds``, dims (world, sample, row): that of ``expected_outcomes``.

    None where nothing between is normal and followed in a straight line that is the same for all units, or where a
    curve is too bent for its points.
    """
    found = []
    for do in worlds:
        noisy = noisy_drive(laws, route, do, columns, samples, over=integrated(laws.design, route))
        mean = None if noisy is None else _interpolated(noisy, laws.level)
        if mean is None:
            return None
        found.append(mean)
    return np.stack(np.broadcast_arrays(*found))


def is_by_curve(design: Design, route: Route, rows: int) -> bool:
    """Whether a curve is worth its while for means of so many units, unless it is found to be too bent."""
    if not any(name in _straight(design, route) for name in integrated(design, route)):
        return False
    return rows * node_count(design, route, beside(design, route)) >= WORTHWHILE * POINTS[0]


def beside(design: Design, route: Route, over: Sequence[str] | None = None) -> tuple[str, ...]:
    """What is integrated over at nodes where noise that is normal in the drive is kept apart; by default of a mean."""
    names = integrated(design, route) if over is None else over
    return tuple(name for name in names if name not in _straight(design, route))


def _differs(do: World, route: Route) -> bool:
    """Whether what is set, as the mechanisms see it, differs from unit to unit."""
    return bool(route.natural) or any(np.ndim(value) for value in do.values())


def _straight(design: Design, route: Route) -> tuple[str, ...]:
    """Normal variables on the way that all drives behind them follow in straight lines, alike for all units."""
    keys, settable = tuple(route.keys[name] for name in route.order), (*route.query.of, *route.references)
    return _straight_in(design, route.order, keys, settable)


@remembered
def _straight_in(
    design: Design, order: tuple[str, ...], keys: tuple[str, ...], settable: tuple[str, ...]
) -> tuple[str, ...]:
    outcome = design.mechanisms[keys[-1]].mechanism
    if len(outcome.predictors) != 1 or outcome.inputs or not is_by_terms(outcome):
        return ()
    tasks = dict(zip(order, (design.mechanisms[key] for key in keys), strict=True))
    found = []
    for place, variable in enumerate(order[:-1]):
        moved, is_straight = {variable}, _is_plainly_normal(tasks[variable].mechanism)
        for name in order[place + 1 :]:
            touched = [term for term in tasks[name].terms if moved.intersection(term.variables)]
            alone = all(moved.union(settable).issuperset(term.variables) for term in touched)
            bent = not all(is_linear_in_one(term, set(order), design) for term in touched)
            unlike = bool(touched) and name != order[-1] and not _is_plainly_normal(tasks[name].mechanism)
            is_straight &= alone and not bent and not unlike and not moved.intersection(tasks[name].mechanism.inputs)
            moved |= {name} if touched else set()
        found += [variable] if is_straight and order[-1] in moved else []
    return tuple(found)


def _is_plainly_normal(mechanism: Mechanism) -> bool:
    """Whether values are a mean in straight lines plus normal noise of one sd for all units."""
    return isinstance(mechanism, NormallySpread) and mechanism.is_affine and not mechanism.inputs


def _interpolated(noisy: NoisyDrive, level: float | None) -> FloatArray | None:
    """Mean over the noise, or chance of ``level``, at every drive and over the nodes, dims (sample, row)."""
    drive = noisy.drive
    axes = tuple(axis for axis in range(drive.ndim) if axis != drive.ndim - 2)
    low, high = drive.min(axis=axes)[:, None], drive.max(axis=axes)[:, None]
    middle, half = (low + high) / 2, np.maximum((high - low) / 2, 1e-12 * (1 + np.abs(low)))
    told = _series(noisy, middle, half, level)
    if told is None:
        return None
    series, is_log = told
    found = summed(series, (drive - middle) / half)
    found = np.exp(found) if is_log else found
    return np.asarray((found * noisy.law.weights).sum(axis=0) if found.ndim == 3 else found)


def _series(
    noisy: NoisyDrive, middle: FloatArray, half: FloatArray, level: float | None
) -> tuple[FloatArray, bool] | None:
    """Coefficients of Chebyshev's polynomials, dims (sample, degree), and whether their sum is the curve's logarithm.

    None if they do not die out. The logarithm of a curve above zero errs by a share of it, where it is small too.
    """
    for points in map(chebyshev_points, POINTS):
        law = noisy.at(middle + half * points.places)
        means = law.task.mechanism.mean(*law.arguments) if level is None else law.chance_of(level)
        curve = (law.weights * means).sum(axis=0)
        if not curve.any():  # what there may be lies between the points
            continue
        is_log = bool((curve >= np.finfo(float).tiny).all())
        series = points.through(np.log(curve) if is_log else curve)
        sizes = np.ones((1, 1)) if is_log else np.abs(series).max(axis=1, keepdims=True)
        parts = series / np.maximum(sizes, np.finfo(float).tiny)
        if (last_of(parts) <= ERROR).all():
            kept = (np.abs(parts) > NEGLIGIBLE).any(axis=0)
            return series[:, : 1 + int(np.flatnonzero(kept).max(initial=0))], is_log
    return None
