"""Averages of what is a smooth curve of one quantity in which units differ, from its values at few places.

A curve without corners is as good as known from its values at Chebyshev's points (``bayescause.query.chebyshev``), if
nothing in it is narrower than their distance: that is looked at in every unit under some draws. Its average over units
is linear in those values, with weights that each draw's population gives.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bayescause.compilation.plan import Route
from bayescause.query.chebyshev import ChebyshevPoints, chebyshev_points, last_of
from bayescause.query.drawn_laws import Laws
from bayescause.query.nodes_together import uses_points
from bayescause.query.population import Population
from bayescause.scm.abilities import is_by_terms
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.terms import has_dummies

__all__ = ["FewPlaces", "Look", "few_places"]

PLACES = (8, 24, 72)
"""How many places are tried, one after another."""

WORTHWHILE = 3
"""Different rows for each place, from which on they are worth their while."""

ERROR = 1e-9
"""The last coefficients are at most that much of the largest value, of typical draws."""

GAP = 1e-7
"""Distance between the curve and a unit's value, at most, over the largest value, of typical draws."""


class Look(NamedTuple):
    """What some units are worth under some draws: ``known``, dims (quantity, sample, row)."""

    samples: slice
    rows: slice | npt.NDArray[np.intp]
    known: FloatArray


@dataclass(frozen=True, eq=False)
class FewPlaces:
    """Places that stand for all units, which differ by one column.

    Parameters
    ----------
    units : Population
        One unit at each place.
    points : ChebyshevPoints
    basis : array, dims (row, place)
        What gives the values of the units.
    """

    units: Population
    points: ChebyshevPoints
    basis: FloatArray

    def give(self, looks: Sequence["Look"], values: FloatArray) -> bool:
        """Whether values at the places, dims (quantity, sample, place), give those that are known of units.

        A valley between two places leaves no trace in the coefficients.

        Parameters
        ----------
        looks : sequence of Look
            At all samples together.
        values : array, dims (quantity, sample, place)
        """
        gaps = [np.abs(values[:, one.samples] @ self.basis[one.rows].T - one.known).max(axis=(1, 2)) for one in looks]
        sizes = np.concatenate([np.abs(one.known).max(axis=2) for one in looks], axis=1).mean(axis=1)
        return bool((np.max(gaps, axis=0) <= GAP * sizes).all())

    def tell(self, values: FloatArray) -> bool:
        """Whether the coefficients of curves through ``values``, dims (quantity, sample, place), die out."""
        last = last_of(self.points.through(values)).max(axis=1)
        return bool((last <= ERROR * np.abs(values).max(axis=2).mean(axis=1)).all())


def few_places(laws: Laws, route: Route, units: Population) -> Iterator[FewPlaces]:
    """Fewer and then more places for ``units``; none where they are few, or what they are worth is no smooth curve.

    Examples
    --------
    >>> from bayescause.inference.fitting import fit
    >>> from bayescause.query.estimands.average_effect import AverageEffect
    >>> from bayescause.query.drawn_laws import laws_of
    >>> from bayescause.scm.structural_model import StructuralModel
    >>> age, question = np.arange(90.0), AverageEffect(of="dose", on="sick")
    >>> data = {"dose": age % 3, "age": age, "sick": age % 2}
    >>> posterior = fit(StructuralModel.parse("sick ~ dose + age"), data, [question])
    >>> [route] = posterior.plan.routes
    >>> units = Population({"age": age}, np.ones(90))
    >>> [one.units.rows for one in few_places(laws_of(posterior, route), route, units)]
    [8, 24]
    """
    if not _is_smooth(laws, route, units):
        return
    ((name, values),) = units.columns.items()
    low, high = float(values.min()), float(values.max())
    for number in PLACES:
        if WORTHWHILE * number > units.rows:
            return
        points = chebyshev_points(number)
        basis = points.basis((2 * values - low - high) / (high - low))
        # The ends are among the places: they are what the units have, whatever rounding says.
        places = np.clip((low + high) / 2 + points.places * (high - low) / 2, low, high)
        yield FewPlaces(Population({name: places}, np.ones(number)), points, basis)


def _is_smooth(laws: Laws, route: Route, units: Population) -> bool:
    """Whether units differ by one quantity, of which every mechanism on the route is a curve without corners."""
    if len(units.columns) != 1 or units.rows < WORTHWHILE * PLACES[0] or uses_points(laws.design, route):
        return False
    (name,) = units.columns
    tasks = [laws.design.mechanisms[key] for key in route.keys.values()]
    if not all(is_by_terms(task.mechanism) for task in tasks):
        return False
    factors = (factor for task in tasks for term in task.terms for factor in term.factors if factor.variable == name)
    return not any(factor.function == "spline" or has_dummies(factor, laws.design) for factor in factors)
