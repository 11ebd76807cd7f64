"""The way from a posterior to the answer of a question: as it was planned, or as it would be planned now."""

from bayescause.compilation.particulars import particulars
from bayescause.compilation.plan import Route
from bayescause.compilation.planning import plan_for
from bayescause.inference.posterior import Posterior
from bayescause.query.estimand import Choosing, Estimand

__all__ = ["route_of"]


def route_of(posterior: Posterior, question: Estimand) -> Route:
    """How ``question`` is answered from ``posterior``: as it was planned, or as it would be planned now."""
    for route in posterior.plan.routes:
        if (route.query, route.where) == (question.query, question.where) and _may_answer(route, question):
            return route
    return plan_for(posterior.model, posterior.table, [question]).routes[0]


def _may_answer(route: Route, question: Estimand) -> bool:
    if isinstance(question, Choosing) and route.refusal is None and question.obstacle(route) is not None:
        return False
    ways = particulars(question).ways
    return ways is None or (route.refusal is None and (not route.needs_draws or route.way in ways))
