"""Questions that the terms of a design settle, or leave without an answer, before anything is drawn."""

from collections.abc import Sequence
from typing import Any

from bayescause.compilation.plan import Plan, Route
from bayescause.errors import SpecError
from bayescause.scm.design import Design

__all__ = ["check_questions", "settled_faults"]


def check_questions(questions: Sequence[Any], plan: Plan, design: Design) -> None:
    """Refuse questions to which ``design`` has no answer.

    Parameters
    ----------
    questions : sequence of Estimand
        One that knows such a thing says it in ``faults_in_design(design, route)``, a sentence each.
    plan : Plan
        With a route for each question.
    design : Design

    Raises
    ------
    SpecError
        With every fault.

    Examples
    --------
    >>> import numpy as np
    >>> import bayescause as bc
    >>> from bayescause.compilation.deriving import derive
    >>> from bayescause.compilation.planning import plan_for
    >>> asked = [bc.ConditionalEffect(of="x", on="y", given=("z",), at=(0.5,))]
    >>> model, rows = bc.StructuralModel.parse("y ~ x + z"), np.random.default_rng(1).normal(size=(3, 30))
    >>> table = bc.tabulate(model, dict(zip("xyz", rows)), questions=asked)
    >>> planned = plan_for(model, table, asked)
    >>> check_questions(asked, planned, derive(model, table, planned.tasks))
    Traceback (most recent call last):
    ...
    bayescause.errors.SpecError: The model holds no product of 'x' and 'z', so the effect is the same everywhere. ...
    """
    asked = zip(questions, plan.routes, strict=True)
    SpecError.raise_if(
        list(dict.fromkeys(fault for one, route in asked for fault in settled_faults(one, route, design)))
    )


def settled_faults(question: Any, route: Route, design: Design) -> tuple[str, ...]:
    """Why ``design`` has no answer to one question, a sentence each."""
    if route.needs_draws and route.is_simulated and hasattr(question, "faults_in_design"):
        return tuple(question.faults_in_design(design, route))
    return ()
