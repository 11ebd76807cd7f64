"""Ridge regressions whose widest factor is never spread into dummies: a thousand levels cost what ten do.

Coefficients have a normal prior of sd 2.5 on standardised columns; the intercept has none. Given the other columns the
coefficients of a factor's levels do not meet in the Hessian, so its block is diagonal and is eliminated first (the
Schur complement; Golub and Van Loan 2013, section 4.3).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bayescause.scm.links import expit
from bayescause.scm.mechanism import FloatArray

__all__ = ["RidgeColumns", "ridge_columns", "ridge_line", "ridge_logistic"]

RIDGE = 1.0 / 2.5**2
"""Prior precision of standardised coefficients."""

STEPS, LONGEST, ENOUGH = 50, 2.0, 1e-6
"""Newton steps at most, the longest move of a standardised coefficient, and the move at which a peak is reached."""


@dataclass(frozen=True, eq=False)
class RidgeColumns:
    """An intercept with standardised columns, and dummies of one factor as they stand.

    Parameters
    ----------
    dense : array, dims (row, column)
        Intercept first.
    places : int array, dims (row,)
        Level of each row; the first has no dummy.
    penalty : array, dims (column,)
        Prior precisions of the coefficients of ``dense``.
    sizes : array, dims (level,)
        Sds of the dummies, those of the levels after the first.
    """

    dense: FloatArray
    places: npt.NDArray[np.intp]
    penalty: FloatArray
    sizes: FloatArray

    @property
    def width(self) -> int:
        """Number of coefficients."""
        return len(self.penalty) + len(self.sizes)

    def push(self, coefficients: FloatArray) -> FloatArray:
        """The linear predictor, dims (row,)."""
        of_levels = np.concatenate([[0.0], coefficients[len(self.penalty) :]])
        return np.asarray(self.dense @ coefficients[: len(self.penalty)] + of_levels[self.places])

    def pull(self, values: FloatArray) -> FloatArray:
        """Sum over rows of each column times ``values``, dims (coefficient,)."""
        return np.concatenate([values @ self.dense, self._by_level(values)])

    def solve(self, curvature: FloatArray, right: FloatArray) -> FloatArray:
        """Solve ``(X' diag(curvature) X + prior precision) b = right``, dims (coefficient,)."""
        count = len(self.penalty)
        diagonal = self._by_level(curvature) + self.precision[count:]
        crossing = np.stack([self._by_level(curvature * column) for column in self.dense.T], axis=-1)
        shares = crossing / diagonal[:, None]
        inner = self.dense.T @ (self.dense * curvature[:, None]) + np.diag(self.penalty + 1e-9)
        first = np.linalg.solve(inner - crossing.T @ shares, right[:count] - shares.T @ right[count:])
        return np.concatenate([first, (right[count:] - crossing @ first) / diagonal])

    @property
    def precision(self) -> FloatArray:
        """Prior precisions of all coefficients."""
        return np.concatenate([self.penalty, RIDGE * self.sizes**2])

    @property
    def scales(self) -> FloatArray:
        """What turns a coefficient into that of a standardised column."""
        return np.concatenate([np.ones(len(self.penalty)), self.sizes])

    def _by_level(self, values: FloatArray) -> FloatArray:
        return np.bincount(self.places, weights=values, minlength=len(self.sizes) + 1)[1:]


def ridge_columns(columns: FloatArray, places: npt.NDArray[np.intp], counts: FloatArray) -> RidgeColumns:
    """Columns, dims (row, column), standardised, beside a factor whose levels are ``places``, all of them met with.

    ``counts`` are the units that each row stands for, dims (row,).

    Examples
    --------
    >>> ridge_columns(np.arange(4.0)[:, None], np.array([0, 1, 1, 2]), np.ones(4)).width
    4
    """
    weights = counts / counts.sum()
    centred = columns - weights @ columns
    spread = np.sqrt(weights @ np.square(centred))
    dense = np.column_stack([np.ones(len(columns)), centred / np.where(spread > 0.0, spread, 1.0)])
    shares = np.bincount(places, weights=weights)[1:]
    penalty = np.full(dense.shape[1], RIDGE)
    penalty[0] = 0.0
    return RidgeColumns(dense, places, penalty, np.sqrt(shares * (1.0 - shares)))


def ridge_logistic(columns: RidgeColumns, response: FloatArray, weights: FloatArray) -> FloatArray:
    """Fitted probabilities of a logistic regression, dims (row,), by Newton's method.

    Examples
    --------
    >>> columns = ridge_columns(np.zeros((4, 0)), np.array([0, 0, 1, 1]), np.ones(4))
    >>> ridge_logistic(columns, np.array([0.0, 1.0, 1.0, 1.0]), np.ones(4)).round(2).tolist()
    [0.55, 0.55, 0.95, 0.95]
    """
    coefficients = np.zeros(columns.width)
    for _ in range(STEPS):
        probability = expit(columns.push(coefficients))
        gradient = columns.pull(weights * (response - probability)) - columns.precision * coefficients
        step = columns.solve(weights * np.maximum(probability * (1.0 - probability), 1e-6), gradient)
        moved = np.clip(step * columns.scales, -LONGEST, LONGEST)
        coefficients = coefficients + moved / columns.scales
        if np.abs(step * columns.scales).max() < ENOUGH:
            break
    return np.asarray(expit(columns.push(coefficients)))


def ridge_line(columns: RidgeColumns, response: FloatArray, weights: FloatArray) -> FloatArray:
    """Fitted values of a linear regression, dims (row,)."""
    return columns.push(columns.solve(weights, columns.pull(weights * response)))
