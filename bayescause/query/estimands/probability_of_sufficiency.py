"""The probability of sufficiency: of those untreated without the outcome, how many would have had it treated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bayescause.query.causation import CausationQuestion
from bayescause.query.keys import names_its_keys

__all__ = ["ProbabilityOfSufficiency"]


@names_its_keys
@dataclass(frozen=True)
class ProbabilityOfSufficiency(CausationQuestion):
    """Probability that a unit that was not treated and did not have the outcome would have had it if treated.

    ``P(Y(high) = 1 | X = low, Y = 0)``. It is not settled by any data: the draws are its value if the treatment
    prevents the outcome in no unit (the *monotone* coupling), with the range under any coupling among the effect's
    checks, and as draws in ``bounds``. The monotone value exists only where no risk is lowered; how probable it is that
    one is, is told.

    References
    ----------
    Pearl, Causality (2009), definition 9.2.2 and theorem 9.2.10; Tian and Pearl, Probabilities of causation: bounds and
    identification (2000).

    Examples
    --------
    >>> ProbabilityOfSufficiency(of="drug", on="cure").short
    'ps'
    """

    short: ClassVar[str] = "ps"
    formula: ClassVar[str] = "P({on}({of} = {high}) = 1 | {of} = {low}, {on} = 0)"
    name: ClassVar[str] = "probability of sufficiency"
    plainly: ClassVar[str] = "the chance that it would be enough"
    sentence: ClassVar[str] = "Of {many} {low} that lack {on}, about {share} in 100 would have it {high}."

    @property
    def among(self) -> float | str:
        """The reference level: those that did not have the treatment."""
        return self.contrast[0]
