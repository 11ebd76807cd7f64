"""Tests of conditional independence that fit the kinds of the columns: what is left of both, or level by level."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bayescause.analysis.conditioning import DEPENDENT, MOST_LEVELS, Sample, features, residuals, strata
from bayescause.identification.independences import Independence
from bayescause.scm.mechanism import FloatArray

__all__ = ["Look", "detectable", "examine_independence", "fault_of"]

MOST_STRATA = 8
"""Groups of like units up to which each is looked at by itself."""

LEAST_EXPECTED = 5.0
"""Units expected in each cell of a group for its chi-squared to be trusted far out in its tail (Cochran 1954)."""

LEAST_SHARE = 0.8
"""Share of the units that must be in such groups."""

NOTHING_LEFT = 1e-8
"""Share of a column's squares below which the conditioning set determines it."""

POWER = 0.8
"""Probability with which a dependence of the detectable size is found."""


@dataclass(frozen=True)
class Look:
    """What one test found.

    Parameters
    ----------
    method : str
        What was done, in words.
    statistic : float
        Chi-squared if the statement holds.
    freedom : int
        Its degrees of freedom.
    units : int
        Units with nothing missing.
    """

    method: str
    statistic: float
    freedom: int
    units: int

    @property
    def p_value(self) -> float:
        """Probability of a statistic as large if the statement holds."""
        from scipy.special import chdtrc

        return float(chdtrc(self.freedom, max(self.statistic, 0.0)))

    @property
    def strength(self) -> float:
        """What is left of the dependence, on the scale of a correlation, 0 to 1; noise is taken off."""
        return float(min(1.0, np.sqrt(max(self.statistic - self.freedom, 0.0) / self.units)))


def examine_independence(sample: Sample, statement: Independence) -> Look | str:
    """Test ``statement`` on ``sample``.

    Parameters
    ----------
    sample : Sample
    statement : Independence

    Returns
    -------
    Look or str
        Why it cannot be tested.

    Notes
    -----
    Where all columns have levels and few groups of units are alike, a chi-squared test in each group with the factor
    (N - 1) / N that makes its mean exact. Otherwise both columns are regressed on functions of what is held alike
    (indicators; lines, squares, products and cubic splines, as many as the units allow), and the products of what is
    left are compared with zero, their spread taken from themselves: the generalised covariance measure (Shah and
    Peters 2020). It needs one of the two regressions to be right, not both, and no equal variances. The spread is
    never taken to be less than under equal variances, so that rare levels that never met do not count as evidence. Of
    a quantity its square is looked at too, so that bent dependence is seen.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> z, a, b = rng.normal(size=(3, 500))
    >>> sample = Sample({"a": a + z, "b": b + z, "z": z}, dict.fromkeys("abz", "continuous"), np.ones(500))
    >>> examine_independence(sample, Independence("a", "b")).p_value < 1e-6
    True
    >>> examine_independence(sample, Independence("a", "b", ("z",))).p_value > 0.01
    True
    """
    sample = sample.complete(statement.variables)
    fault = next(filter(None, (fault_of(sample, name) for name in statement.variables)), None)
    if fault is not None:
        return fault
    if all(sample.is_levelled(name) for name in statement.variables):
        found = _by_group(sample, statement)
        if found is not None:
            return found
    return _by_residuals(sample, statement)


def fault_of(sample: Sample, name: str) -> str | None:
    """Why column ``name`` cannot be tested; None if it can."""
    distinct = len(np.unique(sample.columns[name]))
    if distinct == 0:
        return f"no unit has {name} and all the others"
    if distinct == 1:
        return f"{name} has one value only"
    if sample.is_levelled(name) and distinct > MOST_LEVELS:
        return f"{name} has {distinct:,} levels: too few units share one"
    return None


def detectable(units: float, freedom: int, level: float) -> float:
    """The weakest dependence, on the scale of a correlation, that ``units`` show with 80 % probability.

    Examples
    --------
    >>> round(detectable(783, 1, 0.05), 2)
    0.1
    """
    from scipy.special import chdtri, chndtrinc

    threshold = chdtri(freedom, level)
    return float(min(1.0, np.sqrt(chndtrinc(threshold, freedom, 1.0 - POWER) / units)))


