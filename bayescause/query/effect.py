"""An effect is the posterior draws of an estimand, with its verdict, its own diagnostics and where it came from."""

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from bayescause.arguments import NUMBER, instance, optional, require
from bayescause.calling import names_its_arguments
from bayescause.errors import RefusedEffectError
from bayescause.identification.verdict import Verdict
from bayescause.inference.convergence import Diagnostics, diagnose_worst, interval_of
from bayescause.inference.labelled_draws import over_draws
from bayescause.inference.posterior import Posterior
from bayescause.inference.weighted_draws import inflation_of
from bayescause.notebooks import by_its_words
from bayescause.query.bounds import Bounds
from bayescause.query.certificates import k_hats_of
from bayescause.query.check import Check
from bayescause.query.curves import AXES
from bayescause.query.effect_rows import row_of, rows_along
from bayescause.query.estimand import Estimand
from bayescause.query.interval import Interval
from bayescause.query.metadata import describe_effect
from bayescause.query.routing import route_of
from bayescause.query.simultaneous import simultaneous_band
from bayescause.query.splitting import split
from bayescause.query.unit_effects import effects_of_units
from bayescause.query.wording import describe
from bayescause.scm.names import safe_names
from bayescause.scm.structural_model import StructuralModel

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt
    import pandas as pd

    from bayescause.compilation.plan import Route
    from bayescause.scm.mechanism import FloatArray

__all__ = ["EFFECT", "Effect"]


