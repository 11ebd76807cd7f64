"""Effects on single units whose outcome is yes or no, as chances: what a rank leaves open is known in closed form.

All noises before the outcome are pinned by what was observed, and the outcome says in which interval its rank lies. The
effect of such a unit is nothing or one step in one direction, so that its mean tells its variance. The average of many
independent ones is normal around the average of their means (the central limit theorem).
"""

from collections.abc import Mapping

import numpy as np

from bayescause.compilation.plan import Route
from bayescause.inference.randomness import generator
from bayescause.query.abduction import abducted, arguments_in, is_same, predicted
from bayescause.query.contrasts import Contrast
from bayescause.query.drawn_laws import Laws
from bayescause.query.many_rows import over_population, weighted_blocks
from bayescause.query.population import Population
from bayescause.query.simulator import Simulator
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.noise import has_atoms

__all__ = ["average_by_chances", "expected_of_units", "is_by_chances"]


def is_by_chances(laws: Laws, route: Route, units: Population) -> bool:
    """Whether nothing but the rank of an outcome that is yes or no is left open of any unit."""
    mechanisms = [laws.design.mechanisms[route.keys[name]].mechanism for name in route.order]
    are_pinned = not any(has_atoms(mechanism) for mechanism in mechanisms[:-1])
    are_seen = not any(np.isnan(units.columns[name]).any() for name in route.order)
    return are_pinned and are_seen and mechanisms[-1].kinds == ("binary",)


def average_by_chances(simulator: Simulator, contrast: Contrast, units: Population, coupling: str) -> FloatArray:
    """Average of the own effects of many units, dims (sample,), with the spread that their ranks leave open.

    Parameters
    ----------
    simulator : Simulator
    contrast : Contrast
    units : Population
        As they were seen.
    coupling : str
        A name of ``bayescause.query.abduction.COUPLINGS``.
    """
    laws, route = simulator.laws, simulator.route

    def averages(simulator: Simulator, units: Population, population: str) -> FloatArray:
        blocks = weighted_blocks(simulator, units, population, over=())
        parts = [
            (shares * expected_of_units(simulator.laws, route, contrast, units.columns, coupling, block)).sum(axis=1)
            for block, shares in blocks
        ]
        return np.concatenate(parts)[np.newaxis]

    (found,) = over_population(simulator, units, "sample", averages)
    (one,) = expected_of_units(laws.centre, route, contrast, units.columns, coupling, slice(0, 1))
    # An effect of nothing or one step has the variance |mean| - mean^2; units that stand in one row have ranks of
    # their own. From draw to draw that differs less than the parameters do, and is taken at their means.
    variance = float(units.counts @ (np.abs(one) - one**2)) / float(units.counts.sum()) ** 2
    noise = generator(laws.seed, "ranks of units").standard_normal(laws.samples)
    return np.asarray(found + np.sqrt(variance) * noise)


def expected_of_units(
    laws: Laws, route: Route, contrast: Contrast, columns: Mapping[str, FloatArray], coupling: str, samples: slice
) -> FloatArray:
    """Mean of each unit's own effect over what its rank leaves open, dims (sample, row)."""
    some, was = laws.part(samples), columns[contrast.of]
    between = {name: route.keys[name] for name in route.order[:-1]}
    units = abducted(some, between, columns, ranks=np.zeros, coupling=coupling)

    def chance(do: float | FloatArray) -> FloatArray:
        world = predicted(some, between, route.order[:-1], {contrast.of: do}, columns, units)
        return _chance_of_one(some, route, columns, world, coupling)

    if not np.isin(was, (contrast.low, contrast.high)).all():
        return chance(contrast.high) - chance(contrast.low)
    # One of the two worlds is the one that was seen.
    change = chance(np.where(was == contrast.high, contrast.low, contrast.high)) - columns[route.order[-1]]
    return np.where(was == contrast.high, -1.0, 1.0) * change


def _chance_of_one(
    laws: Laws, route: Route, columns: Mapping[str, FloatArray], world: Mapping[str, FloatArray], coupling: str
) -> FloatArray:
    """Chance that the outcome is 1 in another world, given what it was in that of ``columns``, dims (sample, row)."""
    key, seen = route.keys[route.order[-1]], columns[route.order[-1]]
    mechanism = laws.design.mechanisms[key].mechanism
    before, after = arguments_in(laws, key, columns), arguments_in(laws, key, world)
    there = mechanism.mean(*after)
    if coupling == "independent":
        return np.where(is_same(before, after), seen, there)
    here = mechanism.mean(*before)
    # A rank above 1 - here was seen, or one below it; the other world is 1 above 1 - there.
    kept, left = np.minimum(here, there), np.where(seen == 1, here, 1.0 - here)
    part = np.where(seen == 1, kept, there - kept)
    found = np.where(seen == 1, 1.0, 0.0) + np.zeros_like(part)
    np.divide(part, left, out=found, where=left > 0)
    return found
