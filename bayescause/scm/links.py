"""A binary link says how likely success is at a drive: probabilities, their logarithms and two derivatives, stably.

Logarithms of the chances of success and of failure are each computed without cancellation, so that drives of 40 and
more in either direction keep their precision.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np

from bayescause.errors import SpecError
from bayescause.scm.mechanism import FloatArray

__all__ = [
    "BINARY_LINKS",
    "BinaryLink",
    "Slopes",
    "binary_link",
    "check_link",
    "expit",
    "log_expit",
    "logistic_log_likelihood",
]


STEEPEST = 30.0
"""A drive up to which logarithms of chances are differences of numbers that are not large."""

LARGEST = 709.0
"""A drive whose exponential is still finite."""


class Slopes(NamedTuple):
    """A function of the drive with its first and second derivative, each with the drive's dims."""

    value: FloatArray
    first: FloatArray
    second: FloatArray


@dataclass(frozen=True)
class BinaryLink:
    """One link.

    Parameters
    ----------
    success : callable
        Chance of success at a drive.
    log_chance, log_failure_chance : callable
        Logarithm of the chance of success, and of failure.
    log_success, log_failure : callable
        The same with two derivatives in the drive.
    log_odds : callable
        The log odds at a drive that is a PyTensor variable: what PyMC's families take.
    """

    success: Callable[[FloatArray], FloatArray]
    log_chance: Callable[[FloatArray], FloatArray]
    log_failure_chance: Callable[[FloatArray], FloatArray]
    log_success: Callable[[FloatArray], Slopes]
    log_failure: Callable[[FloatArray], Slopes]
    log_odds: Callable[[Any], Any]


def binary_link(name: str) -> BinaryLink:
    """Link called ``name``.

    Examples
    --------
    >>> binary_link("logit").success(np.array([0.0])).tolist()
    [0.5]
    """
    return BINARY_LINKS[name]


class _Linked(Protocol):
    """What is asked of a family about its link."""

    short: ClassVar[str]
    links: ClassVar[tuple[str, ...]]

    @property
    def link(self) -> str: ...


def check_link(family: _Linked) -> None:
    """Raise an error if ``family`` was given a link that it does not offer.

    Raises
    ------
    SpecError
        With the links that it offers.
    """
    if family.link not in family.links:
        raise SpecError(f"The {family.short} family has no link {family.link!r}. It has {', '.join(family.links)}.")


def log_expit(drive: FloatArray) -> FloatArray:
    """Logarithm of 1 / (1 + exp(-drive)), dims of ``drive``.

    Examples
    --------
    >>> log_expit(np.array([-800.0, 0.0])).round(3).tolist()
    [-800.0, -0.693]
    """
    against = np.asarray(np.abs(drive))
    np.negative(against, out=against)
    np.exp(against, out=against)
    total = np.asarray(1.0 + against)
    # What rounding took from the sum is put back to first order: `against` is at most one, so that this is exact.
    against -= total - 1.0
    against /= total
    np.log(total, out=total)
    total += against
    return np.asarray(np.minimum(drive, 0.0) - total)


