"""The effect of a shift: everybody gets so much more or less than they would have anyway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bayescause.query.keys import names_its_keys
from bayescause.query.regime_effects import RegimeEffect

__all__ = ["ShiftEffect"]


@names_its_keys
@dataclass(frozen=True)
class ShiftEffect(RegimeEffect):
    """Effect of an intervention on the treatment, against what happens anyway.

    ``E[Y | do(X = g(X))] - E[Y]``, where ``g`` shifts or scales the value that a unit would have anyway, sets it, draws
    it, or follows a rule.

    Parameters
    ----------
    of : str
        Treatment.
    on : str
        Outcome.
    intervention : Intervention, or mapping with one key
        What is done: ``{"shift": 5.0}``, ``{"scale": 1.1}``, ``{"set": 1}``, ``{"draw": "normal(3, 1)"}``,
        ``{"rule": {"when": "age > 50", "then": 1, "otherwise": 0}}``.
    also : mapping of str to the same
        Further variables that are acted on at the same time, and stay as they are otherwise.
    population : str
        ``"superpopulation"``: the rows are draws from a larger population, and that uncertainty is in the interval.
        ``"sample"``: these rows and no others.
    where : str, optional
        Condition that selects the units: ``"age > 50"``.
    worthwhile : float, optional
        Smallest effect that matters, in the unit of the outcome.
    count_above : float, optional
        Value of the outcome above which the report counts units.

    Raises
    ------
    SpecError
        If the question makes no sense whatever the graph and the data are.

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
