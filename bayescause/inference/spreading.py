"""Spreading many pieces of work over processes, or over any executor; results come back in the order of the work."""

import os
import signal
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import batched, islice
from multiprocessing import get_context
from pickle import PicklingError

from threadpoolctl import threadpool_limits

from bayescause.arguments import Kind, optional, require, whole
from bayescause.errors import BayescauseError, BayescauseWarning, SamplerCrashError, SpecError

__all__ = ["spread"]

THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""What libraries of linear algebra read, when they are loaded, to know on how many threads to work."""

CHUNK = 10
"""Pieces of work that go to a worker together: large enough that sending them costs little."""

AHEAD = 4
"""Chunks for each worker that wait, at most."""

PILED = 10
"""Chunks for each worker that wait or are done and not yet taken, at most: results do not pile up."""

EXECUTOR = Kind(
    "an executor of concurrent.futures",
    lambda given: all(callable(getattr(given, own, None)) for own in ("submit", "map")),
)
"""Who does work beside this process."""


@dataclass(frozen=True)
class _Done[Result]:
    """What came of a chunk: results, and what ended them before their time."""

    results: list[Result]
    error: BayescauseError | None = None


def spread[Work, Result](
    function: Callable[[Sequence[Work]], Iterable[Result]],
    items: Iterable[Work],
    *,
    executor: Executor | None = None,
    workers: int | None = None,
) -> Iterator[Result]:
    """Give what ``function`` makes of ``items``, in their order.

    Parameters
    ----------
    function : function
        Takes some neighbouring items and gives one result for each. Of a module, or a partial of one, so that other
        processes can find it.
    items : iterable
    executor : concurrent.futures.Executor, optional
        Who does the work, such as a thread pool or ``dask.distributed.Client(...).get_executor()``. Fresh processes
        beside this one by default.
    workers : int, optional
        How many processes work, this one among them; as many as there are processors by default. With 1 all work is
        done here.

    Raises
    ------
    SpecError
        If ``workers`` is no whole number from one on, or given together with an executor, or that is none.
    SamplerCrashError
        If a worker process died.

    Examples
    --------
    >>> list(spread(reversed, [1, 2, 3], workers=1))
    [3, 2, 1]
    """
    _check(executor, workers)
    return _spread(function, items, executor, workers or _processors())


def _spread[Work, Result](
    function: Callable[[Sequence[Work]], Iterable[Result]],
    items: Iterable[Work],
    executor: Executor | None,
    number: int,
) -> Iterator[Result]:
    try:
        if executor is not None:
            yield from _over(executor, function, items, number)
        elif number == 1:
            for chunk in batched(items, CHUNK):
                yield from function(chunk)
        else:
            yield from _beside_fresh_processes(function, items, number - 1)
    except BrokenExecutor as error:
        raise SamplerCrashError(
            "A worker process died. In a script, call this under `if __name__ == '__main__':`, since every worker "
            "reads the script again, and put functions of a notebook into a module; otherwise memory may have run out: "
            "take fewer workers."
        ) from error
    except (PicklingError, AttributeError, TypeError) as error:
        if "pickle" not in str(error) and "local object" not in str(error):
            raise
        raise SpecError(
            f"The work cannot be sent to other processes ({error}). A function that is a mechanism must stand at the "
            "top of a module for that. Otherwise take workers=1, or an executor of threads."
        ) from error


def _check(executor: object, workers: object) -> None:
    require(executor=(executor, optional(EXECUTOR)), workers=(workers, optional(whole(1))))
    if workers is not None and executor is not None:
        raise SpecError("`workers` are those of the default pool of processes. Leave them out beside an executor.")


def _beside_fresh_processes[Work, Result](
    function: Callable[[Sequence[Work]], Iterable[Result]], items: Iterable[Work], others: int
) -> Iterator[Result]:
    # Not copies of this one: a copy of a process that has threads may hang.
    with ProcessPoolExecutor(others, mp_context=get_context("spawn"), initializer=_begin) as pool:
        try:
            yield from _shared(pool, function, batched(items, CHUNK), others)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _shared[Work, Result](
    pool: Executor,
    function: Callable[[Sequence[Work]], Iterable[Result]],
    chunks: Iterator[tuple[Work, ...]],
    others: int,
) -> Iterator[Result]:
    """Whenever the next results are not there yet, this process takes over the last chunk that nobody has begun."""
    waiting: deque[tuple[tuple[Work, ...], Future[_Done[Result]]]] = deque()
    while True:
        left = sum(not future.done() for _, future in waiting)
        room = min(AHEAD * others + 1 - left, PILED * (others + 1) - len(waiting))
        for chunk in islice(chunks, max(room, 0)):
            with _deaf():
                waiting.append((chunk, pool.submit(_done, function, chunk)))
        if not waiting:
            return
        # The first chunk is never taken over, so that work which cannot be sent to others is told of at once.
        places = range(len(waiting) - 1, 0, -1) if not waiting[0][1].done() else ()
        place = next((place for place in places if waiting[place][1].cancel()), None)
        if place is None:
            yield from _told(waiting.popleft()[1])
        else:
            chunk = waiting[place][0]
            waiting[place] = (chunk, _done_here(function, chunk))


def _done_here[Work, Result](
    function: Callable[[Sequence[Work]], Iterable[Result]], chunk: tuple[Work, ...]
) -> Future[_Done[Result]]:
    done: Future[_Done[Result]] = Future()
    with warnings.catch_warnings(), threadpool_limits(_threads()):
        _quieten()
        try:
            done.set_result(_done(function, chunk))
        except Exception as error:  # noqa: BLE001 (it is raised when the turn of this chunk comes)
            done.set_exception(error)
    return done


def _over[Work, Result](
    executor: Executor, function: Callable[[Sequence[Work]], Iterable[Result]], items: Iterable[Work], workers: int
) -> Iterator[Result]:
    waiting: deque[Future[_Done[Result]]] = deque()
    for chunk in batched(items, CHUNK):
        waiting.append(executor.submit(_done, function, chunk))
        if len(waiting) >= AHEAD * workers:
            yield from _told(waiting.popleft())
    while waiting:
        yield from _told(waiting.popleft())


def _done[Work, Result](
    function: Callable[[Sequence[Work]], Iterable[Result]], chunk: tuple[Work, ...]
) -> _Done[Result]:
    results: list[Result] = []
    try:
        results.extend(function(chunk))
    except BayescauseError as error:
        return _Done(results, error)
    return _Done(results)


def _told[Result](future: Future[_Done[Result]]) -> Iterator[Result]:
    """The results of a chunk, and the error that ended it, if one did."""
    done = future.result()
    yield from done.results
    if done.error is not None:
        raise done.error


@contextmanager
def _deaf() -> Iterator[None]:
    """Let processes that are started in here be deaf to Control-C until they begin; this one hears it afterwards."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Make a fresh process one of several."""
    import numpy  # noqa: F401, ICN001 (threads are those of a library that is loaded)

    # Control-C ends it without a word: the process that started it has heard it too, and speaks. Not where both are
    # deaf to it, as in the background of a script.
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    _quieten()
    threadpool_limits(_threads())


def _threads() -> int | None:
    """Threads on which each process multiplies matrices: all together have every processor. None: as the user chose."""
    return None if any(name in os.environ for name in THREADS) else 1


def _quieten() -> None:
    """Warnings of a worker would reach nobody: whatever was warned of is in the results as well."""
    warnings.simplefilter("ignore", BayescauseWarning)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
