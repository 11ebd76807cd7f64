"""Mediated effects read off simulated units: what lies between is drawn in one world, and is fed to the other one.

Nothing is shared with the route by copies: which arrows carry the effect is read off one path each, which is enough
where the effect is identified (Avin, Shpitser and Pearl 2005, theorem 2).
"""

from typing import TYPE_CHECKING

import numpy as np

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors, district_of
from bayescause.graph.surgery import subgraph
from bayescause.identification.verdict import CausalQuery
from bayescause.query.contrasts import at_level, resolve_contrast
from bayescause.query.replaying import Worlds, mean_among
from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    from bayescause.query.estimand import Estimand

__all__ = ["carries", "contrast_of_nested"]


def contrast_of_nested(question: "Estimand", worlds: Worlds) -> FloatArray:
    """Mean difference of the nested world and the one in which everything sees the reference, dims (sample,)."""
    contrast, query = resolve_contrast(worlds.table, question), question.query
    is_fed = query.kind.startswith("interventional") or (query.kind != "path" and worlds.is_structural)
    with_twins = query.kind == "interventional_path"
    outcome = _by_twins if with_twins else _by_mediators if is_fed else _by_arrows
    sides = (outcome(query, worlds, level, contrast.low) for level in (contrast.high, contrast.low))
    high, low = (at_level(side, contrast.level) for side in sides)
    return mean_among(high - low, worlds, question)


def _by_mediators(query: CausalQuery, worlds: Worlds, level: float, reference: float) -> FloatArray:
    """The outcome at one value of the treatment, with the mediators that were drawn at the other."""
    (of,) = query.of
    is_direct = query.kind.endswith("_direct")
    between, outcome = (reference, level) if is_direct else (level, reference)
    drawn = worlds.under({of: between})
    return worlds.outcome({of: outcome} | {name: drawn[name] for name in query.through if name in drawn})


def _by_arrows(query: CausalQuery, worlds: Worlds, level: float, reference: float) -> FloatArray:
    """The outcome where each variable was drawn from those before it, and sees one value of the treatment or the other.

    Variables that hidden causes bind together see the same one.
    """
    (of,), (on,) = query.of, query.on
    looked_at = [on, *query.given]
    inside = subgraph(worlds.graph, ancestors(worlds.graph, looked_at, within=set(worlds.graph.nodes) - {of}))
    carrying = {child for child in worlds.graph.children(of) if child in inside.nodes and _starts(inside, child, query)}
    drawn: dict[str, FloatArray] = {}
    for name in worlds.order:
        seen = level if carrying & district_of(inside, name) else reference
        drawn[name] = worlds.under({of: seen, **drawn})[name]
    return np.asarray(drawn[on])


def _by_twins(query: CausalQuery, worlds: Worlds, level: float, reference: float) -> FloatArray:
    """The outcome where each variable is drawn anew for ways on that differ in which ways to it carry the effect."""
    (of,), (on,) = query.of, query.on
    upstream = ancestors(worlds.graph, [on, *query.given], within=set(worlds.graph.nodes) - {of})
    inside = subgraph(worlds.graph, upstream | {of})
    drawn: dict[tuple[str, tuple[bool, ...]], FloatArray] = {}

    def twin(name: str, onward: tuple[str, ...]) -> FloatArray:
        sort = tuple(carries((*way, name, *onward), query) for way in _ways(inside, of, name))
        if (name, sort) not in drawn:
            values: dict[str, float | FloatArray] = {of: level if carries((of, name, *onward), query) else reference}
            causes = [cause for cause in inside.parents(name) if cause in worlds.order]
            values |= {cause: twin(cause, (name, *onward)) for cause in causes}
            # What hidden causes bind it to among those before it is of the same world.
            bound = [other for other in worlds.order if other in district_of(inside, name) and other != name]
            before = bound[: sum(worlds.order.index(other) < worlds.order.index(name) for other in bound)]
            values |= {other: twin(other, _onward(inside, other, on)) for other in before if other not in values}
            drawn[name, sort] = worlds.under(values, noise=f"{name} {sort}")[name]
        return drawn[name, sort]

    return twin(on, ())


def _ways(inside: CausalGraph, of: str, to: str) -> list[tuple[str, ...]]:
    """The ways from the treatment to a variable, without the variable itself."""
    before = [(cause, way) for cause in inside.parents(to) if cause != of for way in _ways(inside, of, cause)]
    return [*([(of,)] if of in inside.parents(to) else []), *((*way, cause) for cause, way in before)]


def _onward(inside: CausalGraph, name: str, on: str) -> tuple[str, ...]:
    path = [name]
    while path[-1] != on:
        path.append(inside.children(path[-1])[0])
    return tuple(path[1:])


def _starts(inside: CausalGraph, child: str, query: CausalQuery) -> bool:
    """Whether the arrow to ``child`` starts paths that carry the effect: they all do, or none."""
    path = [*query.of, child]
    while path[-1] != query.on[0]:
        path.append(inside.children(path[-1])[0])  # from every node in ``inside`` the outcome can be reached
    return carries(tuple(path), query)


def carries(path: tuple[str, ...], query: CausalQuery) -> bool:
    """Whether ``path``, from treatment to outcome, is one along which the effect ``query`` goes.

    Examples
    --------
    >>> query = CausalQuery(("x",), ("y",), kind="natural_direct", through=("m",))
    >>> carries(("x", "y"), query), carries(("x", "m", "y"), query)
    (True, False)
    """
    if query.along:
        return any(path[at : at + len(chain)] == chain for chain in query.along for at in range(len(path)))
    if query.kind == "path":
        left = iter(path)
        return all(name in left for name in query.through)
    return bool(set(path) & set(query.through)) != query.kind.endswith("_direct")
