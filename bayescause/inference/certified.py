"""From the peaks of a posterior to draws of it: propose, weigh, look at the weights, propose better, or say why not."""

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np

from bayescause.inference.importance import MAX_K, MIN_ESS, Certificate, Weighted, choose, smoothed
from bayescause.inference.log_posterior import Values
from bayescause.inference.newton import Peak, find_peaks
from bayescause.inference.peaked import Peaked
from bayescause.inference.proposal import around
from bayescause.inference.telling import Tell, silent
from bayescause.scm.mechanism import FloatArray

__all__ = ["CertifiedDraws", "Proposal", "Target", "piloted", "sample_around_peaks", "sample_from"]

FEWEST = 2_000
"""Proposals of a first look, at least."""

ROOM = 1.15
"""Proposals beyond those that the first look asks for: the largest weight of more of them may be larger."""

MOST = 12
"""Proposals at most, for each draw that is wanted."""

BETTER = ((1, 2), (3, 4), (6, 8))
"""Attempts after the first: components of the proposal that is fitted to the attempt before, and by how much it is
drawn from more often than in the first look."""

PILOT, ROUNDS, NEAR, EVEN = 1_000, 3, 0.6, 0.9
"""Proposals from which a proposal is improved before the first look, how often at most, the importance ESS of them, as
a share, from which on it is near enough, and that from which on they tell its place better still: between these, what
is learnt is noise that tails do not bear."""

CELLS = 40_000_000
"""Numbers of all proposals beyond those of a first look, at most."""

FEW_COPIES = 2.0
"""Copies of one proposal among the draws that are put up with; a better proposal is sought where there are more."""

LEARNABLE = 3.0
"""Effective proposals for each number in a component's covariance, below which no mixture is fitted."""


class Target(Protocol):
    """A log density with the log-likelihood in it."""

    def at(self, points: FloatArray) -> Values:
        """Values at points, dims (sample, axis)."""
        ...


class Proposal(Protocol):
    """A density near a target's."""

    @property
    def size(self) -> int:
        """Number of axes that are learnt from draws."""
        ...

    def weighed(self, samples: int, random: np.random.Generator, tell: Tell = silent) -> tuple[FloatArray, FloatArray]:
        """Independent draws, dims (sample, axis), and their log densities, dims (sample,); ``tell`` hears how many."""
        ...

    def learnt(self, points: FloatArray, weights: FloatArray, components: int, random: np.random.Generator) -> Self:
        """A proposal nearer to the target, from weighted draws of this one."""
        ...


@dataclass(frozen=True, eq=False)
class CertifiedDraws:
    """Draws on the unconstrained scale.

    Parameters
    ----------
    points : array, dims (sample, axis)
    log_likelihood : array, dims (sample,)
    expected : array, dims (sample,)
        How often each draw was expected to be chosen among the proposals; above one it may stand there twice.
    certificate : Certificate
    log_evidence : float
    """

    points: FloatArray
    log_likelihood: FloatArray
    expected: FloatArray
    certificate: Certificate
    log_evidence: float


@dataclass(frozen=True, eq=False)
class _Attempt:
    """Proposals, from where they came, and their weights."""

    proposal: Proposal
    points: FloatArray
    log_likelihood: FloatArray
    weighted: Weighted

    @property
    def certificate(self) -> Certificate:
        return self.weighted.certificate

    def rank(self, samples: int) -> tuple[int, float]:
        """What is wrong with it: doubts first, then how often one proposal would stand among the draws."""
        return len(self.certificate.doubts), samples * float(self.weighted.weights.max())


def sample_around_peaks(
    target: Peaked, random: np.random.Generator, *, samples: int, peaks: tuple[Peak, ...] | None = None
) -> CertifiedDraws | str:
    """``samples`` draws of ``target``, or why they cannot be certified, in words that follow "because".

    Parameters
    ----------
    target : Peaked
    random : Generator
    samples : int
    peaks : tuple of Peak, optional
        If they are known already.

    Examples
    --------
    >>> from bayescause.inference.fitting import fit
    >>> from bayescause.inference.log_posterior import log_posterior
    >>> from bayescause.scm.structural_model import StructuralModel
    >>> posterior = fit(StructuralModel.parse("y ~ x"), {"x": np.arange(9.0), "y": np.arange(9.0) ** 2})
    >>> target = log_posterior(posterior.design.mechanisms["y"], posterior.design, posterior.table)
    >>> sample_around_peaks(target, np.random.default_rng(0), samples=1000).points.shape
    (1000, 3)
    """
    peaks = find_peaks(target, random) if peaks is None else peaks
    if not peaks:
        return "its posterior has no peak: it rises without end"
    return sample_from(target, around(peaks), random, samples=samples)


