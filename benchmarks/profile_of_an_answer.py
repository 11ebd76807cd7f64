"""Where the seconds of one answer from 1,000 rows go: imports by library, then the work by step.

Run ``python benchmarks/profile_of_an_answer.py``. Times of the work are of the process's own processor; those of
imports are by the clock. Each is the least of several, so that a busy machine does not change the shares much.
"""

import cProfile
import pstats
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import process_time

from measuring import HERE, INSTALLED, Row, installed, table_of

import bayescause as bc

OURS = str(HERE / "peers" / "bayescause_by_hand.py")

DATA = str(HERE.parent / "models" / "data" / "promotion.csv")

AVOIDABLE = 0.2
"""Share of the whole from which a cost is worth avoiding."""

SHOWN = 12

TIMES = 5
"""Processes whose imports, and answers whose steps, are looked at, after one that leaves everything behind it warm."""

STEPS = {
    "reading and checking the table": ("compilation/checking.py", "tabulate"),
    "identification and planning": ("compilation/planning.py", "plan_for"),
    "drawing": ("inference/choosing.py", "draw_in_turn"),
    "diagnostics of the draws": ("inference/convergence.py", "assess_task"),
    "the effect and its diagnostics": ("query/estimating.py", "estimate"),
    "predictive checks": ("analysis/predictive.py", "check_predictive"),
    "overlap": ("analysis/overlap.py", "overlap"),
    "weight of the prior": ("analysis/prior_weight.py", "prior_weight"),
}
"""The functions that the work is in, each counted with all that it calls."""


def imports() -> dict[str, float]:
    """Seconds that each library takes to load, its own modules only."""
    _loading()
    found = [_loading() for _ in range(TIMES)]
    least = {name: min(times.get(name, seconds) for times in found) for name, seconds in found[0].items()}
    libraries: dict[str, float] = {}
    for name, seconds in least.items():
        library = name.split(".")[0]
        libraries[library] = libraries.get(library, 0.0) + seconds
    return libraries


def _loading() -> dict[str, float]:
    words = [sys.executable, "-X", "importtime", INSTALLED, OURS, DATA]
    said = subprocess.run(words, capture_output=True, text=True, check=True, env=installed()).stderr
    return {name: int(alone) / 1e6 for alone, name in re.findall(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)", said)}


def steps() -> tuple[float, dict[str, float]]:
    """Processor seconds of a later answer in one process, when everything is loaded, whole and by step."""
    model = bc.StructuralModel.parse(
        "promo ~ loyalty + season; traffic ~ promo + season; sales ~ traffic + promo + loyalty; loyalty <-> season"
    )
    question = bc.AverageEffect(of="promo", on="sales")
    bc.ask(model, DATA, question)
    found = [_working(model, question) for _ in range(TIMES)]
    whole = min(seconds for seconds, _ in found)
    return whole, {step: min(by_step[step] for _, by_step in found) for step in found[0][1]}


def _working(model: bc.StructuralModel, question: bc.AverageEffect) -> tuple[float, dict[str, float]]:
    # `process_time` is of user and system together; a clock written in Python would itself be most of what is seen.
    profile = cProfile.Profile(process_time)
    profile.enable()
    bc.ask(model, DATA, question)
    profile.disable()
    stats = pstats.Stats(profile).stats
    found = {
        step: cumulative
        for step, (file, name) in STEPS.items()
        for (path, _, function), (_, _, _, cumulative, _) in stats.items()
        if path.endswith(str(Path(file))) and function == name
    }
    return max(entry[3] for entry in stats.values()), found


def rows() -> Iterator[Row]:
    """The largest costs first, each with its share."""
    loading = imports()
    whole, working = steps()
    total = sum(loading.values()) + whole
    libraries = sorted(loading.items(), key=lambda item: -item[1])[:SHOWN]
    costs = [*((f"import {library}", seconds) for library, seconds in libraries), *working.items()]
    for what, seconds in sorted(costs, key=lambda item: -item[1]):
        share = seconds / total
        yield Row(what, f"{seconds:.2f} s, {100 * share:.0f} %", f"{100 * AVOIDABLE:.0f} %", share <= AVOIDABLE)
    yield Row("imports together", f"{sum(loading.values()):.2f} s")
    yield Row("work together", f"{whole:.2f} s", "0.5 s", whole <= 0.5)


if __name__ == "__main__":
    print(table_of(list(rows())))
