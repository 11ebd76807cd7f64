"""Whether an answer is right in another graph as well: computed as it was, it gives the effect there."""

import warnings
from collections.abc import Sequence
from dataclasses import replace

from bayescause.compilation.conditions import Condition
from bayescause.compilation.particulars import particulars
from bayescause.compilation.plan import Route
from bayescause.errors import GraphError, GraphWarning
from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.agreeing import agree
from bayescause.identification.functional import Expression, Law, Mean, product_of, sum_of
from bayescause.identification.identify import identify
from bayescause.identification.questions import Question
from bayescause.identification.verdict import CausalQuery, Identified, Verdict
from bayescause.query.effect import Effect
from bayescause.query.estimand import Assigning
from bayescause.scm.design import Design, MechanismDesign

__all__ = ["computed", "judged", "withstands"]


def withstands(effect: Effect, graph: CausalGraph) -> bool:
    """Whether what ``effect`` was computed from is the effect in ``graph`` too, whatever the observed law is.

    Parameters
    ----------
    effect : Effect
        Identified in its own graph.
    graph : CausalGraph
        Of the same variables.

    Returns
    -------
    bool
        False as well where it was not found out: for counterfactuals that rest on a coupling, for effects of some units
        that are mediated or computed by a way that does not tell of each unit (the front door, say), and for formulas
        of more than 20 variables.

    Notes
    -----
    The functional that was computed is held against the one that the other graph gives (``agree``). Where only some
    units are meant, it has to be right among units with like covariates, and so for any choice of units by them. Where
    they are meant by their treatment, or are treated by what they had, those of all levels have to be exchangeable
    besides, as they are where the comparison of like with like is the effect (Shpitser, VanderWeele and Robins 2010).

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0.0, 1.0, 2.0, 3.0], "y": [1.1, 2.9, 5.2, 6.8], "z": [1.0, 0.5, 2.0, 0.0]}
    >>> effect = bc.ask(bc.StructuralModel.parse("y ~ x; z ~ x"), rows, bc.AverageEffect(of="x", on="y"))
    >>> withstands(effect, bc.CausalGraph.parse("x -> {y z}; y <-> z"))
    True
    >>> withstands(effect, bc.CausalGraph.parse("x -> y; z -> {x y}"))
    False
    """
    told, query = particulars(effect.estimand), effect.estimand.query
    by_level = told.among is not None or isinstance(effect.estimand, Assigning)
    where = Condition.parse(effect.estimand.where).columns if effect.estimand.where else ()
    if not by_level and not where:
        is_tied = told.coupling is not None and not query.is_mediated
        return not is_tied and _agrees(graph, query, computed(effect))
    route = effect.route
    if route is None or not route.is_by_unit or query.is_mediated or told.coupling is not None:
        return False
    alike = tuple(dict.fromkeys((*query.given, *_drawn(effect, route.covariates), *where)))
    within = replace(query, given=alike)
    seen = (Mean(query.on[0], (*query.of, *alike)),) if by_level else ()
    return all(_agrees(graph, within, one) for one in (computed(effect, is_averaged=False), *seen))


def computed(effect: Effect, *, is_averaged: bool = True) -> Expression | None:
    """The functional of the observed law that ``effect`` was computed from; None if it cannot be written.

    Parameters
    ----------
    effect : Effect
    is_averaged : bool
        Whether covariates are averaged over, or still there.
    """
    route, posterior = effect.route, effect.posterior
    verdict = effect.verdict
    if route is None or posterior is None or route.copies:
        return verdict.expression if isinstance(verdict, Identified) else None
    if not route.is_simulated:
        return route.functional
    within = _within(effect, route, posterior.design)
    over = tuple(name for name in _drawn(effect, route.covariates) if name not in route.query.given)
    if not is_averaged or not over:
        return within
    return sum_of(over, product_of([within, Law(over, route.query.given)]))


def _within(effect: Effect, route: Route, design: Design) -> Expression:
    """The mean of the outcome among units with like covariates."""
    outcome = route.order[-1]
    given = {name: _drawn(effect, _given(design.mechanisms[route.keys[name]])) for name in route.order}
    laws = [Mean(name, given[name]) if name == outcome else Law((name,), given[name]) for name in route.order]
    return sum_of(route.order[:-1], product_of([_set(route, law) for law in laws]))


def _given(task: MechanismDesign) -> tuple[str, ...]:
    names = (name for term in task.terms for name in sorted(term.variables))
    return tuple(dict.fromkeys((*names, *task.mechanism.inputs)))


def _drawn(effect: Effect, names: Sequence[str]) -> tuple[str, ...]:
    """Those of ``names`` that are in the graph: an exposure or a weight that is not is a matter of scale."""
    return tuple(name for name in names if effect.model is None or name in effect.model.graph.observed)


def _set(route: Route, law: Law | Mean) -> Expression:
    """``law`` with the treatment as it is set, or averaged over the treatment as it was observed."""
    of, (name, *_) = route.query.of, law.variables if isinstance(law, Law) else (law.variable,)
    return sum_of(of, product_of([law, Law(of)])) if name in route.natural else law


def _agrees(graph: CausalGraph, query: CausalQuery, functional: Expression | None) -> bool:
    verdict = judged(graph, query)
    if functional is None or not isinstance(verdict, Identified) or verdict.expression is None:
        return False
    return agree(graph, functional, verdict.expression, query.on[0])


def judged(graph: CausalGraph, question: CausalQuery | Question) -> Verdict | None:
    """The verdict on ``question`` in ``graph``; None if it makes no sense there: groups that the treatment forms, say.

    Examples
    --------
    >>> query = CausalQuery(("x",), ("y",), given=("w",))
    >>> judged(CausalGraph.parse("{x w} -> y"), query).is_identified
    True
    >>> judged(CausalGraph.parse("x -> w; {x w} -> y"), query) is None
    True
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GraphWarning)
        try:
            return identify(graph, question)
        except GraphError:
            return None
