"""A prior predictive check: do the priors of a mechanism live on the scale of its data."""

import numpy as np

from bayescause.analysis.predictive_checks import PRIOR_SCALE, PredictiveCheck
from bayescause.analysis.replication import counts_where_known, respond
from bayescause.errors import ScaleWarning, warn
from bayescause.inference.posterior import Parameters, Posterior
from bayescause.inference.randomness import generator
from bayescause.scm.abilities import OwnPriors
from bayescause.scm.design import MechanismDesign
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.priors import draw, is_proper

__all__ = ["check_prior_scale", "prior_draws"]

REACH = 100.0
"""Ranges of the data beyond which a response is called absurd."""

NEARLY_ALL = 0.99
"""Share of absurd responses, or of data that the priors hardly allow, from which the priors are called off."""

SAMPLES, ROWS = 200, 200
"""Draws from the prior, and units whose parents are used."""


def check_prior_scale(posterior: Posterior, key: str, *, seed: int) -> PredictiveCheck | None:
    """Compare data drawn from the priors of ``key`` with the data that were seen.

    Returns
    -------
    PredictiveCheck, optional
        None where a prior is flat: nothing can be drawn from it.

    Warns
    -----
    ScaleWarning
        If 99 of 100 drawn responses lie beyond 100 ranges of the data, or 99 of 100 data beyond what was drawn.
    """
    task = posterior.design.mechanisms[key]
    counts = counts_where_known(posterior.table, task)
    units = int(counts.sum())
    if not units or not all(is_proper(prior) for prior in task.priors.values()):
        return None
    random = generator(seed, "prior", key)
    chosen = random.choice(units, min(ROWS, units), replace=False)
    rows = np.searchsorted(np.cumsum(counts), chosen, side="right")
    columns = {name: values[rows] for name, values in posterior.table.columns.items()}
    with np.errstate(over="ignore", invalid="ignore"):
        drawn = respond(task, prior_draws(task, SAMPLES, random), columns, posterior.design, random).ravel()
    observed, known = posterior.table.columns[task.variable], counts > 0
    return _compared(task, observed[known], counts[known], np.where(np.isfinite(drawn), drawn, np.inf))


def prior_draws(task: MechanismDesign, samples: int, random: np.random.Generator) -> Parameters:
    """Parameters of ``task`` drawn from its resolved priors.

    Raises
    ------
    SpecError
        If one of them is flat.
    """
    if isinstance(task.mechanism, OwnPriors):
        return Parameters(np.zeros((samples, 0)), task.mechanism.prior_draws(samples, random))
    coefficients = [draw(task.priors[name], random, samples) for name in task.fixed]
    dispersion = {name: draw(task.priors[name], random, samples) for name in task.dispersion}
    for pool in task.pools:
        scale = dispersion[pool.name]
        coefficients += [scale * random.standard_normal(samples) for _ in range(pool.start, pool.stop)]
    return Parameters(np.stack(coefficients, axis=-1), dispersion)


def _compared(task: MechanismDesign, observed: FloatArray, counts: FloatArray, drawn: FloatArray) -> PredictiveCheck:
    low, high = float(observed.min()), float(observed.max())
    reach = REACH * max(high - low, np.finfo(float).tiny)
    too_wide = float(((drawn < low - reach) | (drawn > high + reach)).mean())
    inside = np.quantile(drawn, (0.005, 0.995))
    too_narrow = float(np.average((observed < inside[0]) | (observed > inside[1]), weights=counts))
    words = "priors on the scale of the data"
    if too_wide >= NEARLY_ALL:
        words = f"priors reach more than {REACH:g} times beyond the data"
    if too_narrow >= NEARLY_ALL:
        words = "priors do not reach the data"
    is_off = max(too_wide, too_narrow) >= NEARLY_ALL
    if is_off:
        suggestion = f"Leave them out to get those by rule, or write them in the unit of {task.variable!r}."
        warn(f"{task.key}: the {words}. {suggestion}", ScaleWarning)
    low_drawn, high_drawn = np.quantile(drawn, (0.025, 0.975)).tolist()
    return PredictiveCheck(
        task.key,
        task.variable,
        PRIOR_SCALE,
        float(np.average(observed, weights=counts)),
        low_drawn,
        high_drawn,
        1.0 - max(too_wide, too_narrow),
        "off" if is_off else "good",
        words,
    )
