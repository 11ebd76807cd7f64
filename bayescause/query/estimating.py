"""From a posterior and a question to an effect: the verdict first, then the draws, then what weakens them."""

from bayescause.arguments import require, shown
from bayescause.calling import names_its_arguments
from bayescause.compilation.asked import check_asked
from bayescause.compilation.plan import Route
from bayescause.compilation.selecting import selection_faults
from bayescause.errors import SpecError
from bayescause.inference.posterior import Posterior
from bayescause.inference.telling import TELL, Tell, now_and_then, silent
from bayescause.plugins import find
from bayescause.query.answer import ANSWERS, Answer
from bayescause.query.effect import Effect
from bayescause.query.estimand import Estimand
from bayescause.query.routing import route_of
from bayescause.query.settling import refuse, settle

__all__ = ["estimate"]


@names_its_arguments
def estimate(posterior: Posterior, question: Estimand, *, tell: Tell = silent) -> Effect:
    """Draw ``question`` from ``posterior``.

    Parameters
    ----------
    posterior : Posterior
        Draws of the mechanisms, from ``fit``.
    question : Estimand
        Such as ``AverageEffect(of="promo", on="sales")``.
    tell : function
        Told in words, every few seconds, how far a long average over units is, such as ``print``.

    Returns
    -------
    Effect
        Draws with dims (chain, draw) in the unit of the outcome. Refused, with the reason, if the effect is not
        identified, has no estimator, or needs a mechanism that was not fitted.

    Raises
    ------
    SpecError
        If a level of the contrast is impossible or never seen, ``where`` looks at what the treatment changes, or
        ``tell`` cannot be told anything.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0.0, 1.0, 2.0, 3.0], "y": [1.1, 2.9, 5.2, 6.8]}
    >>> question = bc.AverageEffect(of="x", on="y")
    >>> effect = estimate(bc.fit(bc.StructuralModel.parse("y ~ x"), rows, [question]), question)
    >>> round(float(effect.unadjusted), 2), effect.draws.dims
    (1.94, ('chain', 'draw'))
    """
    given: object = posterior
    if not isinstance(given, Posterior):
        raise SpecError(f"The posterior is {shown(posterior)}. Give what `fit` returned, then the question.")
    check_asked([question])
    require(tell=(tell, TELL))
    SpecError.raise_if(selection_faults(posterior.model.graph, (question.of,), question.where))
    route = route_of(posterior, question)
    if not route.needs_draws:
        return settle(posterior.model, question, route)
    absent = [key for key in _needed(route) if key not in posterior.engines]
    if absent:
        reason = f"The posterior does not hold {', '.join(absent)}. Give this question to `fit` as well."
        return refuse(posterior.model, question, route, reason)
    answer: Answer = find(ANSWERS, route.way)()
    return answer.answer(posterior, question, route, tell=now_and_then(tell))


def _needed(route: Route) -> tuple[str, ...]:
    return (*route.keys.values(), *((route.block,) if route.block is not None else ()))
