"""Importance sampling with a certificate: smoothed weights, how far they may be trusted, and draws without repeats.

Draws that are chosen with probability ``M * weight`` and never twice are as good as M independent ones: what the
weights lose is won back by choosing among more proposals than are needed (see ``inflation``). So ranks among them have
no ties, and R-hat, ESS and plots work on them as on any draws.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bayescause.inference.pareto import has_few_values, smooth_tail, tail_shape
from bayescause.scm.mechanism import FloatArray

__all__ = ["MAX_K", "MIN_ESS", "Certificate", "Weighted", "choose", "inflation", "smoothed", "tilted_k"]

MAX_K = 0.5
"""Largest Pareto k-hat that is trusted: the importance weights then have a variance (Vehtari and others 2024)."""

MIN_ESS = 1_000.0
"""Smallest effective sample size of the importance weights that is trusted."""


class Certificate(NamedTuple):
    """How far importance weights may be trusted."""

    pareto_k: float
    ess: float
    proposals: int

    @property
    def doubts(self) -> tuple[str, ...]:
        """What fails, in words; empty if nothing does."""
        limit = min(MAX_K, 1.0 - 1.0 / np.log10(self.proposals))
        found = []
        if not self.pareto_k <= limit:
            found.append(f"k-hat is {self.pareto_k:.2f}, above {limit:.2g}")
        if not self.ess >= MIN_ESS:
            found.append(f"the importance ESS is {self.ess:,.0f}, below {MIN_ESS:,.0f}")
        return tuple(found)


@dataclass(frozen=True, eq=False)
class Weighted:
    """Proposals with their weights.

    Parameters
    ----------
    weights : array, dims (proposal,)
        Pareto-smoothed, adding up to one.
    certificate : Certificate
    log_evidence : float
        Log of the mean weight before normalisation.
    """

    weights: FloatArray
    certificate: Certificate
    log_evidence: float


def smoothed(log_ratios: FloatArray) -> Weighted:
    """Weights of proposals whose target and proposal densities have these log ratios.

    Parameters
    ----------
    log_ratios : array, dims (proposal,)
        Minus infinity where the target is zero.

    Examples
    --------
    >>> found = smoothed(np.random.default_rng(0).normal(0.0, 0.3, 4000))
    >>> found.certificate.doubts
    ()
    """
    highest = float(log_ratios.max())
    if not np.isfinite(highest):
        nothing = np.full(len(log_ratios), 1.0 / len(log_ratios))
        return Weighted(nothing, Certificate(np.inf, 0.0, len(log_ratios)), -np.inf)
    # Weights of exp(-700) are zero to double precision, and their logarithms are numbers.
    relative = np.maximum(log_ratios - highest, -700.0)
    evidence = highest + float(np.log(np.exp(relative).mean()))
    logs, k = smooth_tail(relative)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    return Weighted(weights, Certificate(k, float(1.0 / (weights @ weights)), len(weights)), evidence)


def choose(weights: FloatArray, number: int, random: np.random.Generator) -> np.ndarray:
    """Places of ``number`` proposals, each as often as ``number * weight`` on average, in random order.

    A proposal whose expectation is at most one is never chosen twice (systematic sampling in random order; Madow 1949).

    Examples
    --------
    >>> sorted(choose(np.full(4, 0.25), 4, np.random.default_rng(0)).tolist())
    [0, 1, 2, 3]
    """
    order = random.permutation(len(weights))
    reached = np.cumsum(weights[order])
    marks = (np.arange(number) + random.uniform()) / number * reached[-1]
    found = order[np.minimum(np.searchsorted(reached, marks, side="right"), len(order) - 1)]
    return np.asarray(random.permutation(found))


def inflation(expected: FloatArray) -> FloatArray:
    """By how much more the squared deviation of each chosen draw counts in the variance of a mean than if independent.

    Parameters
    ----------
    expected : array, dims (sample,)
        How often each chosen proposal was to be chosen: the number of draws times its weight.

    Notes
    -----
    With weights w and M draws, a mean has the variance of importance sampling, ``sum w^2 (f - mean)^2``, and that of
    choosing, ``sum e (1 - e) (f - mean)^2 / M^2`` with e the fractional part of M w. Where M w is at most one they add
    up to that of M independent draws, so the factor is 1.

    Examples
    --------
    >>> inflation(np.array([0.3, 1.0, 1.5, 2.0])).round(2).tolist()
    [1.0, 1.0, 1.67, 2.0]
    """
    fraction = expected - np.floor(expected)
    return np.asarray((expected**2 + fraction * (1.0 - fraction)) / expected)


def tilted_k(expected: FloatArray, values: FloatArray) -> float:
    """Pareto k-hat of importance weights times the absolute deviation of ``values``, from the chosen draws alone.

    Draws are chosen in proportion to their weights, so one over the weight turns them back into proposals.

    Parameters
    ----------
    expected : array, dims (sample,)
        As in ``inflation``: proportional to the weight of each chosen draw.
    values : array, dims (sample,)
    """
    deviation = np.ones(np.shape(values)) if has_few_values(values) else np.abs(values - values.mean())
    return tail_shape(expected * deviation, 1.0 / expected)
