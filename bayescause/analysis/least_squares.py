"""Least squares of an outcome, and what a linear functional of its coefficients owes to each block of columns."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bayescause.scm.mechanism import FloatArray

__all__ = ["Functional", "LeastSquares", "regress"]

DEPENDENT = 1e-9
"""Relative size below which a direction of the scaled design matrix counts as none."""


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """A weighted regression at the flat-prior limit.

    Parameters
    ----------
    coefficients : array, dims (column,)
    root : array, dims (column, rank)
        ``root @ root.T`` is the inverse of the weighted cross-products of the columns.
    open_directions : array, dims (column, direction)
        Changes of the coefficients of which the data say nothing, because columns depend on each other.
    residual : float
        Weighted sum of squared residuals.
    degrees_of_freedom : float
        Units less the rank.
    """

    coefficients: FloatArray
    root: FloatArray
    open_directions: FloatArray
    residual: float
    degrees_of_freedom: float


@dataclass(frozen=True, eq=False)
class Functional:
    """``weights @ coefficients`` of a regression: an average effect, with its Riesz representer's second moment.

    Parameters
    ----------
    fit : LeastSquares
    weights : array, dims (column,)
    """

    fit: LeastSquares
    weights: FloatArray

    @property
    def is_determined(self) -> bool:
        """Whether the data give one value, however the coefficients hang together."""
        moves = np.abs(self.weights @ self.fit.open_directions)
        return bool(
            (moves <= 1e-6 * np.linalg.norm(self.weights) * np.linalg.norm(self.fit.open_directions, axis=0)).all()
        )

    @property
    def estimate(self) -> float:
        """In the unit of the outcome."""
        return float(self.weights @ self.fit.coefficients)

    @cached_property
    def moment(self) -> float:
        """Second moment of the Riesz representer over the units: ``m' (X'X)^-1 m``, one over the residual squares of a
        treatment with one coefficient.
        """
        return float(np.square(self.fit.root.T @ self.weights).sum())

    @property
    def scale(self) -> float:
        """Root of residual squares times moment: the factor of the largest omitted-variable bias."""
        return float(np.sqrt(self.fit.residual * self.moment))

    @property
    def standard_error(self) -> float:
        """Of the estimate, with one residual variance."""
        return float(self.scale / np.sqrt(self.fit.degrees_of_freedom))

    def precision_of(self, block: np.ndarray) -> FloatArray:
        """Cross-products of the ``block``'s columns given all others, dims (column, column)."""
        rows = self.fit.root[block]
        return np.asarray(np.linalg.pinv(rows @ rows.T))

    def share_of(self, block: np.ndarray) -> tuple[float, float]:
        """Partial R2 of a block of columns with the representer (the treatment) and with the outcome.

        The regression without the block follows from the one with it, so nothing is fitted again.
        """
        precision, slopes = self.precision_of(block), self.fit.coefficients[block]
        shared = self.fit.root[block] @ (self.fit.root.T @ self.weights)
        explained = float(slopes @ precision @ slopes)
        with_treatment = float(shared @ precision @ shared) / self.moment
        return with_treatment, explained / (self.fit.residual + explained)


def regress(columns: FloatArray, response: FloatArray, counts: FloatArray) -> LeastSquares:
    """Least squares of ``response`` on ``columns``, dims (row, column), each row standing for ``counts`` units.

    Examples
    --------
    >>> fit = regress(np.column_stack([np.ones(3), [0.0, 1.0, 2.0]]), np.array([1.0, 3.0, 5.0]), np.ones(3))
    >>> fit.coefficients.round(6).tolist()
    [1.0, 2.0]
    """
    weight = np.sqrt(counts)[:, None]
    weighted = columns * weight
    sizes = np.sqrt(np.square(weighted).sum(axis=0))
    sizes = np.where(sizes > 0.0, sizes, 1.0)
    basis, root, open_directions = _factorised(weighted / sizes)
    root = root / sizes[:, None]
    target = response * weight[:, 0]
    along = basis.T @ target
    return LeastSquares(
        coefficients=root @ along,
        root=root,
        open_directions=open_directions / sizes[:, None],
        residual=float(np.square(target - basis @ along).sum()),
        degrees_of_freedom=float(counts.sum() - basis.shape[1]),
    )


def _factorised(scaled: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Orthonormal basis of the columns, root of the inverse of their cross-products, and the directions left open."""
    rows, columns = scaled.shape
    if rows >= columns:
        basis, triangle = np.linalg.qr(scaled)
        if np.abs(np.diag(triangle)).min() > DEPENDENT:
            return basis, np.linalg.inv(triangle), np.zeros((columns, 0))
    left, singular, right = np.linalg.svd(scaled, full_matrices=True) if rows < columns else _thin(scaled)
    kept = singular > DEPENDENT * singular.max()
    seen = right[: len(singular)][kept]
    unseen = np.concatenate([right[: len(singular)][~kept], right[len(singular) :]])
    return left[:, : len(singular)][:, kept], (seen / singular[kept, None]).T, unseen.T


def _thin(scaled: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    left, singular, right = np.linalg.svd(scaled, full_matrices=False)
    return left, singular, right
