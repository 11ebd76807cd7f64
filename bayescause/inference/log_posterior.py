"""The joint log posterior of one task on the unconstrained scale: its value at many points, its derivatives at one."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bayescause.compilation.table import Table
from bayescause.inference.distinct_rows import distinct_rows
from bayescause.inference.likelihood import joint_log_likelihood
from bayescause.inference.posterior import Parameters
from bayescause.inference.sufficient import row_blocks
from bayescause.inference.unconstrained import Coordinates, Curve, coordinates
from bayescause.scm.design import Design, MechanismDesign, design_matrix
from bayescause.scm.mechanism import FloatArray

__all__ = [
    "Expansion",
    "LogPosterior",
    "Values",
    "bends_down",
    "bent",
    "chained",
    "likelihood_curve",
    "log_posterior",
    "places_of_axes",
    "pulled",
    "with_prior",
]

ROUNDING = 1e-13
"""Curvature of the wrong sign, as a part of the row's largest, that is put down to rounding."""


class Values(NamedTuple):
    """Log-likelihood and log posterior (up to its constant), dims (sample,)."""

    log_likelihood: FloatArray
    log_posterior: FloatArray


class Expansion(NamedTuple):
    """The log posterior at one point with its gradient, dims (axis,), and Hessian, dims (axis, axis)."""

    value: float
    gradient: FloatArray
    hessian: FloatArray
    is_concave: bool
    """Whether the log-likelihood of every row bends down in its drives, in every direction, at this point."""


@dataclass(frozen=True, eq=False)
class LogPosterior:
    """A log density over the axes of a task.

    Parameters
    ----------
    task : MechanismDesign
    design : Design
    table : Table
        Distinct complete rows with their counts.
    coordinates : Coordinates
    """

    task: MechanismDesign
    design: Design
    table: Table
    coordinates: Coordinates

    @property
    def size(self) -> int:
        """Number of axes."""
        return len(self.coordinates.axes)

    def at(self, points: FloatArray) -> Values:
        """Values at points, dims (sample, axis); minus infinity where they are no numbers."""
        with np.errstate(all="ignore"):
            parameters = self.coordinates.parameters(points)
            likelihood = joint_log_likelihood(self.task, self.design, self.table, parameters)
        return with_prior(likelihood, points, self.coordinates)

    def expand(self, point: FloatArray) -> Expansion:
        """Value and derivatives at one point, dims (axis,)."""
        with np.errstate(all="ignore"):
            value, slope, bend, is_concave = self._likelihood(point)
            curves = [axis.curve(place) for axis, place in zip(self.coordinates.axes, point.tolist(), strict=True)]
            first, second = chained(self.coordinates, curves)
            priors = [axis.prior_curve(at) for axis, at in zip(self.coordinates.axes, point.tolist(), strict=True)]
        gradient = first * slope + [prior.first for prior in priors]
        hessian = np.outer(first, first) * bend + np.diag(second * slope + [prior.second for prior in priors])
        return Expansion(value + sum(prior.value for prior in priors), gradient, hessian, is_concave)

    def _likelihood(self, point: FloatArray) -> tuple[float, FloatArray, FloatArray, bool]:
        """Log-likelihood with derivatives in the free coefficients and the logarithms of free dispersion parameters."""
        value, gradient, hessian, is_concave = likelihood_curve(
            self.task, self.design, self.table, self.coordinates.parameters(point[None])
        )
        free = places_of_axes(self.coordinates)
        return value, gradient[free], hessian[np.ix_(free, free)], is_concave


def with_prior(likelihood: FloatArray, points: FloatArray, coordinates: Coordinates) -> Values:
    """Values at points, dims (sample, axis), whose log-likelihood is known, dims (sample,).

    Where they are no numbers the log posterior is minus infinity.
    """
    with np.errstate(all="ignore"):
        total = likelihood + coordinates.log_prior(points)
    return Values(likelihood, np.where(np.isfinite(total), total, -np.inf))


def places_of_axes(coordinates: Coordinates) -> list[int]:
    """Place of each axis among the coefficients, pooled ones included, and the dispersion parameters of the family."""
    names = (*coordinates.task.coefficients, *coordinates.task.mechanism.dispersion)
    axes = {axis.name for axis in coordinates.axes}
    return [place for place, name in enumerate(names) if name in axes]


def chained(coordinates: Coordinates, curves: list[Curve]) -> tuple[FloatArray, FloatArray]:
    """Derivatives of coefficients, and of the logarithms of dispersion parameters, along their axes."""
    first, second = [], []
    dispersion = coordinates.task.mechanism.dispersion
    for axis, (value, slope, bend) in zip(coordinates.axes, curves, strict=True):
        is_log = axis.name in dispersion
        first.append(slope / value if is_log else slope)
        second.append(bend / value - (slope / value) ** 2 if is_log else bend)
    return np.array(first), np.array(second)


