"""An effect is the posterior draws of an estimand, with its verdict, its own diagnostics and where it came from."""

from dataclasses import dataclass

import xarray as xr

from bayescause.identification.verdict import Verdict
from bayescause.inference.posterior import Posterior
from bayescause.query.estimand import Estimand

__all__ = ["Diagnostics", "Effect", "Interval"]


@dataclass(frozen=True)
class Interval:
    """A credible interval with its kind (``"eti"`` or ``"hdi"``) and probability, in the unit of the outcome."""

    kind: str
    prob: float
    low: float
    high: float


@dataclass(frozen=True)
class Diagnostics:
    """Quality of the draws of the effect itself."""

    r_hat: float
    ess_bulk: float
    ess_tail: float
    mcse_mean: float


@dataclass(frozen=True, eq=False)
class Effect:
    """Posterior draws of an estimand.

    Parameters
    ----------
    estimand : Estimand
    verdict : Verdict
    status : str
        ``"ok"``, ``"weak"`` (with ``reasons``) or ``"refused"`` (no draws).
    draws : DataArray, dims (chain, draw, ...), optional
        In the unit of the outcome. None if refused.
    posterior : Posterior, optional
    unadjusted : float, optional
        What a naive comparison of the treatment groups says. None if not identified.
    reasons : tuple of str
        Why weak or refused.
    assumed : tuple of str
        Every default that was taken, in words.
    """

    estimand: Estimand
    verdict: Verdict
    status: str
    draws: xr.DataArray | None = None
    posterior: Posterior | None = None
    unadjusted: float | None = None
    reasons: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()

    # mean(), sd(), interval(ci_prob=None, ci_kind=None), probability(above=0.0), diagnostics (property),
    # to_dataframe(), to_datatree(), __str__, _repr_html_  : raise RefusedEffectError on a refused effect
