"""The effect of a policy: everybody treated by one regime against everybody treated by another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from bayescause.query.keys import names_its_keys
from bayescause.query.regime_effects import RegimeEffect
from bayescause.query.regime_questions import read_regimes

if TYPE_CHECKING:
    from bayescause.query.regimes import Regime

__all__ = ["PolicyEffect"]


@names_its_keys
@dataclass(frozen=True)
class PolicyEffect(RegimeEffect):
    """Effect of one regime against another, or against what happens anyway.

    ``E[Y | do(X = g(X, Z))] - E[Y | do(X = h(X, Z))]``.

    Parameters
    ----------
    instead : the same, optional
        What happens otherwise; by default the treatment stays as it is.

    References
    ----------
    Diaz Munoz and van der Laan (2012), Population intervention causal effects based on stochastic interventions;
    Haneuse and Rotnitzky (2013), Estimation of the effect of interventions that modify the received treatment;
    Murphy (2003), Optimal dynamic treatment regimes.

    Examples
    --------
    >>> rule = {"rule": {"when": "age > 50", "then": 1, "otherwise": 0}}
    >>> PolicyEffect(of="treated", on="health", intervention=rule, instead=0).sides
    ('treated = 0', 'treated = 1 where age > 50, else treated = 0')
    """

    short: ClassVar[str] = "policy"
    formula: ClassVar[str] = "E[{on} under {high}] - E[{on} under {low}]"
    name: ClassVar[str] = "effect of a policy"

    instead: Any = None

    def __post_init__(self) -> None:
        super().__post_init__()
        reference, _ = self._regimes
        object.__setattr__(self, "instead", reference.actions[0][1])

    @property
    def _regimes(self) -> tuple[Regime, Regime]:
        return read_regimes(self.of, self.intervention, self.also, self.instead)
