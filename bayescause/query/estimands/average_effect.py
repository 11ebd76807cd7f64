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

    Parameters
    ----------
    of : str
        Treatment.
    on : str
        Outcome.
    contrast : tuple of two levels
        Reference level and level of interest, as values in the unit of the data or as the names of levels.
    population : str
        ``"superpopulation"``: the rows are draws from a larger population, and that uncertainty is in the interval.
        ``"sample"``: these rows and no others.
    where : str, optional
        Condition that selects the units: ``"age > 50"``.
    worthwhile : float, optional
        Smallest effect that matters, in the unit of the outcome.
    count_above : float, optional
        Value of the outcome above which the report counts units.
    level : float or str, optional
        Level of the outcome, or value of a count: the effect is one on its chance, and not on the mean.

    Raises
    ------
    SpecError
        If the question makes no sense whatever the graph and the data are.

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
