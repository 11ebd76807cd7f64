"""Constraints that hidden causes leave on the observed law beyond independences (Verma constraints)."""

from dataclasses import dataclass

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors, district_of, topological_order
from bayescause.graph.surgery import project
from bayescause.identification.functional import Expression, free_variables, product_of, ratio_of, sum_of
from bayescause.identification.functional_text import text_of
from bayescause.identification.general import conditionals_of, factors_of_district
from bayescause.identification.listing import Listing
from bayescause.identification.simplifying import readable
from bayescause.notebooks import by_its_words

__all__ = ["Constraint", "constraint_of", "verma_constraints"]


@dataclass(frozen=True)
class Constraint:
    """A law made from the observed one that depends on fewer variables than it mentions.

    Parameters
    ----------
    variable : str
        Whose law it is, with some of what comes before it set and not seen.
    law : Expression
        The law, in terms of the observed one.
    free_of : tuple of str
        Variables that the expression mentions and on whose values it does not depend, if the graph is right.

    Examples
    --------
    >>> graph = CausalGraph.parse("v1 -> v2 -> v3 -> v4; v2 <-> v4")
    >>> print(constraint_of(graph, "v4", "v1"))
    sum over v2 of P(v4 | v1, v2, v3) P(v2 | v1) does not depend on v1
    """

    variable: str
    law: Expression
    free_of: tuple[str, ...]

    @property
    def variables(self) -> tuple[str, ...]:
        """The variable, those it does not depend on, and those it may depend on."""
        return (self.variable, *self.free_of, *sorted(free_variables(self.law) - {self.variable, *self.free_of}))

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        law = text_of(self.law, fixed=free_variables(self.law))
        return f"{law} does not depend on {', '.join(self.free_of)}"


def verma_constraints(graph: CausalGraph, *, most: int) -> Listing[Constraint]:
    """What the observed law has to obey beyond independences, in the order of causes before effects.

    Parameters
    ----------
    graph : CausalGraph
        With or without latent nodes.
    most : int
        Constraints that are listed.

    Notes
    -----
    One statement for each pair that no set separates and that is neither joined in the maximal arid projection of the
    graph (Shpitser, Evans and Richardson 2018); pairs with the same statement share it. Where that projection is the
    graph itself, these and the independences are as many as the constraints on the covariances of linear models.
    """
    graph = project(graph)
    order = topological_order(graph)
    found: dict[Constraint, None] = {}
    for place, a in enumerate(order):
        if not graph.siblings(a):
            continue  # with a district of its own, it is independent of what is not its cause
        for b in order[:place]:
            constraint = constraint_of(graph, a, b, order=order)
            if constraint is not None and len(found) == most and constraint not in found:
                return Listing(tuple(found), is_whole=False)
            found |= {} if constraint is None else {constraint: None}
    return Listing(tuple(found))


def constraint_of(graph: CausalGraph, a: str, b: str, *, order: tuple[str, ...] = ()) -> Constraint | None:
    """The constraint that stands for a missing arrow from ``b`` to ``a``; None if there is none beyond independences.

    Parameters
    ----------
    graph : CausalGraph
        Without latent nodes.
    a, b : str
        A variable, and one that comes before it.
    order : tuple of str, optional
        All variables, causes before effects; by default a topological order.

    Notes
    -----
    The recursion of Tian and Pearl (2002, section 4), aimed at one pair: the district S of a variable has a law Q[S]
    that the observed one gives. What is upstream of neither end within S is summed out; the district E of ``a`` in
    what is left has a law of its own, so ``a``'s factor depends on E and its parents only. If ``b`` is not among
    these, this is a constraint; otherwise E takes the place of S, until nothing can be summed out.
    """
    order = order or topological_order(graph)
    upstream = ancestors(graph, [a, b])
    within = tuple(name for name in order if name in upstream)
    members = district_of(graph, a, upstream)
    if b not in _closed(graph, members):
        return None
    law = product_of(factors_of_district(graph, within, _sorted(order, members)))
    while True:
        left = ancestors(graph, {a, b} & members, within=members)
        inner = district_of(graph, a, left)
        if inner == members:
            return None
        gone = _sorted(order, members - left)
        summed = sum_of(gone, law)
        if b not in _closed(graph, inner):
            factor = readable(ratio_of(summed, sum_of((*gone, a), law)), order)
            free = (_closed(graph, members) - frozenset(gone) - _closed(graph, inner)) & free_variables(factor)
            return Constraint(a, factor, _sorted(order, free)) if b in free else None
        law = product_of(conditionals_of(summed, _sorted(order, left), inner)) if inner != left else summed
        members = inner


def _closed(graph: CausalGraph, members: frozenset[str]) -> frozenset[str]:
    return members.union(*(graph.parents(name) for name in members))


def _sorted(order: tuple[str, ...], names: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in order if name in names)
