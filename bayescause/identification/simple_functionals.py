"""Functionals of the simple strategies: truncated factorization, adjustment, and no effect."""

from collections.abc import Sequence

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import topological_order
from bayescause.graph.surgery import project
from bayescause.identification.adjustment import causal_path_variables
from bayescause.identification.functional import Expression, Law, Mean, Sum, product_of
from bayescause.identification.verdict import CausalQuery

__all__ = ["adjustment_functional", "covariates", "observed_functional", "path_variables", "truncated_functional"]


def path_variables(graph: CausalGraph, query: CausalQuery) -> tuple[str, ...]:
    """Measured variables on causal paths from treatment to outcome, causes first, treatments left out, outcome last.

    Examples
    --------
    >>> graph = CausalGraph.parse("promo -> traffic -> sales; promo -> sales")
    >>> path_variables(graph, CausalQuery(of=("promo",), on=("sales",)))
    ('traffic', 'sales')
    """
    projected = project(graph)
    on_paths = causal_path_variables(projected, query.of, query.on)
    return tuple(name for name in topological_order(projected) if name in on_paths)


def truncated_functional(projected: CausalGraph, query: CausalQuery) -> Expression:
    """Laws of the variables on causal paths given their parents, averaged over what comes before the treatment."""
    order = path_variables(projected, query)
    before = covariates(projected, query)
    ends = [name for name in query.on if name in order]
    mediators = [name for name in order if name not in query.on]
    laws: list[Expression] = [
        _response(query, name, _conditions(projected, query, projected.parents(name)))
        for name in (*ends, *reversed(mediators))
    ]
    if before:
        laws.append(Law(before, query.given))
    return _over((*mediators, *(name for name in before if name not in query.on)), laws)


def covariates(projected: CausalGraph, query: CausalQuery) -> tuple[str, ...]:
    """Direct causes of what is on causal paths, which come before the treatment, and are averaged over."""
    order = path_variables(projected, query)
    needed = {name for variable in order for name in projected.parents(variable)} | set(query.on)
    return tuple(name for name in projected.nodes if name in needed - {*order, *query.of, *query.given})


def adjustment_functional(projected: CausalGraph, query: CausalQuery, adjusted: Sequence[str]) -> Expression:
    """Law of the outcome within groups of ``adjusted``, averaged over them."""
    averaged = tuple(name for name in adjusted if name not in query.given)
    conditions = _conditions(projected, query, (*query.of, *adjusted))
    laws: list[Expression] = [Mean(query.on[0], conditions) if len(query.on) == 1 else Law(query.on, conditions)]
    if averaged:
        laws.append(Law(averaged, query.given))
    return _over(averaged, laws)


def observed_functional(query: CausalQuery) -> Expression:
    """Law of the outcome as it is observed: what is asked for where there is no effect."""
    return product_of([_response(query, name, query.given) for name in query.on])


def _over(names: Sequence[str], laws: Sequence[Expression]) -> Expression:
    return Sum(tuple(names), product_of(laws)) if names else product_of(laws)


def _response(query: CausalQuery, name: str, given: Sequence[str]) -> Expression:
    return Mean(name, tuple(given)) if query.on == (name,) else Law((name,), tuple(given))


def _conditions(graph: CausalGraph, query: CausalQuery, names: Sequence[str]) -> tuple[str, ...]:
    # Treatments first, for that is how one reads it.
    return (
        *(name for name in query.of if name in names),
        *(name for name in graph.nodes if name in names and name not in query.of),
    )
