"""Tails of importance weights: how heavy they are, by a generalised Pareto law, and the weights smoothed by it.

Vehtari, Simpson, Gelman, Yao and Gabry (2024), "Pareto smoothed importance sampling", section 3; the shape by Zhang and
Stephens (2009), with the paper's weak prior towards 0.5.
"""

import numpy as np

from bayescause.scm.mechanism import FloatArray

__all__ = ["smooth_tail"]

LIGHT = 1e-12
"""Spread of the tail, relative to the largest weight, below which it has no shape to be found."""

FEWEST = 5
"""Weights that a tail must hold."""


def smooth_tail(log_weights: FloatArray) -> tuple[FloatArray, float]:
    """Log weights with their upper tail replaced by quantiles of a Pareto law, and the law's shape k-hat.

    Parameters
    ----------
    log_weights : array, dims (sample,)
        Finite; up to a constant, which is kept.

    Examples
    --------
    >>> light = np.random.default_rng(0).uniform(0, 1, 4000)
    >>> smooth_tail(light)[1] < 0
    True
    """
    samples = len(log_weights)
    size = int(min(0.2 * samples, 3.0 * np.sqrt(samples)))
    highest = log_weights.max()
    order = np.argsort(log_weights, kind="stable")
    tail = order[-size:]
    threshold = np.exp(log_weights[order[-size - 1]] - highest) if size < samples else 0.0
    excess = np.exp(log_weights[tail] - highest) - threshold
    if size < FEWEST or excess[-1] - excess[0] < LIGHT:
        return log_weights, -np.inf
    shape, scale = _pareto(excess)
    expected = _quantile((np.arange(size) + 0.5) / size, shape, scale) + threshold
    smoothed = log_weights.copy()
    # No smoothed weight exceeds the largest that was seen.
    smoothed[tail] = np.minimum(np.log(expected), 0.0) + highest
    return smoothed, shape


def _pareto(excess: FloatArray) -> tuple[float, float]:
    """Shape and scale of the Pareto law of sorted positive numbers."""
    number = len(excess)
    grid = 30 + int(np.sqrt(number))
    quarter = excess[int(number / 4 + 0.5) - 1]
    start = 1.0 - np.sqrt(grid / (np.arange(1, grid + 1) - 0.5))
    rate = start / (3.0 * max(quarter, 1e-300)) + 1.0 / excess[-1]
    shapes = np.log1p(-rate[:, None] * excess).mean(axis=1)
    profile = number * (np.log(-rate / shapes) - shapes - 1.0)
    weights = np.exp(profile - profile.max())
    mean_rate = float(weights @ rate / weights.sum())
    shape = float(np.log1p(-mean_rate * excess).mean())
    scale = -shape / mean_rate
    return (shape * number + 5.0) / (number + 10.0), scale


def _quantile(probability: FloatArray, shape: float, scale: float) -> FloatArray:
    if abs(shape) < 1e-12:
        return np.asarray(-scale * np.log1p(-probability))
    return np.asarray(scale * np.expm1(-shape * np.log1p(-probability)) / shape)
