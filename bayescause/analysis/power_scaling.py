"""How an effect moves if the prior, or the data, counted more or less than once: by weights on the draws there are.

The posterior whose prior is raised to the power ``alpha`` has density proportional to ``prior ** (alpha - 1)`` relative
to the one that was drawn from, so that weights reach it without drawing again (Kallioinen and others 2024, Detecting
and diagnosing prior and likelihood sensitivity with power-scaling). They are Pareto-smoothed, and k-hat says how far to
trust them.
"""

from dataclasses import dataclass

import numpy as np

from bayescause.inference.importance import smoothed
from bayescause.scm.mechanism import FloatArray

__all__ = ["Scaled", "power_scaled"]


@dataclass(frozen=True)
class Scaled:
    """An effect under one power.

    Parameters
    ----------
    power : float
    shift : float
        By how many posterior sds its mean moves.
    spread : float
        Its sd, over that under power one.
    pareto_k : float
        K-hat of the weights: above .7 the two numbers are not to be trusted.
    """

    power: float
    shift: float
    spread: float
    pareto_k: float


def power_scaled(draws: FloatArray, log_density: FloatArray, power: float) -> Scaled:
    """The effect if the part of the posterior with ``log_density`` counted ``power`` times.

    Parameters
    ----------
    draws : array, dims (sample,)
        Of the effect.
    log_density : array, dims (sample,)
        Of the prior, or of the data, at the same draws.
    power : float

    Examples
    --------
    >>> draws = np.random.default_rng(0).normal(1.92308, 0.19612, 100_000)
    >>> round(power_scaled(draws, -0.5 * draws**2, 2.0).shift, 2)
    -0.36
    """
    found = smoothed((power - 1.0) * log_density)
    mean, sd = float(draws.mean()), float(draws.std())
    moved = float(found.weights @ draws)
    spread = float(np.sqrt(found.weights @ np.square(draws - moved)))
    if not sd > 0.0:
        return Scaled(power, 0.0, 1.0, found.certificate.pareto_k)
    return Scaled(power, (moved - mean) / sd, spread / sd, found.certificate.pareto_k)
