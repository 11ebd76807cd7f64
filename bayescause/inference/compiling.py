"""What engines compile stays in the process that compiled it, and serves all fits of one run there."""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from threading import get_ident

from bayescause.inference.choosing import Drawing
from bayescause.inference.engine import Drawn, Engine, Job, Uncertified

__all__ = ["drawing_in"]

RUNS = 4
"""Runs whose compiled models are kept at a time."""

type Prepared = dict[tuple[str, ...], Callable[[Job], Mapping[str, Drawn | Uncertified]]]
"""What draws jobs of the same tasks, by engine and tasks."""


def drawing_in(run: str) -> Drawing:
    """How engines draw a job of ``run``: by what was compiled in this process before, if its structure is the same.

    Parameters
    ----------
    run : str
        Any name that no other run has. It can be sent to other processes, which compile once each.
    """
    return partial(_drawn, run)


def _drawn(run: str, engine: Engine, job: Job) -> Mapping[str, Drawn | Uncertified]:
    # Numbers are swapped into what was compiled, which two threads must not do at once.
    prepared = _prepared(run).setdefault(get_ident(), {})
    key = (engine.short, *job.tasks)
    if key not in prepared:
        prepared[key] = engine.prepare(job)
    return prepared[key](job)


@lru_cache(RUNS)
def _prepared(_: str) -> dict[int, Prepared]:
    """By thread."""
    return {}
