"""Whether values of a mediator that hardly ever occur decide a mean: then it may not exist, and no nodes can give it.

An exponential of a ``student_t`` variable has no mean, nor has one that grows with a ``lognormal`` variable; that of a
gamma variable has one up to a slope. Quadrature gives some number all the same: what its outermost nodes make of it.
"""

import numpy as np

from bayescause.compilation.plan import Route
from bayescause.inference.posterior import Posterior
from bayescause.query.dependence import integrated, needed_covariates
from bayescause.query.drawn_laws import Laws, laws_of
from bayescause.query.simulation import OutcomeLaw, outcome_law
from bayescause.scm.mechanism import FloatArray

__all__ = ["decided_far_out"]

BOUNDED = ("logit", "probit", "cloglog")
"""Links under which a mean stays within limits, whatever comes before."""

RARE = 1e-6
"""Weight of a node below which its value hardly ever occurs."""

MUCH = 1e-3
"""Share of a mean that such a value may have: of means that exist it is 1e-6 and less."""

WITHOUT = ("binary", "categorical", "ordinal", "proportion")
"""Kinds whose values lie within limits."""

UNITS, GLANCE, LOOK = 10, 100, 400
"""Units that are looked at, under some draws of the parameters, and under more where there is something to see.

What happens under 5 % of the draws goes unseen among 100 of them 6 times in 1,000; among 20 it would every third time.
"""


def decided_far_out(posterior: Posterior, route: Route) -> tuple[str, float] | None:
    """A mediator whose rarest values decide the mean of the outcome, and in what share of the draws; None if none does.

    Parameters
    ----------
    posterior : Posterior
    route : Route
        One that is simulated.
    """
    design, outcome = posterior.design, route.order[-1]
    kinds = posterior.table.kinds
    names = [name for name in integrated(design, route) if kinds.get(name) not in WITHOUT]
    if not names or design.mechanisms[route.keys[outcome]].mechanism.link in BOUNDED:
        return None
    needed = needed_covariates(design, route, ())
    if posterior.table.stream is not None or not set(needed) <= posterior.table.columns.keys():
        return None
    rows = np.linspace(0, posterior.table.rows - 1, UNITS).astype(int)
    columns = {name: posterior.table.columns[name][rows] for name in needed}
    laws = laws_of(posterior, route)
    for name in names:
        if _share(laws.some(GLANCE), route, columns, name) > 0:
            return name, _share(laws.some(LOOK), route, columns, name)
    return None


def _share(laws: Laws, route: Route, columns: dict[str, FloatArray], name: str) -> float:
    """In how many of the draws the rarest values of ``name`` decide the mean of some unit."""
    with np.errstate(all="ignore"):
        is_decided = _is_decided(outcome_law(laws, route, {}, columns, slice(None), over=(name,)))
    return float(is_decided.any(axis=-1).mean())


def _is_decided(law: OutcomeLaw) -> np.ndarray:
    """Of each draw and unit, dims (sample, row)."""
    mean = np.abs(law.task.mechanism.mean(*law.arguments))
    weights = np.broadcast_to(law.weights, mean.shape)
    parts = weights * mean
    ends = [(weights[end] < RARE) & (parts[end] > MUCH * parts.sum(axis=0)) for end in (0, -1)]
    return np.asarray(np.isinf(parts).any(axis=0) | ends[0] | ends[1])
