"""The families of priors: parameters, support, density, draws, moments and PyMC name of each, in one table.

Parametrisations are those of PyMC. ``exponential(rate)`` has mean 1 / rate; ``gamma(shape, rate)`` has mean
shape / rate; ``lognormal(mean, sd)`` takes the mean and sd of the logarithm; ``log_gamma(shape)`` is the law of the
logarithm of a ``gamma(shape, 1)``, and several of them are, as log odds, a Dirichlet law.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["FAMILIES", "Family"]

type FloatArray = npt.NDArray[np.float64]

INFINITY = math.inf
LOG_ROOT_TWO_PI = 0.5 * math.log(2 * math.pi)


@dataclass(frozen=True)
class Family:
    """One row of the table.

    Parameters
    ----------
    parameters : tuple of str
        Names, in the order in which they are written.
    positive : tuple of str
        Those that must be above zero.
    support : callable
        From the parameters to the lowest and the highest value.
    log_density : callable
        From values and parameters to log densities, valid inside the support.
    draw : callable
        From a generator, a size and the parameters to values.
    moments : callable
        From the parameters to mean and sd; NaN where there is none.
    distribution : str
        PyMC's name; empty where PyMC has none.
    arguments : tuple of str
        PyMC's names of ``parameters``.
    """

    parameters: tuple[str, ...]
    positive: tuple[str, ...]
    support: Callable[..., tuple[float, float]]
    log_density: Callable[..., FloatArray]
    draw: Callable[..., Any]
    moments: Callable[..., tuple[float, float]]
    distribution: str
    arguments: tuple[str, ...]


def _everywhere(*_: float) -> tuple[float, float]:
    return -INFINITY, INFINITY


def _positive(*_: float) -> tuple[float, float]:
    return 0.0, INFINITY


def _none(*_: float) -> tuple[float, float]:
    return math.nan, math.nan


def _normal(x: FloatArray, mean: float, sd: float) -> FloatArray:
    return -0.5 * ((x - mean) / sd) ** 2 - math.log(sd) - LOG_ROOT_TWO_PI


def _student_t(x: FloatArray, df: float, location: float, scale: float) -> FloatArray:
    constant = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - 0.5 * math.log(df * math.pi) - math.log(scale)
    return constant - (df + 1) / 2 * np.log1p(((x - location) / scale) ** 2 / df)


def _cauchy(x: FloatArray, location: float, scale: float) -> FloatArray:
    return -math.log(math.pi * scale) - np.log1p(((x - location) / scale) ** 2)


def _laplace(x: FloatArray, location: float, scale: float) -> FloatArray:
    return -math.log(2 * scale) - np.abs(x - location) / scale


def _gamma(x: FloatArray, shape: float, rate: float) -> FloatArray:
    return shape * math.log(rate) - math.lgamma(shape) + (shape - 1) * np.log(x) - rate * x


def _log_gamma(x: FloatArray, shape: float) -> FloatArray:
    return shape * x - np.exp(x) - math.lgamma(shape)


def _draw_log_gamma(rng: Any, size: Any, shape: float) -> Any:
    # Of a small shape the gamma variable itself underflows (Marsaglia and Tsang 2000, section 6).
    return np.log(rng.gamma(shape + 1.0, size=size)) - rng.exponential(size=size) / shape


def _log_gamma_moments(shape: float) -> tuple[float, float]:
    from scipy.special import digamma, polygamma

    return float(digamma(shape)), math.sqrt(float(polygamma(1, shape)))


def _inverse_gamma(x: FloatArray, shape: float, scale: float) -> FloatArray:
    return shape * math.log(scale) - math.lgamma(shape) - (shape + 1) * np.log(x) - scale / x


def _beta(x: FloatArray, a: float, b: float) -> FloatArray:
    constant = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return constant + (a - 1) * np.log(x) + (b - 1) * np.log1p(-x)


def _student_t_moments(df: float, location: float, scale: float) -> tuple[float, float]:
    return (location, scale * math.sqrt(df / (df - 2))) if df > 2 else (math.nan, math.nan)


def _half_student_t_moments(df: float, scale: float) -> tuple[float, float]:
    if df <= 2:
        return math.nan, math.nan
    ratio = math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2))
    mean = 2 * scale * math.sqrt(df / math.pi) * ratio / (df - 1)
    return mean, math.sqrt(scale**2 * df / (df - 2) - mean**2)


def _inverse_gamma_moments(shape: float, scale: float) -> tuple[float, float]:
    return (scale / (shape - 1), scale / (shape - 1) / math.sqrt(shape - 2)) if shape > 2 else (math.nan, math.nan)


def _lognormal_moments(mean: float, sd: float) -> tuple[float, float]:
    centre = math.exp(mean + sd**2 / 2)
    return centre, centre * math.sqrt(math.expm1(sd**2))


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "normal": Family(
            ("mean", "sd"),
            ("sd",),
            _everywhere,
            _normal,
            lambda rng, size, mean, sd: rng.normal(mean, sd, size),
            lambda mean, sd: (mean, sd),
            "Normal",
            ("mu", "sigma"),
        ),
        "student_t": Family(
            ("df", "location", "scale"),
            ("df", "scale"),
            _everywhere,
            _student_t,
            lambda rng, size, df, location, scale: location + scale * rng.standard_t(df, size),
            _student_t_moments,
            "StudentT",
            ("nu", "mu", "sigma"),
        ),
        "cauchy": Family(
            ("location", "scale"),
            ("scale",),
            _everywhere,
            _cauchy,
            lambda rng, size, location, scale: location + scale * rng.standard_cauchy(size),
            _none,
            "Cauchy",
            ("alpha", "beta"),
        ),
        "laplace": Family(
            ("location", "scale"),
            ("scale",),
            _everywhere,
            _laplace,
            lambda rng, size, location, scale: rng.laplace(location, scale, size),
            lambda location, scale: (location, scale * math.sqrt(2)),
            "Laplace",
            ("mu", "b"),
        ),
        "half_normal": Family(
            ("scale",),
            ("scale",),
            _positive,
            lambda x, scale: math.log(2) + _normal(x, 0.0, scale),
            lambda rng, size, scale: np.abs(rng.normal(0.0, scale, size)),
            lambda scale: (scale * math.sqrt(2 / math.pi), scale * math.sqrt(1 - 2 / math.pi)),
            "HalfNormal",
            ("sigma",),
        ),
        "half_student_t": Family(
            ("df", "scale"),
            ("df", "scale"),
            _positive,
            lambda x, df, scale: math.log(2) + _student_t(x, df, 0.0, scale),
            lambda rng, size, df, scale: scale * np.abs(rng.standard_t(df, size)),
            _half_student_t_moments,
            "HalfStudentT",
            ("nu", "sigma"),
        ),
        "half_cauchy": Family(
            ("scale",),
            ("scale",),
            _positive,
            lambda x, scale: math.log(2) + _cauchy(x, 0.0, scale),
            lambda rng, size, scale: scale * np.abs(rng.standard_cauchy(size)),
            _none,
            "HalfCauchy",
            ("beta",),
        ),
        "exponential": Family(
            ("rate",),
            ("rate",),
            _positive,
            lambda x, rate: math.log(rate) - rate * x,
            lambda rng, size, rate: rng.exponential(1 / rate, size),
            lambda rate: (1 / rate, 1 / rate),
            "Exponential",
            ("lam",),
        ),
        "gamma": Family(
            ("shape", "rate"),
            ("shape", "rate"),
            _positive,
            _gamma,
            lambda rng, size, shape, rate: rng.gamma(shape, 1 / rate, size),
            lambda shape, rate: (shape / rate, math.sqrt(shape) / rate),
            "Gamma",
            ("alpha", "beta"),
        ),
        "log_gamma": Family(
            ("shape",),
            ("shape",),
            _everywhere,
            _log_gamma,
            _draw_log_gamma,
            _log_gamma_moments,
            "",
            ("shape",),
        ),
        "inverse_gamma": Family(
            ("shape", "scale"),
            ("shape", "scale"),
            _positive,
            _inverse_gamma,
            lambda rng, size, shape, scale: scale / rng.gamma(shape, 1.0, size),
            _inverse_gamma_moments,
            "InverseGamma",
            ("alpha", "beta"),
        ),
        "lognormal": Family(
            ("mean", "sd"),
            ("sd",),
            _positive,
            lambda x, mean, sd: _normal(np.log(x), mean, sd) - np.log(x),
            lambda rng, size, mean, sd: rng.lognormal(mean, sd, size),
            _lognormal_moments,
            "LogNormal",
            ("mu", "sigma"),
        ),
        "uniform": Family(
            ("low", "high"),
            (),
            lambda low, high: (low, high),
            lambda x, low, high: np.full(np.shape(x), -math.log(high - low)),
            lambda rng, size, low, high: rng.uniform(low, high, size),
            lambda low, high: ((low + high) / 2, (high - low) / math.sqrt(12)),
            "Uniform",
            ("lower", "upper"),
        ),
        "beta": Family(
            ("a", "b"),
            ("a", "b"),
            lambda *_: (0.0, 1.0),
            _beta,
            lambda rng, size, a, b: rng.beta(a, b, size),
            lambda a, b: (a / (a + b), math.sqrt(a * b / (a + b + 1)) / (a + b)),
            "Beta",
            ("alpha", "beta"),
        ),
        "flat": Family((), (), _everywhere, lambda x: np.zeros(np.shape(x)), lambda *_: None, _none, "Flat", ()),
        "fixed": Family(
            ("value",),
            (),
            lambda value: (value, value),
            lambda x, _: np.zeros(np.shape(x)),
            lambda _, size, value: np.full(() if size is None else size, value),
            lambda value: (value, 0.0),
            "",
            ("value",),
        ),
    }
)
"""Every family that may be named in a model, by its name."""
