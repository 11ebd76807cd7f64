"""Whether draws may be trusted: rank-normalised R-hat, effective sample sizes, divergences and E-BFMI.

Thresholds follow Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021) and, for E-BFMI, Betancourt (2016).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bayescause.arguments import PROBABILITY, one_of, optional, require
from bayescause.errors import SpecError
from bayescause.inference.arviz_settings import interval_kind, interval_probability
from bayescause.inference.engine import Drawn
from bayescause.inference.importance import inflation
from bayescause.inference.pareto import has_few_values, tail_shape
from bayescause.inference.posterior import Convergence
from bayescause.inference.ranked import mean_error, rank_quality
from bayescause.scm.design import MechanismDesign
from bayescause.scm.mechanism import FloatArray

__all__ = [
    "MAX_R_HAT",
    "MIN_ESS",
    "Diagnostics",
    "assess",
    "assess_task",
    "by_construction",
    "diagnose",
    "diagnose_worst",
    "interval_of",
    "tail_k",
]

MAX_R_HAT = 1.01
"""Largest R-hat that is trusted."""

MIN_ESS = 400.0
"""Smallest effective sample size, bulk or tail, that is trusted."""

MIN_E_BFMI = 0.3
"""Smallest estimated Bayesian fraction of missing information that is trusted."""

TAIL = (0.05, 0.95)
"""Quantiles whose smaller effective sample size is that of the tails."""


@dataclass(frozen=True)
class Diagnostics:
    """Quality of the draws of one quantity; the Monte Carlo error of the mean is in the quantity's own unit."""

    r_hat: float
    ess_bulk: float
    ess_tail: float
    mcse_mean: float


def diagnose(values: FloatArray, factors: FloatArray | None = None) -> Diagnostics:
    """Quality of draws, dims (chain, draw); a quantity that never moves is exact, so its error is 0.

    Parameters
    ----------
    values : array, dims (chain, draw)
    factors : array, dims (chain, draw), optional
        Of draws that were chosen by importance weights: by how much the squared deviation of each counts more than an
        independent one's. Monte Carlo error and effective draws then come from the weights.

    Examples
    --------
    >>> diagnose(np.ones((4, 100)))
    Diagnostics(r_hat=1.0, ess_bulk=400.0, ess_tail=400.0, mcse_mean=0.0)
    """
    if np.ptp(values) == 0:
        return Diagnostics(1.0, float(values.size), float(values.size), 0.0)
    r_hat, bulk, tail = rank_quality(values, TAIL)
    error = mean_error(values)
    if factors is None:
        return Diagnostics(r_hat, bulk, tail, error)
    squares = (values - values.mean()) ** 2
    loss = max(float((factors * squares).sum() / squares.sum()), float(factors.mean()))
    most = values.size / loss
    return Diagnostics(
        r_hat, min(bulk, most), min(tail, most), max(error, float(np.sqrt(loss * squares.sum()) / values.size))
    )


def diagnose_worst(values: FloatArray, factors: FloatArray | None = None) -> Diagnostics:
    """Quality of several quantities, dims (chain, draw, ...): the worst of each measure; ``factors`` as there."""
    cells = values.reshape(*values.shape[:2], -1)
    found = [diagnose(cells[..., cell], factors) for cell in range(cells.shape[-1])]
    return Diagnostics(
        r_hat=max(one.r_hat for one in found),
        ess_bulk=min(one.ess_bulk for one in found),
        ess_tail=min(one.ess_tail for one in found),
        mcse_mean=max(one.mcse_mean for one in found),
    )


def tail_k(values: FloatArray) -> float:
    """Pareto k-hat of the heavier tail of draws, dims (chain, draw): from 0.7 on, mean and sd are not to be trusted.

    Parameters
    ----------
    values : array, dims (chain, draw)

    Returns
    -------
    float
        Minus infinity of values that do not vary, or of which there are few.

    Examples
    --------
    >>> tail_k(np.random.default_rng(0).standard_cauchy((4, 1000))) > 0.7
    True
    """
    if has_few_values(values) or np.ptp(values) == 0:
        return -np.inf
    flat, alike = values.ravel(), np.ones(values.size)
    return max(tail_shape(flat - flat.min(), alike), tail_shape(flat.max() - flat, alike))


def interval_of(
    values: FloatArray, ci_prob: float | None = None, ci_kind: str | None = None
) -> tuple[str, float, FloatArray]:
    """Kind, probability and bounds (..., 2) of a credible interval of ``values``, dims (chain, draw, ...).

    Raises
    ------
    SpecError
        If the kind is not ``"eti"`` or ``"hdi"``, or the probability not between 0 and 1.

    Examples
    --------
    >>> kind, prob, bounds = interval_of(np.linspace(0, 1, 100).reshape(4, 25), 0.5, "eti")
    >>> bounds.tolist()
    [0.25, 0.75]
    """
    require(ci_prob=(ci_prob, optional(PROBABILITY)), ci_kind=(ci_kind, optional(one_of(("eti", "hdi")))))
    prob = interval_probability() if ci_prob is None else float(ci_prob)
    kind = interval_kind() if ci_kind is None else ci_kind
    if kind not in {"eti", "hdi"}:
        raise SpecError(f"There is no interval of kind {kind!r}. Use 'eti' (equal tails) or 'hdi' (highest density).")
    if not 0 < prob < 1:
        raise SpecError(
            f"An interval cannot hold a probability of {prob}. Give a number between 0 and 1, such as 0.89."
        )
    flat = np.moveaxis(values.reshape(-1, *values.shape[2:]), 0, -1)
    if kind == "eti":
        return kind, prob, np.moveaxis(np.quantile(flat, ((1 - prob) / 2, (1 + prob) / 2), axis=-1), 0, -1)
    return kind, prob, _highest_density(flat, prob)


