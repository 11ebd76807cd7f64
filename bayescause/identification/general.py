"""The complete identification algorithm: an effect from the observed law, or a hedge that shows there is none."""

from collections.abc import Collection

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors, district_of, districts, topological_order
from bayescause.graph.separation import separated
from bayescause.graph.surgery import cut_incoming, cut_outgoing, project
from bayescause.identification.functional import Expression, Law, free_variables, product_of, ratio_of, sum_of
from bayescause.identification.simplifying import readable
from bayescause.identification.verdict import CausalQuery, Hedge

__all__ = [
    "conditionals_of",
    "district_laws",
    "extra_variables",
    "factors_of_district",
    "find_hedge",
    "functional_of",
    "inner_districts",
    "is_identifiable",
]

type Nodes = Collection[str]


def is_identifiable(graph: CausalGraph, of: Nodes, on: Nodes, given: Nodes = ()) -> bool:
    """Whether the observed law determines the law of ``on`` given ``given`` under do(``of``).

    Examples
    --------
    >>> is_identifiable(CausalGraph.parse("x -> m -> y; x <-> y"), ["x"], ["y"])
    True
    >>> is_identifiable(CausalGraph.parse("x -> y; x <-> y"), ["x"], ["y"])
    False
    """
    return find_hedge(graph, of, on, given) is None


def find_hedge(graph: CausalGraph, of: Nodes, on: Nodes, given: Nodes = ()) -> Hedge | None:
    """A hedge: the witness that the effect is not identified; None if it is.

    Parameters
    ----------
    graph : CausalGraph
        With or without latent nodes.
    of, on, given : collection of str
        Treatments, outcomes, and what the outcomes' law is conditioned on.

    Notes
    -----
    Shpitser and Pearl (2006), theorems 4 and 5, decided district by district (Tian 2002; Huang and Valtorta 2006);
    conditions are turned into treatments as far as rule 2 allows (Shpitser and Pearl 2006, IDC).

    Examples
    --------
    >>> find_hedge(CausalGraph.parse("x -> y; x <-> y"), ["x"], ["y"])
    Hedge(nodes=('x', 'y'), inner=('y',))
    """
    graph = project(graph)
    of, on, _ = _unconditional(graph, of, on, given)
    whole = {node: district for district in districts(graph) for node in district}
    for inner in inner_districts(graph, of, on):
        steps = _narrowed(graph, frozenset(inner), frozenset(whole[inner[0]]))
        if steps[-1] != frozenset(inner):
            return Hedge(_in_order(graph, steps[-1]), inner)
    return None


def functional_of(graph: CausalGraph, of: Nodes, on: Nodes, given: Nodes = ()) -> Expression | None:
    """The law of ``on`` given ``given`` under do(``of``) in terms of the observed law; None if there is none.

    Parameters
    ----------
    graph : CausalGraph
    of, on : collection of str
        Treatments and outcomes.
    given : collection of str
        Groups of units in which it is asked for.

    Examples
    --------
    >>> from bayescause.identification.functional_text import text_of
    >>> front_door = CausalGraph.parse("x -> m -> y; x <-> y")
    >>> text_of(functional_of(front_door, ["x"], ["y"]), fixed={"x", "y"})
    "sum over m of P(m | x) sum over x' of P(y | x', m) P(x')"
    """
    if find_hedge(graph, of, on, given) is not None:
        return None
    graph = project(graph)
    of, both, conditions = _unconditional(graph, of, on, given)
    order = topological_order(graph)
    factors = district_laws(graph, of, both).values()
    needed = ancestors(graph, both, within=_outside(graph, of))
    joint = sum_of(tuple(name for name in order if name in needed and name not in both), product_of(factors))
    conditional = ratio_of(joint, sum_of(tuple(name for name in order if name in on), joint)) if conditions else joint
    return readable(conditional, order)


def district_laws(projected: CausalGraph, of: Nodes, on: Nodes) -> dict[tuple[str, ...], Expression]:
    """The law of each district of the causes of ``on`` once ``of`` is taken out, all else held; their product is the
    law of all these causes under do(``of``).

    Parameters
    ----------
    projected : CausalGraph
        Without latent nodes, in which the effect of ``of`` on ``on`` is identified.
    of, on : collection of str

    Notes
    -----
    Tian (2002); a treatment that is free in one of these laws may be set there alone (Shpitser 2013).

    Examples
    --------
    >>> graph = CausalGraph.parse("x -> m -> y; x -> y; m <-> y")
    >>> district_laws(graph, ["x"], ["y"])[("m", "y")]
    Product(factors=(Law(variables=('m',), given=('x',)), Law(variables=('y',), given=('x', 'm'))))
    """
    order = topological_order(projected)
    whole = {node: district for district in districts(projected) for node in district}
    return {
        inner: _district_law(
            projected,
            order,
            whole[inner[0]],
            _narrowed(projected, frozenset(inner), frozenset(whole[inner[0]])),
        )
        for inner in inner_districts(projected, of, on)
    }


