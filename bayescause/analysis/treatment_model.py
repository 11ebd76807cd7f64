"""A diagnostic model of the treatment: who gets it, given the covariates that the answer averages over.

It is fitted for overlap only and never enters an effect. A treatment with few levels gets a logistic regression of the
one level of the contrast against the other, with a ridge prior of sd 2.5 on standardised columns, and where it has more
than these two, one of having either: their product is the probability of a level among all units (Imbens 2000), those
at a third level included, who are averaged over too. Any other treatment gets a linear regression, and a unit is
outside where a level of the contrast lies over three residual sds away.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from bayescause.analysis.ridge import RidgeColumns, ridge_columns, ridge_line, ridge_logistic
from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    from bayescause.compilation.table import Table
    from bayescause.query.contrasts import Contrast

__all__ = ["TreatmentModel", "is_unlike", "model_treatment"]

RARE = 0.02
"""Probability of either treatment below which a unit hardly ever has a comparable one."""

FEW_LEVELS = 12
"""Values of a treatment up to which its levels are compared, beyond which it is a quantity."""

ALONE = 10.0
"""Units of a level of a covariate from which it matters that none of them had one of the treatments."""

FAR = 3.0
"""Residual sds between a unit's expected treatment and a level of the contrast beyond which the level was not seen."""


@dataclass(frozen=True, eq=False)
class TreatmentModel:
    """Who could have had which treatment.

    Parameters
    ----------
    covariates : tuple of str
    probability : array, dims (row,)
        Of the contrast's second level, given that it is one of the two; NaN for a treatment that is a quantity.
    is_compared : bool array, dims (row,)
        Rows at one of the two levels; all rows, if the treatment is a quantity.
    is_treated : bool array, dims (row,)
        Rows at the second level, or nearer to it than to the first.
    is_outside : bool array, dims (row,)
        Rows whose kind is hardly ever seen under one of the two levels.
    """

    covariates: tuple[str, ...]
    probability: FloatArray
    is_compared: npt.NDArray[np.bool_]
    is_treated: npt.NDArray[np.bool_]
    is_outside: npt.NDArray[np.bool_]


def model_treatment(table: "Table", contrast: "Contrast", covariates: tuple[str, ...]) -> TreatmentModel:
    """Fit the diagnostic model of the contrast's treatment on ``covariates``.

    Parameters
    ----------
    table : Table
    contrast : Contrast
    covariates : tuple of str
        Columns that the answer averages over; with none, everybody is comparable.
    """
    treatment = table.columns[contrast.of]
    is_treated = np.abs(treatment - contrast.high) < np.abs(treatment - contrast.low)
    if len(np.unique(treatment)) > FEW_LEVELS:
        return _of_quantity(table, contrast, covariates, is_treated)
    columns = _features(table, covariates)
    is_compared = (treatment == contrast.low) | (treatment == contrast.high)
    weights = np.where(is_compared, table.counts, 0.0)
    probability = ridge_logistic(columns, is_treated.astype(float), weights)
    # Units at a third level are averaged over too: a kind that always has that one tells of neither level.
    known = np.where(np.isfinite(treatment), table.counts, 0.0)
    either = 1.0 if np.array_equal(known, weights) else ridge_logistic(columns, is_compared.astype(float), known)
    is_outside = np.asarray(either * np.minimum(probability, 1.0 - probability) < RARE)
    for name in covariates:
        is_outside |= _one_sided(table, name, is_treated, weights, known)
    return TreatmentModel(covariates, probability, is_compared, is_treated, is_outside)


