"""Discrepancies: features of data in which a wrong likelihood shows, each measured given the parameters.

A measure takes the data, as seen or as replicated, and gives one number a sample. Those of residuals are
realised discrepancies (Gelman, Meng and Stern 1996): data and replicates are measured against the same parameters.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from bayescause.analysis.replication import Replicated
from bayescause.analysis.standing import Standing
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.products import product

__all__ = ["Discrepancy", "discrepancies", "of_level"]

type Measure = Callable[[Standing], FloatArray]

MANY_ZEROS = 0.02
"""Share of exact zeros from which a continuous response is asked about them."""

BINS = 10
"""Groups of equal size into which a column is cut; a column with at most as many values is cut by value."""

STEADY = 5.0
"""Units' worth of the overall residual variance that each group's own variance is steadied with."""

HEAVY = 5.0
"""Kurtosis of replicates (3 for normal noise) from which skewness is read off quantiles (Kelley's coefficient)."""

FITTED = "its fitted values"
"""What the grouping by the fitted mean is called."""

CLEAR = 3.0
"""Standardised chi-square from which a column shows a misfit by itself."""

MOST_COLUMNS = 60
"""Columns beyond which uneven spread is looked for along the fitted mean only."""


@dataclass(frozen=True, eq=False)
class Discrepancy:
    """A feature and how it is measured.

    Parameters
    ----------
    name : str
    measure : function
        From data, as seen or as replicated, to numbers (sample,).
    is_two_sided : bool
        Whether both too small and too large values speak against the model.
    words : tuple of three str
        What to say where the data have less of it than the model, more of it, or neither.
    """

    name: str
    measure: Measure
    is_two_sided: bool
    words: tuple[str, str, str]


def discrepancies(seen: Replicated, family: str, matrix: FloatArray, treatments: Sequence[str]) -> list[Discrepancy]:
    """What is asked of one response: much of a measurement, less of a count, the mean only of a binary one.

    Parameters
    ----------
    seen : Replicated
    family : str
        Name of the mechanism, for the words.
    matrix : array, dims (row, column)
        The mechanism's design matrix.
    treatments : sequence of str
        Those of its parents that questions act on.
    """
    asked = [_mean(), *_shape(seen, family, matrix)]
    groupings = _groupings(seen)
    asked.append(_fit_of_the_mean(seen, groupings))
    asked += [_by_treatment(seen, name, groupings) for name in treatments if name in groupings]
    return asked


def of_level(found: Discrepancy, level: str) -> Discrepancy:
    """The discrepancy of the share of one level, with the level in its words."""
    less, more, good = found.words
    return replace(found, words=(f"{level}: {less}", f"{level}: {more}", good))


def _shape(seen: Replicated, family: str, matrix: FloatArray) -> list[Discrepancy]:
    is_whole = _is_whole(seen.values)
    if is_whole and seen.values.max() <= 1.0 and seen.values.min() >= 0.0:
        return []
    largest = _two_sided(
        "largest",
        lambda data: data.values.max(axis=-1),
        f"largest value {{}} than {family} gives",
        ("smaller", "larger"),
    )
    spread = _uneven_spread(seen, family, matrix)
    zeros = _two_sided(
        "zeros", lambda data: (data.values == 0.0).mean(axis=-1), f"{{}} zeros than {family} gives", ("fewer", "more")
    )
    if is_whole:
        dispersion = _two_sided(
            "dispersion",
            lambda data: data.squares.mean(axis=-1),
            f"{{}} dispersed than {family}",
            ("less", "more"),
        )
        return [dispersion, largest, zeros, spread]
    asked = [*_moments(seen, family), largest, spread]
    return [*asked, zeros] if (seen.observed == 0.0).mean() > MANY_ZEROS else asked


def _is_whole(values: FloatArray) -> bool:
    # A continuous response says so in its first data set.
    return bool((values[0] == np.round(values[0])).all()) and bool((values == np.round(values)).all())


def _moments(seen: Replicated, family: str) -> list[Discrepancy]:
    # Under heavy tails the third moment of replicates goes anywhere, so that no data would look skewed.
    is_heavy = float(np.median(seen.replicated.kurtosis)) > HEAVY
    skewness: Measure = _leaning if is_heavy else lambda data: data.skewness
    return [
        _two_sided("sd", lambda data: data.values.std(axis=-1), f"{{}} varied than {family}", ("less", "more")),
        _two_sided(
            "smallest",
            lambda data: data.values.min(axis=-1),
            f"smallest value {{}} than {family} gives",
            ("smaller", "larger"),
        ),
        _two_sided("skewness", skewness, f"leans {{}} than {family}", ("more left", "more right")),
        _two_sided("tails", lambda data: data.kurtosis, f"tails {{}} than {family}", ("lighter", "heavier")),
    ]


def _leaning(data: Standing) -> FloatArray:
    low, middle, high = np.quantile(data.residual, (0.1, 0.5, 0.9), axis=-1)
    return np.asarray((high + low - 2.0 * middle) / (high - low))


def _mean() -> Discrepancy:
    return _two_sided("mean", lambda data: data.values.mean(axis=-1), "mean {} than the model's", ("lower", "higher"))


def _two_sided(name: str, measure: Measure, words: str, sides: tuple[str, str]) -> Discrepancy:
    return Discrepancy(name, measure, True, (words.format(sides[0]), words.format(sides[1]), f"{name} good"))


def _uneven_spread(seen: Replicated, family: str, matrix: FloatArray) -> Discrepancy:
    """Share of the squared residuals' variance that the predictors explain (Koenker 1981)."""
    fitted = seen.mean.mean(axis=0)[:, None]
    columns = fitted if matrix.shape[1] > MOST_COLUMNS else np.concatenate([fitted, matrix], axis=1)
    basis = _basis(columns)

    def explained(data: Standing) -> FloatArray:
        squares = data.squares - data.squares.mean(axis=-1, keepdims=True)
        total = np.einsum("sr,sr->s", squares, squares)
        return np.asarray(np.square(product(squares, basis)).sum(axis=-1) / np.where(total > 0.0, total, 1.0))

    return Discrepancy("spread", explained, False, ("", f"spread less even than {family} has it", "spread good"))


def _basis(columns: FloatArray) -> FloatArray:
    centred = columns - columns.mean(axis=0)
    sizes = np.sqrt(np.square(centred).sum(axis=0))
    left, singular, _ = np.linalg.svd(centred[:, sizes > 0.0] / sizes[sizes > 0.0], full_matrices=False)
    return np.asarray(left[:, singular > 1e-6])


def _groupings(seen: Replicated) -> dict[str, np.ndarray]:
    """Groups of units by the fitted mean and by each column that the mechanism uses, dims (row,)."""
    found = {FITTED: _groups(seen.mean.mean(axis=0))}
    return found | {name: _groups(seen.columns[name]) for name in seen.parents}


def _groups(column: FloatArray) -> np.ndarray:
    values, places = np.unique(column, return_inverse=True)
    if len(values) <= BINS:
        return np.asarray(places.ravel())
    edges = np.unique(np.quantile(column, np.arange(1, BINS) / BINS))
    return np.searchsorted(edges, column, side="left")


def _fit_of_the_mean(seen: Replicated, groupings: Mapping[str, np.ndarray]) -> Discrepancy:
    lacks = _lacks(list(groupings.values()))
    words = ("", f"fit of the mean off along {_worst(list(groupings), lacks(seen.seen))}", "fit of the mean good")
    return Discrepancy("fit of the mean", lambda data: lacks(data).max(axis=0), False, words)


def _by_treatment(seen: Replicated, treatment: str, groupings: Mapping[str, np.ndarray]) -> Discrepancy:
    crossed = {
        name: np.unique(np.stack([groupings[treatment], _coarse(groups)]), axis=1, return_inverse=True)[1].ravel()
        for name, groups in groupings.items()
        if name != treatment
    }
    lacks = _lacks(list(crossed.values()))
    worst, name = _worst(list(crossed), lacks(seen.seen)), f"mean by {treatment}"
    words = ("", f"fit of the mean off by {treatment} along {worst}", f"{name} good")
    return Discrepancy(name, lambda data: lacks(data).max(axis=0), False, words)


def _worst(names: Sequence[str], lacks: FloatArray) -> str:
    """The grouping along which the mean fits worst; a column, if one of them shows it, because users know columns."""
    lack_of = dict(zip(names, lacks.mean(axis=-1).tolist(), strict=True))
    columns = [name for name, lack in lack_of.items() if name != FITTED and lack > CLEAR]
    return max(columns or lack_of, key=lambda name: lack_of[name])


def _coarse(groups: np.ndarray) -> np.ndarray:
    return groups * 4 // (groups.max() + 1) if groups.max() >= 4 else groups


def _lacks(groupings: Sequence[np.ndarray]) -> Measure:
    """Standardised chi-squares of the groups' mean residuals, of several ways to group, dims (grouping, sample).

    Each group has its own residual variance, so that uneven spread does not look like a wrong mean. The words and the
    check ask for the same numbers, which are therefore kept.
    """
    sorted_rows = [np.argsort(groups, kind="stable") for groups in groupings]
    starts = [
        np.flatnonzero(np.diff(groups[order], prepend=-1)) for groups, order in zip(groupings, sorted_rows, strict=True)
    ]

    @cache
    def lacks(data: Standing) -> FloatArray:
        overall, rows = data.squares.mean(axis=-1, keepdims=True), data.squares.shape[-1]
        found = []
        for order, first in zip(sorted_rows, starts, strict=True):
            sums, squares = (np.add.reduceat(one[:, order], first, axis=1) for one in (data.residual, data.squares))
            found.append(_chi_square(sums, squares, np.diff(first, append=rows), overall))
        return np.stack(found)

    return lacks


def _chi_square(sums: FloatArray, squares: FloatArray, sizes: FloatArray, overall: FloatArray) -> FloatArray:
    variance = (squares + STEADY * overall) / (sizes + STEADY)
    variance = np.where(variance > 0.0, variance, 1.0)
    chi = (np.square(sums) / (sizes * variance)).sum(axis=-1)
    return np.asarray((chi - len(sizes)) / np.sqrt(2.0 * len(sizes)))
