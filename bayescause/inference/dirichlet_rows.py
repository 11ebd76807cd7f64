"""Draws of probability rows with Dirichlet laws, as logarithms, which are finite where probabilities underflow."""

import numpy as np

from bayescause.scm.mechanism import FloatArray

__all__ = ["dirichlet_rows", "log_gammas"]


def log_gammas(shapes: FloatArray, samples: int, random: np.random.Generator) -> FloatArray:
    """Logarithms of independent gamma variables of rate one, dims (sample, ...).

    Parameters
    ----------
    shapes : array, dims (...)
        Positive.
    samples : int
    random : numpy.random.Generator

    Notes
    -----
    A gamma variable of small shape a is one of shape a + 1 times U^(1/a) (Marsaglia and Tsang 2000, section 6); its
    logarithm is finite where the variable itself underflows.

    Examples
    --------
    >>> bool(np.isfinite(log_gammas(np.array([1e-3, 9.0]), 1_000, np.random.default_rng(0))).all())
    True
    """
    size = (samples, *shapes.shape)
    logs = np.log(random.standard_gamma(shapes + 1.0, size=size))
    return np.asarray(logs - random.standard_exponential(size=size) / shapes)


def dirichlet_rows(shapes: FloatArray, samples: int, random: np.random.Generator) -> FloatArray:
    """Logarithms of draws of Dirichlet rows, dims (sample, row, level).

    Parameters
    ----------
    shapes : array, dims (row, level)
        Positive.
    samples : int
    random : numpy.random.Generator

    Examples
    --------
    >>> drawn = dirichlet_rows(np.array([[0.5, 0.5], [1e-3, 9.0]]), 1_000, np.random.default_rng(0))
    >>> bool(np.isfinite(drawn).all()), np.exp(drawn).mean(axis=0)[1].round(2).tolist()
    (True, [0.0, 1.0])
    """
    logs = log_gammas(shapes, samples, random)
    largest = logs.max(axis=-1, keepdims=True)
    return np.asarray(logs - largest - np.log(np.exp(logs - largest).sum(axis=-1, keepdims=True)))
