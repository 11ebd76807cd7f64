"""Questions about parts of an effect that make no sense in a graph, whatever the data are."""

from collections.abc import Iterator
from itertools import pairwise

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors, descendants
from bayescause.graph.surgery import project
from bayescause.identification.first_arrows import first_arrows
from bayescause.identification.verdict import CausalQuery
from bayescause.surface import called

__all__ = ["mediated_faults", "shape_faults"]


def shape_faults(query: CausalQuery) -> Iterator[str]:
    """What is wrong with a question about a mediated effect before one looks at the graph.

    Examples
    --------
    >>> list(shape_faults(CausalQuery(("x",), ("y",), kind="natural_direct")))
    ['An effect through mediators needs `through`: the variables on the way.']
    """
    if max(len(query.of), len(query.on)) > 1:
        yield "A mediated effect is that of one treatment on one outcome. Ask for one pair at a time."
    if query.is_along_paths and bool(query.through) == bool(query.along):
        yield "A path-specific effect needs `along` (chains of arrows) or `through` (variables in order), not both."
    if not query.is_along_paths and query.along:
        yield f"`along` belongs to path-specific effects ({called('path')}). Name the mediators in `through`."
    if not query.is_along_paths and not query.through:
        yield "An effect through mediators needs `through`: the variables on the way."
    yield from (f"`{name}` stands in `through` more than once." for name in _repeated(query.through))
    yield from (f"The path {' -> '.join(chain)} has no arrow." for chain in query.along if len(chain) < 2)


def mediated_faults(graph: CausalGraph, query: CausalQuery) -> Iterator[str]:
    """What is wrong with a question about a mediated effect whose variables are all measured.

    Examples
    --------
    >>> graph = CausalGraph.parse("x -> y; z -> y")
    >>> list(mediated_faults(graph, CausalQuery(("x",), ("y",), kind="natural_direct", through=("z",))))
    ['`z` is not between x and y: no way leads from x to z.']
    """
    (of,), (on,) = query.of, query.on
    projected = project(graph)
    yield from (
        f"`{name}` is the treatment or the outcome itself, so it is not on the way. Name what lies between them."
        for name in query.through
        if name in (of, on)
    )
    between = [name for name in query.through if name not in (of, on)]
    misplaced = [fault for name in between for fault in _misplaced(projected, of, on, name)]
    broken = [fault for chain in query.along for fault in _broken(graph, projected, chain)]
    yield from (*misplaced, *broken)
    if query.is_along_paths and not (misplaced or broken or len(between) < len(query.through)):
        arrows = first_arrows(projected, query)
        if not arrows.moved and arrows.recanting is None:
            yield f"No path from {of} to {on} {_wanted(query)}, so there is no such effect. Look at the order."


def _repeated(names: tuple[str, ...]) -> list[str]:
    return [name for name in dict.fromkeys(names) if names.count(name) > 1]


def _misplaced(projected: CausalGraph, of: str, on: str, name: str) -> Iterator[str]:
    outside = frozenset(projected.nodes) - {of}
    if name not in descendants(projected, [of]):
        yield f"`{name}` is not between {of} and {on}: no way leads from {of} to {name}."
    elif name not in ancestors(projected, [on], within=outside):
        yield f"`{name}` is not between {of} and {on}: no way leads from {name} to {on}."


def _broken(graph: CausalGraph, projected: CausalGraph, chain: tuple[str, ...]) -> Iterator[str]:
    for cause, effect in pairwise(chain):
        if (cause, effect) not in projected.directed:
            swapped = " It points the other way." if (effect, cause) in graph.directed else ""
            yield f"The graph has no arrow {cause} -> {effect}, which the path {' -> '.join(chain)} takes.{swapped}"


def _wanted(query: CausalQuery) -> str:
    if query.along:
        return f"holds {' or '.join(map(' -> '.join, query.along))}"
    return f"goes through {' and then '.join(query.through)}"
