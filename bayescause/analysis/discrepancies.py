"""Discrepancies: features of data in which a wrong likelihood shows, each measured given the parameters.

A measure takes values (sample, row), as seen or as replicated, and gives one number a sample. Those of residuals are
realised discrepancies (Gelman, Meng and Stern 1996): data and replicates are measured against the same parameters.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bayescause.analysis.replication import Replicated
from bayescause.scm.mechanism import FloatArray

__all__ = ["Discrepancy", "discrepancies", "of_level"]

type Measure = Callable[[FloatArray], FloatArray]

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
        From values (sample, row) to numbers (sample,).
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
    is_whole = bool((seen.values == np.round(seen.values)).all())
    if is_whole and seen.values.max() <= 1.0 and seen.values.min() >= 0.0:
        return []
    largest = _two_sided(
        "largest", lambda values: values.max(axis=-1), f"largest value {{}} than {family} gives", ("smaller", "larger")
    )
    spread = _uneven_spread(seen, family, matrix)
    zeros = _two_sided(
        "zeros", lambda values: (values == 0.0).mean(axis=-1), f"{{}} zeros than {family} gives", ("fewer", "more")
    )
    if is_whole:
        dispersion = _two_sided(
            "dispersion",
            lambda values: np.square(_residual(seen, values)).mean(axis=-1),
            f"{{}} dispersed than {family}",
            ("less", "more"),
        )
        return [dispersion, largest, zeros, spread]
    asked = [*_moments(seen, family), largest, spread]
    return [*asked, zeros] if (seen.observed == 0.0).mean() > MANY_ZEROS else asked


def _moments(seen: Replicated, family: str) -> list[Discrepancy]:
    def power(values: FloatArray, exponent: int) -> FloatArray:
        residual = _residual(seen, values)
        centred = residual - residual.mean(axis=-1, keepdims=True)
        variance = np.square(centred).mean(axis=-1)
        # NumPy raises to the third power by logarithms, ten times slower than by products.
        powers = np.square(centred) * centred if exponent == 3 else np.square(np.square(centred))
        return np.asarray(powers.mean(axis=-1) / variance ** (exponent / 2))

    def leaning(values: FloatArray) -> FloatArray:
        low, middle, high = np.quantile(_residual(seen, values), (0.1, 0.5, 0.9), axis=-1)
        return np.asarray((high + low - 2.0 * middle) / (high - low))

    # Under heavy tails the third moment of replicates goes anywhere, so that no data would look skewed.
    is_heavy = float(np.median(power(seen.values, 4))) > HEAVY
    skewness = leaning if is_heavy else lambda values: power(values, 3)
    return [
        _two_sided("sd", lambda values: values.std(axis=-1), f"{{}} varied than {family}", ("less", "more")),
        _two_sided(
            "smallest",
            lambda values: values.min(axis=-1),
            f"smallest value {{}} than {family} gives",
            ("smaller", "larger"),
        ),
        _two_sided("skewness", skewness, f"leans {{}} than {family}", ("more left", "more right")),
        _two_sided("tails", lambda values: power(values, 4), f"tails {{}} than {family}", ("lighter", "heavier")),
    ]


def _mean() -> Discrepancy:
    return _two_sided("mean", lambda values: values.mean(axis=-1), "mean {} than the model's", ("lower", "higher"))


def _two_sided(name: str, measure: Measure, words: str, sides: tuple[str, str]) -> Discrepancy:
    return Discrepancy(name, measure, True, (words.format(sides[0]), words.format(sides[1]), f"{name} good"))


def _residual(seen: Replicated, values: FloatArray) -> FloatArray:
    return (values - seen.mean) / seen.spread


def _uneven_spread(seen: Replicated, family: str, matrix: FloatArray) -> Discrepancy:
    """Share of the squared residuals' variance that the predictors explain (Koenker 1981)."""
    fitted = seen.mean.mean(axis=0)[:, None]
    columns = fitted if matrix.shape[1] > MOST_COLUMNS else np.concatenate([fitted, matrix], axis=1)
    basis = _basis(columns)

    def explained(values: FloatArray) -> FloatArray:
        squares = np.square(_residual(seen, values))
        squares -= squares.mean(axis=-1, keepdims=True)
        total = np.square(squares).sum(axis=-1)
        return np.asarray(np.square(squares @ basis).sum(axis=-1) / np.where(total > 0.0, total, 1.0))

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
    worst = _worst(seen, groupings)
    words = ("", f"fit of the mean off along {worst}", "fit of the mean good")
    return Discrepancy("fit of the mean", _lack(seen, list(groupings.values())), False, words)


def _by_treatment(seen: Replicated, treatment: str, groupings: Mapping[str, np.ndarray]) -> Discrepancy:
    crossed = {
        name: np.unique(np.stack([groupings[treatment], _coarse(groups)]), axis=1, return_inverse=True)[1].ravel()
        for name, groups in groupings.items()
        if name != treatment
    }
    worst = _worst(seen, crossed)
    name = f"mean by {treatment}"
    words = ("", f"fit of the mean off by {treatment} along {worst}", f"{name} good")
    return Discrepancy(name, _lack(seen, list(crossed.values())), False, words)


def _worst(seen: Replicated, groupings: Mapping[str, np.ndarray]) -> str:
    """The grouping along which the mean fits worst; a column, if one of them shows it, because users know columns."""
    lacks = {name: float(_lack(seen, [groups])(seen.observed).mean()) for name, groups in groupings.items()}
    columns = {name: lack for name, lack in lacks.items() if name != FITTED and lack > CLEAR}
    return max(columns or lacks, key=lambda name: lacks[name])


def _coarse(groups: np.ndarray) -> np.ndarray:
    return groups * 4 // (groups.max() + 1) if groups.max() >= 4 else groups


def _lack(seen: Replicated, groupings: Sequence[np.ndarray]) -> Measure:
    """Largest standardised chi-square of the groups' mean residuals, over several ways to group.

    Each group has its own residual variance, so that uneven spread does not look like a wrong mean.
    """
    shares = [np.eye(int(groups.max()) + 1)[groups] for groups in groupings]

    def lack(values: FloatArray) -> FloatArray:
        residual = np.atleast_2d(_residual(seen, values))
        squares = np.square(residual)
        overall = squares.mean(axis=-1, keepdims=True)
        return np.asarray(np.max([_chi_square(residual, squares, overall, share) for share in shares], axis=0))

    return lack


def _chi_square(residual: FloatArray, squares: FloatArray, overall: FloatArray, share: FloatArray) -> FloatArray:
    sizes = share.sum(axis=0)
    variance = (squares @ share + STEADY * overall) / (sizes + STEADY)
    variance = np.where(variance > 0.0, variance, 1.0)
    kept = sizes > 0
    chi = (np.square(residual @ share)[:, kept] / (sizes * variance)[:, kept]).sum(axis=-1)
    return np.asarray((chi - kept.sum()) / np.sqrt(2.0 * kept.sum()))