def inner_districts(projected: CausalGraph, of: Nodes, on: Nodes) -> tuple[tuple[str, ...], ...]:
    """The districts of the causes of ``on`` once the treatments ``of`` are taken out: line 4 of ID.

    Examples
    --------
    >>> inner_districts(CausalGraph.parse("x -> m -> y; x <-> y"), ["x"], ["y"])
    (('m',), ('y',))
    """
    return districts(projected, ancestors(projected, on, within=_outside(projected, of)))


def extra_variables(expression: Expression, query: CausalQuery) -> tuple[str, ...]:
    """Variables whose levels stand in ``expression`` though ``query`` does not fix them, in alphabetical order.

    In the graph's true law the value is the same at each of their levels; in a law that is estimated it differs a
    little, and is averaged over their observed law. How far it differs is a test of the graph.

    Examples
    --------
    >>> graph = CausalGraph.parse("w -> z -> x -> y; w <-> x; w <-> y")
    >>> extra_variables(functional_of(graph, ["x"], ["y"]), CausalQuery(("x",), ("y",)))
    ('z',)
    """
    return tuple(sorted(free_variables(expression) - {*query.of, *query.on, *query.given}))


def _unconditional(graph: CausalGraph, of: Nodes, on: Nodes, given: Nodes) -> tuple[Nodes, Nodes, Nodes]:
    # Rule 2 of do-calculus: a condition that could as well be set is set.
    left = [name for name in graph.nodes if name in given]
    treated = [name for name in graph.nodes if name in of]
    moved = True
    while moved:
        moved = False
        for name in left:
            others = [other for other in left if other != name]
            surgery = cut_outgoing(cut_incoming(graph, treated), [name])
            if separated(surgery, tuple(on), name, given=(*treated, *others)):
                treated, left, moved = [*treated, name], others, True
                break
    return treated, [*on, *left], left


def _outside(graph: CausalGraph, of: Nodes) -> frozenset[str]:
    return frozenset(graph.nodes) - frozenset(of)


def _narrowed(graph: CausalGraph, inner: frozenset[str], outer: frozenset[str]) -> list[frozenset[str]]:
    """Sets from ``outer`` down towards ``inner``, by turns the ancestors and the district of ``inner`` in the last."""
    steps = [outer]
    while steps[-1] != inner:
        upstream = ancestors(graph, inner, within=steps[-1])
        if upstream == steps[-1]:
            # line 5 of ID: one district spans the graph, so the effect cannot be learnt
            break
        steps += [upstream, district_of(graph, next(iter(inner)), upstream)]
    return steps


def _district_law(
    graph: CausalGraph, order: tuple[str, ...], district: tuple[str, ...], steps: list[frozenset[str]]
) -> Expression:
    law = product_of(factors_of_district(graph, order, district))
    for index, kept in enumerate(steps[1:], start=1):
        before = steps[index - 1]
        if index % 2 == 1:
            law = sum_of(tuple(name for name in order if name in before - kept), law)
        elif kept != before:
            law = product_of(conditionals_of(law, tuple(name for name in order if name in before), kept))
    return law


def factors_of_district(graph: CausalGraph, order: tuple[str, ...], district: tuple[str, ...]) -> list[Expression]:
    """P(v | what comes before v and matters) for each v of a district (Tian and Pearl 2002, lemma 1)."""
    laws: list[Expression] = []
    for place, name in enumerate(order):
        if name in district:
            before = frozenset(order[: place + 1])
            bound = district_of(graph, name, before & frozenset(district))
            matters = bound.union(*(graph.parents(member) for member in bound)) - {name}
            laws.append(Law((name,), _in_order(graph, matters)))
    return laws


def conditionals_of(law: Expression, order: tuple[str, ...], kept: Nodes) -> list[Expression]:
    """The conditional laws of the variables ``kept`` in ``law``, each given those before it in ``order``."""
    factors = []
    for place, name in enumerate(order):
        if name in kept:
            up_to = sum_of(order[place + 1 :], law)
            factors.append(ratio_of(up_to, sum_of((name,), up_to)) if place else up_to)
    return factors


def _in_order(graph: CausalGraph, nodes: Nodes) -> tuple[str, ...]:
    return tuple(name for name in graph.nodes if name in nodes)
