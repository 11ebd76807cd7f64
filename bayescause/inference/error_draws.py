"""Independent draws from the law of two correlated errors, with a certificate, by rejection from a close proposal.

The one long axis, k, is proposed from a grid that holds its density with the two scales integrated out by Laplace's
method; the scales from a Student distribution around their mode given k. What the proposal misses is rejected, so that
draws have no ties. The bound of the ratio is its largest value seen (Caffo, Booth and Davis 2002), and the tail of the
ratios says whether that can be trusted (Vehtari, Simpson, Gelman, Yao and Gabry 2024).
"""

from dataclasses import dataclass
from math import log, pi

import numpy as np

from bayescause.errors import ConvergenceError
from bayescause.inference.equation_pair import EquationPair
from bayescause.inference.error_law import Errors, System, log_posterior
from bayescause.inference.pareto import smooth_tail
from bayescause.inference.scale_grid import ScaleGrid, scale_grid
from bayescause.scm.mechanism import FloatArray

__all__ = ["ErrorDraws", "draw_errors"]

DEGREES = 10.0
"""Degrees of freedom of the proposal of the two scales."""

REACH = 12.0
"""Prior sds of the effect up to which k is looked for."""

FARTHEST = 30.0
"""Largest inverse hyperbolic sine at which k is looked for: e^30 posterior sds."""

STENCIL = 1e-3
"""Step of the finite differences in the logs of the two scales."""

NEWTON = 25
"""Steps of Newton's method at most."""

STILL = 1e-5
"""Step of Newton's method below which it has arrived."""

MAX_PARETO_K = 0.5
"""Pareto k-hat of the ratios from which their bound is not to be trusted."""

MIN_ACCEPTED = 0.05
"""Share of accepted proposals below which the proposal is not to be trusted."""


@dataclass(frozen=True, eq=False)
class ErrorDraws:
    """Independent draws of the error law, and why they may be trusted.

    Parameters
    ----------
    errors : Errors, dims (sample,)
    log_evidence : float
        Log of the prior predictive density of the data, by importance sampling.
    pareto_k : float
        Shape of the tail of the importance ratios.
    accepted : float
        Share of the proposals.
    proposal_ess : float
        Effective size of the proposals as an importance sample.
    """

    errors: Errors
    log_evidence: float
    pareto_k: float
    accepted: float
    proposal_ess: float


@dataclass(frozen=True, eq=False)
class _Proposal:
    """The long axis as ``k = centre + width sinh(place)``; modes (node, 2) of the scales, roots of their covariance."""

    centre: float
    width: float
    grid: ScaleGrid
    nodes: FloatArray
    modes: FloatArray
    roots: FloatArray


def draw_errors(system: System, random: np.random.Generator, *, samples: int) -> ErrorDraws | str:
    """Draw ``samples`` error laws; or say, in words, why the proposal cannot be trusted.

    Parameters
    ----------
    system : System
    random : Generator
    samples : int
    """
    try:
        proposal = _proposal(system)
        return _rejected(system, proposal, random, samples)
    except (ConvergenceError, np.linalg.LinAlgError) as fault:
        return f"no close proposal was found ({fault})"


def _rejected(system: System, proposal: _Proposal, random: np.random.Generator, samples: int) -> ErrorDraws | str:
    size = samples + samples // 2 + 100
    errors, ratios = _proposed(system, proposal, random, size)
    heights = np.log(random.uniform(size=size))
    while (kept := heights < ratios - ratios.max()).sum() < samples:
        if kept.mean() < MIN_ACCEPTED:
            return f"only {100 * kept.mean():.1f} % of the proposals were accepted"
        more, added = _proposed(system, proposal, random, size)
        errors, ratios = _joined(errors, more), np.concatenate([ratios, added])
        heights = np.concatenate([heights, np.log(random.uniform(size=size))])
    tail = smooth_tail(ratios)[1]
    if tail > MAX_PARETO_K:
        return f"the Pareto k-hat of the importance ratios is {tail:.2f}, above {MAX_PARETO_K}"
    weights = np.exp(ratios - ratios.max())
    evidence = float(np.log(weights.mean()) + ratios.max())
    places = np.flatnonzero(kept)[:samples]
    ess = float(weights.sum() ** 2 / (weights**2).sum())
    return ErrorDraws(errors.select(places), evidence, tail, float(kept.mean()), ess)


def _proposed(system: System, proposal: _Proposal, random: np.random.Generator, size: int) -> tuple[Errors, FloatArray]:
    """Proposals and the logs of target over proposal."""
    place = proposal.grid.quantile(random.uniform(size=size))
    mode = np.column_stack([np.interp(place, proposal.nodes, column) for column in proposal.modes.T])
    root = np.column_stack([np.interp(place, proposal.nodes, column) for column in proposal.roots.T])
    scale = np.sqrt(DEGREES / random.chisquare(DEGREES, size=size))
    noise = random.standard_normal((size, 2)) * scale[:, None]
    errors = Errors(
        mode[:, 0] + np.exp(root[:, 0]) * noise[:, 0],
        proposal.centre + proposal.width * np.sinh(place),
        mode[:, 1] + root[:, 1] * noise[:, 0] + np.exp(root[:, 2]) * noise[:, 1],
    )
    student = -(DEGREES + 2) / 2 * np.log1p((noise**2).sum(axis=1) / DEGREES) - log(2 * pi)
    drawn = proposal.grid.log_probability(place) - _log_stretch(proposal.width, place)
    return errors, log_posterior(system, errors) - (drawn + student - root[:, 0] - root[:, 2])


