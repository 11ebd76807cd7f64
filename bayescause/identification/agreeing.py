"""Whether two functionals of the observed law have the same value on every law that a graph allows."""

from dataclasses import replace
from itertools import product

import numpy as np

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors
from bayescause.graph.surgery import project, subgraph
from bayescause.identification.evaluation import DiscreteLaw, discrete_mean
from bayescause.identification.functional import Expression, levels_named, variables_of
from bayescause.identification.random_laws import hidden_causes, random_laws

__all__ = ["agree"]

MOST_VARIABLES = 20
"""Variables up to which laws are drawn, hidden causes included: a law of 20 has a million cells."""

LAWS = 3
"""Laws that are drawn. One would do, for those on which different functionals meet are as rare as a root is."""

ROUNDING = 1e-12
"""Difference of chances below which two are the same: rounding makes about 1e-14."""


def agree(graph: CausalGraph, first: Expression, second: Expression, outcome: str, *, seed: int = 0) -> bool:
    """Whether the mean of ``outcome`` by ``first`` is that by ``second``, whatever the law is.

    Parameters
    ----------
    graph : CausalGraph
        With all variables of both.
    first, second : Expression
        Laws of the outcome, or its means. What else they depend on may differ: then they agree if it does not matter.
    outcome : str
    seed : int
        Of the laws.

    Returns
    -------
    bool
        False as well where it was not found out, because the two name more than 20 variables, hidden causes included.

    Notes
    -----
    Both are evaluated on laws of two-level variables that are drawn at random. Their difference is a quotient of
    polynomials in the chances that make up such a law: it is zero for all of them, or for hardly any (Schwartz 1980).
    Two levels are enough to tell what the graph does not identify (Shpitser and Pearl 2006, theorem 4).

    Examples
    --------
    >>> from bayescause.identification.functional import Law, Mean, Product, Sum
    >>> by_hand = Sum(("m",), Product((Mean("y", ("m",)), Law(("m",), ("x",)))))
    >>> agree(CausalGraph.parse("x -> m -> y"), by_hand, Mean("y", ("x",)), "y")
    True
    >>> agree(CausalGraph.parse("x -> m -> y; x -> y"), by_hand, Mean("y", ("x",)), "y")
    False
    """
    needed = variables_of(first) | variables_of(second)
    upstream = subgraph(graph, ancestors(graph, needed))
    drawn = project(replace(upstream, latent=frozenset(upstream.nodes) - needed))
    if len(needed) + len(hidden_causes(drawn)) > MOST_VARIABLES:
        return False
    law = random_laws(drawn, LAWS, seed=seed)
    names = sorted({**levels_named(first), **levels_named(second)})
    return all(
        _is_close(first, second, law, outcome, dict(zip(names, levels, strict=True)))
        for levels in product((0, 1), repeat=len(names))
    )


def _is_close(first: Expression, second: Expression, law: DiscreteLaw, outcome: str, levels: dict[str, int]) -> bool:
    one, other = (_mean(each, law, outcome, levels) for each in (first, second))
    return bool(np.abs(one - other).max() < ROUNDING)


def _mean(expression: Expression, law: DiscreteLaw, outcome: str, levels: dict[str, int]) -> np.ndarray:
    """The mean of ``outcome``, dims (law, level of each variable of the law; 1 where it does not depend on it)."""
    held = {name: level for name, level in levels.items() if name in levels_named(expression)}
    found = discrete_mean(expression, law, outcome, held)
    return found.values.reshape(-1, *(law.levels[name] if name in found.names else 1 for name in law.names))
