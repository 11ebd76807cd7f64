"""Coefficients of one mechanism in a PyMC model: one vector, or scalars where their priors differ in family."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from bayescause.scm.design import MechanismDesign
from bayescause.scm.names import safe_names
from bayescause.scm.priors import emit, emit_log_gamma, is_gaussian

__all__ = ["coefficient_names", "emit_coefficients"]


def coefficient_names(task: MechanismDesign, safe: str) -> tuple[str, ...]:
    """Names of the free parameters that make up ``<safe>_coefficient``.

    That vector itself where all priors are normal, or all are those of a table's log weights; otherwise one scalar for
    each coefficient, and the vector is a ``pm.Deterministic`` of them. With pooled effects there is a scalar for each
    of the other coefficients.

    Parameters
    ----------
    task : MechanismDesign
    safe : str
        The task's key as ``safe_names`` gives it.
    """
    if _is_normal(task) or _is_log_gamma(task):
        return (f"{safe}_coefficient",)
    scalars = safe_names(task.fixed)
    return tuple(f"{safe}_{scalars[name]}" for name in task.fixed)


def emit_coefficients(task: MechanismDesign, safe: str, scales: Mapping[str, Any] | None = None) -> Any:
    """Add ``<safe>_coefficient``, dims ``<safe>_term``, to the open PyMC model.

    Pooled effects are their sd times standard normal ``<safe>_effect``: where data say little, the sampler then walks
    in a space without a funnel (Papaspiliopoulos, Roberts and Sköld 2007).

    Parameters
    ----------
    task : MechanismDesign
    safe : str
        The task's key as ``safe_names`` gives it.
    scales : mapping of str to tensor, optional
        Sds of pooled effects, by name.
    """
    import pymc as pm

    name, dims = f"{safe}_coefficient", f"{safe}_term"
    priors = [task.priors[coefficient] for coefficient in task.fixed]
    if _is_normal(task):
        means, sds = np.array([prior.parameters for prior in priors]).T
        return pm.Normal(name, mu=means, sigma=sds, dims=dims)
    if _is_log_gamma(task):
        return emit_log_gamma(name, np.array([prior.parameters[0] for prior in priors]), dims=dims)
    scalars = coefficient_names(task, safe)
    stacked = pm.math.stack([emit(prior, scalar) for prior, scalar in zip(priors, scalars, strict=True)])
    if not task.pools:
        return pm.Deterministic(name, stacked, dims=dims)
    effects = pm.Normal(f"{safe}_effect", 0.0, 1.0, dims=f"{safe}_pooled")
    ends = np.cumsum([0, *(pool.stop - pool.start for pool in task.pools)]).tolist()
    own = zip(task.pools, pairwise(ends), strict=True)
    parts = [effects[start:stop] * (scales or {})[pool.name] for pool, (start, stop) in own]
    return pm.Deterministic(name, pm.math.concatenate([stacked, *parts]), dims=dims)


def _is_normal(task: MechanismDesign) -> bool:
    return not task.pools and all(is_gaussian(task.priors[name]) for name in task.fixed)


def _is_log_gamma(task: MechanismDesign) -> bool:
    return not task.pools and all(task.priors[name].family == "log_gamma" for name in task.fixed)
