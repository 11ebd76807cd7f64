"""Coefficients of one mechanism in a PyMC model: one vector, or scalars where their priors differ in family."""

from typing import Any

import numpy as np

from bayescause.scm.design import MechanismDesign
from bayescause.scm.names import safe_names
from bayescause.scm.priors import emit, is_gaussian

__all__ = ["coefficient_names", "emit_coefficients"]


def coefficient_names(task: MechanismDesign, safe: str) -> tuple[str, ...]:
    """Names of the free parameters that make up ``<safe>_coefficient``.

    That vector itself where all priors are normal; otherwise one scalar for each coefficient, and the vector is a
    ``pm.Deterministic`` of them.

    Parameters
    ----------
    task : MechanismDesign
    safe : str
        The task's key as ``safe_names`` gives it.
    """
    if _is_normal(task):
        return (f"{safe}_coefficient",)
    scalars = safe_names(task.coefficients)
    return tuple(f"{safe}_{scalars[name]}" for name in task.coefficients)


def emit_coefficients(task: MechanismDesign, safe: str) -> Any:
    """Add ``<safe>_coefficient``, dims ``<safe>_term``, to the open PyMC model."""
    import pymc as pm

    name, dims = f"{safe}_coefficient", f"{safe}_term"
    priors = [task.priors[coefficient] for coefficient in task.coefficients]
    if _is_normal(task):
        means, sds = np.array([prior.parameters for prior in priors]).T
        return pm.Normal(name, mu=means, sigma=sds, dims=dims)
    scalars = coefficient_names(task, safe)
    stacked = pm.math.stack([emit(prior, scalar) for prior, scalar in zip(priors, scalars, strict=True)])
    return pm.Deterministic(name, stacked, dims=dims)


def _is_normal(task: MechanismDesign) -> bool:
    return all(is_gaussian(task.priors[name]) for name in task.coefficients)