def assess(
    draws: Sequence[FloatArray],
    names: Sequence[str],
    *,
    divergences: int = 0,
    too_deep: int = 0,
    energy: FloatArray | None = None,
) -> Convergence:
    """Verdict on the draws of one task.

    Parameters
    ----------
    draws : sequence of array, dims (chain, draw)
        One for each parameter; those that never move are passed over.
    names : sequence of str
        The user's names of the parameters.
    divergences, too_deep : int
        Transitions that diverged, and that reached the greatest tree depth.
    energy : array, dims (chain, draw), optional
        Of Hamiltonian dynamics.

    Examples
    --------
    >>> stuck = np.repeat([[0.0], [1.0]], 100, axis=1) + np.random.default_rng(0).normal(0, 0.1, (2, 100))
    >>> assess([stuck], ["promo"]).reasons[0]
    "R-hat of 'promo' is 1.83, above 1.01"
    """
    moving = [
        (name, *rank_quality(values, TAIL)) for name, values in zip(names, draws, strict=True) if np.ptp(values) > 0
    ]
    size = float(draws[0].size)
    highest = max(moving, key=lambda row: row[1], default=("", 1.0, size, size))
    thinnest = min(moving, key=lambda row: row[2], default=highest)
    thinnest_tail = min(moving, key=lambda row: row[3], default=highest)
    fraction = None if energy is None else float(np.min(_fraction_of_missing(energy)))
    doubts = (
        (not highest[1] <= MAX_R_HAT, f"R-hat of {highest[0]!r} is {highest[1]:.2f}, above {MAX_R_HAT}"),
        (not thinnest[2] >= MIN_ESS, f"effective draws of {thinnest[0]!r} are {thinnest[2]:.0f}, below {MIN_ESS:.0f}"),
        (
            not thinnest_tail[3] >= MIN_ESS,
            f"effective draws in the tails of {thinnest_tail[0]!r} are {thinnest_tail[3]:.0f}, below {MIN_ESS:.0f}",
        ),
        (divergences > 0, f"{divergences} divergent transitions"),
        (too_deep > 0, f"{too_deep} transitions reached the greatest tree depth"),
        (fraction is not None and not fraction >= MIN_E_BFMI, f"E-BFMI is {fraction or 0.0:.2f}, below {MIN_E_BFMI}"),
    )
    reasons = tuple(words for is_doubtful, words in doubts if is_doubtful)
    return Convergence(not reasons, reasons, highest[1], thinnest[2], thinnest_tail[3], divergences, fraction)


def assess_task(task: MechanismDesign, drawn: Drawn, *, most: int | None = None) -> Convergence:
    """Verdict on what an engine drew, on at most ``most`` of the coefficients, evenly spread."""
    places: Iterable[int] = range(len(task.coefficients))
    if most is not None and len(task.coefficients) > most:
        places = np.linspace(0, len(task.coefficients) - 1, most).astype(int).tolist()
    named = {task.coefficients[place]: drawn.coefficients[:, :, place] for place in places}
    named |= dict(_scalars(drawn.dispersion))
    stats = drawn.stats
    found = assess(
        tuple(named.values()),
        tuple(named),
        divergences=int(stats["diverging"].sum()) if "diverging" in stats else 0,
        too_deep=int(stats["reached_max_treedepth"].sum()) if "reached_max_treedepth" in stats else 0,
        energy=stats.get("energy"),
    )
    if "expected_copies" not in stats:
        return found
    effective = stats["expected_copies"].size / float(inflation(stats["expected_copies"]).mean())
    return replace(found, ess_bulk=min(found.ess_bulk, effective), ess_tail=min(found.ess_tail, effective))


def _scalars(dispersion: Mapping[str, FloatArray]) -> Iterator[tuple[str, FloatArray]]:
    """Draws of each number, dims (chain, draw): ``b[0]``, ``b[1]`` of a vector."""
    for name, draws in dispersion.items():
        for place in np.ndindex(draws.shape[2:]):
            yield f"{name}[{', '.join(map(str, place))}]" if place else name, draws[:, :, *place]


def by_construction(drawn: Drawn) -> Convergence:
    """Verdict on draws that are independent because of how they were made: only their weights are looked at."""
    copies = drawn.stats.get("expected_copies")
    size = drawn.log_likelihood.size / (1.0 if copies is None else float(inflation(copies).mean()))
    return Convergence(True, (), 1.0, size, size, is_assessed=False)


def _fraction_of_missing(energy: FloatArray) -> FloatArray:
    """E-BFMI of each chain: Betancourt (2016), section 3.2."""
    return np.asarray(np.square(np.diff(energy, axis=1)).mean(axis=1) / np.var(energy, axis=1, ddof=1))


def _highest_density(values: FloatArray, prob: float) -> FloatArray:
    """Bounds, dims (..., 2), of the shortest interval between two of the last dim that holds ``prob`` of them."""
    ordered, reach = np.sort(values, axis=-1), min(int(prob * values.shape[-1]), values.shape[-1] - 1)
    widths = ordered[..., reach:] - ordered[..., : values.shape[-1] - reach]
    first = np.argmin(widths, axis=-1)[..., None]
    return np.concatenate([np.take_along_axis(ordered, first + step, axis=-1) for step in (0, reach)], axis=-1)
