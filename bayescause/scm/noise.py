"""The noise behind a response: its rank among the responses that were possible, or an exact residual.

Every law on a line can be written as ``response = quantile(rank)`` with a rank that is uniform between 0 and 1. To hold
a unit's noise and move its causes is then to hold its rank: *rank preservation* for continuous responses, the
*comonotone* coupling by the latent index for discrete ones, where a value tells no more than an interval of ranks.

A family needs only ``quantile`` for that. It may offer more, for digits and for speed: ``residual`` and ``restored``,
where a response is a strictly increasing function of an exact residual that keeps its law, or ``cumulative``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

import numpy as np

from bayescause.scm.mechanism import FloatArray, Mechanism

__all__ = [
    "HIGHEST",
    "KnownAtoms",
    "Noise",
    "NormallySpread",
    "WithCumulative",
    "WithResidual",
    "chance_up_to",
    "has_atoms",
    "noise_of",
    "response_to",
]

HIGHEST = 1 - 2.0**-53
"""Largest rank below one that a double can hold; a response beyond it keeps this rank."""

LOWEST = 1e-300
"""Smallest rank."""

STEPS = 64
"""Halvings of the interval in which a rank is searched for on the scale of the log odds: until doubles end."""


@runtime_checkable
class WithResidual(Protocol):
    """A family whose responses are ``restored(residual)``, with a residual whose law does not depend on the drive."""

    def residual(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """The residual behind ``values``."""
        ...

    def restored(
        self,
        residual: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """The values with that ``residual``."""
        ...


@runtime_checkable
class WithCumulative(Protocol):
    """A family that gives its distribution function in closed form."""

    def cumulative(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Chance of a response no larger than ``values``."""
        ...


@runtime_checkable
class NormallySpread(Protocol):
    """A family whose responses are its mean plus normal noise that does not depend on it."""

    has_normal_noise: ClassVar[bool]


@runtime_checkable
class KnownAtoms(Protocol):
    """A mechanism that says itself whether single values have a chance."""

    @property
    def has_atoms(self) -> bool:
        """Whether they have."""
        ...


@dataclass(frozen=True, eq=False)
class Noise:
    """What a response says of the noise behind it.

    Parameters
    ----------
    low, high : array, dims (..., row)
        The interval of ranks, within which they are uniform; the same array twice where the noise is known.
    """

    low: FloatArray
    high: FloatArray

    @property
    def is_known(self) -> bool:
        """Whether the response pins the noise to one value."""
        return self.high is self.low

    def at(self, uniform: FloatArray) -> FloatArray:
        """The noise at the share ``uniform`` of the interval."""
        return self.low if self.is_known else self.low + uniform * (self.high - self.low)


def noise_of(
    mechanism: Mechanism,
    values: FloatArray,
    drives: Mapping[str, FloatArray],
    dispersion: Mapping[str, FloatArray],
    inputs: Mapping[str, FloatArray],
) -> Noise:
    """The noise behind ``values``, dims (..., row): a residual where the family offers one, ranks elsewhere.

    Parameters
    ----------
    mechanism : Mechanism
    values : array, dims (..., row)
        Responses, in the unit of the data.
    drives, dispersion, inputs : mapping of str to array
        As ``Mechanism.quantile`` takes them.

    References
    ----------
    Pearl, Causality (2009), section 7.1, step 1.

    Examples
    --------
    >>> from bayescause.scm.mechanisms.bernoulli import Bernoulli
    >>> seen = noise_of(Bernoulli(), np.array([1.0]), {"mean": np.array([0.0])}, {}, {})
    >>> seen.low.tolist(), seen.high.tolist()
    ([0.5], [1.0])
    """
    if isinstance(mechanism, WithResidual):
        residual = mechanism.residual(values, drives, dispersion, inputs)
        return Noise(residual, residual)
    atoms = has_atoms(mechanism)
    if isinstance(mechanism, WithCumulative):
        high = mechanism.cumulative(values, drives, dispersion, inputs)
        if atoms:
            chance = np.exp(mechanism.log_density(values, drives, dispersion, inputs))
            return Noise(np.clip(high - chance, 0.0, HIGHEST), high)
    else:
        high = _reached(mechanism, values, drives, dispersion, inputs, strictly=False)
        if atoms:
            return Noise(_reached(mechanism, values, drives, dispersion, inputs, strictly=True), high)
    rank = np.clip(high, LOWEST, HIGHEST)
    return Noise(rank, rank)


