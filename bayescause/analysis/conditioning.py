"""Columns as functions of which a regression is made: what is held alike, and what is left of a column then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import numpy.typing as npt

from bayescause.scm.kinds import LEVELLED
from bayescause.scm.mechanism import FloatArray

__all__ = ["DEPENDENT", "MOST_LEVELS", "Sample", "features", "residuals", "strata"]

MOST_LEVELS = 20
"""Levels of a column beyond which it is not tested: too few units would share one."""

UNITS_A_COLUMN = 10
"""Units for each column of a regression; the conditioning set gets the richest functions that leave as many."""

KNOTS = (0.25, 0.5, 0.75)
"""Quantiles at which the cubic spline of a conditioning quantity may bend."""

DEPENDENT = 1e-9
"""Relative size below which a column counts as a combination of the others."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Rows of a table in which nothing that is needed is missing.

    Parameters
    ----------
    columns : mapping of str to array, dims (row,)
    kinds : mapping of str to str
    counts : array, dims (row,)
        Units that each row stands for.
    """

    columns: Mapping[str, FloatArray]
    kinds: Mapping[str, str]
    counts: FloatArray
    left: dict[tuple[str, ...], FloatArray] = field(default_factory=dict)

    @property
    def units(self) -> float:
        """Units in all rows."""
        return float(self.counts.sum())

    def is_levelled(self, name: str) -> bool:
        """Whether a column holds levels rather than quantities."""
        return self.kinds[name] in LEVELLED

    def complete(self, names: Sequence[str]) -> "Sample":
        """The rows in which none of ``names`` is missing."""
        seen = np.logical_and.reduce([np.isfinite(self.columns[name]) for name in names])
        if seen.all():
            return self
        columns = {name: self.columns[name][seen] for name in names}
        return Sample(columns, self.kinds, self.counts[seen])

    def taken(self, rows: npt.NDArray[np.intp]) -> "Sample":
        """Some of the rows."""
        return Sample({name: values[rows] for name, values in self.columns.items()}, self.kinds, self.counts[rows])


def features(sample: Sample, name: str) -> tuple[FloatArray, FloatArray]:
    """What of a column may hang together with another: its mean (an indicator a level), and its spread.

    Returns
    -------
    tuple of array, dims (row, feature)
        For levels all but the first, and nothing; for a quantity the standardised column, and its square.
    """
    values = sample.columns[name]
    if sample.is_levelled(name):
        return _indicators(values), np.empty((len(values), 0))
    scaled = _standardised(values, sample.counts)[:, None]
    return scaled, np.square(scaled)


def residuals(sample: Sample, columns: FloatArray, given: Sequence[str]) -> tuple[FloatArray, int]:
    """What least squares on functions of ``given`` leaves of ``columns``, and the rank of these functions."""
    key = tuple(sorted(given))
    if key not in sample.left:
        sample.left[key] = _basis(sample, key)
    basis, root = sample.left[key], np.sqrt(sample.counts)[:, None]
    return columns - (basis @ (basis.T @ (columns * root))) / root, basis.shape[1]


def strata(sample: Sample, given: Sequence[str]) -> npt.NDArray[np.intp]:
    """A number for each row that is the same for rows with the same levels of all of ``given``, dims (row,)."""
    codes = np.zeros(len(sample.counts), dtype=np.intp)
    for name in given:
        _, places = np.unique(sample.columns[name], return_inverse=True)
        _, codes = np.unique(codes * (places.max() + 1) + places.ravel(), return_inverse=True)
    return codes.ravel()


def _basis(sample: Sample, given: Sequence[str]) -> FloatArray:
    """Orthonormal functions of ``given``, rows weighted by the root of their counts, dims (row, function)."""
    columns = _functions(sample, given) * np.sqrt(sample.counts)[:, None]
    sizes = np.sqrt(np.square(columns).sum(axis=0))
    orthonormal, triangle = np.linalg.qr(columns / np.where(sizes > 0.0, sizes, 1.0))
    turned, sizes, _ = np.linalg.svd(triangle)
    return np.asarray(orthonormal @ turned[:, : len(sizes)][:, sizes > DEPENDENT * sizes.max()])


def _functions(sample: Sample, given: Sequence[str]) -> FloatArray:
    """The richest functions of ``given`` for which there are units enough, an intercept first."""
    ones = np.ones((len(sample.counts), 1))
    if not given:
        return ones
    room = sample.units / UNITS_A_COLUMN
    if all(sample.is_levelled(name) for name in given):
        cells = strata(sample, given)
        if cells.max() < room:
            return np.asarray(cells[:, None] == np.arange(cells.max() + 1), dtype=float)
    lines = [features(sample, name)[0] for name in given]
    squares = [features(sample, name)[1] for name in given]
    products = [
        (a[:, :, None] * b[:, None, :]).reshape(len(a), -1)
        for a, b in combinations(lines, 2)
        if a.shape[1] * b.shape[1] < room
    ]
    bends = [_bends(line, sample.counts) for line, square in zip(lines, squares, strict=True) if square.shape[1]]
    chosen = np.hstack([ones, *lines])
    for more in (squares, products, bends):
        richer = np.hstack([chosen, *more])
        if richer.shape[1] > room:
            break
        chosen = richer
    return chosen


def _bends(line: FloatArray, counts: FloatArray) -> FloatArray:
    order = np.argsort(line[:, 0], kind="stable")
    units = np.cumsum(counts[order])
    knots = line[order[np.searchsorted(units, np.array(KNOTS) * units[-1])], 0]
    return np.hstack([line**3, np.maximum(line - knots, 0.0) ** 3])


def _indicators(values: FloatArray) -> FloatArray:
    return np.asarray(values[:, None] == np.unique(values)[1:], dtype=float)


def _standardised(values: FloatArray, counts: FloatArray) -> FloatArray:
    # Divided by the largest first, so that squares of huge or tiny values neither overflow nor vanish.
    largest = float(np.abs(values).max()) or 1.0
    scaled = values / largest
    centred = scaled - np.average(scaled, weights=counts)
    largest = float(np.abs(centred).max()) or 1.0
    return np.asarray(centred / largest / np.sqrt(np.average(np.square(centred / largest), weights=counts)))
