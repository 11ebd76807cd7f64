"""Which engine draws which task: the cheapest that can, and the next one where that cannot vouch for its draws."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bayescause import plugins
from bayescause.compilation.experiment import by_rows
from bayescause.errors import ConvergenceError, SpecError
from bayescause.inference.engine import ENGINES, Drawn, Engine, Job, Uncertified

__all__ = ["Chosen", "Drawing", "draw_in_turn", "engines_for"]

type Drawing = Callable[[Engine, Job], Mapping[str, Drawn | Uncertified]]
"""How an engine is made to draw a job: ``Engine.draw``, or something that keeps what was compiled before."""


@dataclass(frozen=True, eq=False)
class Chosen:
    """Draws of every task, the engine of each, and why cheaper engines did not draw it, in words."""

    drawn: Mapping[str, Drawn]
    engines: Mapping[str, Engine]
    reasons: tuple[str, ...]


def engines_for(name: str) -> tuple[Engine, ...]:
    """The engines that ``name`` stands for, in the order in which they are tried: all for ``"auto"``.

    Raises
    ------
    UnknownPluginError
        If there is no such engine.

    Examples
    --------
    >>> [engine.short for engine in engines_for("auto")]
    ['exact', 'laplace', 'nuts']
    """
    if name != "auto":
        return (plugins.find(ENGINES, name)(),)
    every = (plugins.find(ENGINES, short)() for short in plugins.names(ENGINES))
    return tuple(sorted(every, key=lambda engine: engine.rank))


def draw_in_turn(engines: Sequence[Engine], job: Job, drawing: Drawing | None = None) -> Chosen:
    """Let each engine draw what it can of what is left; what it cannot vouch for is left to the next.

    Parameters
    ----------
    engines : sequence of Engine
        In the order in which they are tried.
    job : Job
    drawing : function, optional
        ``Engine.draw`` by default.

    Raises
    ------
    SpecError
        If none of the engines can draw a task.
    ConvergenceError
        If none of those that can draw a task vouches for its draws.
    """
    # Tasks that are fitted on the same rows are one job: engines know nothing of experiments.
    parts = [
        _in_turn(engines, replace(job, table=rows, plan=replace(job.plan, tasks=tasks)), drawing or _plainly)
        for rows, tasks in by_rows(job.model, job.table, job.plan.tasks)
    ]
    return Chosen(
        {key: one for part in parts for key, one in part.drawn.items()},
        {key: engine for part in parts for key, engine in part.engines.items()},
        tuple(reason for part in parts for reason in part.reasons),
    )


def _in_turn(engines: Sequence[Engine], job: Job, drawing: Drawing) -> Chosen:
    drawn: dict[str, Drawn] = {}
    chosen: dict[str, Engine] = {}
    passed: dict[str, dict[str, str]] = {key: {} for key in job.tasks}
    unfit: dict[str, str] = {}
    for engine in engines:
        left = {key: task for key, task in job.tasks.items() if key not in drawn}
        why_not = {key: engine.can_draw(task) for key, task in left.items()}
        passed = {key: told | _said(engine, why_not.get(key)) for key, told in passed.items()}
        able = tuple(task for task in job.plan.tasks if task.key in left and why_not[task.key] is None)
        if not able:
            continue
        part = replace(job, plan=replace(job.plan, tasks=able))
        for key, one in drawing(engine, part).items():
            if isinstance(one, Uncertified):
                passed[key][engine.short] = unfit[key] = one.reason
            else:
                drawn[key], chosen[key] = one, engine
    _check_all_drawn(engines, passed, unfit, drawn)
    return Chosen(drawn, chosen, tuple(_reason(key, chosen[key], told) for key, told in passed.items() if told))


def _plainly(engine: Engine, job: Job) -> Mapping[str, Drawn | Uncertified]:
    return engine.draw(job)


def _said(engine: Engine, why: str | None) -> dict[str, str]:
    return {} if why is None else {engine.short: why}


def _reason(key: str, engine: Engine, passed: Mapping[str, str]) -> str:
    return f"{key!r} is drawn by {engine.short}: " + "; ".join(
        f"{short} cannot, because {why}" for short, why in passed.items()
    )


def _check_all_drawn(
    engines: Sequence[Engine],
    passed: Mapping[str, Mapping[str, str]],
    unfit: Mapping[str, str],
    drawn: Mapping[str, Drawn],
) -> None:
    names = " or ".join(repr(engine.short) for engine in engines)
    left = [key for key in passed if key not in drawn]
    SpecError.raise_if(
        [
            f"The engine {names} cannot draw {key!r}: {'; '.join(passed[key].values())}. "
            "Use engine='auto', which takes another one for it."
            for key in left
            if key not in unfit
        ]
    )
    ConvergenceError.raise_if(
        [
            f"The engine {names} cannot vouch for its draws of {key!r}: {unfit[key]}. "
            "Use engine='auto', which goes on to another one."
            for key in left
        ]
    )
