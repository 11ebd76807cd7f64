"""Peaks of a log posterior by damped Newton steps, from several starts where there may be more than one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from bayescause.inference.log_posterior import Expansion
from bayescause.inference.peaked import Peaked
from bayescause.scm.mechanism import FloatArray

__all__ = ["Peak", "ascent", "find_peaks"]

STEPS = 100
"""Newton steps of one start."""

HALVINGS = 30
"""Times that a step is halved before it is given up."""

SHARE = 1e-4
"""Part of the gain that a step promises which it must keep."""

CONCAVE = (
    "log_gamma",
    "normal",
    "laplace",
    "half_normal",
    "exponential",
    "gamma",
    "lognormal",
    "uniform",
    "beta",
    "flat",
)
"""Priors whose log density bends down everywhere on the unconstrained scale."""

ENOUGH = 1e-9
"""Gain that the next step promises, in log density, below which a peak is reached."""

FARTHEST = 1e4
"""Prior spreads from the middle of the priors beyond which the density is said to rise without end."""

PAIRS = 2
"""Pairs of further starts, on opposite sides of the priors' middle, where the log-likelihood is not concave."""

FLATTEST = 1e-4
"""Smallest curvature that is believed: an axis with a flat prior may have less, and would be searched without end."""

SAME = 1e-2
"""Squared distance, in posterior sds, below which two peaks are one."""

DEPTH = 20.0
"""Peaks that hold less than exp(-DEPTH) of the best one's mass are left out."""


@dataclass(frozen=True, eq=False)
class Peak:
    """A local maximum of a log posterior.

    Parameters
    ----------
    place : array, dims (axis,)
    covariance : array, dims (axis, axis)
        Inverse of minus the Hessian.
    log_mass : float
        Log of the integral of the normal density that touches the peak.
    """

    place: FloatArray
    covariance: FloatArray
    log_mass: float


def find_peaks(
    target: Peaked, random: np.random.Generator, starts: Iterable[FloatArray] | None = None
) -> tuple[Peak, ...]:
    """The different peaks that were found, the heaviest first; none if the density rises without end.

    Parameters
    ----------
    target : Peaked
    random : Generator
    starts : iterable of array, dims (axis,), optional
        Where to start from; by default the middle of the priors, and elsewhere if there may be several peaks.

    Examples
    --------
    >>> from bayescause.inference.fitting import fit
    >>> from bayescause.inference.log_posterior import log_posterior
    >>> from bayescause.scm.structural_model import StructuralModel
    >>> posterior = fit(StructuralModel.parse("y ~ x"), {"x": np.arange(9.0), "y": np.arange(9.0) ** 2})
    >>> target = log_posterior(posterior.design.mechanisms["y"], posterior.design, posterior.table)
    >>> len(find_peaks(target, np.random.default_rng(0)))
    1
    """
    found: list[Peak] = []
    begun = _begun(target, random) if starts is None else ((start, target.expand(start)) for start in starts)
    for start, here in begun:
        peak = _climb(target, start, here)
        if peak is not None and not any(_is_same(peak, other) for other in found):
            found.append(peak)
    found.sort(key=lambda peak: -peak.log_mass)
    return tuple(peak for peak in found if peak.log_mass > found[0].log_mass - DEPTH)


def _begun(target: Peaked, random: np.random.Generator) -> Iterator[tuple[FloatArray, Expansion]]:
    """Where to start from, with the density there."""
    middle = np.zeros(target.size)
    here = target.expand(middle)
    yield middle, here
    for _ in range(0 if _has_one_peak(target, here) else PAIRS):
        start = random.standard_normal(target.size)
        yield start, target.expand(start)
        yield -start, target.expand(-start)


def _has_one_peak(target: Peaked, here: Expansion) -> bool:
    """Whether every row and every prior is concave, where ``here`` is at least, so that there cannot be two peaks."""
    priors = (axis.prior.family for axis in target.coordinates.axes)
    return here.is_concave and all(family in CONCAVE for family in priors)


def _climb(target: Peaked, start: FloatArray, here: Expansion) -> Peak | None:
    place = start
    for _ in range(STEPS):
        if not (np.isfinite(here.value) and np.isfinite(here.gradient).all() and np.isfinite(here.hessian).all()):
            return None
        step = ascent(here.hessian, here.gradient)
        if here.gradient @ step < ENOUGH:
            break
        promised = float(here.gradient @ step)
        moved, there = place + step, target.expand(place + step)
        if not there.value >= here.value + SHARE * promised:
            shorter = _shortened(target, place, step, here.value, promised)
            if shorter is None:
                break
            moved, there = shorter, target.expand(shorter)
        place, here = moved, there
        if np.abs(place).max() > FARTHEST:
            return None
    return _peak(place, here.value, here.hessian)


def ascent(hessian: FloatArray, gradient: FloatArray) -> FloatArray:
    """Newton's step where the density bends down; in other directions as if it bent down as much as it bends up."""
    bends, directions = np.linalg.eigh(-hessian)
    size = np.maximum(np.abs(bends), FLATTEST)
    step = directions @ ((directions.T @ gradient) / size)
    longest = 10.0 * np.sqrt(len(step))
    return np.asarray(step * min(1.0, longest / max(float(np.linalg.norm(step)), 1e-300)))


def _shortened(target: Peaked, place: FloatArray, step: FloatArray, value: float, promised: float) -> FloatArray | None:
    """Where half the step leads, or a quarter, and so on, as soon as it gains some of what it promised."""
    for halving in range(1, HALVINGS):
        share = 0.5**halving
        candidate = place + share * step
        if target.at(candidate[None]).log_posterior[0] >= value + SHARE * share * promised:
            return np.asarray(candidate)
    return None


def _peak(place: FloatArray, value: float, hessian: FloatArray) -> Peak | None:
    bends, directions = np.linalg.eigh(-hessian)
    if bends[-1] <= 0:
        return None
    bends = np.maximum(bends, FLATTEST)
    covariance = (directions / bends) @ directions.T
    return Peak(place, covariance, float(value - 0.5 * np.log(bends).sum()))


def _is_same(peak: Peak, other: Peak) -> bool:
    gap = peak.place - other.place
    return float(gap @ np.linalg.solve(other.covariance, gap)) < SAME
