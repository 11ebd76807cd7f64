"""The average effect: everybody at one level of the treatment against everybody at another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bayescause.query.keys import names_its_keys
from bayescause.query.two_levels import MeanDifference

__all__ = ["AverageEffect"]


@names_its_keys
@dataclass(frozen=True)
class AverageEffect(MeanDifference):
    """Average effect of a treatment on an outcome.

    ``E[Y | do(X = high)] - E[Y | do(X = low)]``, averaged over the covariates of the units.

    References
    ----------
    Pearl, Causality (2009), definition 3.2.1; Hernan and Robins, Causal Inference: What If (2020), chapter 1.

    Examples
    --------
    >>> question = AverageEffect(of="promo", on="sales")
    >>> question.query.of
    ('promo',)
    """

    short: ClassVar[str] = "ate"
    formula: ClassVar[str] = "E[{on}({of} = {high})] - E[{on}({of} = {low})]"
    name: ClassVar[str] = "average effect"
