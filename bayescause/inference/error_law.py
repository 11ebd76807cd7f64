"""The law of two correlated errors given the data, the coefficients of both equations integrated out.

Given the three numbers of the error law the coefficients of both equations are jointly normal (Rossi, Allenby and
McCulloch 2005, section 7.1). The three are held as ``log(sd of v)``, ``k`` and ``log(t)`` with ``u = k v + t e``: the
sum of k and the effect is known from plain regression however weak the instruments are, so that what is left open lies
along one axis and not along a curve.
"""

from dataclasses import dataclass
from math import lgamma, log, pi

import numpy as np
import numpy.typing as npt

from bayescause.compilation.equations import ETA
from bayescause.inference.equation_pair import EquationPair
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.priors import log_density

__all__ = [
    "Errors",
    "System",
    "draw_coefficients",
    "log_correlation_prior",
    "log_likelihood",
    "log_posterior",
    "log_prior",
    "system_of",
]

CELLS = 2_000_000
"""Numbers held at once."""


@dataclass(frozen=True, eq=False)
class Errors:
    """Error laws, dims (sample,), in the scaled units of the equations.

    Parameters
    ----------
    log_first : array
        Log sd of the first equation's error v.
    slope : array
        k of ``u = k v + t e``.
    log_rest : array
        Log of t.
    """

    log_first: FloatArray
    slope: FloatArray
    log_rest: FloatArray

    @property
    def second(self) -> FloatArray:
        """Sd of the second equation's error u."""
        return np.asarray(np.hypot(self.slope * np.exp(self.log_first), np.exp(self.log_rest)))

    @property
    def correlation(self) -> FloatArray:
        """Correlation of v and u."""
        return np.asarray(self.slope * np.exp(self.log_first) / self.second)

    def select(self, places: npt.NDArray[np.intp] | slice) -> "Errors":
        """Some of them."""
        return Errors(self.log_first[places], self.slope[places], self.log_rest[places])


@dataclass(frozen=True, eq=False)
class System:
    """Normal equations of both equations' free coefficients, around the prior means, for any error law.

    Parameters
    ----------
    pair : EquationPair
    free : array, dims (free,)
        Places of the coefficients that are not fixed.
    precision : array, dims (free,)
        Of their priors; 0 where flat.
    curvatures : array, dims (3, free, free)
        What the elements (1, 1), (1, 2) and (2, 2) of the errors' precision are multiplied by.
    pulls : array, dims (3, free)
    squares : array, dims (3,)
    """

    pair: EquationPair
    free: npt.NDArray[np.intp]
    precision: FloatArray
    curvatures: FloatArray
    pulls: FloatArray
    squares: FloatArray


def system_of(pair: EquationPair) -> System:
    """Normal equations of ``pair``."""
    free = np.flatnonzero(pair.width > 0)
    is_first = np.arange(len(pair.location)) < pair.first_size
    gaps = pair.responses - np.column_stack(
        [pair.rows[:, is_first] @ pair.location[is_first], pair.rows[:, ~is_first] @ pair.location[~is_first]]
    )
    rows, first = pair.rows[:, free], is_first[free]
    gram, cross, squares = rows.T @ rows, rows.T @ gaps, gaps.T @ gaps
    return System(
        pair=pair,
        free=free,
        precision=1.0 / pair.width[free] ** 2,
        curvatures=gram * np.array([np.outer(first, first), first[:, None] != first, np.outer(~first, ~first)]),
        pulls=np.array([first * cross[:, 0], np.where(first, cross[:, 1], cross[:, 0]), ~first * cross[:, 1]]),
        squares=np.array([squares[0, 0], 2 * squares[0, 1], squares[1, 1]]),
    )


def log_posterior(system: System, errors: Errors) -> FloatArray:
    """Log posterior density of the three coordinates of ``errors``, dims (sample,); it integrates to the evidence."""
    step = _step(system)
    parts = [_log_evidence(system, errors.select(slice(a, a + step))) for a in range(0, len(errors.slope), step)]
    return np.concatenate(parts) + log_prior(system.pair, errors)


