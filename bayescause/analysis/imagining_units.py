"""Counterfactuals of single units from a model and a table: only the mechanisms that they need are fitted."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bayescause.analysis.basis import Basis
from bayescause.analysis.graph_checks import Falsification
from bayescause.analysis.predictive import check_predictive
from bayescause.analysis.predictive_checks import PredictiveChecks
from bayescause.analysis.spoiling import spoilt
from bayescause.arguments import Seed, seed_of
from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan_for
from bayescause.compilation.table import Table
from bayescause.graph.causal_graph import CausalGraph
from bayescause.inference.fitting import fit_plan
from bayescause.query.counterfactual import Counterfactual
from bayescause.query.unit_plan import shared_noise, unit_plan
from bayescause.query.unit_question import UnitQuestion, imagine, unit_of
from bayescause.scm.structural_model import StructuralModel

__all__ = ["imagine_units", "with_graph_of_units"]


def imagine_units(
    model: StructuralModel, data: Any, questions: Sequence[UnitQuestion], *, seed: Seed = 0, engine: str = "auto"
) -> tuple[Counterfactual, ...]:
    """What would have been of each unit, all from one posterior.

    Parameters
    ----------
    model : StructuralModel
    data : Table, data frame, mapping of columns, or path
    questions : sequence of UnitQuestion
    seed : int or NumPy Generator
        Of everything that is drawn.
    engine : str

    Returns
    -------
    tuple of Counterfactual
        In the order of the questions; refused, with the reason, where noises are shared or what was observed of the
        unit has probability zero.

    Raises
    ------
    DataError
        If the table does not fit the model, or a value cannot be; all faults at once.
    SpecError
        If a question makes no sense.

    Examples
    --------
    >>> rows = {"x": [0.0, 1.0, 2.0, 3.0], "y": [1.0, 3.1, 4.9, 7.0]}
    >>> question = UnitQuestion(on="y", do={"x": 2.0}, row=2)
    >>> [found] = imagine_units(StructuralModel.parse("y ~ x"), rows, [question])
    >>> round(found.mean(), 6)
    4.9
    """
    seed = seed_of(seed)
    table = tabulate(model, data, questions=questions)
    planned = plan_for(model, table)
    needed = {name for question in questions for name in _needed(model, table, question)}
    tasks = tuple(task for task in planned.tasks if task.variable in needed) or planned.tasks[:1]
    planned = replace(planned, tasks=tasks)
    posterior = fit_plan(model, table, planned, derive(model, table, tasks), seed=seed, engine=engine)
    checks = check_predictive(posterior, seed=seed)
    return tuple(_checked(model, imagine(posterior, question, seed=seed), checks) for question in questions)


def with_graph_of_units(found: Counterfactual, doubts: Falsification) -> Counterfactual:
    """``found``, weak where a likely missing arrow would give it shared noise or other mechanisms."""
    if found.draws is None or found.model is None:
        return found
    graph = found.model.graph
    plan = unit_plan(graph, do=tuple(found.do), on=found.on, known=tuple(found.unit))

    def change(other: CausalGraph) -> str:
        then = unit_plan(other, do=tuple(found.do), on=found.on, known=tuple(found.unit))
        moved = [name for name in plan.needed if set(other.parents(name)) != set(graph.parents(name))]
        is_other = shared_noise(other, then.needed) or moved or then.moved != plan.moved
        return "computed differently, or not at all" if is_other else ""

    reasons = spoilt(graph, doubts, change)
    return replace(found, status="weak", reasons=(*found.reasons, *reasons)) if reasons else found


def _checked(model: StructuralModel, found: Counterfactual, checks: PredictiveChecks) -> Counterfactual:
    """Weakened where a mechanism that it rests on does not fit: a unit's noise is what the mechanism leaves over."""
    plan = unit_plan(model.graph, do=tuple(found.do), on=found.on, known=tuple(found.unit))
    own = checks.about(Basis(frozenset(one.key for one in checks if one.variable in plan.needed), frozenset(found.do)))
    off = tuple(f"{one.variable}: {one.words}." for one in own.flagged)
    if found.draws is None or not off:
        return found
    return replace(found, status="weak", reasons=(*found.reasons, *off))


def _needed(model: StructuralModel, table: Table, question: UnitQuestion) -> tuple[str, ...]:
    known = tuple(unit_of(question, table))
    return unit_plan(model.graph, do=tuple(question.do), on=question.on, known=known).needed
