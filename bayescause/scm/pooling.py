"""Partial pooling: the coefficients of a group's levels come from one normal law, whose sd is a parameter of its own.

``(1 | school)`` gives every school a coefficient ``school[a] ~ normal(0, sd(1|school))``; ``(0 + hours | school)``
gives every school a slope ``hours:school[a] ~ normal(0, sd(hours|school))``, which multiplies hours as they stand.
``(hours | school)`` is both, independent of each other, as lme4's ``(hours || school)`` is (Bates, Mächler, Bolker and
Walker 2015, section 2.2). Effects are deviations from the ordinary terms, and all levels have one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bayescause.graph.formula import Term
from bayescause.scm.priors import Prior
from bayescause.scm.terms import column_names, evaluate

if TYPE_CHECKING:
    from bayescause.scm.design import Design

__all__ = ["Pool", "places_of", "pools_of", "pushes", "scale_name", "scale_prior", "varying"]


@dataclass(frozen=True)
class Pool:
    """Coefficients of the levels of one group that share a scale.

    Parameters
    ----------
    name : str
        Of the scale: ``sd(1|school)``, ``sd(hours|school)``; with several predictors ``presence.sd(1|school)``.
    term : Term
        The pooled term.
    part : int
        Which column of the term's varying product has these coefficients.
    start, stop : int
        Their places among the columns of the design.
    predictor : str
        The drive that they push.
    """

    name: str
    term: Term
    part: int
    start: int
    stop: int
    predictor: str = "mean"

    @property
    def group(self) -> str:
        """The column whose levels they belong to."""
        return self.term.factors[-1].variable


def scale_name(varying_part: str, group: str) -> str:
    """Name of the sd of effects: ``sd(1|school)``; the empty product is a varying intercept.

    Examples
    --------
    >>> scale_name("", "school"), scale_name("hours", "school")
    ('sd(1|school)', 'sd(hours|school)')
    """
    return f"sd({varying_part or 1}|{group})"


def scale_prior(slope_scale: float, spread: float) -> Prior:
    """Default prior of the sd of effects: half-normal, as wide as the default prior of a coefficient of that column.

    Parameters
    ----------
    slope_scale : float
        Sd of the default prior of a coefficient whose column has sd one.
    spread : float
        Sd of the column that the effects multiply; 1 for a varying intercept.
    """
    return Prior("half_normal", (slope_scale / (spread or 1.0),))


def pools_of(term: Term, design: "Design", start: int) -> tuple[Pool, ...]:
    """The pools of a pooled term whose columns begin at ``start``: one for each column of its varying product.

    Examples
    --------
    >>> from bayescause.graph.formula import GROUP, Factor
    >>> from bayescause.scm.design import Constants, Design
    >>> school = Factor("school", GROUP)
    >>> design = Design({}, {school: Constants(levels=(0.0, 1.0), labels=("a", "b"))}, {})
    >>> pools_of(Term((Factor("hours"), school)), design, 3)[0].name
    'sd(hours|school)'
    """
    levels = len(design.constants[term.factors[-1]].levels)
    group = term.factors[-1].variable
    parts = column_names(Term(term.factors[:-1]), design) if len(term.factors) > 1 else ("",)
    return tuple(
        Pool(scale_name(name, group), term, part, start + part * levels, start + (part + 1) * levels)
        for part, name in enumerate(parts)
    )


def varying(term: Term, columns: Mapping[str, Any], design: "Design", xp: Any) -> Any:
    """What the effects of a pooled term multiply, dims (..., row, part): ones for a varying intercept."""
    if len(term.factors) > 1:
        return evaluate(Term(term.factors[:-1]), columns, design, xp)
    return xp.ones_like(columns[term.factors[-1].variable])[..., None]


def places_of(term: Term, columns: Mapping[str, Any], design: "Design", xp: Any) -> Any:
    """Place of each row's level among the levels of the pooled term's group, whole numbers, dims (..., row)."""
    codes = columns[term.factors[-1].variable]
    levels = np.array(design.constants[term.factors[-1]].levels)
    if np.array_equal(levels, np.arange(len(levels))):
        return codes.astype("int64")
    return xp.searchsorted(levels, codes)


def pushes(term: Term, effects: Any, columns: Mapping[str, Any], design: "Design", xp: Any) -> Any:
    """What the effects of a pooled term add to a drive, dims (..., row): looked up by level, never as a dense product.

    Parameters
    ----------
    term : Term
        A pooled one.
    effects : array or tensor, dims (..., column)
        Of the term's columns: all levels of its first part, then of the next.
    columns : mapping of str to array or tensor, dims (..., row)
    design : Design
    xp : module
        ``numpy`` or ``pytensor.tensor``.
    """
    levels = len(design.constants[term.factors[-1]].levels)
    places, moving = places_of(term, columns, design, xp), varying(term, columns, design, xp)
    width = len(column_names(term, design)) // levels
    own = (_looked_up(effects[..., part * levels : (part + 1) * levels], places) for part in range(width))
    return sum(moving[..., part] * effect for part, effect in enumerate(own))


def _looked_up(effects: Any, places: Any) -> Any:
    """The effect of each row's level, dims (..., row)."""
    if places.ndim == 1:
        return effects[..., places]
    # Each sample has levels of its own: an array, since models in PyTensor have one row for each unit.
    leading = np.broadcast_shapes(effects.shape[:-1], places.shape[:-1])
    spread = np.broadcast_to(effects, (*leading, effects.shape[-1]))
    return np.take_along_axis(spread, np.broadcast_to(places, (*leading, places.shape[-1])), axis=-1)
