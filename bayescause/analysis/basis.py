"""The basis of an answer: the mechanisms that it rests on, and the treatments by whose groups their means are read."""

from dataclasses import dataclass

from bayescause.compilation.equations import equations
from bayescause.compilation.plan import Route
from bayescause.inference.posterior import Posterior
from bayescause.query.effect import Effect

__all__ = ["Basis", "basis_of", "basis_of_effect"]


@dataclass(frozen=True)
class Basis:
    """What one answer rests on.

    Parameters
    ----------
    keys : frozenset of str
        Tasks of the posterior, and the regressions into which equations with correlated errors are told apart.
    treatments : frozenset of str
        What is acted on.
    """

    keys: frozenset[str]
    treatments: frozenset[str] = frozenset()


def basis_of(posterior: Posterior, route: Route) -> Basis:
    """What an answer by ``route`` rests on.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0.0, 1.0, 2.0, 3.0], "y": [1.1, 2.9, 5.2, 6.8], "z": [1.0, 0.5, 2.0, 0.0]}
    >>> asked = [bc.AverageEffect(of="x", on="y"), bc.AverageEffect(of="x", on="z")]
    >>> posterior = bc.fit(bc.StructuralModel.parse("y ~ x; z ~ x"), rows, asked)
    >>> [sorted(basis_of(posterior, route).keys) for route in posterior.plan.routes]
    [['y'], ['z']]
    """
    keys = set(route.keys.values())
    drawn = posterior.blocks.get(route.block or "")
    if drawn is not None and drawn.block.law == "joint_normal":
        keys.update(task.key for task in equations(posterior.model, drawn.block))
    return Basis(frozenset(keys), frozenset(route.query.of))


def basis_of_effect(effect: Effect) -> Basis | None:
    """What ``effect`` rests on; None if nothing was fitted for it."""
    route = effect.route
    return None if effect.posterior is None or route is None else basis_of(effect.posterior, route)
