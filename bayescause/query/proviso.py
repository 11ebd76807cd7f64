"""What an answer takes for granted about the shape of effects, where the drawing alone does not give it."""

from typing import TYPE_CHECKING

from bayescause.identification.verdict import NotIdentified, Parametric, Verdict

if TYPE_CHECKING:
    from bayescause.query.effect import Effect

__all__ = ["STRAIGHT", "other_obstacles", "parametric_of"]

STRAIGHT = "if every effect is a straight line and the same for all"
"""Follows the answer, after a comma."""


def parametric_of(effect: "Effect") -> Parametric | None:
    """By which assumptions on its shape ``effect`` has a number; None where it needs none, or has no number.

    Examples
    --------
    >>> import numpy as np
    >>> import bayescause as bc
    >>> z, v, u = np.random.default_rng(1).normal(size=(3, 200))
    >>> x = z + v
    >>> rows = {"z": z, "x": x, "y": 0.5 * x + v + u}
    >>> effect = bc.ask(bc.StructuralModel.parse("x ~ z; y ~ x; x <-> y"), rows, bc.AverageEffect(of="x", on="y"))
    >>> parametric_of(effect).instruments
    ('z',)
    """
    match effect.verdict:
        case NotIdentified(parametric=Parametric() as found) if effect.draws is not None:
            route = effect.route
            return found if route is not None and route.way == found.strategy else None
    return None


def other_obstacles(verdict: Verdict, refusal: str) -> str:
    """What a refusal says beyond the verdict: why no other way led to a number; empty if it says no more.

    Examples
    --------
    >>> from bayescause.identification.verdict import CausalQuery
    >>> verdict = NotIdentified(CausalQuery(("x",), ("y",)), "two worlds, one table")
    >>> other_obstacles(verdict, "two worlds, one table. z would tell, but y is binary")
    'z would tell, but y is binary'
    """
    if not isinstance(verdict, NotIdentified):
        return refusal
    return refusal.removeprefix(verdict.reason).removeprefix(".").strip()
