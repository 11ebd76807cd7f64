"""How much of an effect's prior is left in its posterior: where most of it is, the data did not answer."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from bayescause.query.contrasts import resolve_contrast
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.names import parameter_names
from bayescause.scm.priors import is_proper

if TYPE_CHECKING:
    from bayescause.compilation.plan import Route
    from bayescause.inference.law import DrawnBlock
    from bayescause.inference.posterior import Posterior
    from bayescause.query.effect import Effect

__all__ = ["MOST", "prior_weight"]

MOST = 0.5
"""Width of the posterior over that of the prior from which the answer is prior-driven."""

QUARTILES = 1.349
"""Distance of the quartiles of a normal law, in its sds."""

SAMPLES = 400
"""Draws from the priors: the ratio of the widths is known to about 6 in 100."""


def prior_weight(effect: "Effect") -> float | None:
    """Give the width of the effect's middle half under the posterior, over that under the priors alone.

    Near 0 where the data speak, near 1 where they do not: two columns that are one, a treatment that nobody without
    its twin had, fewer rows than coefficients. Widths are those of the sample at hand, of the widest group.

    Parameters
    ----------
    effect : Effect

    Returns
    -------
    float, optional
        None where there are no draws, where a joint law of several variables answers without one slope (rows with few
        units are told of instead), where the user's own priors of coefficients speak (which is what they are for), or
        where a prior is flat and has no width.

    References
    ----------
    Gelman and others (2013), Bayesian Data Analysis, section 5.9, on posteriors compared with their priors.

    Examples
    --------
    >>> import bayescause as bc
    >>> model = bc.StructuralModel.parse("y ~ x + twin")
    >>> data = {"x": [0, 1] * 20, "twin": [0.0, 1.0] * 20, "y": [float(i % 5 + i % 2) for i in range(40)]}
    >>> prior_weight(bc.ask(model, data, bc.AverageEffect(of="x", on="y"))) > 0.5
    True
    """
    from bayescause.query.routing import route_of

    posterior = effect.posterior
    if posterior is None or effect.draws is None:
        return None
    route = route_of(posterior, effect.estimand)
    if route.way == "instrument":
        return _of_straight_line(effect, posterior.blocks[str(route.block)])
    if not route.is_simulated or not all(_is_by_rule(posterior, key) for key in route.keys.values()):
        return None
    under_priors = effect.estimand.evaluate(_before(posterior, route), route).to_numpy()
    before, after = _widths(under_priors), _widths(effect.draws.to_numpy())
    known = np.isfinite(before) & (before > 0.0)
    return float((after[known] / before[known]).max()) if known.any() else None


def _of_straight_line(effect: "Effect", block: "DrawnBlock") -> float | None:
    """The same where the effect is one coefficient, whose prior is known."""
    if "prior_sd" not in block.stats or effect.draws is None or effect.posterior is None:
        return None
    contrast = resolve_contrast(effect.posterior.table, effect.estimand)
    before = QUARTILES * float(block.stats["prior_sd"]) * abs(contrast.high - contrast.low)
    return float(_widths(effect.draws.to_numpy())[0] / before)


def _is_by_rule(posterior: "Posterior", key: str) -> bool:
    """Whether every coefficient of the task ``key`` has a proper prior that no user wrote."""
    design = posterior.design.mechanisms[key]
    own = next(task.priors for task in posterior.plan.tasks if task.key == key)
    is_rule = not set(own) - set(design.dispersion) and design.priors.keys() >= {*design.fixed, *design.dispersion}
    return is_rule and all(is_proper(prior) for prior in design.priors.values())


def _before(posterior: "Posterior", route: "Route") -> "Posterior":
    """``posterior`` with draws from the priors in the place of its own."""
    from bayescause.analysis.prior_scale import prior_draws
    from bayescause.inference.randomness import generator

    drawn: dict[str, xr.DataArray] = {}
    for key in route.keys.values():
        task, safe = posterior.design.mechanisms[key], posterior.safe_keys[key]
        given = prior_draws(task, SAMPLES, generator(posterior.seed, "prior weight", key))
        drawn[f"{safe}_coefficient"] = xr.DataArray(given.coefficients[None], dims=("chain", "draw", f"{safe}_term"))
        named = parameter_names(safe, given.dispersion)
        for name, draws in given.dispersion.items():
            drawn[named[name]] = xr.DataArray(draws[None], dims=("chain", "draw"))
    return replace(posterior, draws=xr.Dataset(drawn))


def _widths(draws: FloatArray) -> FloatArray:
    """Interquartile range of the draws of each group, dims (group,)."""
    with np.errstate(all="ignore"):
        low, high = np.quantile(draws.reshape(*draws.shape[:2], -1), (0.25, 0.75), axis=(0, 1))
        return np.asarray(high - low)
