"""Tests of Verma constraints: how far draws of the observed law move with what the constraint says they are free of."""

from collections.abc import Sequence
from math import prod

import numpy as np

from bayescause.analysis.conditioning import Sample, features
from bayescause.analysis.independence_tests import Look, fault_of
from bayescause.identification.evaluation import DiscreteLaw, discrete_value
from bayescause.identification.functional import variables_of
from bayescause.identification.gaussian_evaluation import GaussianLaw, gaussian_mean
from bayescause.identification.verma import Constraint
from bayescause.scm.mechanism import FloatArray

__all__ = ["examine_constraint"]

DRAWS = 1_000
"""Draws of the observed law."""

UNITS_A_NUMBER = 50
"""Units for each cell of the joint table, or each covariance, below which a test would cry wolf too often."""

MOST_CONTRASTS = 60
"""Differences that are looked at together."""

FLAT = 1e-9
"""Relative size below which a direction of the differences counts as none."""


def examine_constraint(sample: Sample, constraint: Constraint, *, seed: int, bent: Sequence[str] = ()) -> Look | str:
    """Test ``constraint`` on ``sample``.

    Parameters
    ----------
    sample : Sample
    constraint : Constraint
    seed : int
        Of the draws.
    bent : sequence of str
        Variables whose mechanism is no straight line with normal errors.

    Returns
    -------
    Look or str
        Why it cannot be tested.

    Notes
    -----
    Where all variables have levels, the constraint's law is evaluated on posterior draws of the saturated law; where
    all are quantities in straight lines, on draws of the covariances from the normal limit of their Bayesian bootstrap
    (Rubin 1981), so that errors need not be normal. Differences between values of the variables that the law is said
    to be free of are compared with zero, in units of the draws' own covariance.
    """
    names = tuple(sorted(variables_of(constraint.law)))
    sample = sample.complete(names)
    fault = next(filter(None, (fault_of(sample, name) for name in names)), None)
    if fault is not None:
        return fault
    rng = np.random.default_rng(seed)
    if all(sample.is_levelled(name) for name in names):
        return _by_table(sample, constraint, names, rng)
    levelled = [name for name in names if sample.is_levelled(name)]
    if levelled:
        return f"it mixes levels ({', '.join(levelled)}) with quantities: no test of such a constraint is known here"
    curved = [name for name in names if name in bent]
    if curved:
        return f"{', '.join(curved)} is no straight line in its causes: no test of such a constraint is known here"
    return _by_lines(sample, constraint, names, rng)


def _by_table(sample: Sample, constraint: Constraint, names: tuple[str, ...], rng: np.random.Generator) -> Look | str:
    codes = [np.unique(sample.columns[name], return_inverse=True)[1].ravel() for name in names]
    shape = tuple(int(code.max()) + 1 for code in codes)
    cells = prod(shape)
    if sample.units < UNITS_A_NUMBER * cells:
        return f"{sample.units:,.0f} units are too few for a table of {cells:,} cells"
    counts = np.bincount(np.ravel_multi_index(codes, shape), weights=sample.counts, minlength=cells)
    # A total prior mass of one: a cell that nobody is in stays possible, and nearly empty.
    weights = rng.standard_gamma(counts + 1.0 / cells, size=(DRAWS, cells))
    law = DiscreteLaw(names, (weights / weights.sum(axis=1, keepdims=True)).reshape(DRAWS, *shape))
    found = discrete_value(constraint.law, law)
    axes = [found.names.index(name) for name in (constraint.variable, *constraint.free_of)]
    values = np.moveaxis(found.values, [axis + 1 for axis in axes], range(1, len(axes) + 1))
    # The last level of the variable follows from the others.
    values = values[:, :-1].reshape(DRAWS, values.shape[1] - 1, prod(values.shape[2 : len(axes) + 1]), -1)
    differences = (values[:, :, 1:] - values[:, :, :1]).reshape(DRAWS, -1)
    if differences.shape[1] > MOST_CONTRASTS:
        return f"its table has {differences.shape[1]:,} differences to look at: too many"
    return _compared(differences, "draws of the saturated law", sample)


def _by_lines(sample: Sample, constraint: Constraint, names: tuple[str, ...], rng: np.random.Generator) -> Look | str:
    if sample.units < UNITS_A_NUMBER * len(names) * (len(names) + 1) / 2:
        return f"{sample.units:,.0f} units are too few for the covariances of {len(names)} variables"
    columns = np.hstack([features(sample, name)[0] for name in names])
    squares = (columns[:, :, None] * columns[:, None, :]).reshape(len(columns), -1)
    average = sample.counts @ squares / sample.units
    off = squares - average
    noise = rng.standard_normal((DRAWS, len(average))) @ _root(off.T @ (off * sample.counts[:, None])) / sample.units
    covariance = (average + noise).reshape(DRAWS, len(names), len(names))
    law = GaussianLaw(names, np.zeros((DRAWS, len(names))), covariance)
    try:
        found = gaussian_mean(constraint.law, law, constraint.variable)
    except np.linalg.LinAlgError:
        return "some of its variables determine others"
    slopes = found.slopes[:, [found.names.index(name) for name in constraint.free_of]]
    return _compared(slopes, "draws of the covariances, in straight lines", sample)


def _root(matrix: FloatArray) -> FloatArray:
    sizes, turned = np.linalg.eigh(matrix)
    return np.asarray((turned * np.sqrt(np.maximum(sizes, 0.0))).T)


def _compared(differences: FloatArray, method: str, sample: Sample) -> Look | str:
    if not np.isfinite(differences).all():
        return "its law is not defined everywhere: some groups are empty"
    sizes, turned = np.linalg.eigh(np.atleast_2d(np.cov(differences, rowvar=False)))
    kept = sizes > FLAT * sizes.max()
    along = (differences.mean(axis=0) @ turned)[kept]
    return Look(method, float((np.square(along) / sizes[kept]).sum()), int(kept.sum()), round(sample.units))
