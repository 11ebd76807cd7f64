"""What a run compiled serves its fits, and is let go with it."""

import gc
import pickle
import weakref

from bayescause.compilation.plan import Plan
from bayescause.inference.compiling import drawing_of_a_run
from bayescause.inference.engine import Job
from bayescause.scm.design import Design
from bayescause.scm.structural_model import StructuralModel


class Compiled:
    def __call__(self, job):
        return {}


class Compiling:
    """An engine that keeps no count of itself, only weak references to what it compiled."""

    short = "compiling"

    def __init__(self):
        self.compiled = []

    def prepare(self, job):
        found = Compiled()
        self.compiled.append(weakref.ref(found))
        return found


def job():
    return Job(StructuralModel.parse("x -> y"), None, Plan(()), Design({}, {}, {}))


def test_a_run_compiles_once_and_lets_go_with_its_drawing():
    engine, drawing = Compiling(), drawing_of_a_run()
    for _ in range(3):
        drawing(engine, job())
    assert [one() is None for one in engine.compiled] == [False]
    del drawing
    gc.collect()
    assert [one() is None for one in engine.compiled] == [True]


def test_another_process_that_is_sent_a_run_keeps_what_it_compiled_between_two_chunks_of_it():
    engine, sent = Compiling(), pickle.dumps(drawing_of_a_run())
    for _ in range(2):
        pickle.loads(sent)(engine, job())
    assert len(engine.compiled) == 1


def test_runs_that_compile_nothing_put_no_other_out():
    engine, drawing = Compiling(), drawing_of_a_run()
    drawing(engine, job())
    for _ in range(9):
        drawing_of_a_run()
    drawing(engine, job())
    assert [one() is None for one in engine.compiled] == [False]
