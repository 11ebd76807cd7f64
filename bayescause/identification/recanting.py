"""Effects of some paths that cannot be told from those of others: the recanting witness, the recanting district."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors
from bayescause.graph.surgery import project
from bayescause.identification.first_arrows import FirstArrows
from bayescause.identification.general import inner_districts
from bayescause.identification.obstacles import measuring, told_pair
from bayescause.identification.verdict import CausalQuery, NotIdentified, Recanting
from bayescause.surface import called, setting

__all__ = ["recanting_district", "refusal_of_recanting", "refusal_of_twins"]

type IsAnswered = Callable[[CausalQuery], bool]


def recanting_district(projected: CausalGraph, query: CausalQuery, arrows: FirstArrows) -> Recanting | None:
    """Variables that hidden causes bind together and that arrows of both sorts enter; None if there are none.

    Examples
    --------
    >>> from bayescause.identification.first_arrows import first_arrows
    >>> graph = CausalGraph.parse("x -> m -> y; x -> y; m <-> y")
    >>> query = CausalQuery(("x",), ("y",), kind="natural_direct", through=("m",))
    >>> recanting_district(graph, query, first_arrows(graph, query)).nodes
    ('m', 'y')
    """
    for district in inner_districts(projected, query.of, (*query.on, *query.given)):
        moved, kept = ([name for name in names if name in district] for names in (arrows.moved, arrows.kept))
        if moved and kept:
            return Recanting(district, *(_path(projected, query, names[0]) for names in (moved, kept)))
    return None


def _path(projected: CausalGraph, query: CausalQuery, first: str) -> tuple[str, ...]:
    (of,), (on,) = query.of, query.on
    path, outside = [of, first], frozenset(projected.nodes) - {of}
    while path[-1] != on:
        upstream = ancestors(projected, [on], within=outside)
        path.append(next(name for name in projected.children(path[-1]) if name in upstream))
    return tuple(path)


def refusal_of_recanting(
    graph: CausalGraph, query: CausalQuery, found: Recanting, is_answered: IsAnswered
) -> NotIdentified:
    """The verdict that ``query`` is not identified, with the witness and what would settle it.

    Parameters
    ----------
    graph : CausalGraph
    query : CausalQuery
    found : Recanting
    is_answered : function
        Whether another question can be answered.
    """
    carrying, other = " -> ".join(found.carrying), " -> ".join(found.other)
    names, (of,) = " and ".join(found.nodes), query.of
    if len(found.nodes) == 1:
        role = f"{names} is a recanting witness: {carrying} carries the effect asked for, {other} does not"
        reason = (
            f"{names} would have to be at once as it is under one level of {of}, for the path {carrying}, and as it "
            f"is under the other, for {other}; two worlds that differ in how these go together show the same table"
        )
    else:
        pairs = _bound(graph, found)
        role = "; ".join(told_pair(graph, pair) for pair in pairs)
        reason = (
            f"{carrying} carries the effect asked for and {other} does not, and something unmeasured binds {names} "
            f"together{_among(query, found)}: two worlds that differ in how these go together show the same table"
        )
    return NotIdentified(
        query,
        reason,
        in_the_way=(role,),
        remedies=tuple(_remedies(graph, query, found, is_answered)),
        recanting=found,
    )


def refusal_of_twins(
    graph: CausalGraph, query: CausalQuery, found: Recanting, bound: tuple[str, ...] | None
) -> NotIdentified:
    """The verdict that the witness recants, and that no twins of it can be drawn either.

    Parameters
    ----------
    graph : CausalGraph
    query : CausalQuery
        Of an interventional path-specific effect.
    found : Recanting
    bound : tuple of str, optional
        Variables that hidden causes bind together; None if it is the treatment that they bind.
    """
    (witness,), (of,), (on,) = found.nodes, query.of, query.on
    together = " and ".join(bound or (of, "what it moves"))
    of_them = set(bound or graph.nodes)
    pairs = [pair for pair in project(graph).bidirected if set(pair) <= of_them]
    return NotIdentified(
        query,
        f"{witness} would have to be drawn once for {' -> '.join(found.carrying)} and once more for "
        f"{' -> '.join(found.other)}, and something unmeasured binds {together} together: their law is known for one "
        f"value of {of} at a time, and says nothing of twins that see two",
        in_the_way=tuple(told_pair(graph, pair) for pair in pairs),
        remedies=(
            measuring(graph, CausalQuery(query.of, query.on), pairs),
            _by_lot(witness, of, on),
            f"ask for the total effect of {of} on {on}",
        ),
        recanting=found,
    )


def _among(query: CausalQuery, found: Recanting) -> str:
    """That the units are chosen by some of what is bound together, in words; empty if not."""
    chosen_by = [name for name in query.given if name in found.nodes]
    return f" among units that are chosen by {' and '.join(chosen_by)}" if chosen_by else ""


def _bound(graph: CausalGraph, found: Recanting) -> list[tuple[str, str]]:
    return [pair for pair in project(graph).bidirected if set(pair) <= set(found.nodes)]


def _remedies(graph: CausalGraph, query: CausalQuery, found: Recanting, is_answered: IsAnswered) -> Iterator[str]:
    (of,), (on,) = query.of, query.on
    analogue_told = f"ask for the interventional analogue ({setting('kind', 'interventional')})"
    if query.kind == "path":
        analogue = replace(query, kind="interventional_path")
        if is_answered(analogue):
            yield f"{analogue_told}, which draws twins of the witness"
    elif query.kind != "interventional_path":
        analogue = replace(query, kind=query.kind.replace("natural", "interventional"))
        if is_answered(analogue):
            yield f"{analogue_told}, which needs no unit in two worlds"
        together = replace(
            query, through=(*query.through, *(name for name in found.nodes if name not in query.through))
        )
        if len(found.nodes) == 1 and is_answered(together):
            yield f"ask for the effect through {' and '.join(together.through)} together"
    if len(found.nodes) > 1:
        yield measuring(graph, CausalQuery(query.of, query.on), _bound(graph, found))
    mediators = " and ".join(query.through) or " and ".join(found.nodes)
    yield _by_lot(mediators, of, on)
    yield f"ask for the total effect of {of} on {on}"


def _by_lot(names: str, of: str, on: str) -> str:
    direct = f"the controlled direct effect ({called('cde')}) of {of} on {on}"
    return f"set {names} by lot as well, even for a few units: {direct}"
