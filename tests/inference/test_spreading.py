import operator
import os
import signal
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from subprocess import PIPE, Popen

import pytest
from threadpoolctl import threadpool_info

from bayescause.errors import SamplerCrashError, SpecError
from bayescause.inference.spreading import THREADS, spread

doubled = partial(map, partial(operator.mul, 2))


def test_results_come_in_the_order_of_the_work_whoever_does_it():
    alone = list(spread(doubled, range(101), workers=1))
    with ThreadPoolExecutor(3) as threads:
        assert list(spread(doubled, range(101), executor=threads)) == alone == [2 * number for number in range(101)]


def test_fresh_processes_are_the_default_and_work_may_be_endless():
    def endless():
        number = 0
        while True:
            yield number
            number += 1

    results = spread(doubled, endless(), workers=2)
    assert [next(results) for _ in range(50)] == [2 * number for number in range(50)]
    results.close()


def who(chunk):
    time.sleep(0.2)
    return [os.getpid() for _ in chunk]


def test_this_process_works_beside_the_fresh_ones():
    found = set(spread(who, range(400), workers=2))
    assert len(found) == 2
    assert os.getpid() in found


def unless_three_hundred(chunk):
    for number in chunk:
        if number == 300:
            raise SpecError("Three hundred is too much.")
        yield number


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_is_raised_when_its_turn_comes_whoever_met_it(workers):
    results = spread(unless_three_hundred, range(297, 400), workers=workers)
    assert [next(results) for _ in range(3)] == [297, 298, 299]
    with pytest.raises(SpecError, match="too much"):
        next(results)


def test_a_worker_that_dies_is_told_in_words():
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    with pool, pytest.raises(SamplerCrashError, match="worker"):
        list(spread(partial(map, os._exit), [3], executor=pool))


def test_workers_and_an_executor_exclude_each_other():
    with ThreadPoolExecutor(1) as threads, pytest.raises(SpecError, match="workers"):
        list(spread(doubled, [1], executor=threads, workers=2))


@pytest.mark.parametrize("workers", [0, -1, 1.5, "2", True])
def test_workers_are_a_whole_number_of_processes(workers):
    with pytest.raises(SpecError, match=f"`workers` is {workers!r}; it must be a whole number of at least 1"):
        list(spread(doubled, [1], workers=workers))


def test_an_executor_that_takes_no_work_is_told():
    with pytest.raises(SpecError, match="`executor` is 'threads'; it must be an executor of concurrent.futures"):
        list(spread(doubled, [1], executor="threads"))


INTERRUPTED = """
import signal
import sys
from bayescause.inference.spreading import spread

if __name__ == "__main__":
    signal.signal(signal.SIGINT, getattr(signal, sys.argv[1]))
    print("begun", flush=True)
    try:
        print(sum(1 for _ in spread(list, range(int(sys.argv[2])), workers=3)))
    except KeyboardInterrupt:
        print("interrupted", flush=True)
"""


def after_control_c(folder, handler, items):
    """What a script prints, and complains of, whose group hears Control-C while its workers start."""
    script = folder / "script.py"
    script.write_text(INTERRUPTED)
    started = [sys.executable, str(script), handler, str(items)]
    with Popen(started, stdout=PIPE, stderr=PIPE, text=True, start_new_session=True) as running:
        assert running.stdout.readline() == "begun\n"
        time.sleep(0.2)  # workers are importing what they need, in most runs: whatever they do, they say nothing
        os.killpg(running.pid, signal.SIGINT)
        return running.communicate(timeout=60)


@pytest.mark.skipif(os.name == "nt", reason="signals of groups are those of POSIX")
def test_control_c_while_workers_start_is_told_once(tmp_path):
    assert after_control_c(tmp_path, "default_int_handler", 10**9) == ("interrupted\n", "")


@pytest.mark.skipif(os.name == "nt", reason="signals of groups are those of POSIX")
def test_workers_of_a_process_that_is_deaf_to_control_c_go_on_with_it(tmp_path):
    assert after_control_c(tmp_path, "SIG_IGN", 100_000) == ("100000\n", "")


def threads_of(chunk):
    time.sleep(0.2)
    return [(os.getpid(), max(one["num_threads"] for one in threadpool_info())) for _ in chunk]


def test_each_process_multiplies_on_one_thread(monkeypatch):
    for name in THREADS:
        monkeypatch.delenv(name, raising=False)
    before = threadpool_info()
    found = dict(spread(threads_of, range(400), workers=3))
    assert len(found) > 1
    assert set(found.values()) == {1}
    assert threadpool_info() == before


def test_threads_that_a_user_chose_stay(monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    here = os.getpid()
    found = dict(spread(threads_of, range(400), workers=2))
    assert {threads for process, threads in found.items() if process != here} == {2}
