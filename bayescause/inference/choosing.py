"""Which engine draws which task: the cheapest that can, and the next one where that cannot vouch for its draws."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bayescause import plugins
from bayescause.compilation.experiment import by_rows
from bayescause.errors import ConvergenceError, SpecError
from bayescause.inference.engine import ENGINES, Drawn, Engine, Job, Uncertified
from bayescause.scm.design import MechanismDesign

__all__ = ["Chosen", "Drawing", "draw_in_turn", "engines_for", "first_able", "plainly"]

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
    if not isinstance(name, str) or name != "auto":  # type: ignore[redundant-expr]
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
        _in_turn(engines, replace(job, table=rows, plan=replace(job.plan, tasks=tasks)), drawing or plainly)
        for rows, tasks in by_rows(job.model, job.table, job.plan.tasks)
    ]
    return Chosen(
        {key: one for part in parts for key, one in part.drawn.items()},
        {key: engine for part in parts for key, engine in part.engines.items()},
        tuple(reason for part in parts for reason in part.reasons),
    )


def _in_turn(engines: Sequence[Engine], job: Job, drawing: Drawing) -> Chosen:
    first_able(engines, job.tasks)
    drawn: dict[str, Drawn] = {}
    chosen: dict[str, Engine] = {}
    passed: dict[str, dict[str, str]] = {key: {} for key in job.tasks}
    for engine in engines:
        left = {key: task for key, task in job.tasks.items() if key not in drawn}
        unable = {key: why for key, task in left.items() if (why := engine.can_draw(task)) is not None}
        able = tuple(task for task in job.plan.tasks if task.key in left and task.key not in unable)
        part = replace(job, plan=replace(job.plan, tasks=able))
        for task in able:
            if not engine.is_independent:
                job.tell(_reason(task.key, engine, passed[task.key]))
        found = drawing(engine, part) if able else {}
        doubtful = {key: one.reason for key, one in found.items() if isinstance(one, Uncertified)}
        for key, why in (unable | doubtful).items():
            passed[key][engine.short] = why
        drawn |= {key: one for key, one in found.items() if isinstance(one, Drawn)}
        chosen |= {key: engine for key in found if key not in doubtful}
    ConvergenceError.raise_if([_unvouched(key, told) for key, told in passed.items() if key not in drawn])
    return Chosen(drawn, chosen, tuple(_reason(key, chosen[key], told) for key, told in passed.items() if told))


def first_able(engines: Sequence[Engine], tasks: Mapping[str, MechanismDesign]) -> dict[str, Engine]:
    """The first engine that says it can draw each task.

    Raises
    ------
    SpecError
        If there is none for a task.
    """
    found: dict[str, Engine] = {}
    faults = []
    for key, task in tasks.items():
        obstacles = {engine.short: engine.can_draw(task) for engine in engines}
        able = [engine for engine in engines if obstacles[engine.short] is None]
        if able:
            found[key] = able[0]
        else:
            short, why = next(iter(obstacles.items()))
            faults.append(
                f"The engine {short!r} cannot draw {key!r}: {why}. Use engine='auto', which takes another one for it."
            )
    SpecError.raise_if(faults)
    return found


def plainly(engine: Engine, job: Job) -> Mapping[str, Drawn | Uncertified]:
    """``Engine.draw``: nothing is kept."""
    return engine.draw(job)


def _reason(key: str, engine: Engine, passed: Mapping[str, str]) -> str:
    told = "; ".join(f"{short} cannot, because {why}" for short, why in passed.items())
    return f"{key!r} is drawn by {engine.short}{': ' * bool(told)}{told}"


def _unvouched(key: str, passed: Mapping[str, str]) -> str:
    short, why = next(iter(passed.items()))
    return (
        f"The engine {short!r} cannot vouch for its draws of {key!r}: {why}. "
        "Use engine='auto', which goes on to another one."
    )
