"""The effect on the untreated: those who did not have the treatment, with it against without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bayescause.query.keys import names_its_keys
from bayescause.query.two_levels import MeanDifference

__all__ = ["EffectOnUntreated"]


@names_its_keys
@dataclass(frozen=True)
class EffectOnUntreated(MeanDifference):
    """Average effect of a treatment among the units that did not have it.

    ``E[Y(high) - Y(low) | X = low]``, averaged over the covariates of the units with ``X = low``.

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
    Hernan and Robins, Causal Inference: What If (2020), section 4.3.

    Examples
    --------
    >>> question = EffectOnUntreated(of="promo", on="sales")
    >>> question.query.of
    ('promo',)
    """

    short: ClassVar[str] = "atu"
    formula: ClassVar[str] = "E[{on}({of} = {high}) - {on}({of} = {low}) | {of} = {low}]"
    name: ClassVar[str] = "average effect on the untreated"

    @property
    def among(self) -> float | str:
        """The reference level: those that did not have the treatment."""
        return self.contrast[0]
