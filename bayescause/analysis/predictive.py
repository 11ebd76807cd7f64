"""A predictive check asks whether data drawn from the fitted model look like the data that were seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bayescause.analysis.basis import Basis, basis_of
from bayescause.arguments import SEED, optional, require
from bayescause.errors import RefusedEffectError
from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    import pandas as pd

    from bayescause.analysis.replication import Replicated
    from bayescause.inference.posterior import Posterior

__all__ = ["FIT_OF_MEAN", "PRIOR_SCALE", "PredictiveCheck", "PredictiveChecks", "check_predictive"]

MEAN, FIT_OF_MEAN = "mean", "fit of the mean"
"""Names of the statistics of the mean; ``"mean by x"`` is that of the groups of a treatment."""

PRIOR_SCALE = "prior scale"
"""Name of what is looked at of the priors, which no p-value judges."""

FALSE_ALARMS = 0.05
"""Chance, at most, that any check of the right mechanisms of an answer is off."""


@dataclass(frozen=True)
class PredictiveCheck:
    """One feature of one fitted variable, as seen and as the model would have it.

    Parameters
    ----------
    key : str
        Task that was checked, as in ``posterior.plan.tasks``.
    variable : str
        Its response.
    statistic : str
        ``"mean"``, ``"sd"``, ``"smallest"``, ``"largest"``, ``"skewness"``, ``"tails"``, ``"spread"``,
        ``"dispersion"``, ``"zeros"``, ``"fit of the mean"``, ``"mean by <treatment>"``, or ``"prior scale"``.
    observed : float
        Its value in the data (the mean over draws, where it depends on the parameters).
    low, high : float
        Central 95 % of its values in replicated data.
    p_value : float
        Two-sided posterior predictive p-value; never below what the number of replicates resolves.
    verdict : str
        ``"good"`` or ``"off"``.
    words : str
        ``"tails heavier than gaussian"``, ``"fit of the mean good"``.
    otherwise : str
        What would be said under the other verdict; empty where none depends on the p-value.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"z": [0, 1] * 30, "x": [0, 0, 1, 1, 0, 1] * 10}
    >>> rows["y"] = [2 * x + z + i % 5 for i, (x, z) in enumerate(zip(rows["x"], rows["z"]))]
    >>> effect = bc.ask(bc.StructuralModel.parse("x ~ z; y ~ x + z"), rows, bc.AverageEffect(of="x", on="y"))
    >>> first = bc.check_predictive(effect.posterior).checks[0]
    >>> first.variable, first.statistic, first.is_good
    ('y', 'mean', True)
    """

    key: str
    variable: str
    statistic: str
    observed: float
    low: float
    high: float
    p_value: float
    verdict: str
    words: str
    otherwise: str = ""

    @property
    def is_good(self) -> bool:
        """Whether the data look like replicated data in this respect."""
        return self.verdict == "good"

    def at(self, level: float) -> "PredictiveCheck":
        """The check as it is judged at another ``level``.

        Examples
        --------
        >>> check = PredictiveCheck("y", "y", "tails", 2.0, -1.0, 1.0, 0.02, "good", "tails good", "tails heavier")
        >>> check.at(0.05).words, check.at(0.01).words
        ('tails heavier', 'tails good')
        """
        verdict = "off" if self.p_value < level else "good"
        if not self.otherwise or verdict == self.verdict:
            return self
        return replace(self, verdict=verdict, words=self.otherwise, otherwise=self.words)

    def belongs_to(self, basis: Basis) -> bool:
        """Whether an answer of that ``basis`` rests on what was looked at."""
        by = self.statistic.removeprefix(f"{MEAN} by ")
        return self.key in basis.keys and (by == self.statistic or by in basis.treatments)

    @property
    def is_of_mean(self) -> bool:
        """Whether it looks at the mean, whole, fitted or by treatment: what an average effect rests on."""
        return self.statistic in (MEAN, FIT_OF_MEAN) or self.statistic.startswith(f"{MEAN} by ")


@dataclass(frozen=True)
class PredictiveChecks:
    """The checks of every fitted mechanism.

    Parameters
    ----------
    checks : tuple of PredictiveCheck
        Parents before children.
    level : float
        P-value below which a check is ``"off"``, corrected for the number of checks that one answer rests on: the
        largest, where there are several.
    replicates : int
        Data sets that were drawn.
    rows : int
        Units of each, at most the table's own.

    Examples
    --------
    >>> PredictiveChecks((), level=0.05, replicates=200, rows=10).is_good
    True
    """

    checks: tuple[PredictiveCheck, ...]
    level: float
    replicates: int
    rows: int

    def __iter__(self) -> Iterator[PredictiveCheck]:
        return iter(self.checks)

    def __len__(self) -> int:
        return len(self.checks)

    @property
    def is_good(self) -> bool:
        """Whether no check is off."""
        return not self.flagged

    @property
    def flagged(self) -> tuple[PredictiveCheck, ...]:
        """The checks that are off."""
        return tuple(check for check in self.checks if not check.is_good)

    def about(self, basis: Basis) -> "PredictiveChecks":
        """The checks that an answer of that ``basis`` rests on, judged for it alone, whatever else is asked."""
        own = tuple(check for check in self.checks if check.belongs_to(basis))
        level = _level(own, self.replicates)
        return replace(self, checks=tuple(check.at(level) for check in own), level=level)

    def of(self, variable: str) -> tuple[PredictiveCheck, ...]:
        """The checks of one ``variable``; empty if it was not fitted."""
        return tuple(check for check in self.checks if check.variable == variable)

    def is_worth_saying(self, check: PredictiveCheck) -> bool:
        """Whether it is off, or the good fit of a mean that is not off by a treatment.

        Parameters
        ----------
        check : PredictiveCheck
            One of these.

        Examples
        --------
        >>> good = PredictiveCheck("y", "y", "fit of the mean", 1.0, 0.5, 2.0, 0.5, "good", "fit of the mean good")
        >>> PredictiveChecks((good,), level=0.05, replicates=200, rows=10).is_worth_saying(good)
        True
        """
        if not check.is_good:
            return True
        others = (one for one in self.of(check.variable) if one.statistic.startswith(f"{MEAN} by "))
        return check.statistic == FIT_OF_MEAN and all(one.is_good for one in others)

    def words(self, variable: str) -> tuple[str, ...]:
        """What to say of one ``variable``: the fit of its mean, then whatever is off.

        Examples
        --------
        >>> PredictiveChecks((), level=0.05, replicates=200, rows=10).words("sales")
        ()
        """
        checks = self.of(variable)
        fits = [check for check in checks if check.statistic == FIT_OF_MEAN and self.is_worth_saying(check)]
        # A response without an order is checked level by level: what is off is told, and one word for what is good.
        mean = tuple(dict.fromkeys(check.words for check in [one for one in fits if not one.is_good] or fits))
        off = {check.statistic: check.words for check in checks if not check.is_good}
        # Outliers are told once.
        told = [name for name in off if not (name in ("smallest", "largest") and "tails" in off)]
        return mean + tuple(off[name] for name in told if name != FIT_OF_MEAN)

    def to_dataframe(self) -> "pd.DataFrame":
        """One row a check."""
        import pandas as pd

        return pd.DataFrame([vars(check) for check in self.checks])

    def __str__(self) -> str:
        variables = dict.fromkeys(check.variable for check in self.checks)
        lines = (f"{name}: {', '.join(self.words(name)) or 'good'}" for name in variables)
        return "\n".join(lines) or "No mechanism was fitted by itself, so none was checked."


def check_predictive(posterior: "Posterior | None", *, seed: int = 0) -> PredictiveChecks:
    """Check every fitted mechanism of ``posterior`` against data replicated from it, and its priors against the data.

    Each response is replicated given its parents as observed, for up to 1,000 draws.

    Parameters
    ----------
    posterior : Posterior
        ``None``, as of an effect without a number, is refused.
    seed : int
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


def _level(family: Sequence[PredictiveCheck], replicates: int) -> float:
    """P-value below which a check of ``family`` is off, so that any of a right model is so in few cases."""
    counted = sum(check.statistic != PRIOR_SCALE for check in family)
    return max(FALSE_ALARMS / max(1, counted), 2.0 / (replicates + 1.0))


def _level_of(
    check: PredictiveCheck, whole: Sequence[PredictiveCheck], bases: Sequence[Basis], replicates: int
) -> float:
    """That of the smallest family to which ``check`` belongs: of one answer, or of all where none rests on it."""
    families = [tuple(one for one in whole if one.belongs_to(basis)) for basis in bases if check.belongs_to(basis)]
    return max(_level(family, replicates) for family in families or [tuple(whole)])


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
