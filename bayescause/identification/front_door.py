"""The front-door criterion: mediators that carry the whole effect and are unconfounded on both sides."""

from collections import deque
from collections.abc import Collection, Iterator

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors, descendants
from bayescause.identification.front_door_walks import Walks
from bayescause.identification.functional import Expression, Law, Mean, Product, Sum
from bayescause.identification.listing import Listing

__all__ = [
    "MOST_SETS",
    "front_door_functional",
    "front_door_listing",
]

MOST_SETS = 1_000
"""Minimal front-door sets that are listed; their number can grow exponentially with the graph."""

MOST_STEPS = 100_000
"""Variables looked at, over all searches, before the listing stops: well under a second."""

type Nodes = Collection[str]


def front_door_listing(graph: CausalGraph, of: Nodes, on: Nodes) -> Listing[tuple[str, ...]]:
    """All front-door sets of which no part is one, the smallest first, each in the order of the graph.

    Returns
    -------
    Listing of tuple of str
        ``((),)`` if no causal path leads from treatment to outcome, none if there is no set; and whether these are all.

    Notes
    -----
    Pearl (2009), definition 3.3.3, for sets (Jeong, Tian and Bareinboim 2022, definition 1): every causal path
    meets the set, no back-door path joins it to a treatment, and the treatments block each back-door path from it
    to an outcome.

    Each set takes time linear in the graph (the greatest set, of which a minimal one is cut, as Wienöbst, van der
    Zander and Liskiewicz 2024 do). The others are those in which one variable of a set already found is barred, and
    so on; a minimal set that was not yet found lacks a variable of each that was.

    Examples
    --------
    >>> front_door_listing(CausalGraph.parse("x -> m -> y; x <-> y"), ["x"], ["y"])
    Listing(entries=(('m',),), is_whole=True)
    """
    if any(child in on for treatment in of for child in graph.children(treatment)):
        return Listing()
    upstream = ancestors(graph, [*of, *on])
    walks = Walks(graph, frozenset(of), frozenset(on), upstream)
    candidates = upstream & _unconfounded(graph, frozenset(of), frozenset(on))
    most = 1 + MOST_STEPS // len(upstream)
    found: dict[frozenset[str], None] = {}
    for searches, minimal in enumerate(_searched(walks, candidates), start=1):
        if searches > most or len(found) == MOST_SETS:
            return Listing(_in_order(graph, found), is_whole=False)
        if minimal is not None:
            found.setdefault(minimal)
    return Listing(_in_order(graph, found))


def front_door_functional(graph: CausalGraph, of: Nodes, on: Nodes, through: Nodes) -> Expression:
    """The front-door formula: laws of the mediators under the treatment, and of the outcome averaged over treatments.

    Notes
    -----
    Pearl (2009), theorem 3.3.4.

    Examples
    --------
    >>> from bayescause.identification.functional_text import text_of
    >>> graph = CausalGraph.parse("x -> m -> y; x <-> y")
    >>> text_of(front_door_functional(graph, ["x"], ["y"], ["m"]), fixed={"x", "y"})
    "sum over m of P(m | x) sum over x' of E[y | x', m] P(x')"
    """
    treatments, outcomes = tuple(of), tuple(on)
    mediators = tuple(name for name in graph.nodes if name in through)
    conditions = (*treatments, *mediators)
    response = Mean(outcomes[0], conditions) if len(outcomes) == 1 else Law(outcomes, conditions)
    averaged = Sum(treatments, Product((response, Law(treatments))))
    return Sum(mediators, Product((Law(mediators, treatments), averaged))) if mediators else averaged


def _searched(walks: Walks, candidates: frozenset[str]) -> Iterator[frozenset[str] | None]:
    barred_sets = deque([frozenset[str]()])
    seen = set(barred_sets)
    while barred_sets:
        barred = barred_sets.popleft()
        minimal = walks.minimal_set(candidates - barred)
        yield minimal
        for name in sorted(minimal or ()):
            if barred | {name} not in seen:
                seen.add(barred | {name})
                barred_sets.append(barred | {name})


def _unconfounded(graph: CausalGraph, of: frozenset[str], on: frozenset[str]) -> frozenset[str]:
    """Measured variables that no back-door path joins to a treatment."""
    outside = frozenset(graph.nodes) - of
    upstream = ancestors(graph, of, within=outside)
    heads = upstream.union(*(graph.siblings(name) for name in upstream)) - of
    return frozenset(graph.observed) - of - on - descendants(graph, heads, within=outside)


def _in_order(graph: CausalGraph, sets: Collection[frozenset[str]]) -> tuple[tuple[str, ...], ...]:
    place = {name: index for index, name in enumerate(graph.nodes)}
    ordered = (tuple(sorted(names, key=place.__getitem__)) for names in sets)
    return tuple(sorted(ordered, key=lambda names: (len(names), names)))
