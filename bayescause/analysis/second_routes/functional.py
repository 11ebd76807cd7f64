"""A functional of a joint law once more, on the same draws: by single units, or as the general algorithm writes it."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from bayescause.analysis.second_route import Budget, Pairs
from bayescause.analysis.table_replay import is_walked, walked_front_door
from bayescause.analysis.thinning import thinned_posterior
from bayescause.compilation.particulars import particulars
from bayescause.identification.functional import Expression
from bayescause.identification.general import functional_of
from bayescause.identification.simplifying import mean_of
from bayescause.query.contrasts import resolve_contrast
from bayescause.query.drawn_laws import laws_of
from bayescause.query.functional_effects import discrete_contrast, group_labels, normal_contrast
from bayescause.query.joint_laws import is_discrete
from bayescause.scm.mechanism import FloatArray
from bayescause.surface import called

if TYPE_CHECKING:
    from bayescause.compilation.plan import Route
    from bayescause.inference.posterior import Posterior
    from bayescause.query.effect import Effect
    from bayescause.query.estimand import Estimand

__all__ = ["ByFunctionalAgain"]

ROUNDING = 1e-9
"""Relative difference that sums of products of probabilities may have by rounding alone."""


@dataclass(frozen=True)
class ByFunctionalAgain:
    """For discrete and for jointly normal variables, where another strategy than the general one has answered."""

    short: ClassVar[str] = "functional"

    def pairs(self, effect: "Effect", budget: Budget) -> Pairs | str:
        """The effect by its functional, and by units that walk through the front door or by the general functional."""
        posterior, route, question = effect.posterior, effect.route, effect.estimand
        if posterior is None or route is None:
            return "Nothing was fitted, so that there is nothing to compare."
        if particulars(question).is_of_law:
            told = "Laws of an outcome are read off a joint law in one way only."
            return f"{told} The average effect ({called('ate')}) has two."
        thin = thinned_posterior(posterior, budget.draws)
        if is_discrete(posterior, route) and is_walked(route, question):
            second, units = walked_front_door(posterior, route, question, budget), budget.rows
            told = "units simulated from the same tables"
        else:
            if route.query.is_mediated:
                return (
                    "Hidden causes bind the treatment to what it moves, so that the nested world has no laws of single "
                    "variables that units could follow, and its functional is written in one way only."
                )
            other = _other(posterior, route)
            if other is None or particulars(question).among is not None:
                return "The general algorithm gives the same functional, so that there is no second one."
            told = "the functional of the general algorithm"
            second, units = _value(thin, replace(route, functional=other), question), posterior.table.units
        first = _value(thin, route, question)
        size = float(np.abs(np.stack([first, second])).max())
        return Pairs(
            first,
            second,
            group_labels(posterior, question) or ("",),
            np.zeros(first.shape[1]),
            ROUNDING * max(size, np.finfo(float).tiny),
            (f"the functional of {route.name}", told),
            len(first),
            units,
        )


def _other(posterior: "Posterior", route: "Route") -> Expression | None:
    query = route.query
    found = functional_of(posterior.model.graph, query.of, query.on, query.given)
    other = None if found is None else mean_of(found, query.on[0])
    return None if other == route.functional else other


def _value(posterior: "Posterior", route: "Route", question: "Estimand") -> FloatArray:
    if is_discrete(posterior, route):
        return discrete_contrast(posterior, route, question).effect
    return normal_contrast(laws_of(posterior, route), route, resolve_contrast(posterior.table, question)).effect
