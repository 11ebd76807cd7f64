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
    plainly: ClassVar[str] = "average effect among those who went without"

    @property
    def among(self) -> float | str:
        """The reference level: those that did not have the treatment."""
        return self.contrast[0]
