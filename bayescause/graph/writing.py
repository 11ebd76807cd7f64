"""A graph and its formulas, written back in the grammar of graph texts."""

from collections.abc import Iterable, Mapping

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.formula import Factor, Formula, Term
from bayescause.graph.names import quoted

__all__ = ["write_text"]


def write_text(graph: CausalGraph, formulas: Mapping[str, Formula]) -> str:
    """Text that ``read_text`` reads back into the same graph, in the same order of nodes, and the same formulas.

    Examples
    --------
    >>> from bayescause.graph.text import read_text
    >>> declared = read_text("y ~ square(x, z); x <-> z")
    >>> print(write_text(declared.graph, declared.formulas))
    y ~ square(x) + square(z)
    x <-> z
    """
    hidden = [f"latent {quoted(name)}" for name in graph.nodes if name in graph.latent]
    groups = [f"{quoted(name)} = {_set(members)}" for name, members in graph.groups]
    equations = [_equation(formula) for formula in formulas.values()]
    arrows = [
        f"{quoted(cause)} -> {_set(effects)}"
        for cause in graph.nodes
        if (effects := tuple(effect for effect in graph.children(cause) if effect not in formulas))
    ]
    double = [f"{quoted(a)} <-> {quoted(b)}" for a, b in graph.bidirected]
    mentioned = {name for arrow in (*graph.directed, *graph.bidirected) for name in arrow} | set(formulas)
    mentioned |= graph.latent | {member for _, members in graph.groups for member in members}
    alone = [quoted(name) for name in graph.nodes if name not in mentioned]
    return "\n".join([*hidden, *groups, *alone, *equations, *arrows, *double])


def _set(names: Iterable[str]) -> str:
    words = [quoted(name) for name in names]
    return words[0] if len(words) == 1 else f"{{{' '.join(words)}}}"


def _equation(formula: Formula) -> str:
    right = " + ".join(map(_term, formula.terms)) or "1"
    return f"{quoted(formula.outcome)} ~ {right}"


def _term(term: Term) -> str:
    return ":".join(map(_factor, term.factors))


def _factor(factor: Factor) -> str:
    if factor.function is None:
        return quoted(factor.variable)
    options = "" if factor.degrees is None else f", df={factor.degrees}"
    return f"{factor.function}({quoted(factor.variable)}{options})"
