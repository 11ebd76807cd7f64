"""Whether values of a mediator that hardly ever occur decide a mean: then it may not exist, and no nodes can give it.

An exponential of a ``student_t`` variable has no mean, nor has one that grows with a ``lognormal`` variable; that of a
gamma variable has one up to a slope. Quadrature gives some number all the same: what its outermost nodes make of it.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from bayescause.compilation.plan import Route
from bayescause.inference.posterior import Posterior
from bayescause.query.compared_worlds import ComparedWorld, worlds_by_block
from bayescause.query.copied_laws import copied
from bayescause.query.dependence import integrated
from bayescause.query.drawn_laws import Laws, laws_of
from bayescause.query.estimand import Estimand
from bayescause.query.simulation import BOUNDED, OutcomeLaw, outcome_law
from bayescause.scm.mechanism import FloatArray

__all__ = ["decided_far_out"]

RARE = 1e-6
"""Weight of a node below which its value hardly ever occurs."""

MUCH = 1e-3
"""Share of a mean that such a value may have: of means that exist it is 1e-6 and less."""

WITHOUT = ("binary", "categorical", "ordinal", "proportion")
"""Kinds whose values lie within limits."""

GLANCE, LOOK = 100, 400
"""Draws of the parameters under which units are looked at, and more of them where there is something to see.

What happens under 5 % of the draws goes unseen among 100 of them 6 times in 1,000; among 20 it would every third time.
"""


def decided_far_out(posterior: Posterior, question: Estimand, route: Route) -> tuple[str, float] | None:
    """A mediator whose rarest values decide a mean that is compared, and in what share of the draws; None if none does.

    Looked at are the worlds of the question, and in each the units that are extreme in what a mean follows from.

    Parameters
    ----------
    posterior : Posterior
    question : Estimand
        About means of the outcome.
    route : Route
        One that is simulated.
    """
    design, table = posterior.design, posterior.table
    is_bounded = design.mechanisms[route.keys[route.order[-1]]].mechanism.link in BOUNDED
    if is_bounded or not (route.copies or integrated(design, route)):
        return None
    called = {copy.name: copy.variable for copy in route.copies}
    laws, route = copied(laws_of(posterior, route), route)
    names = {name: called.get(name, name) for name in integrated(laws.design, route)}
    names = {name: variable for name, variable in names.items() if table.kinds.get(variable) not in WITHOUT}
    worlds = worlds_by_block(question, table, laws.design, route) if names else iter(())
    for name, extreme in _extreme_units(laws.centre, route, worlds, tuple(names)).items():
        if _share(laws.some(GLANCE), route, extreme, name) > 0:
            return names[name], _share(laws.some(LOOK), route, extreme, name)
    return None


def _extreme_units(
    centre: Laws, route: Route, blocks: Iterator[Sequence[ComparedWorld]], names: Sequence[str]
) -> Mapping[str, Sequence[ComparedWorld]]:
    """For each of ``names`` the worlds with their extreme units alone, from blocks of all their units."""
    found: dict[str, Sequence[ComparedWorld]] = {}
    for block in blocks:
        for name in names if all(world.rows for world in block) else ():
            here = _at_extremes(centre, route, block, name)
            if name in found:
                both = [before.joined(world) for before, world in zip(found[name], here, strict=True)]
                here = _at_extremes(centre, route, both, name)
            found[name] = here
    return found


def _at_extremes(centre: Laws, route: Route, worlds: Sequence[ComparedWorld], name: str) -> Sequence[ComparedWorld]:
    return [world.of(_extreme(centre, route, world, name)) for world in worlds]


def _extreme(centre: Laws, route: Route, world: ComparedWorld, name: str) -> np.ndarray:
    """Units with the lowest or highest value of whatever says how far out the mean of the outcome is decided.

    That is how much there is of ``name``, how steeply the outcome follows it, both together, and the outcome; and what
    they follow from, because under some draws it may push where it does not at the centre of them.
    """
    with np.errstate(all="ignore"):
        told = [*world.columns.values(), *_told_of(centre, route, world, name)]
    lines = (np.broadcast_to(one, (*np.shape(one)[:-1], world.rows)).reshape(-1, world.rows)[0] for one in told)
    ends = [int(pick(line)) for line in lines if not np.isnan(line).all() for pick in (np.nanargmin, np.nanargmax)]
    return np.unique(np.array(ends or [0], dtype=int))


def _told_of(centre: Laws, route: Route, world: ComparedWorld, name: str) -> Iterator[FloatArray]:
    law, more = (
        outcome_law(centre, route, world.do, world.columns, slice(None), over=(), moved=moved) for moved in (None, name)
    )
    yield law.columns[name]
    yield law.task.mechanism.mean(*law.arguments)
    for here, there in zip(law.arguments[0].values(), more.arguments[0].values(), strict=True):
        yield from (here, there - here, (there - here) * law.columns[name])


def _share(laws: Laws, route: Route, worlds: Sequence[ComparedWorld], name: str) -> float:
    """In how many of the draws the rarest values of ``name`` decide the mean of some unit in some world."""
    is_decided = np.zeros(laws.samples, dtype=bool)
    with np.errstate(all="ignore"):
        for world in worlds:
            law = outcome_law(laws, route, world.do, world.columns, slice(None), over=(name,))
            is_decided |= _is_decided(law).any(axis=-1)
    return float(is_decided.mean())


def _is_decided(law: OutcomeLaw) -> np.ndarray:
    """Of each draw and unit, dims (sample, row)."""
    mean = np.abs(law.task.mechanism.mean(*law.arguments))
    weights = np.broadcast_to(law.weights, mean.shape)
    parts = weights * mean
    ends = [(weights[end] < RARE) & (parts[end] > MUCH * parts.sum(axis=0)) for end in (0, -1)]
    return np.asarray(np.isinf(parts).any(axis=0) | ends[0] | ends[1])
