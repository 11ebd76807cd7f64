"""A predictive check asks whether data drawn from the fitted model look like the data that were seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bayescause.analysis.basis import Basis
from bayescause.notebooks import by_its_words

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "FALSE_ALARMS",
    "FIT_OF_MEAN",
    "LEVELS_OF",
    "PRIOR_SCALE",
    "PredictiveCheck",
    "PredictiveChecks",
    "false_alarm_level",
]

MEAN, FIT_OF_MEAN = "mean", "fit of the mean"
"""Names of the statistics of the mean; ``"mean by x"`` is that of the groups of a treatment."""

LEVELS_OF = "levels of "
"""How the statistic of a group whose levels are pooled begins: whether their effects go with another term."""

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
        ``"dispersion"``, ``"zeros"``, ``"fit of the mean"``, ``"mean by <treatment>"``, ``"levels of <pooled group>"``,
        or ``"prior scale"``.
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
        """Whether it looks at the mean, by treatment and by pooled level included: averages rest on it."""
        return self.statistic in (MEAN, FIT_OF_MEAN) or self.statistic.startswith((f"{MEAN} by ", LEVELS_OF))


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
        level = false_alarm_level(own, self.replicates)
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

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        variables = dict.fromkeys(check.variable for check in self.checks)
        lines = (f"{name}: {', '.join(self.words(name)) or 'good'}" for name in variables)
        return "\n".join(lines) or "No mechanism was fitted by itself, so none was checked."


def false_alarm_level(family: Sequence[PredictiveCheck], replicates: int) -> float:
    """P-value below which a check of ``family`` is off, so that any of a right model is so in few cases."""
    counted = sum(check.statistic != PRIOR_SCALE for check in family)
    return max(FALSE_ALARMS / max(1, counted), 2.0 / (replicates + 1.0))
