"""A counterfactual is what would have been of one unit, with what the data and what the unit leave open kept apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from bayescause.errors import RefusedEffectError
from bayescause.identification.verdict import Verdict
from bayescause.inference.convergence import Diagnostics, diagnose_worst, interval_of
from bayescause.inference.posterior import Posterior
from bayescause.notebooks import by_its_words
from bayescause.query.bounds import Bounds
from bayescause.query.interval import Interval
from bayescause.scm.structural_model import StructuralModel

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Counterfactual"]


@dataclass(frozen=True, eq=False)
class Counterfactual:
    """What a variable of one unit would have been, had others been set.

    Parameters
    ----------
    on : str
        The variable.
    do : mapping of str to float or str
        What is set, to which value or level.
    unit : mapping of str to float or str
        What was observed of the unit.
    verdict : Verdict
        Whether the graph lets the data tell effects of ``do`` on ``on``.
    status : str
        ``"ok"``, ``"weak"`` (with ``reasons``) or ``"refused"`` (no draws, with ``reasons``).
    draws : DataArray, dims (chain, draw, noise), optional
        Equally probable values in the unit of the variable: under each draw of the parameters, for several draws of
        what the unit leaves open of its noise; one, where what was observed pins it.
    coupling : str, optional
        How discrete values of one unit under different causes hang together; None where none is met.
    bounds : Bounds, optional
        Smallest and largest mean that any coupling allows, dims (chain, draw); None where all is pinned, or where it
        cannot be told.
    reasons, assumed : tuple of str
        Why it is weak or refused; what it rests on, in words.
    who : str
        Which row of the table the unit is, in words; empty for a unit of which was said what was observed.
    is_impossible : bool
        Whether it is refused because what was observed has probability zero.
    posterior : Posterior, optional
        What was asked.
    model : StructuralModel, optional

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0.0, 1.0, 2.0, 3.0], "y": [1.0, 3.1, 4.9, 7.0]}
    >>> posterior = bc.fit(bc.StructuralModel.parse("y ~ x"), rows)
    >>> had_it_been_less = bc.counterfactual(posterior, {"x": 2.0, "y": 4.9}, do={"x": 0.0}, on="y")
    >>> had_it_been_less.status, round(float(had_it_been_less.mean()))
    ('ok', 1)
    """

    on: str
    do: Mapping[str, float | str]
    unit: Mapping[str, float | str]
    verdict: Verdict
    status: str
    draws: xr.DataArray | None = None
    coupling: str | None = None
    bounds: Bounds | None = None
    reasons: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    who: str = ""
    is_impossible: bool = False
    posterior: Posterior | None = field(default=None, repr=False)
    model: StructuralModel | None = field(default=None, repr=False)

    @property
    def expected(self) -> xr.DataArray:
        """Mean over the unit's noise under each draw of the parameters, dims (chain, draw); of 0/1, the chance of 1.

        Raises
        ------
        RefusedEffectError
            If it was refused.
        """
        return _insisted(self).mean("noise")

    def mean(self) -> float:
        """Posterior predictive mean, in the unit of the variable."""
        return float(_insisted(self).mean())

    def sd(self) -> float:
        """Posterior predictive sd: what the parameters and what the unit's noise leave open together."""
        return float(np.hypot(self.parameter_sd, self.noise_sd))

    @property
    def parameter_sd(self) -> float:
        """Sd of ``expected``: what more data would remove."""
        return float(self.expected.std())

    @property
    def noise_sd(self) -> float:
        """Root of the mean variance over the unit's noise: what no data on other units would remove."""
        return float(np.sqrt(_insisted(self).var("noise").mean()))

    def interval(self, ci_prob: float | None = None, ci_kind: str | None = None) -> Interval:
        """Credible interval of the value itself, of ArviZ's default kind and probability unless asked otherwise.

        Parameters
        ----------
        ci_prob : float, optional
            Probability inside, between 0 and 1.
        ci_kind : str, optional
            ``"eti"`` (equal tails) or ``"hdi"`` (highest density).
        """
        flat = _insisted(self).to_numpy()
        kind, prob, sides = interval_of(flat.reshape(flat.shape[0], -1), ci_prob, ci_kind)
        return Interval(kind, prob, xr.DataArray(sides[..., 0]), xr.DataArray(sides[..., 1]))

    def probability(self, above: float = 0.0) -> float:
        """Posterior predictive probability that the value would have been greater than ``above``."""
        return float((_insisted(self) > above).mean())

    @property
    def diagnostics(self) -> Diagnostics:
        """R-hat, ESS and MCSE of ``expected``."""
        return diagnose_worst(self.expected.to_numpy())

    def to_dataframe(self) -> "pd.DataFrame":
        """One row: what was asked, mean, sd with its two parts, and the interval."""
        import pandas as pd

        row: dict[str, object] = {"on": self.on, **{f"do {name}": value for name, value in self.do.items()}}
        row |= {"status": self.status, "coupling": self.coupling}
        if self.draws is not None:
            interval = self.interval()
            row |= {"mean": self.mean(), "sd": self.sd(), "parameter_sd": self.parameter_sd, "noise_sd": self.noise_sd}
            row |= {"interval_kind": interval.kind, "interval_prob": interval.prob}
            row |= {"interval_low": float(interval.low), "interval_high": float(interval.high)}
        return pd.DataFrame([row | ({} if self.bounds is None else self.bounds.row())])

    def to_datatree(self) -> xr.DataTree:
        """An ArviZ tree: group ``counterfactual`` with the draws, dims (chain, draw, noise)."""
        dataset = _insisted(self).to_dataset(name="value")
        return xr.DataTree.from_dict({"counterfactual": dataset})

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        from bayescause.query.counterfactual_wording import describe_counterfactual

        return describe_counterfactual(self)


def _insisted(found: Counterfactual) -> xr.DataArray:
    if found.draws is None:
        what = " and ".join(f"{name} = {value}" for name, value in found.do.items())
        raise RefusedEffectError(f"There is no number for {found.on!r} had {what} been: {' '.join(found.reasons)}")
    return found.draws
