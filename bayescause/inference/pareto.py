"""Tails of importance weights: how heavy they are, by a generalised Pareto law, and the weights smoothed by it.

Vehtari, Simpson, Gelman, Yao and Gabry (2024), "Pareto smoothed importance sampling", section 3; the shape by Zhang and
Stephens (2009), with the paper's weak prior towards 0.5.
"""

import numpy as np

from bayescause.scm.mechanism import FloatArray

__all__ = ["has_few_values", "smooth_tail", "tail_shape"]

LIGHT = 1e-12
"""Spread of the tail, relative to the largest weight, below which it has no shape to be found."""

FEWEST = 5
"""Weights that a tail must hold."""

FEWEST_VALUES = 20
"""Different numbers below which draws are steps, and have no tail that a smooth law could be fitted to."""

LIGHTEST = -1.0
"""Shape of a law that ends as abruptly as the uniform one: also said of tails in which all is equal."""


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
    largest = (
        np.argpartition(log_weights, samples - size - 1)[samples - size - 1 :] if size < samples else np.arange(size)
    )
    largest = largest[np.argsort(log_weights[largest], kind="stable")]
    tail = largest[-size:]
    threshold = np.exp(log_weights[largest[0]] - highest) if size < samples else 0.0
    excess = np.exp(log_weights[tail] - highest) - threshold
    if size < FEWEST or excess[-1] - excess[0] < LIGHT:
        return log_weights, LIGHTEST
    shape, scale = _pareto(excess, np.ones(size))
    expected = _quantile((np.arange(size) + 0.5) / size, shape, scale) + threshold
    smoothed = log_weights.copy()
    # No smoothed weight exceeds the largest that was seen.
    smoothed[tail] = np.minimum(np.log(expected), 0.0) + highest
    return smoothed, shape


def tail_shape(sizes: FloatArray, weights: FloatArray) -> float:
    """Shape k-hat of the upper tail of weighted positive numbers.

    Parameters
    ----------
    sizes, weights : array, dims (sample,)

    Examples
    --------
    >>> heavy = np.exp(0.7 * np.random.default_rng(0).standard_exponential(20_000))
    >>> round(tail_shape(heavy, np.ones(20_000)), 1)
    0.7
    """
    order = np.argsort(sizes)
    shares = weights[order] / weights.sum()
    samples = 1.0 / float(shares @ shares)
    size = min(0.2 * samples, 3.0 * np.sqrt(samples))
    above = np.cumsum(shares[::-1])[::-1]
    first = int(np.searchsorted(-above, -size / samples))
    threshold = sizes[order[first - 1]] if first else 0.0
    excess, counts = (sizes[order[first:]] - threshold) / max(sizes[order[-1]], 1e-300), shares[first:]
    counts = counts * (counts.sum() / float(counts @ counts)) if len(counts) else counts
    if len(excess) < FEWEST or counts.sum() < FEWEST or excess[-1] - excess[0] < LIGHT:
        return LIGHTEST
    return _pareto(excess, counts)[0]


def has_few_values(values: FloatArray) -> bool:
    """Whether draws take so few different values, as quantiles of counts do, that their tails have no shape.

    Of such draws the mean exists, and weights vouch for it as far as they vouch for any bounded number: by their own
    tail (Vehtari and others, package loo, ``E_loo_khat``, which does so for two values).

    Examples
    --------
    >>> has_few_values(np.repeat([0.0, 1.0, 2.0], 500)), has_few_values(np.linspace(0, 1, 500))
    (True, False)
    """
    fewest = min(FEWEST_VALUES, np.size(values))
    # The first draws tell, unless values are few indeed.
    return len(np.unique(np.ravel(values)[: 2 * fewest])) < fewest and len(np.unique(values)) < fewest


def _pareto(excess: FloatArray, counts: FloatArray) -> tuple[float, float]:
    """Shape and scale of the Pareto law of sorted positive numbers that stand for ``counts`` each."""
    number = float(counts.sum())
    grid = 30 + int(np.sqrt(number))
    quarter = excess[np.searchsorted(np.cumsum(counts), number / 4)]
    start = 1.0 - np.sqrt(grid / (np.arange(1, grid + 1) - 0.5))
    rate = start / (3.0 * max(quarter, 1e-300)) + 1.0 / excess[-1]
    shapes = np.log1p(-rate[:, None] * excess) @ counts / number
    profile = number * (np.log(-rate / shapes) - shapes - 1.0)
    weights = np.exp(profile - profile.max())
    mean_rate = float(weights @ rate / weights.sum())
    shape = float(np.log1p(-mean_rate * excess) @ counts / number)
    scale = -shape / mean_rate
    return (shape * number + 5.0) / (number + 10.0), scale


def _quantile(probability: FloatArray, shape: float, scale: float) -> FloatArray:
    if abs(shape) < 1e-12:
        return np.asarray(-scale * np.log1p(-probability))
    with np.errstate(over="ignore"):  # a shape of hundreds has quantiles beyond all doubles: infinite will do
        return np.asarray(scale * np.expm1(-shape * np.log1p(-probability)) / shape)