def _log_stretch(width: float, place: FloatArray) -> FloatArray:
    return np.asarray(np.logaddexp(place, -place) + log(width / 2))


def _joined(first: Errors, second: Errors) -> Errors:
    return Errors(
        np.concatenate([first.log_first, second.log_first]),
        np.concatenate([first.slope, second.slope]),
        np.concatenate([first.log_rest, second.log_rest]),
    )


def _proposal(system: System) -> _Proposal:
    start = _start(system.pair)

    def density(place: FloatArray) -> FloatArray:
        slope = start.centre + start.width * np.sinh(place)
        _, height, root = _modes(system, start, slope)
        return np.asarray(height + root[:, 0] + root[:, 2] + log(2 * pi) + _log_stretch(start.width, place))

    grid = scale_grid(density, -start.farthest, start.farthest)
    nodes = np.linspace(grid.nodes[0], grid.nodes[-1], min(len(grid.nodes), 257))
    modes, _, roots = _modes(system, start, start.centre + start.width * np.sinh(nodes))
    return _Proposal(start.centre, start.width, grid, nodes, modes, roots)


@dataclass(frozen=True, eq=False)
class _Start:
    """Where to look: k around its two-stage estimate, log sd of v, and residual squares as a quadratic in k."""

    centre: float
    width: float
    farthest: float
    log_first: float
    squares: tuple[float, float, float]
    units: float


def _start(pair: EquationPair) -> _Start:
    first, second = pair.rows[:, : pair.first_size], pair.rows[:, pair.first_size :]
    treatment, outcome = pair.responses.T
    residual = _residual(first, treatment)
    controlled = np.linalg.lstsq(np.column_stack([second, residual]), outcome)[0]
    # A column of the second equation is the first response in units of its own.
    ratio = float(pair.scales[0] / (pair.stretch[pair.treatment] * pair.scales[1]))
    middle, spread = (float(each[pair.treatment]) * ratio for each in (pair.location, pair.width))
    centre, effect = float(controlled[-1]), float(controlled[pair.treatment - pair.first_size]) * ratio
    own, theirs = _residual(second, residual), _residual(second, outcome)
    squares = (float(theirs @ theirs), float(own @ theirs), float(own @ own))
    rest = np.sqrt(max(squares[0] - 2 * centre * squares[1] + centre**2 * squares[2], 1e-12) / pair.units)
    width = max(min(rest / np.sqrt(max(squares[2], 1e-300)), spread), rest / float(np.linalg.norm(residual)))
    farthest = abs(effect - middle) + REACH * (max(spread, width) + width)
    return _Start(
        centre,
        width,
        min(float(np.arcsinh(farthest / width)), FARTHEST),
        0.5 * log(float(residual @ residual) / pair.units),
        squares,
        pair.units,
    )


def _residual(columns: FloatArray, response: FloatArray) -> FloatArray:
    return np.asarray(response - columns @ np.linalg.lstsq(columns, response)[0])


def _modes(system: System, start: _Start, slope: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Modes of the two log scales given k, dims (node, 2), log densities there, and roots of the covariances.

    A root is lower triangular: log of its first element, the second, log of the third; dims (node, 3).
    """
    total, mixed, own = start.squares
    rest = np.maximum(total - 2 * slope * mixed + slope**2 * own, 1e-12) / start.units
    mode = np.column_stack([np.full(len(slope), start.log_first), 0.5 * np.log(rest)])
    for _ in range(NEWTON):
        height, gradient, bend = _around(system, slope, mode)
        step = np.linalg.solve(bend, gradient[..., None])[..., 0]
        step /= np.maximum(1.0, np.abs(step).max(axis=1))[:, None]
        if np.abs(step).max() < STILL:
            break
        mode = mode + step
    variance = np.linalg.inv(bend)
    root = np.linalg.cholesky(variance)
    return mode, height, np.column_stack([np.log(root[:, 0, 0]), root[:, 1, 0], np.log(root[:, 1, 1])])


def _around(system: System, slope: FloatArray, mode: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Log density, its gradient and minus its Hessian, made positive, in the two log scales."""
    moves = STENCIL * np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, -1]])
    places = mode[None] + moves[:, None]
    errors = Errors(places[..., 0].ravel(), np.tile(slope, len(moves)), places[..., 1].ravel())
    middle, right, left, up, down, both, neither = log_posterior(system, errors).reshape(len(moves), -1)
    gradient = np.column_stack([right - left, up - down]) / (2 * STENCIL)
    across = np.array([2 * middle - right - left, 2 * middle - up - down]) / STENCIL**2
    mixed = -0.5 * (both + neither - 2 * middle) / STENCIL**2 - 0.5 * (across[0] + across[1])
    # Where the density is not yet concave, far from the mode, a step uphill is all that is asked.
    across = np.maximum(np.abs(across), 1e-3)
    mixed = np.clip(mixed, -0.95 * np.sqrt(across[0] * across[1]), 0.95 * np.sqrt(across[0] * across[1]))
    bend = np.stack([np.stack([across[0], mixed], -1), np.stack([mixed, across[1]], -1)], -2)
    return middle, gradient, bend
