"""Seconds of processor and memory of the average effect on a yes-or-no outcome behind three mediators, from few places.

Run ``python benchmarks/seconds_behind_mediators.py [ROWS] [SHAPE]``: the mediators are a yes-or-no one, a count, and a
normal variable (``mixed``) or a second count (``counts``). The fit is not measured.
"""

import resource
import sys
from time import process_time

import numpy as np
from measuring import Row, machine, table_of

import bayescause as bc

TEXT = "x ~ 1; z ~ 1; a ~ x + z; b ~ x + z; c ~ x + z; y ~ a + b + c + x + z"


def simulated(rows: int, shape: str) -> dict[str, np.ndarray]:
    """Every mediator follows the treatment and one covariate."""
    rng = np.random.default_rng(1)
    z, x = rng.normal(size=rows), rng.binomial(1, 0.5, rows)
    a, b = rng.binomial(1, 1 / (1 + np.exp(-0.5 * x - 0.3 * z))), rng.poisson(np.exp(0.3 * x + 0.2 * z))
    c = 0.4 * x + 0.2 * z
    c = rng.poisson(np.exp(c)) if shape == "counts" else c + rng.normal(size=rows)
    y = rng.binomial(1, 1 / (1 + np.exp(0.2 - 0.4 * a + 0.3 * b - 0.5 * c - 0.3 * x - 0.2 * z)))
    return {"x": x, "z": z, "a": a, "b": b, "c": c, "y": y}


def row(rows: int, shape: str) -> Row:
    """One average."""
    model = bc.StructuralModel.parse(TEXT, families={"b": "poisson"} | ({"c": "poisson"} if shape == "counts" else {}))
    question = bc.AverageEffect(of="x", on="y")
    posterior = bc.fit(model, simulated(rows, shape), [question], seed=1)
    begun = process_time()
    bc.estimate(posterior, question)
    took = process_time() - begun
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e9 if sys.platform == "darwin" else 1e6)
    return Row(f"three mediators, {shape}, {rows:,} rows", f"{took:.1f} s, {held:.2f} GB")


if __name__ == "__main__":
    rows, shape = [*sys.argv[1:], *("150000", "mixed")[len(sys.argv) - 1 :]]
    print(machine())
    print(table_of([row(int(rows), shape)]))