def likelihood_curve(
    task: MechanismDesign, design: Design, table: Table, parameters: Parameters
) -> tuple[float, FloatArray, FloatArray, bool]:
    """Log-likelihood at one set of parameters, gradient and Hessian in all coefficients and log dispersion parameters.

    The last is whether the log-likelihood of every row bends down in every direction.
    """
    dispersion = {name: parameters.dispersion[name][:, None][0] for name in task.mechanism.dispersion}
    width = len(task.coefficients) + len(dispersion)
    value, gradient, hessian, is_concave = 0.0, np.zeros(width), np.zeros((width, width)), True
    for rows in row_blocks(table.rows, width + 8):
        columns = {name: values[rows] for name, values in table.columns.items()}
        matrix = design_matrix(task, columns, design)
        drives = parameters.coefficients[0].reshape(-1, matrix.shape[1])
        kernel = task.mechanism.kernel(
            columns[task.variable],
            {name: matrix @ own for name, own in zip(task.mechanism.predictors, drives, strict=True)},
            dispersion,
            {name: columns[name] for name in task.mechanism.inputs},
        )
        counts = table.counts[rows]
        value += float(counts @ kernel.value)
        gradient += pulled(matrix, counts[:, None] * kernel.gradient, len(drives))
        hessian += bent(matrix, counts[:, None, None] * kernel.hessian, len(drives))
        is_concave = is_concave and bends_down(kernel.hessian[:, : len(drives), : len(drives)])
    return value, gradient, hessian, is_concave


def log_posterior(task: MechanismDesign, design: Design, table: Table) -> LogPosterior:
    """The log posterior of ``task`` given ``table``.

    Raises
    ------
    DataError
        If no row has all values that the task needs.

    Examples
    --------
    >>> from bayescause.inference.fitting import fit
    >>> from bayescause.scm.structural_model import StructuralModel
    >>> posterior = fit(StructuralModel.parse("y ~ x"), {"x": np.arange(9.0), "y": np.arange(9.0) ** 2})
    >>> target = log_posterior(posterior.design.mechanisms["y"], posterior.design, posterior.table)
    >>> target.expand(np.zeros(3)).hessian.shape
    (3, 3)
    """
    rows = distinct_rows(task, table)
    return LogPosterior(task, design, rows, coordinates(task, rows))


def pulled(matrix: FloatArray, gradient: FloatArray, drives: int) -> FloatArray:
    """The gradient in all coefficients, one drive after another, and in the dispersion parameters.

    Parameters
    ----------
    matrix : array, dims (row, column)
        What the coefficients of each drive multiply.
    gradient : array, dims (row, argument)
        Of each row's log-likelihood in its drives, then in the logarithms of the dispersion parameters.
    drives : int
        How many of the arguments are drives.

    Returns
    -------
    array, dims (parameter,)

    Examples
    --------
    >>> pulled(np.array([[1.0, 2.0], [1.0, 4.0]]), np.array([[0.5, 3.0], [1.5, 1.0]]), drives=1).tolist()
    [2.0, 7.0, 4.0]
    """
    pulls = [matrix.T @ gradient[:, place] for place in range(drives)]
    return np.concatenate([*pulls, gradient[:, drives:].sum(axis=0)])


def bent(matrix: FloatArray, hessian: FloatArray, drives: int) -> FloatArray:
    """The Hessian in all coefficients, one drive after another, and in the dispersion parameters.

    Parameters
    ----------
    matrix : array, dims (row, column)
    hessian : array, dims (row, argument, argument)
        Of each row's log-likelihood, in the order of ``pulled``.
    drives : int

    Returns
    -------
    array, dims (parameter, parameter)

    Examples
    --------
    >>> bent(np.array([[1.0], [2.0]]), np.array([[[-1.0, 0.5], [0.5, -3.0]]] * 2), drives=1).tolist()
    [[-5.0, 1.5], [1.5, -6.0]]
    """
    width = matrix.shape[1]
    parts, rest = [slice(width * at, width * (at + 1)) for at in range(drives)], slice(width * drives, None)
    size = width * drives + hessian.shape[1] - drives
    found = np.empty((size, size))
    for row, own in enumerate(parts):
        for column, other in enumerate(parts):
            found[own, other] = matrix.T @ (matrix * hessian[:, row, column, None])
        found[own, rest] = matrix.T @ hessian[:, row, drives:]
        found[rest, own] = found[own, rest].T
    found[rest, rest] = hessian[:, drives:, drives:].sum(axis=0)
    return found


def bends_down(hessian: FloatArray) -> bool:
    """Whether every matrix, dims (row, drive, drive), is negative semidefinite: by elimination, all rows at once."""
    left, size = -hessian, np.abs(hessian).max(axis=(1, 2), initial=0.0)
    for place in range(left.shape[-1]):
        pivot, column = left[:, place, place], left[:, place, place + 1 :]
        if not (pivot >= -ROUNDING * size).all():
            return False
        # Where the curvature is zero nothing else of its row may be left.
        is_flat = pivot <= ROUNDING * size
        if (np.abs(column).max(axis=-1, initial=0.0) > np.sqrt(ROUNDING) * size)[is_flat].any():
            return False
        share = column / np.where(is_flat, np.inf, pivot)[:, None]
        left[:, place + 1 :, place + 1 :] -= share[:, :, None] * column[:, None, :]
    return True