def piloted(target: Target, proposal: Proposal, random: np.random.Generator, tell: Tell = silent) -> Proposal:
    """``proposal``, improved from a few weighted draws of it, until its weights are even enough.

    Parameters
    ----------
    target : Target
    proposal : Proposal
        A density near ``target``.
    random : Generator
        Some thousand points are drawn from it in each round.
    tell : function
        Told how many proposals are drawn, where they take long.

    Returns
    -------
    Proposal
        The last of at most ``ROUNDS`` improvements; it vouches for nothing yet.
    """
    for _ in range(ROUNDS):
        points, likelihood, ratios = _propose(target, proposal, PILOT, random, tell)
        tried = _Attempt(proposal, points, likelihood, smoothed(ratios))
        if NEAR * PILOT < tried.certificate.ess < EVEN * PILOT:
            break
        proposal = _better(tried, 1, random)
        if tried.certificate.ess >= EVEN * PILOT:
            break
    return proposal


def sample_from(
    target: Target, proposal: Proposal, random: np.random.Generator, *, samples: int, tell: Tell = silent
) -> CertifiedDraws | str:
    """``samples`` draws of ``target`` chosen among draws of ``proposal``, or why they cannot be certified.

    Where the weights do not do, proposals that are fitted to the draws are tried, and the best attempt counts.

    Parameters
    ----------
    target : Target
    proposal : Proposal
    random : Generator
    samples : int
    tell : function
        Told how many proposals are drawn, where they take long.

    Returns
    -------
    CertifiedDraws or str
        Points with dims (sample, axis); or the doubts, in words that follow "because".

    Examples
    --------
    >>> from bayescause.inference.fitting import fit
    >>> from bayescause.inference.log_posterior import log_posterior
    >>> from bayescause.scm.structural_model import StructuralModel
    >>> posterior = fit(StructuralModel.parse("y ~ x"), {"x": np.arange(9.0), "y": np.arange(9.0) ** 2})
    >>> target = log_posterior(posterior.design.mechanisms["y"], posterior.design, posterior.table)
    >>> random = np.random.default_rng(0)
    >>> found = sample_from(target, around(find_peaks(target, random)), random, samples=500)
    >>> found.points.shape, found.certificate.doubts
    ((500, 3), ())
    """
    first = max(FEWEST, samples)
    attempt = _attempt(target, proposal, first, samples, random, tell)
    best = attempt
    for components, times in BETTER:
        if best.rank(samples) <= (0, FEW_COPIES):
            break
        proposal = _better(attempt, components, random)
        number = max(first, min(times * first, CELLS // attempt.points.shape[1]))
        attempt = _attempt(target, proposal, number, samples, random, tell)
        best = min(best, attempt, key=lambda one: one.rank(samples))
    return _chosen(best, samples, random)


def _chosen(best: "_Attempt", samples: int, random: np.random.Generator) -> CertifiedDraws | str:
    if best.certificate.doubts:
        return " and ".join(best.certificate.doubts)
    chosen = choose(best.weighted.weights, samples, random)
    return CertifiedDraws(
        best.points[chosen],
        best.log_likelihood[chosen],
        samples * best.weighted.weights[chosen],
        best.certificate,
        best.weighted.log_evidence,
    )


def _attempt(
    target: Target, proposal: Proposal, number: int, samples: int, random: np.random.Generator, tell: Tell
) -> _Attempt:
    """Weigh some proposals, and more of them if that is all that is missing."""
    points, likelihood, ratios = _propose(target, proposal, number, random, tell)
    found = smoothed(ratios)
    missing = _missing(found, samples, points.shape[1])
    if missing > 0:
        more = _propose(target, proposal, missing, random, tell)
        points, likelihood, ratios = (
            np.concatenate(pair) for pair in zip((points, likelihood, ratios), more, strict=True)
        )
        found = smoothed(ratios)
    return _Attempt(proposal, points, likelihood, found)


def _missing(found: Weighted, samples: int, axes: int) -> int:
    """Proposals to add, so that ``samples`` can be chosen without choosing one twice, if that can be."""
    number, ess = len(found.weights), found.certificate.ess
    if found.certificate.pareto_k > MAX_K or ess * MOST * samples < MIN_ESS * number:
        return 0
    for_copies, for_ess = samples * found.weights.max() * number, MIN_ESS * number / ess
    return min(int(ROOM * max(for_copies, for_ess)), MOST * samples, CELLS // axes) - number


def _propose(
    target: Target, proposal: Proposal, number: int, random: np.random.Generator, tell: Tell
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Points with their log-likelihoods and log importance ratios."""
    points, log_density = proposal.weighed(number, random, tell)
    values = target.at(points)
    return points, values.log_likelihood, values.log_posterior - log_density


def _better(attempt: _Attempt, components: int, random: np.random.Generator) -> Proposal:
    size = attempt.proposal.size
    # Weights that rest on a few proposals are evened out: they say where to look, not yet how wide.
    weights, ess = attempt.weighted.weights, attempt.certificate.ess
    while ess < 2.0 * (size + 1) and ess < 0.5 * len(weights):
        weights = np.sqrt(weights)
        weights /= weights.sum()
        ess = float(1.0 / (weights @ weights))
    learnt = int(ess / (LEARNABLE * (size + 1)))
    return attempt.proposal.learnt(attempt.points, weights, max(1, min(components, learnt)), random)