def _by_group(sample: Sample, statement: Independence) -> Look | None:
    groups = strata(sample, statement.given)
    if groups.max() >= MOST_STRATA:
        return None
    statistic, freedom, units = 0.0, 0, 0.0
    for group in range(int(groups.max()) + 1):
        table = _table(sample, statement, groups == group)
        total = table.sum()
        expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / total
        if min(table.shape) < 2 or expected.min() < LEAST_EXPECTED:
            continue
        statistic += float((np.square(table - expected) / expected).sum() * (total - 1.0) / total)
        freedom += (table.shape[0] - 1) * (table.shape[1] - 1)
        units += float(total)
    if freedom == 0 or units < LEAST_SHARE * sample.units:
        return None
    within = f" within groups of like {', '.join(statement.given)}" if statement.given else ""
    return Look(f"chi-squared test{within}", statistic, freedom, round(units))


def _table(sample: Sample, statement: Independence, rows: np.ndarray) -> FloatArray:
    """Units by level of the two columns, levels that none of them has left out."""
    _, a = np.unique(sample.columns[statement.a][rows], return_inverse=True)
    _, b = np.unique(sample.columns[statement.b][rows], return_inverse=True)
    shape = (int(a.max()) + 1, int(b.max()) + 1)
    cells = np.bincount(a.ravel() * shape[1] + b.ravel(), weights=sample.counts[rows], minlength=shape[0] * shape[1])
    return np.asarray(cells.reshape(shape))


def _by_residuals(sample: Sample, statement: Independence) -> Look | str:
    sides = [features(sample, name) for name in (statement.a, statement.b)]
    left = []
    for name, side in zip((statement.a, statement.b), sides, strict=True):
        (mean, _), (spread, rank) = (residuals(sample, part, statement.given) for part in side)
        whole = np.square(side[0] - np.average(side[0], axis=0, weights=sample.counts)).T @ sample.counts
        if (np.square(mean).T @ sample.counts <= NOTHING_LEFT * whole).any():
            return f"nothing is left of {name} once {statement.held}"
        left.append((mean, spread))
    (a, a_spread), (b, b_spread) = left
    sides_left = (np.hstack([a, a_spread]), np.hstack([b, b_spread]))
    # Each feature of one side with each of the other, but for spread with spread.
    pairs = [
        (one, other)
        for one in range(sides_left[0].shape[1])
        for other in range(sides_left[1].shape[1])
        if one < a.shape[1] or other < b.shape[1]
    ]
    if sample.units < 5 * (rank + len(pairs)):
        return f"{sample.units:,.0f} units are too few for {rank + len(pairs)} numbers"
    statistic, freedom = _studentised(*sides_left, np.array(pairs), sample.counts)
    # Residuals are smaller than errors, on both sides, by the share of directions that were fitted.
    return Look(_told(statement), statistic * (1.0 - rank / sample.units), freedom, round(sample.units))


def _studentised(a: FloatArray, b: FloatArray, pairs: npt.NDArray[np.intp], counts: FloatArray) -> tuple[float, int]:
    """Squared length of the summed products in units of their spread, and the number of directions that they have."""
    first, second = pairs.T
    products = a[:, first] * b[:, second]
    spread = products.T @ (products * counts[:, None])
    # What the spread would be if the two sides were independent, with equal spread everywhere.
    squares = [side.T @ (side * counts[:, None]) for side in (a, b)]
    usual = squares[0][np.ix_(first, first)] * squares[1][np.ix_(second, second)] / counts.sum()
    sizes, turned = np.linalg.eigh(usual)
    kept = sizes > DEPENDENT * sizes.max()
    root = turned[:, kept] / np.sqrt(sizes[kept])
    # Where two rare levels never met, the products that were seen are all small, and so would be their spread: it is
    # not taken to be less than usual in any direction.
    factors, axes = np.linalg.eigh(root.T @ spread @ root)
    along = axes.T @ (root.T @ (products.T @ counts))
    return float((np.square(along) / np.maximum(factors, 1.0)).sum()), int(kept.sum())


def _told(statement: Independence) -> str:
    left = f" of what {' and '.join(statement.given)} leave unexplained" if len(statement.given) > 1 else ""
    left = left or (f" of what {statement.given[0]} leaves unexplained" if statement.given else "")
    return f"correlation{left}, robust to unequal spread"