def response_to(
    mechanism: Mechanism,
    noise: FloatArray,
    drives: Mapping[str, FloatArray],
    dispersion: Mapping[str, FloatArray],
    inputs: Mapping[str, FloatArray],
) -> FloatArray:
    """The response to ``noise`` under ``drives``, dims (..., row), in the unit of the data.

    Examples
    --------
    >>> from bayescause.scm.mechanisms.gaussian import Gaussian
    >>> drives, sd = {"mean": np.array([1.0])}, {"sd": np.array(2.0)}
    >>> noise = noise_of(Gaussian(), np.array([5.0]), drives, sd, {}).low
    >>> response_to(Gaussian(), noise, {"mean": np.array([3.0])}, sd, {}).tolist()
    [7.0]
    """
    if isinstance(mechanism, WithResidual):
        return mechanism.restored(noise, drives, dispersion, inputs)
    return mechanism.quantile(np.clip(noise, LOWEST, HIGHEST), drives, dispersion, inputs)


def chance_up_to(
    mechanism: Mechanism,
    values: FloatArray,
    drives: Mapping[str, FloatArray],
    dispersion: Mapping[str, FloatArray],
    inputs: Mapping[str, FloatArray],
) -> FloatArray:
    """Chance of a response no larger than ``values``: in closed form where the family has one, by its quantiles else.

    Examples
    --------
    >>> from bayescause.scm.mechanisms.gaussian import Gaussian
    >>> chance_up_to(Gaussian(), np.array([1.0]), {"mean": np.array([1.0])}, {"sd": np.array(2.0)}, {}).tolist()
    [0.5]
    """
    if isinstance(mechanism, WithCumulative):
        return mechanism.cumulative(values, drives, dispersion, inputs)
    return _reached(mechanism, values, drives, dispersion, inputs, strictly=False)


def has_atoms(mechanism: Mechanism) -> bool:
    """Whether single values have a chance, so that a value tells no more than an interval of ranks.

    Examples
    --------
    >>> from bayescause.scm.mechanisms.poisson import Poisson
    >>> has_atoms(Poisson())
    True
    """
    if isinstance(mechanism, KnownAtoms):
        return mechanism.has_atoms
    ranks = np.array([0.2, 0.5, 0.8])
    drives = {name: np.zeros(3) for name in mechanism.predictors}
    dispersion = {name: np.ones(1) for name in mechanism.dispersion}
    inputs = {name: np.ones(3) for name in mechanism.inputs}
    low, high = (mechanism.quantile(ranks + step, drives, dispersion, inputs) for step in (0.0, 1e-9))
    return bool((low == high).any())


def _reached(
    mechanism: Mechanism,
    values: FloatArray,
    drives: Mapping[str, FloatArray],
    dispersion: Mapping[str, FloatArray],
    inputs: Mapping[str, FloatArray],
    *,
    strictly: bool,
) -> FloatArray:
    """Chance of a response below ``values``, or no larger, by halving an interval of log odds."""
    from scipy.special import expit

    shape = np.broadcast_shapes(
        np.shape(values), *(np.shape(each) for part in (drives, dispersion) for each in part.values())
    )
    low, high = np.full(shape, -690.0), np.full(shape, 36.7)
    for _ in range(STEPS):
        middle = (low + high) / 2
        found = mechanism.quantile(expit(middle), drives, dispersion, inputs)
        below = found < values if strictly else found <= values
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray(np.where(low > 36.6999, 1.0, np.where(high < -689.99, 0.0, expit(low))))