def is_unlike(table: "Table", name: str, values: FloatArray, covariates: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """Units to which a value is given that is hardly ever seen for units of their kind, dims of ``values``.

    Of a treatment with few levels, a level that a unit of this kind has with a probability below 2 in 100; of a
    quantity, a value over three residual sds from what is expected of the unit. What a unit has anyway was seen.

    Parameters
    ----------
    table : Table
    name : str
        The treatment.
    values : array, dims (node, row)
    covariates : tuple of str

    Examples
    --------
    >>> from bayescause.compilation.table import Table
    >>> dose, age = np.array([1.0, 2.0, 3.0, 4.0] * 25), np.tile([1.0, 2.0, 3.0, 4.0], 25)
    >>> dose = dose + np.random.default_rng(0).normal(0, 0.1, 100)
    >>> table = Table({"dose": dose, "age": age}, {"dose": "continuous", "age": "continuous"}, {})
    >>> is_unlike(table, "dose", np.full((1, 100), 4.0), ("age",))[0, :4].tolist()
    [True, True, True, False]
    """
    natural = table.columns[name]
    if len(np.unique(natural[np.isfinite(natural)])) > FEW_LEVELS:
        expected, reach = _line(table, natural, covariates)
        unlike = np.abs(values - expected) > reach
    else:
        columns, unlike = _features(table, covariates), np.zeros(values.shape, dtype=bool)
        for level in np.unique(values):
            rare = ridge_logistic(columns, (natural == level).astype(float), table.counts) < RARE
            unlike |= (values == level) & rare
    return np.asarray(unlike & (values != natural))


def _line(table: "Table", treatment: FloatArray, covariates: tuple[str, ...]) -> tuple[FloatArray, float]:
    """Expected treatment of each unit, and how far from it a value was hardly ever seen."""
    expected = ridge_line(_features(table, covariates), treatment, table.counts)
    spread = np.sqrt(np.average(np.square(treatment - expected), weights=table.counts))
    return expected, float(FAR * max(spread, np.finfo(float).tiny))


def _of_quantity(
    table: "Table",
    contrast: "Contrast",
    covariates: tuple[str, ...],
    is_treated: npt.NDArray[np.bool_],
) -> TreatmentModel:
    expected, reach = _line(table, table.columns[contrast.of], covariates)
    is_outside = (np.abs(contrast.low - expected) > reach) | (np.abs(contrast.high - expected) > reach)
    everybody = np.ones(table.rows, dtype=bool)
    return TreatmentModel(covariates, np.full(table.rows, np.nan), everybody, is_treated, is_outside)


def _features(table: "Table", covariates: tuple[str, ...]) -> RidgeColumns:
    """Levels of the covariate that has most; of the others dummies for levels, line and square for quantities."""
    distinct = {name: np.unique(table.columns[name][np.isfinite(table.columns[name])]) for name in covariates}
    levelled = [name for name in covariates if name in table.levels or len(distinct[name]) <= 2]
    widest = max(levelled, key=lambda name: len(distinct[name]), default=None)
    blocks = [np.zeros((table.rows, 0))]
    for name in covariates:
        values = table.columns[name]
        if name not in levelled:
            known = np.where(np.isfinite(values), table.counts, 0.0)
            middle = np.average(np.nan_to_num(values), weights=known)
            spread = np.sqrt(np.average(np.square(np.nan_to_num(values - middle)), weights=known))
            scaled = (values - middle) / max(float(spread), np.finfo(float).tiny)
            blocks.append(np.stack([scaled, np.square(scaled) - 1.0], axis=-1))
        elif name != widest:
            blocks.append((values[:, None] == distinct[name][1:]).astype(float))
    columns = np.nan_to_num(np.concatenate(blocks, axis=1))
    if widest is None:
        return ridge_columns(columns, np.zeros(table.rows, dtype=np.intp), table.counts)
    # A unit whose level is not known is put with the first.
    values = table.columns[widest]
    places = np.where(np.isfinite(values), np.searchsorted(distinct[widest], values), 0)
    return ridge_columns(columns, places, table.counts)


def _one_sided(
    table: "Table", name: str, is_treated: npt.NDArray[np.bool_], weights: FloatArray, known: FloatArray
) -> npt.NDArray[np.bool_]:
    """Rows at a level of a covariate that was seen under one of the treatments only, or under neither."""
    values = table.columns[name]
    if name not in table.levels and len(np.unique(values)) > FEW_LEVELS:
        return np.zeros(table.rows, dtype=bool)
    _, places = np.unique(values, return_inverse=True)
    treated, untreated, everybody = (
        np.bincount(places.ravel(), weights=each) for each in (weights * is_treated, weights * ~is_treated, known)
    )
    compared = treated + untreated
    lacks_one = (np.minimum(treated, untreated) == 0) & (compared >= ALONE)
    return np.asarray((lacks_one | ((compared == 0) & (everybody >= ALONE)))[places.ravel()])
