"""How the seconds of one answer grow with rows, variables and draws, when everything is loaded: medians of five."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from statistics import median
from time import perf_counter

import numpy as np
from measuring import Row, table_of

import bayescause as bc

ROWS, VARIABLES, DRAWS = (1_000, 10_000, 100_000, 1_000_000), (5, 10, 20, 40), (1_000, 4_000, 16_000, 64_000)

TYPICAL_ROWS, TYPICAL_VARIABLES, TYPICAL_DRAWS = 1_000, 5, 4_000


def chain(variables: int) -> bc.StructuralModel:
    """``x -> v1 -> ... -> y``, with a common cause of all."""
    names = ["x", *(f"v{number}" for number in range(variables - 3)), "y"]
    formulas = [f"{effect} ~ {cause} + z" for cause, effect in pairwise(names)]
    return bc.StructuralModel.parse("; ".join(["x ~ z", *formulas]))


def simulated(model: bc.StructuralModel, rows: int) -> dict[str, np.ndarray]:
    """Rows in which each variable is the sum of its causes and noise."""
    rng = np.random.default_rng(1)
    columns = {"z": rng.normal(size=rows)}
    for name in ("x", *(name for name in model.graph.nodes if name.startswith("v")), "y"):
        columns[name] = sum(0.5 * columns[cause] for cause in model.graph.parents(name)) + rng.normal(size=rows)
    return columns


def seconds(rows: int, variables: int, draws: int) -> float:
    """Time of fitting and estimating."""
    model, question = chain(variables), bc.AverageEffect(of="x", on="y")
    data = simulated(model, rows)

    def answer() -> None:
        bc.estimate(bc.fit(model, data, [question], draws=draws // 4), question)

    answer()
    return median(timed(answer) for _ in range(5))


def timed(work: Callable[[], None]) -> float:
    """Seconds that ``work`` takes."""
    begun = perf_counter()
    work()
    return perf_counter() - begun


def rows() -> Iterator[Row]:
    """One line a size, the other two held at their usual values."""
    for size in ROWS:
        yield Row(f"{size:,} rows", f"{seconds(size, TYPICAL_VARIABLES, TYPICAL_DRAWS):.3f} s")
    for size in VARIABLES:
        yield Row(f"{size} variables", f"{seconds(TYPICAL_ROWS, size, TYPICAL_DRAWS):.3f} s")
    for size in DRAWS:
        yield Row(f"{size:,} draws", f"{seconds(TYPICAL_ROWS, TYPICAL_VARIABLES, size):.3f} s")


if __name__ == "__main__":
    print(table_of(list(rows())))
