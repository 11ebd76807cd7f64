"""Drawing data from the fitted model, and asking whether they look like the data that were seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bayescause.analysis.basis import Basis, basis_of
from bayescause.analysis.predictive_checks import (
    FALSE_ALARMS,
    LEVELS_OF,
    PredictiveCheck,
    PredictiveChecks,
    false_alarm_level,
)
from bayescause.arguments import SEED, Seed, optional, require, seed_of
from bayescause.calling import names_its_arguments
from bayescause.errors import RefusedEffectError
from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    from bayescause.analysis.replication import Replicated
    from bayescause.inference.posterior import Posterior

__all__ = ["check_predictive"]


@names_its_arguments
def check_predictive(posterior: "Posterior | None", *, seed: Seed = 0) -> PredictiveChecks:
    """Check every fitted mechanism of ``posterior`` against data replicated from it, and its priors against the data.

    Each response is replicated given its parents as observed, for up to 1,000 draws.

    Parameters
    ----------
    posterior : Posterior
        ``None``, as of an effect without a number, is refused.
    seed : int or NumPy Generator
        Of the replicated data.

    Returns
    -------
    PredictiveChecks
        A check is ``"off"`` where its p-value is below 0.05 divided by the number of checks of the mechanisms that one
        answer rests on; where several answers rest on it, for any of them. ``about`` judges for one answer alone.
        P-values of this kind are cautious for features that were fitted, so that the mechanisms of an answer are
        flagged in fewer than 5 of 100 cases if they are right.

    Raises
    ------
    RefusedEffectError
        If there is no posterior.

    Warns
    -----
    ScaleWarning
        If priors reach absurdly far beyond the data, or not as far as the data.

    Notes
    -----
    Gelman, Meng and Stern (1996), Posterior predictive assessment of model fitness via realized discrepancies.

    Examples
    --------
    >>> import numpy as np
    >>> import bayescause as bc
    >>> z, noise = np.random.default_rng(1).normal(size=(2, 200))
    >>> x = (z + noise[::-1] > 0).astype(float)
    >>> model = bc.StructuralModel.parse("x ~ z; y ~ x + z")
    >>> posterior = bc.fit(model, {"x": x, "z": z, "y": 2 * x + z + noise}, [bc.AverageEffect(of="x", on="y")])
    >>> print(check_predictive(posterior))
    y: fit of the mean good
    """
    from bayescause.analysis.prior_scale import check_prior_scale
    from bayescause.inference.posterior import POSTERIOR
    from bayescause.inference.regressions import with_regressions

    require(posterior=(posterior, optional(POSTERIOR)), seed=(seed, SEED))
    if posterior is None:
        raise RefusedEffectError("There is no posterior to check: no mechanism was fitted. `effect.reasons` says why.")
    seed = seed_of(seed)
    # Of a table that is read in blocks, the rows chosen at random are looked at; ``Table.notes`` says so.
    posterior = replace(posterior, table=posterior.table.sample)
    keys = tuple(posterior.design.mechanisms)
    told = with_regressions(posterior)
    measured = [found for key in told.design.mechanisms for found in _measured(told, key, seed)]
    replicates = min((len(one.replicated) for one in measured), default=0)
    priors = [check_prior_scale(posterior, key, seed=seed) for key in keys]
    rows = max((one.rows for one in measured), default=0)
    whole = tuple(map(_judged, measured))
    bases = [basis_of(posterior, route) for route in posterior.plan.routes if route.needs_draws]
    levels = [_level_of(check, whole, bases, replicates) for check in whole]
    judged = (check.at(level) for check, level in zip(whole, levels, strict=True))
    checks = (*judged, *(check for check in priors if check is not None))
    return PredictiveChecks(checks, max(levels, default=FALSE_ALARMS), replicates, rows)


def _level_of(
    check: PredictiveCheck, whole: Sequence[PredictiveCheck], bases: Sequence[Basis], replicates: int
) -> float:
    """That of the smallest family to which ``check`` belongs: of one answer, or of all where none rests on it."""
    families = [tuple(one for one in whole if one.belongs_to(basis)) for basis in bases if check.belongs_to(basis)]
    return max(false_alarm_level(family, replicates) for family in families or [tuple(whole)])


@dataclass(frozen=True, eq=False)
class _Measured:
    """A discrepancy with its values in the data and in the replicates, dims (sample,), without the data themselves."""

    key: str
    variable: str
    statistic: str
    words: tuple[str, str, str]
    is_two_sided: bool
    observed: FloatArray
    replicated: FloatArray
    rows: int


def _measured(posterior: "Posterior", key: str, seed: int) -> Iterator[_Measured]:
    from bayescause.analysis.discrepancies import discrepancies, of_level
    from bayescause.analysis.pooled_levels import pooled_levels
    from bayescause.scm.design import design_block

    task = posterior.design.mechanisms[key]
    if not np.isfinite(posterior.table.columns[task.variable]).any():
        return
    treatments = tuple(dict.fromkeys(name for route in posterior.plan.routes for name in route.query.of))
    for level, seen in _looked_at(posterior, key, seed):
        rows = len(seen.observed)
        matrix = np.asarray(design_block(task, seen.columns, posterior.design, np), dtype=float)
        for found in discrepancies(seen, task.mechanism.short, matrix, treatments):
            told = found if level is None else of_level(found, level)
            observed, replicated = told.measure(seen.seen), told.measure(seen.replicated)
            yield _Measured(key, task.variable, told.name, told.words, told.is_two_sided, observed, replicated, rows)
    for pooled in pooled_levels(posterior, key, seed=seed):
        name, (off, good) = f"{LEVELS_OF}{pooled.group}", pooled.words
        yield _Measured(key, task.variable, name, ("", off, good), False, pooled.observed, pooled.replicated, rows)


def _looked_at(posterior: "Posterior", key: str, seed: int) -> "Iterator[tuple[str | None, Replicated]]":
    """The response as it is; level by level where levels have no order."""
    from bayescause.analysis.replication import replicate, replicate_levels

    if posterior.table.kinds[posterior.design.mechanisms[key].variable] == "categorical":
        yield from replicate_levels(posterior, key, seed=seed)
    else:
        yield None, replicate(posterior, key, seed=seed)


def _judged(one: _Measured) -> PredictiveCheck:
    """The check, good as long as no level says otherwise."""
    samples = len(one.replicated)
    above = (one.replicated > one.observed).sum() + 0.5 * (one.replicated == one.observed).sum()
    upper = float((above + 0.5) / (samples + 1.0))
    less, more, good = one.words
    p_value = min(1.0, 2.0 * min(upper, 1.0 - upper)) if one.is_two_sided else upper
    low, high = np.quantile(one.replicated, (0.025, 0.975)).tolist()
    return PredictiveCheck(
        one.key,
        one.variable,
        one.statistic,
        float(one.observed.mean()),
        low,
        high,
        p_value,
        "good",
        good,
        more if upper < 0.5 else less,
    )
