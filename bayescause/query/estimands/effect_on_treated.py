"""The effect on the treated: those who had the treatment, with it against without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bayescause.query.keys import names_its_keys
from bayescause.query.two_levels import MeanDifference

__all__ = ["EffectOnTreated"]


@names_its_keys
@dataclass(frozen=True)
class EffectOnTreated(MeanDifference):
    """Average effect of a treatment among the units that had it.

    ``E[Y(high) - Y(low) | X = high]``, averaged over the covariates of the units with ``X = high``.

    References
    ----------
    Hernan and Robins, Causal Inference: What If (2020), section 4.3; Heckman and Robb (1985).

    Examples
    --------
    >>> question = EffectOnTreated(of="promo", on="sales")
    >>> question.query.of
    ('promo',)
    """

    short: ClassVar[str] = "att"
    formula: ClassVar[str] = "E[{on}({of} = {high}) - {on}({of} = {low}) | {of} = {high}]"
    name: ClassVar[str] = "average effect on the treated"
    plainly: ClassVar[str] = "average effect among those who had it"

    @property
    def among(self) -> float | str:
        """The level of interest: those that had the treatment."""
        return self.contrast[1]
