"""The probability of necessity and sufficiency: how many units have the outcome if treated, and only then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bayescause.query.causation import CausationQuestion
from bayescause.query.keys import names_its_keys

__all__ = ["ProbabilityOfBoth"]


@names_its_keys
@dataclass(frozen=True)
class ProbabilityOfBoth(CausationQuestion):
    """Probability that a unit has the outcome if treated, and does not if untreated.

    ``P(Y(high) = 1, Y(low) = 0)``. It is not settled by any data: the draws are its value if the treatment
    prevents the outcome in no unit (the *monotone* coupling), with the range under any coupling among the effect's
    checks, and as draws in ``bounds``. The monotone value exists only where no risk is lowered; how probable it is that
    one is, is told.

    References
    ----------
    Pearl, Causality (2009), definition 9.2.3 and theorem 9.2.10; Tian and Pearl, Probabilities of causation: bounds and
    identification (2000).

    Examples
    --------
    >>> ProbabilityOfBoth(of="drug", on="cure").short
    'pns'
    """

    short: ClassVar[str] = "pns"
    formula: ClassVar[str] = "P({on}({of} = {high}) = 1, {on}({of} = {low}) = 0)"
    name: ClassVar[str] = "probability of necessity and sufficiency"
    plainly: ClassVar[str] = "the chance that it decides alone"
    sentence: ClassVar[str] = "About {share} in 100 {many} have {on} {high} and lack it {low}."
