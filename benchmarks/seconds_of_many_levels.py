"""Seconds of processor and memory of pooled effects with many levels by the engine `laplace`, and what certifies them.

Run ``python benchmarks/seconds_of_many_levels.py [FAMILY] [LEVELS] [ROWS]``: one fit a process, of
``y ~ x + (1 | g)`` with a continuous x, so that no two rows are alike.
"""

import resource
import sys
from time import process_time

import numpy as np
from measuring import Row, machine, table_of

import bayescause as bc

SECONDS, GIGABYTES = 20.0, 1.0
"""For 1,000 levels of 20,000 rows, and in proportion."""


def simulated(family: str, levels: int, rows: int) -> dict[str, np.ndarray]:
    """Effects of levels with an sd of a half; every level has rows."""
    rng = np.random.default_rng(1)
    group, effects, x = np.arange(rows) % levels, rng.normal(0, 0.5, levels), rng.normal(size=rows)
    drive = -0.3 + 0.4 * x + effects[group]
    chance = 1 / (1 + np.exp(-drive))
    response = rng.binomial(1, chance) if family == "bernoulli" else rng.poisson(np.exp(drive))
    return {"g": group, "x": x, "y": response}


def row(family: str, levels: int, rows: int) -> Row:
    """One fit of the outcome alone."""
    model = bc.StructuralModel.parse("y ~ x + (1 | g)", families={"y": family}, kinds={"categorical": ["g"]})
    data, question = simulated(family, levels, rows), bc.AverageEffect(of="x", on="y")
    begun = process_time()
    posterior = bc.fit(model, data, [question], seed=1, engine="laplace")
    took = process_time() - begun
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e9 if sys.platform == "darwin" else 1e6)
    told = {name: float(posterior.sample_stats[f"y_{name}"]) for name in ("pareto_k", "importance_ess")}
    found = f"{took:.1f} s, {held:.2f} GB, k-hat {told['pareto_k']:.2f}, ESS {told['importance_ess']:,.0f}"
    bar = SECONDS * max(levels / 1_000, rows / 20_000)
    is_met = took <= bar and held <= GIGABYTES
    return Row(f"{family}, {levels:,} levels, {rows:,} rows", found, f"{bar:g} s, {GIGABYTES:g} GB", is_met)


if __name__ == "__main__":
    family, levels, rows = [*sys.argv[1:], *("bernoulli", "1000", "20000")[len(sys.argv) - 1 :]]
    print(machine())
    print(table_of([row(family, int(levels), int(rows))]))
