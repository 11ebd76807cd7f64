"""Laws of two-level variables that a graph allows, drawn at random: what holds for them holds for nearly every law."""

from collections.abc import Iterator

import numpy as np

from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.evaluation import DiscreteLaw

__all__ = ["hidden_causes", "random_laws"]

LEAST = 0.02
"""Smallest chance of a level, whatever its causes are: no law is drawn that nearly forbids something."""

BY_CHANCE = 0.25
"""Share of a chance that has nothing to do with how strong each cause is: no law has a form of its own."""


def random_laws(graph: CausalGraph, number: int, *, seed: int = 0) -> DiscreteLaw:
    """``number`` laws of the variables of ``graph``, each with two levels that are worth 0 and 1.

    Parameters
    ----------
    graph : CausalGraph
        Without latent nodes.
    number : int
    seed : int

    Returns
    -------
    DiscreteLaw, dims (law, level of the first variable, ...)
        Joint probabilities; hidden causes have two levels as well, and are summed out.

    Examples
    --------
    >>> found = random_laws(CausalGraph.parse("x -> y; x <-> y"), 3)
    >>> found.names, found.probability.shape, found.probability.sum(axis=(1, 2)).round(9).tolist()
    (('x', 'y'), (3, 2, 2), [1.0, 1.0, 1.0])
    """
    rng = np.random.default_rng(seed)
    causes = hidden_causes(graph)
    place = {key: index for index, key in enumerate((*graph.nodes, *causes), start=1)}
    operands: list[object] = []
    for key, own in place.items():
        inputs = (*graph.parents(key), *(one for one in causes if key in one)) if isinstance(key, str) else ()
        chance = _chances(rng, number, len(inputs))
        operands += [np.stack([1 - chance, chance], axis=-1), [0, *(place[one] for one in inputs), own]]
    joint = np.einsum(*operands, range(len(graph.nodes) + 1), optimize="greedy")  # type: ignore[call-overload]
    return DiscreteLaw(graph.nodes, np.asarray(joint), dict.fromkeys(graph.nodes, (0.0, 1.0)))


def _chances(rng: np.random.Generator, number: int, causes: int) -> np.ndarray:
    """Chances of the upper level, dims (law, level of each cause): each cause shows, behind many others as well."""
    weights = rng.choice([-1.0, 1.0], (number, causes)) * rng.uniform(1, 3, (number, causes))
    score = np.einsum("lc,c...->l...", weights, 2 * np.indices((2,) * causes) - 1) if causes else np.zeros(number)
    share = BY_CHANCE * rng.random(score.shape) + (1 - BY_CHANCE) / (1 + np.exp(-score))
    return np.asarray(LEAST + (1 - 2 * LEAST) * share)


def hidden_causes(graph: CausalGraph) -> tuple[frozenset[str], ...]:
    """Sets of variables that share one hidden cause each: all joined among themselves, they hold every double arrow.

    Examples
    --------
    >>> [sorted(one) for one in hidden_causes(CausalGraph.parse("{a b c} <-> {a b c}; c <-> d"))]
    [['a', 'b', 'c'], ['c', 'd']]
    """
    return tuple(_cliques(graph))


def _cliques(graph: CausalGraph) -> Iterator[frozenset[str]]:
    left = dict.fromkeys(map(frozenset, graph.bidirected))
    while left:
        bound = set(next(iter(left)))
        for name in graph.nodes:
            if name not in bound and bound <= set(graph.siblings(name)):
                bound.add(name)
        yield frozenset(bound)
        left = {pair: None for pair in left if not pair <= bound}
