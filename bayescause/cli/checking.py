"""``bayescause check``: everything that can be checked without sampling."""

from typing import TYPE_CHECKING

import click

from bayescause.cli.arguments import DATA, MODEL
from bayescause.cli.identifying import NOT_IDENTIFIED
from bayescause.cli.speaking import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayescause.compilation.plan import Plan, Route
    from bayescause.compilation.table import Table
    from bayescause.query.estimand import Estimand
    from bayescause.query.unit_question import UnitQuestion
    from bayescause.scm.design import Design
    from bayescause.study.study import Study

__all__ = ["check"]


@click.command(short_help="Check a model file, its graph, its questions and its table.")
@MODEL
@DATA
def check(model: str, data: str | None) -> int:
    """Check MODEL and its table without sampling: a model file, or a name from `bayescause models`.

    Says whether each question can be answered, what a run would fit, and everything that has to be mended.
    """
    from bayescause.compilation.planning import plan, plan_for
    from bayescause.study.placing import designed
    from bayescause.study.running import table_of
    from bayescause.study.study import Study

    study = Study.read(model)
    table = table_of(study, data) if data is not None or study.data.file is not None else None
    questions = study.questions
    planned = plan(study.model, questions) if table is None else plan_for(study.model, table, questions)
    # Stops where a run would: at priors, terms and questions that have no meaning.
    design = None if table is None else designed(study, table, questions, planned)
    refused = [why for one in study.unit_questions if (why := _why_no_unit(study, one, table))]
    told = (*_head(study), *_questions(study, planned, design), *_of_units(study, table), *_fits(planned))
    say("\n".join((*told, *_data(table))))
    return 0 if not refused and all(route.gives_number for route in planned.routes) else NOT_IDENTIFIED


def _head(study: "Study") -> list[str]:
    count = len(study.questions) + len(study.unit_questions)
    asked = "1 question" if count == 1 else f"{count} questions"
    return [f"{study.path.name}: {asked}, {len(study.model.graph.nodes)} variables, nothing to mend."]


def _questions(study: "Study", planned: "Plan", design: "Design | None") -> list[str]:
    from bayescause.query.proviso import other_obstacles
    from bayescause.query.wording import valued

    lines = []
    for question, route in zip(study.questions, planned.routes, strict=True):
        lines += ["", f"{question.name} of {question.of} on {valued(question, question.on)}", str(route.verdict)]
        if route.refusal and (more := other_obstacles(route.verdict, route.refusal)):
            lines.append(f"  no number    {more}")
        if route.refusal is None and not route.gives_number:
            lines.append("  range        the columns are discrete, so that a run tells it")
        lines += [f"  no bound     {told}" for told in _without_bound(study, question, route, design)]
    return lines


def _without_bound(study: "Study", question: "Estimand", route: "Route", design: "Design | None") -> "Iterator[str]":
    """Which sensitivity analyses a run will refuse of an answer, and why."""
    if not route.needs_draws:
        return
    for analysis in study.sensitivity:
        if hasattr(analysis, "obstacle") and (why := analysis.obstacle(question, route, design)):
            yield f"{analysis.short}: {why}"


def _why_no_unit(study: "Study", question: "UnitQuestion", table: "Table | None") -> str | None:
    """Why a counterfactual has no answer whatever the rows are, in words; None if it may have one."""
    from bayescause.query.level_order import why_no_rank
    from bayescause.query.unit_plan import shared_noise, unit_plan

    known = (*(question.unit or study.model.graph.observed),)
    plan = unit_plan(study.model.graph, do=tuple(question.do), on=question.on, known=known)
    shared = shared_noise(study.model.graph, plan.needed)
    return why_no_rank(table, question.on) if shared is None and table is not None else shared


def _of_units(study: "Study", table: "Table | None") -> list[str]:
    from bayescause.query.counterfactual_wording import told_action

    lines = []
    for one in study.unit_questions:
        lines += ["", f"counterfactual of {one.on}, had {told_action(one.do)} been"]
        why = _why_no_unit(study, one, table)
        lines.append(f"  no number    {why}" if why else "  answered     by the noise of one unit, from a run")
    return lines


def _fits(planned: "Plan") -> list[str]:
    fitted = [*((task.key, task.why) for task in planned.tasks), *((block.key, block.why) for block in planned.blocks)]
    if not fitted:
        return ["", "A run would fit nothing."]
    width = max(len(key) for key, _ in fitted)
    return ["", "A run would fit", *(f"  {key.ljust(width)}   {why}" for key, why in fitted)]


def _data(table: "Table | None") -> list[str]:
    if table is None:
        return ["", "No table was named, so none was checked."]
    units = f", {table.units:,} units," if table.frequency is not None else ""
    rows = "1 row fits" if table.rows == 1 and not units else f"{table.rows:,} rows{units} fit"
    lines = ["", f"{table.source}: {rows} the model."]
    return [*lines, *(f"  {note}" for note in table.notes)]