def logistic_log_likelihood(drive: FloatArray, is_one: np.ndarray) -> FloatArray:
    """Log-likelihood of rows that are 1 or not, summed over the last axis: by the logarithm of one product.

    Parameters
    ----------
    drive : array, dims (..., row)
    is_one : bool array, dims (row,)

    Examples
    --------
    >>> drives = np.array([[-800.0, 0.0], [0.0, 0.0]])
    >>> logistic_log_likelihood(drives, np.array([True, True])).round(3).tolist()
    [-800.693, -1.386]
    """
    steepest = float(drive.max(initial=0.0))
    if not (steepest <= STEEPEST and drive.min(initial=0.0) > -np.inf):
        return np.asarray(log_expit(np.where(is_one, drive, -drive)).sum(axis=-1))
    factors = np.exp(drive)
    factors += 1.0
    many = int(LARGEST // (steepest + 0.7))  # factors whose product is finite
    parts = (factors[..., start : start + many] for start in range(0, factors.shape[-1], many))
    logs = sum(np.log(np.multiply.reduce(part, axis=-1)) for part in parts)
    return np.asarray(drive @ is_one.astype(float) - logs)


def expit(drive: FloatArray) -> FloatArray:
    """1 / (1 + exp(-drive)), dims of ``drive``, exact in both tails.

    Examples
    --------
    >>> expit(np.array([-700.0, 0.0, 700.0]))
    array([9.85967654e-305, 5.00000000e-001, 1.00000000e+000])
    """
    # The exponential stays finite, and no branch is taken row by row: mispredicted ones cost as much as exponentials.
    against = np.exp(np.minimum(-np.asarray(drive), LARGEST))
    return np.asarray(1.0 / (1.0 + against))


def _logit_success(drive: FloatArray) -> Slopes:
    chance, failure = expit(drive), expit(-drive)
    return Slopes(log_expit(drive), failure, -chance * failure)


def _opposite(log_chance: Callable[[FloatArray], FloatArray]) -> Callable[[FloatArray], FloatArray]:
    """The chance of failure by a symmetric link."""
    return lambda drive: log_chance(-drive)


def _mirrored(log_success: Callable[[FloatArray], Slopes]) -> Callable[[FloatArray], Slopes]:
    """What a symmetric link says of failure."""

    def log_failure(drive: FloatArray) -> Slopes:
        value, first, second = log_success(-drive)
        return Slopes(value, -first, second)

    return log_failure


def _probit(drive: FloatArray) -> FloatArray:
    from scipy.special import ndtr

    return np.asarray(ndtr(drive))


def _probit_chance(drive: FloatArray) -> FloatArray:
    from scipy.special import log_ndtr

    return np.asarray(log_ndtr(drive))


def _probit_success(drive: FloatArray) -> Slopes:
    from scipy.special import erfcx

    # The ratio of the normal density to its distribution function; erfcx keeps it finite in both tails.
    ratio = np.sqrt(2 / np.pi) / erfcx(-drive / np.sqrt(2))
    return Slopes(_probit_chance(drive), ratio, -ratio * (ratio + drive))


def _probit_log_odds(drive: Any) -> Any:
    import pytensor.tensor as pt

    def log_ndtr(z: Any) -> Any:
        root = np.array(np.sqrt(2.0))
        low = pt.log(pt.erfcx(-pt.minimum(z, 0.0) / root) / 2) - pt.minimum(z, 0.0) ** 2 / 2
        return pt.switch(z < 0, low, pt.log1p(-pt.erfc(pt.maximum(z, 0.0) / root) / 2))

    return log_ndtr(drive) - log_ndtr(-drive)


def _cloglog(drive: FloatArray) -> FloatArray:
    return np.asarray(-np.expm1(-_rate(drive)))


def _rate(drive: FloatArray) -> FloatArray:
    # The bounds keep the rate, and its ratio to its own expm1, from becoming 0 / 0 or infinite.
    return np.asarray(np.exp(np.clip(drive, -700.0, 700.0)))


def _cloglog_chance(drive: FloatArray) -> FloatArray:
    return np.asarray(np.log(_cloglog(drive)))


def _cloglog_success(drive: FloatArray) -> Slopes:
    rate = _rate(drive)
    chance = -np.expm1(-rate)
    ratio = rate * np.exp(-rate) / chance
    return Slopes(np.log(chance), ratio, ratio * (1 - rate - ratio))


def _cloglog_failure(drive: FloatArray) -> Slopes:
    rate = _rate(drive)
    return Slopes(-rate, -rate, -rate)


def _cloglog_log_odds(drive: Any) -> Any:
    import pytensor.tensor as pt

    rate = pt.exp(drive)
    return rate + pt.log(-pt.expm1(-rate))


BINARY_LINKS: Mapping[str, BinaryLink] = MappingProxyType(
    {
        "logit": BinaryLink(
            expit,
            log_expit,
            _opposite(log_expit),
            _logit_success,
            _mirrored(_logit_success),
            lambda drive: drive,
        ),
        "probit": BinaryLink(
            _probit,
            _probit_chance,
            _opposite(_probit_chance),
            _probit_success,
            _mirrored(_probit_success),
            _probit_log_odds,
        ),
        "cloglog": BinaryLink(
            _cloglog,
            _cloglog_chance,
            lambda drive: -_rate(drive),
            _cloglog_success,
            _cloglog_failure,
            _cloglog_log_odds,
        ),
    }
)
"""The links of families that count successes, by name."""
