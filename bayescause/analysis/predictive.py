"""A predictive check asks whether data drawn from the fitted model look like the data that were seen."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from bayescause.inference.posterior import Posterior

__all__ = ["PredictiveCheck", "PredictiveChecks", "check_predictive"]


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
        ``"mean"``, ``"sd"``, ``"smallest"``, ``"largest"``, ``"skewness"``, ``"tails"``, ``"spread"``, ``"dispersion"``,
        ``"zeros"``, ``"fit of the mean"``, ``"mean by <treatment>"``, or ``"prior scale"``.
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

    @property
    def is_good(self) -> bool:
        """Whether the data look like replicated data in this respect."""
        return self.verdict == "good"


@dataclass(frozen=True)
class PredictiveChecks:
    """The checks of every fitted mechanism.

    Parameters
    ----------
    checks : tuple of PredictiveCheck
        Parents before children.
    level : float
        P-value below which a check is ``"off"``, corrected for the number of checks.
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

    def of(self, variable: str) -> tuple[PredictiveCheck, ...]:
        """The checks of one variable; empty if it was not fitted."""
        return tuple(check for check in self.checks if check.variable == variable)

    def words(self, variable: str) -> tuple[str, ...]:
        """What to say of one variable: the fit of its mean, then whatever is off.

        Examples
        --------
        >>> PredictiveChecks((), level=0.05, replicates=200, rows=10).words("sales")
        ()
        """
        checks = self.of(variable)
        mean = tuple(check.words for check in checks if check.statistic == "fit of the mean")
        return mean + tuple(c.words for c in checks if not c.is_good and c.statistic != "fit of the mean")

    def to_dataframe(self) -> "pd.DataFrame":
        """One row a check."""
        import pandas as pd

        return pd.DataFrame([vars(check) for check in self.checks])

    def __str__(self) -> str:
        variables = dict.fromkeys(check.variable for check in self.checks)
        lines = (f"{name}: {', '.join(self.words(name)) or 'good'}" for name in variables)
        return "\n".join(lines) or "Nothing was fitted, so nothing was checked."


def check_predictive(posterior: "Posterior", *, seed: int = 0) -> PredictiveChecks:
    """Check every fitted mechanism of ``posterior`` against data replicated from it."""
    raise NotImplementedError
