"""The probability of necessity: of those treated who had the outcome, how many would not have had it untreated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bayescause.query.causation import CausationQuestion
from bayescause.query.keys import names_its_keys

__all__ = ["ProbabilityOfNecessity"]


@names_its_keys
@dataclass(frozen=True)
class ProbabilityOfNecessity(CausationQuestion):
    """Probability that a unit that was treated and had the outcome would not have had it untreated.

    ``P(Y(low) = 0 | X = high, Y = 1)``. It is not settled by any data: the draws are its value if the treatment
    prevents the outcome in no unit (the *monotone* coupling), with the range under any coupling among the effect's
    checks, and as draws in ``bounds``. The monotone value exists only where no risk is lowered; how probable it is that
    one is, is told.

    References
    ----------
    Pearl, Causality (2009), definition 9.2.1 and theorem 9.2.10; Tian and Pearl, Probabilities of causation: bounds and
    identification (2000).

    Examples
    --------
    >>> ProbabilityOfNecessity(of="drug", on="cure").short
    'pn'
    """

    short: ClassVar[str] = "pn"
    formula: ClassVar[str] = "P({on}({of} = {low}) = 0 | {of} = {high}, {on} = 1)"
    name: ClassVar[str] = "probability of necessity"
    plainly: ClassVar[str] = "the chance that it was needed"
    sentence: ClassVar[str] = "Of {many} {high} that have {on}, about {share} in 100 would not have it {low}."

    @property
    def among(self) -> float | str:
        """The level of interest: those that had the treatment."""
        return self.contrast[1]