@dataclass(frozen=True, eq=False)
class Effect:
    """Posterior draws of an estimand.

    Parameters
    ----------
    estimand : Estimand
        The question.
    verdict : Verdict
        Whether the graph lets the data answer it.
    status : str
        ``"ok"``, ``"weak"`` (with ``reasons``) or ``"refused"`` (no draws, with ``reasons``).
    draws : DataArray, dims (chain, draw) or (chain, draw, group), optional
        In the unit of the outcome. None if refused.
    posterior : Posterior, optional
        What was asked. None if nothing had to be fitted.
    unadjusted : float, optional
        The plain difference: what a naive comparison says, in the unit of the outcome. None if not identified.
    group : str, optional
        Which group of units, if the effect is one of several that were split.
    moments_exist : bool
        Whether the tails of the draws allow a mean and an sd. If not, these two are NaN: read the median.
    checks : tuple of Check
        What was looked at, and found.
    reasons : tuple of str
        Why it is weak or refused.
    assumed : tuple of str
        Every default that was taken, in words.
    model : StructuralModel, optional
        Whose graph and labels the question is about.
    bounds : Bounds, optional
        The range that the data leave open, if the effect was refused and one could be found.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0, 1, 0, 1, 1, 0], "y": [1.0, 3.0, 1.5, 2.5, 3.5, 0.5]}
    >>> effect = bc.ask(bc.StructuralModel.parse("y ~ x"), rows, bc.AverageEffect(of="x", on="y"))
    >>> effect.status, effect.draws.dims, effect.verdict.strategy
    ('ok', ('chain', 'draw'), 'truncated_factorization')
    >>> bool(effect.interval(0.9).low < effect.mean() < effect.interval(0.9).high)
    True
    """

    estimand: Estimand
    verdict: Verdict
    status: str
    draws: xr.DataArray | None = None
    posterior: Posterior | None = None
    unadjusted: float | None = None
    group: str | None = None
    moments_exist: bool = True
    checks: tuple[Check, ...] = ()
    reasons: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    model: StructuralModel | None = None
    bounds: Bounds | None = None

    def mean(self) -> xr.DataArray:
        """Posterior mean, in the unit of the outcome; one value a group.

        Returns
        -------
        DataArray, dims () or (group,)

        Raises
        ------
        RefusedEffectError
            If the effect was refused.
        """
        mean = over_draws(_insisted(self), np.mean)
        return mean if self.moments_exist else mean * np.nan

    def median(self) -> xr.DataArray:
        """Posterior median, in the unit of the outcome; one value a group.

        Returns
        -------
        DataArray, dims () or (group,)

        Raises
        ------
        RefusedEffectError
            If the effect was refused.
        """
        return over_draws(_insisted(self), np.median)

    def sd(self) -> xr.DataArray:
        """Posterior standard deviation, in the unit of the outcome; one value a group; 0 where the graph sets it.

        Returns
        -------
        DataArray, dims () or (group,)

        Raises
        ------
        RefusedEffectError
            If the effect was refused.
        """
        draws = _insisted(self)
        is_one = draws.sizes["chain"] * draws.sizes["draw"] == 1  # what the graph alone says
        spread = over_draws(draws, partial(np.std, ddof=0 if is_one else 1))
        return spread if self.moments_exist else spread * np.nan

    @names_its_arguments
    def interval(self, ci_prob: float | None = None, ci_kind: str | None = None) -> Interval:
        """Credible interval, of ArviZ's default kind and probability unless asked otherwise.

        Parameters
        ----------
        ci_prob : float, optional
            Probability inside, between 0 and 1.
        ci_kind : str, optional
            ``"eti"`` (equal tails) or ``"hdi"`` (highest density).

        Returns
        -------
        Interval
            Its ends have dims () or (group,), in the unit of the outcome; kind and probability stand beside them.

        Raises
        ------
        RefusedEffectError
            If the effect was refused.
        """
        draws = _insisted(self)
        kind, prob, bounds = interval_of(draws.to_numpy(), ci_prob, ci_kind)
        low, high = (self.median().copy(data=bounds[..., side]) for side in (0, 1))
        return Interval(kind, prob, low, high)

    @names_its_arguments
    def band(self, ci_prob: float | None = None) -> Interval:
        """Simultaneous band of a curve: it holds the whole of it with at least the probability, not each point alone.

        Of the curves of several worlds (`distribution`) it holds all of them at once.

        Parameters
        ----------
        ci_prob : float, optional
            Probability inside, between 0 and 1; that of ``interval`` by default.

        Returns
        -------
        Interval
            Its ends have the dim of the curve, and ``group`` where it has several.

        Raises
        ------
        RefusedEffectError
            If the effect was refused, or is no curve.
        """
        draws = _insisted(self)
        if self.curve is None:
            raise RefusedEffectError(f"The {self.estimand.name} is no curve, so it has no band: read its interval.")
        prob, middle = self.interval(ci_prob).prob, self.median()
        ends = simultaneous_band(draws.to_numpy().reshape(-1, middle.size), prob)
        return Interval("band", prob, *(middle.copy(data=end.reshape(middle.shape)) for end in ends))

    @property
    def curve(self) -> str | None:
        """Name of the dim along which the effect is a curve: ``"dose"``, ``"probability"``; None if it is none."""
        found = () if self.draws is None else self.draws.dims
        return next((str(dim) for dim in found if dim in AXES), None)

    @names_its_arguments
    def probability(self, above: float | None = None) -> xr.DataArray:
        """Posterior probability that the effect is greater than ``above``; than no effect, unless asked otherwise.

        No effect is 0, and 1 for ratios.

        Parameters
        ----------
        above : float, optional
            In the unit of the outcome; of a ratio, a factor.

        Returns
        -------
        DataArray, dims () or (group,)

        Raises
        ------
        RefusedEffectError
            If the effect was refused.
        SpecError
            If ``above`` is no number.
        """
        require(above=(above, optional(NUMBER)))
        return (_insisted(self) > (self.estimand.null if above is None else above)).mean(("chain", "draw"))

    @property
    def diagnostics(self) -> Diagnostics:
        """R-hat, ESS and MCSE of the effect itself; of several groups, the worst of each.

        Where the mean does not exist, its MCSE is NaN.

        Raises
        ------
        RefusedEffectError
            If the effect was refused.
        """
        draws = _insisted(self).to_numpy()
        found = diagnose_worst(draws, None if self.posterior is None else inflation_of(self.posterior))
        return found if self.moments_exist else replace(found, mcse_mean=float("nan"))

    @property
    def pareto_k(self) -> dict[str, float]:
        """K-hat of the importance weights of each mechanism that was drawn by them, for this effect.

        It is that of the weights themselves or of the weights times the size of the effect, whichever is larger; of
        several groups, the largest.

        Raises
        ------
        RefusedEffectError
            If the effect was refused.
        """
        draws, route = _insisted(self).to_numpy(), self.route
        if self.posterior is None or route is None:
            return {}
        return k_hats_of(self.posterior, route, draws)

    def by_unit(self) -> "Iterator[tuple[npt.NDArray[np.intp], FloatArray]]":
        """Effect of each unit given its covariates, block by block, so that nothing holds all draws of all units.

        Of individual effects (`ite`), given everything that was observed of the unit.

        Yields
        ------
        rows : array, dims (row,)
            Row numbers of the table; one row may stand for several units.
        draws : array, dims (sample, row)
            In the unit of the outcome, chains one after another.

        Raises
        ------
        RefusedEffectError
            If the effect was refused.
        """
        _insisted(self)
        return effects_of_units(self)

    @property
    def route(self) -> "Route | None":
        """How the question was answered; None if nothing was fitted for it."""
        return None if self.posterior is None else route_of(self.posterior, self.estimand)

    def to_dataframe(self) -> "pd.DataFrame":
        """One row a group: group, mean, sd, interval bounds with kind and probability, P(> 0), status.

        Of a curve one row a point, with the point and the ends of the band of the whole curve besides.

        Returns
        -------
        pandas.DataFrame
            A refused effect has a row without numbers.
        """
        import pandas as pd

        if self.curve is not None:
            return pd.DataFrame(
                [point for part in split(self) for point in rows_along(part, _insisted(part), self.curve)]
            )
        return pd.DataFrame([row_of(one) for one in split(self)])

    def to_datatree(self) -> xr.DataTree:
        """The effect as an ArviZ tree: group ``causal_effect`` with dims (chain, draw), query and verdict as attribute.

        Returns
        -------
        xarray.DataTree

        Raises
        ------
        RefusedEffectError
            If the effect was refused.
        """
        treatment = safe_names([self.estimand.of])[self.estimand.of]
        dataset = _insisted(self).to_dataset(name=f"effect_of_{treatment}")
        return xr.DataTree.from_dict({"causal_effect": dataset.assign_attrs(bayescause=describe_effect(self))})

    @names_its_arguments
    def plot(self, *, ci_prob: float | None = None, backend: str = "matplotlib") -> Any:
        """A picture through arviz-plots: the density, or the curve with its band. It is given back and not shown.

        Parameters
        ----------
        ci_prob : float, optional
            Probability inside the interval.
        backend : str
            ``"matplotlib"``, ``"bokeh"`` or ``"plotly"``.

        Returns
        -------
        arviz_plots.PlotCollection

        Raises
        ------
        RefusedEffectError
            If the effect was refused.
        MissingPackageError
            If arviz-plots or the backend is not installed.
        """
        from bayescause.query.plotting import plot_dose_response, plot_effect

        return (plot_effect if self.curve is None else plot_dose_response)(self, ci_prob=ci_prob, backend=backend)

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        return describe(self)


EFFECT = instance(Effect, "as `ask` or `estimate` gives it")


def _insisted(effect: Effect) -> xr.DataArray:
    if effect.draws is None:
        raise RefusedEffectError(
            f"There is no number for the {effect.estimand.name} of {effect.estimand.of!r} on {effect.estimand.on!r}: "
            + " ".join(effect.reasons)
            + (" Its bounds are in `effect.bounds`." if effect.bounds is not None else "")
        )
    return effect.draws
