"""Twins of a recanting witness: how often each variable is drawn, so that every way on sees one value."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import count

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors, descendants, topological_order
from bayescause.identification.general import inner_districts
from bayescause.identification.path_patterns import State, pattern_of
from bayescause.identification.verdict import CausalQuery

__all__ = ["Twin", "bound_twins", "twins_of"]


@dataclass(frozen=True)
class Twin:
    """One drawing of a variable between treatment and outcome.

    Parameters
    ----------
    name : str
        The variable's own; with stars where it is drawn more than once.
    variable : str
    sees : mapping of str to str
        For each cause that the treatment moves the name of its twin. For the treatment itself its own name is the value
        whose effect is asked for, with a star it is the reference.
    """

    name: str
    variable: str
    sees: Mapping[str, str]


def twins_of(projected: CausalGraph, query: CausalQuery, star: str) -> tuple[Twin, ...]:
    """What is drawn in the world of an interventional path-specific effect, the outcome first.

    Of a variable there are as many twins as ways on differ in which of the ways that lead to it carry the effect. Where
    no witness recants there is one of each, and the world is that of the natural effect.

    Parameters
    ----------
    projected : CausalGraph
        Without latent nodes.
    query : CausalQuery
        With ``through`` or ``along``.
    star : str
        Name of the treatment's reference.

    References
    ----------
    Vo, Williams, Liu, Rudolph and Diaz (2024), Recanting twins: addressing intermediate confounding in mediation
    analysis.

    Examples
    --------
    >>> graph = CausalGraph.parse("x -> {l m y}; l -> {m y}; m -> y")
    >>> query = CausalQuery(("x",), ("y",), kind="interventional_path", along=(("x", "l", "y"),))
    >>> for twin in twins_of(graph, query, "x*"):
    ...     print(twin.name, dict(twin.sees))
    y {'x': 'x*', 'l': 'l', 'm': 'm'}
    m {'x': 'x*', 'l': 'l*'}
    l {'x': 'x'}
    l* {'x': 'x*'}
    """
    (of,), (on,) = query.of, query.on
    pattern, order = pattern_of(query), topological_order(projected)
    inside = ancestors(projected, [on], within=frozenset(projected.nodes) - {of})
    moved = [name for name in order if name in inside and name in descendants(projected, [of]) and name != of]
    reached = _reached(projected, query, moved)
    last = tuple(pattern.carries(state) for state in reached[on])
    # Ways on are told apart by which of the states that ways to a variable end in they let carry the effect.
    found: dict[str, dict[tuple[bool, ...], str]] = {name: {} for name in moved} | {on: {last: on}}
    twins, taken = [], {*projected.nodes, star}
    for name in reversed(moved):
        for carried, twin in found[name].items():
            after = dict(zip(reached[name], carried, strict=True))
            sees = {}
            for cause in projected.parents(name):
                if cause == of:
                    sees[cause] = of if after[pattern.step(pattern.start, name)] else star
                elif cause in found:
                    ways = tuple(after[pattern.step(state, name)] for state in reached[cause])
                    if ways not in found[cause]:
                        found[cause][ways] = _fresh(cause, taken) if found[cause] else cause
                        taken.add(found[cause][ways])
                    sees[cause] = found[cause][ways]
            twins.append(Twin(twin, name, sees))
    return tuple(twins)


def bound_twins(projected: CausalGraph, query: CausalQuery, star: str) -> tuple[str, ...] | None:
    """Variables that hidden causes bind together and that twins would have to be drawn of, or that would see two.

    A law of theirs together is known for one value of each of their causes, so that no such world can be drawn from it.

    Parameters
    ----------
    projected : CausalGraph
        Without variables that were not measured.
    query : CausalQuery
        Of a kind of path.
    star : str
        Name of the other level of the treatment.

    Returns
    -------
    tuple of str or None
        None if there are no such variables.

    Examples
    --------
    >>> graph = CausalGraph.parse("x -> {l m y}; l -> {m y}; m -> y; l <-> m")
    >>> query = CausalQuery(("x",), ("y",), kind="interventional_path", along=(("x", "l", "y"),))
    >>> bound_twins(graph, query, "x*")
    ('l', 'm')
    """
    twins = twins_of(projected, query, star)
    moved = {twin.variable for twin in twins}
    for district in inner_districts(projected, query.of, (*query.on, *query.given)):
        bound = tuple(name for name in district if name in moved)
        own = [twin for twin in twins if twin.variable in bound]
        seen = {pair for twin in own for pair in twin.sees.items()}
        if len(bound) > 1 and (len(own) > len(bound) or len(seen) > len(dict(seen))):
            return bound
    return None


def _reached(projected: CausalGraph, query: CausalQuery, moved: list[str]) -> dict[str, tuple[State, ...]]:
    """What may be remembered of the ways from the treatment to each variable."""
    (of,), pattern = query.of, pattern_of(query)
    reached: dict[str, tuple[State, ...]] = {of: (pattern.start,)}
    for name in moved:
        states = (pattern.step(state, name) for cause in projected.parents(name) for state in reached.get(cause, ()))
        reached[name] = tuple(dict.fromkeys(states))
    return reached


def _fresh(variable: str, taken: Collection[str]) -> str:
    """The variable's name with as many stars as nothing else has."""
    return next(name for stars in count(1) if (name := variable + "*" * stars) not in taken)
