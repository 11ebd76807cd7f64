"""The effect of a shift: everybody gets so much more or less than they would have anyway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bayescause.errors import SpecError
from bayescause.query.keys import names_its_keys
from bayescause.query.regime_effects import RegimeEffect

__all__ = ["ShiftEffect"]


@names_its_keys
@dataclass(frozen=True)
class ShiftEffect(RegimeEffect):
    """Effect of an intervention on the treatment, against what happens anyway.

    ``E[Y | do(X = g(X))] - E[Y]``, where ``g`` shifts or scales the value that a unit would have anyway, sets it, draws
    it, or follows a rule.

    References
    ----------
    Diaz Munoz and van der Laan (2012), Population intervention causal effects based on stochastic interventions;
    Haneuse and Rotnitzky (2013), Estimation of the effect of interventions that modify the received treatment.

    Examples
    --------
    >>> ShiftEffect(of="price", on="sales", intervention={"shift": -1}).sides
    ('price as it is', 'price - 1')
    """

    short: ClassVar[str] = "shift"
    formula: ClassVar[str] = "E[{on} under {high}] - E[{on} under {low}]"
    name: ClassVar[str] = "effect of a shift"

    def __post_init__(self) -> None:
        if isinstance(self.intervention, int | float):
            number = f"{self.intervention:g}"
            raise SpecError(
                f"`intervention` is the bare number {number}, which does not say what is done with it. "
                f'Write {{"shift": {number}}} for everybody {number} more, or {{"set": {number}}} for everybody at it.'
            )
        super().__post_init__()