def log_prior(pair: EquationPair, errors: Errors) -> FloatArray:
    """Log prior density of the three coordinates of ``errors``, dims (sample,)."""
    second = errors.second
    total = log_correlation_prior(errors.correlation)
    for task, scaled, unit in zip(pair.tasks, (np.exp(errors.log_first), second), pair.scales.tolist(), strict=True):
        total = total + log_density(task.priors["sd"], scaled * unit) + log(unit)
    # d(correlation, sd of v, sd of u) / d(log sd of v, k, log t) is (sd of v)^2 t^2 / (sd of u)^2.
    return np.asarray(total + 2 * (errors.log_first + errors.log_rest - np.log(second)))


def log_correlation_prior(correlation: FloatArray) -> FloatArray:
    """Log density of LKJ(``ETA``) for one correlation, dims of ``correlation``.

    Notes
    -----
    Lewandowski, Kurowicka and Joe (2009), equation 16 for two variables.

    Examples
    --------
    >>> round(float(np.exp(log_correlation_prior(np.array(0.0)))), 6)
    0.75
    """
    constant = (1 - 2 * ETA) * log(2) + lgamma(2 * ETA) - 2 * lgamma(ETA)
    return np.asarray(constant + (ETA - 1) * np.log1p(-(correlation**2)))


def draw_coefficients(system: System, errors: Errors, random: np.random.Generator) -> FloatArray:
    """One draw of all coefficients for each error law, dims (sample, coefficient), in data units."""
    noise = random.standard_normal((len(errors.slope), len(system.free)))
    scaled = np.tile(system.pair.location, (len(noise), 1))
    step = _step(system)
    for start in range(0, len(noise), step):
        rows = slice(start, start + step)
        curvature, pull, _ = _at(system, errors.select(rows))
        root = np.linalg.cholesky(curvature)
        centre = np.linalg.solve(curvature, pull[..., None])
        around = np.linalg.solve(np.swapaxes(root, 1, 2), noise[rows][..., None])
        scaled[rows, system.free] += (centre + around)[..., 0]
    return system.pair.in_data_units(scaled)


def log_likelihood(pair: EquationPair, coefficients: FloatArray, errors: Errors) -> FloatArray:
    """Joint log-likelihood of all units, dims (sample,), of coefficients (sample, coefficient) in data units."""
    scaled, split = pair.in_scaled_units(coefficients), pair.first_size
    first = pair.responses[:, 0] - scaled[:, :split] @ pair.rows[:, :split].T
    second = pair.responses[:, 1] - scaled[:, split:] @ pair.rows[:, split:].T
    rest = second - errors.slope[:, None] * first
    squares = (first**2).sum(axis=1) * np.exp(-2 * errors.log_first)
    squares += (rest**2).sum(axis=1) * np.exp(-2 * errors.log_rest)
    return np.asarray(-0.5 * squares - pair.units * (errors.log_first + errors.log_rest) - _constant(pair))


def _log_evidence(system: System, errors: Errors) -> FloatArray:
    curvature, pull, square = _at(system, errors)
    root = np.linalg.cholesky(curvature)
    centre = np.linalg.solve(curvature, pull[..., None])[..., 0]
    volume = 2 * np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
    flat = system.precision == 0
    proper = np.log(system.precision[~flat]).sum() + flat.sum() * log(2 * pi)
    fit = square - (pull * centre).sum(axis=1)
    size = system.pair.units * (errors.log_first + errors.log_rest)
    return np.asarray(0.5 * (proper - volume - fit) - size - _constant(system.pair))


def _at(system: System, errors: Errors) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Posterior precision, pull and sum of squares of each error law."""
    inverse = np.exp(-2 * errors.log_rest)
    weights = np.array([np.exp(-2 * errors.log_first) + errors.slope**2 * inverse, -errors.slope * inverse, inverse]).T
    curvature = np.tensordot(weights, system.curvatures, axes=1)
    curvature[:, np.arange(len(system.free)), np.arange(len(system.free))] += system.precision
    return curvature, weights @ system.pulls, weights @ system.squares


def _constant(pair: EquationPair) -> float:
    return float(pair.units * (log(2 * pi) + np.log(pair.scales).sum()))


def _step(system: System) -> int:
    return max(1, CELLS // max(1, len(system.free) ** 2))
