"""A straight-line system from treatment to outcome, multiplied out: the outcome as one regression with one noise."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bayescause.compilation.plan import Route
from bayescause.graph.formula import Term
from bayescause.query.dependence import AFFINE
from bayescause.scm.design import Design, MechanismDesign
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.terms import column_names

if TYPE_CHECKING:
    from bayescause.query.drawn_laws import Laws

__all__ = ["ReducedForm", "multiply_out", "obstacle"]


@dataclass(frozen=True, eq=False)
class ReducedForm:
    """The outcome as a sum of terms in treatment and covariates.

    Parameters
    ----------
    slopes : mapping of Term to array, dims (sample, column)
        Coefficients of each term's columns, in data units.
    noise : array, dims (sample,)
        Sd of the outcome around that sum: the noises of all variables on the way, carried to the outcome.
    """

    slopes: Mapping[Term, FloatArray]
    noise: FloatArray

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms, in order of appearance."""
        return tuple(self.slopes)


def obstacle(design: Design, route: Route) -> str | None:
    """Why the way from treatment to outcome is not one straight-line system, in words; None if it is.

    Parameters
    ----------
    design : Design
    route : Route
    """
    for variable in route.order:
        task = design.mechanisms[route.keys[variable]]
        if task.mechanism.short != "gaussian" or not task.mechanism.is_affine:
            return (
                f"{variable!r} is {task.mechanism.short} with link {task.mechanism.link}; the bound holds for "
                "straight-line mechanisms with one gaussian noise only."
            )
        if task.pools:
            return (
                f"the mechanism of {variable!r} pools the levels of {task.pools[0].group!r}; the bound holds for "
                "regressions in which every coefficient is free."
            )
        if task.mechanism.inputs:
            return (
                f"the observations of {variable!r} are not equally precise ({task.mechanism.inputs[0]!r} weighs them); "
                "the bound holds for regressions with one residual sd."
            )
        for term in task.terms:
            between = set(route.order[:-1]).intersection(term.variables)
            if between and (len(term.factors) > 1 or term.factors[0].function not in AFFINE):
                return (
                    f"{variable!r} bends in {min(between)!r}, which lies between treatment and outcome ({term}); "
                    "the bound holds for straight lines on the way only."
                )
    return None


def multiply_out(laws: "Laws", route: Route) -> ReducedForm:
    """Put every variable between treatment and outcome into the outcome's equation, draw by draw.

    Parameters
    ----------
    laws : Laws
        Without an ``obstacle``.
    route : Route
    """
    outcome = route.order[-1]
    slopes = _own(laws, route.keys[outcome])
    variance = np.square(laws.parameters[route.keys[outcome]].dispersion["sd"])
    # Backwards, so that a variable's whole effect on the outcome is known before its own causes are put in.
    for variable in reversed(route.order[:-1]):
        passed_on = sum(
            (_slope(laws.design, term) * slopes.pop(term)[:, 0] for term in _carriers(slopes, variable)),
            start=np.zeros(laws.samples),
        )
        variance = variance + np.square(passed_on * laws.parameters[route.keys[variable]].dispersion["sd"])
        for term, block in _own(laws, route.keys[variable]).items():
            slopes[term] = slopes.get(term, 0.0) + passed_on[:, None] * block
    return ReducedForm(slopes, np.sqrt(variance))


def _own(laws: "Laws", key: str) -> dict[Term, FloatArray]:
    task, place = laws.design.mechanisms[key], 1
    found: dict[Term, FloatArray] = {}
    for term, width in _widths(task, laws.design):
        found[term] = laws.parameters[key].coefficients[:, place : place + width]
        place += width
    return found


def _widths(task: MechanismDesign, design: Design) -> list[tuple[Term, int]]:
    return [(term, len(column_names(term, design))) for term in task.terms]


def _carriers(slopes: Mapping[Term, FloatArray], variable: str) -> list[Term]:
    return [term for term in slopes if variable in term.variables]


def _slope(design: Design, term: Term) -> float:
    factor = term.factors[0]
    return 1.0 / design.constants[factor].scale if factor.function == "standardize" else 1.0
