"""Nodes of standard normal noise, evenly spaced: best for curves that are steep on its scale."""

from functools import cache

import numpy as np

from bayescause.scm.mechanism import FloatArray

__all__ = ["normal_nodes"]

NODES, REACH = 35, 7.5
"""Evenly spaced nodes, and how many sds they reach to either side. For curves that are steep on the scale of the sd the
trapezoidal rule errs far less than Gauss-Hermite (Trefethen and Weideman 2014, section 3); tests say how much. Two such
variables together stay below the number of nodes from which Sobol points are used."""


@cache
def normal_nodes() -> tuple[FloatArray, FloatArray]:
    """Places of the nodes and their weights, dims (node,) each.

    Examples
    --------
    >>> places, weights = normal_nodes()
    >>> round(float(weights @ places**4), 6)
    3.0
    """
    places = np.linspace(-REACH, REACH, NODES)
    weights = np.exp(-0.5 * places**2)
    return places, weights / weights.sum()
