"""At how many points of what lies between units are evaluated: all nodes together, or points where those are many."""

import math
from collections.abc import Sequence

import numpy as np

from bayescause.compilation.plan import Route
from bayescause.query.dependence import integrated
from bayescause.query.drawn_laws import Laws
from bayescause.scm.abilities import CountedNodes
from bayescause.scm.design import Design, MechanismDesign
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.remembered import remembered

__all__ = ["node_count", "uniforms_of", "uses_points"]

NODES = 2_000
"""Most quadrature nodes of all integrated variables together; beyond them Sobol points are used."""

SOBOL_POINTS = 1_024
"""Points in the unit cube of the integrated variables' noises; the error of the integral falls almost as 1 / points."""


def node_count(design: Design, route: Route, over: Sequence[str] | None = None) -> int:
    """Points at which every unit is evaluated under one draw: one, if nothing is integrated over.

    ``over`` is what is integrated over; by default what a mean needs.
    """
    names = integrated(design, route) if over is None else over
    product = _nodes_together(design, tuple(route.keys[name] for name in names))
    return product if product <= NODES else SOBOL_POINTS


def _nodes_of(task: MechanismDesign) -> int:
    if isinstance(task.mechanism, CountedNodes):
        return task.mechanism.node_count
    zeros = {name: np.zeros((1, 1)) for name in task.mechanism.predictors}
    ones = {name: np.ones((1, 1)) for name in task.mechanism.dispersion}
    inputs = {name: np.ones(1) for name in task.mechanism.inputs}
    values, _ = task.mechanism.nodes(zeros, ones, inputs)
    return len(values)


def uses_points(design: Design, route: Route, over: Sequence[str] | None = None) -> bool:
    """Whether noises are integrated over random points, so that a mean has an error besides that of the draws."""
    names = integrated(design, route) if over is None else over
    return _nodes_together(design, tuple(route.keys[name] for name in names)) > NODES


@remembered
def _nodes_together(design: Design, keys: tuple[str, ...]) -> int:
    return math.prod(_nodes_of(design.mechanisms[key]) for key in keys)


def uniforms_of(laws: Laws, route: Route, names: Sequence[str]) -> dict[str, FloatArray]:
    """Noises of the variables ``names`` at which they are integrated over, dims (point,); none for a quadrature."""
    if not uses_points(laws.design, route, names):
        return {}
    from scipy.stats import qmc

    # The points are fixed: an integral over them has an error, but not one that differs from draw to draw.
    points = qmc.Sobol(len(names), scramble=True, rng=np.random.default_rng(laws.seed)).random(SOBOL_POINTS)
    return dict(zip(names, points.T, strict=True))
