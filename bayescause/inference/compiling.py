"""What engines compile stays in the process that compiled it while its run goes on, and serves all fits of that run."""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from threading import get_ident
from uuid import uuid4
from weakref import finalize

from bayescause.inference.choosing import Drawing
from bayescause.inference.engine import Drawn, Engine, Job, Uncertified

__all__ = ["drawing_of_a_run"]

RUNS = 4
"""Runs whose compiled models other processes keep at a time: they are not told when a run is over."""

type Prepared = dict[tuple[str, ...], Callable[[Job], Mapping[str, Drawn | Uncertified]]]
"""What draws jobs of the same tasks, by engine and tasks."""


_OWN: dict[str, dict[int, Prepared]] = {}
"""What the runs of this process have compiled, by run and thread."""


def drawing_of_a_run() -> Drawing:
    """How engines draw a job of a new run: by what was compiled in this process before, if its structure is the same.

    It can be sent to other processes, which compile once each. What this process compiled is let go when the drawing
    itself is; another process keeps what the last few runs compiled in it, until it ends.
    """
    run = uuid4().hex
    drawing = partial(_drawn, run)
    _OWN[run] = {}
    finalize(drawing, _OWN.pop, run)
    return drawing


def _drawn(run: str, engine: Engine, job: Job) -> Mapping[str, Drawn | Uncertified]:
    # Numbers are swapped into what was compiled, which two threads must not do at once.
    by_thread = _OWN[run] if run in _OWN else _elsewhere(run)
    prepared = by_thread.setdefault(get_ident(), {})
    key = (engine.short, *job.tasks)
    if key not in prepared:
        prepared[key] = engine.prepare(job)
    return prepared[key](job)


@lru_cache(RUNS)
def _elsewhere(_: str) -> dict[int, Prepared]:
    """What a run that another process began has compiled here, by thread."""
    return {}
