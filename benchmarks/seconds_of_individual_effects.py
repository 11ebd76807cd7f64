"""Seconds and memory of the effects on 10,000 single units under 4,000 draws: at most 10 s and 1 GB."""

import resource
import sys
from time import perf_counter

import numpy as np
from measuring import Row, machine, table_of
from simulate_promotion import simulate

import bayescause as bc

UNITS, SECONDS, GIGABYTES = 10_000, 10.0, 1.0

MODEL = bc.StructuralModel.parse(
    "promo ~ loyalty + season; traffic ~ promo + season; sales ~ traffic + promo + loyalty; loyalty <-> season"
)
QUESTION = bc.IndividualEffect(of="promo", on="sales")


def rows() -> tuple[Row, ...]:
    """The average of all effects, then the mean and interval of each."""
    posterior = bc.fit(MODEL, simulate(UNITS), [QUESTION])
    begun = perf_counter()
    effect = bc.estimate(posterior, QUESTION)
    estimated = perf_counter() - begun
    begun = perf_counter()
    number = sum(np.quantile(draws, (0.055, 0.945), axis=0).shape[1] for _, draws in effect.by_unit())
    told = perf_counter() - begun
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e9 if sys.platform == "darwin" else 1e6)
    draws = effect.draws.size
    return (
        Row(
            f"{UNITS:,} units x {draws:,} draws, averaged", f"{estimated:.1f} s", f"{SECONDS:g} s", estimated <= SECONDS
        ),
        Row(f"an interval for each of {number:,} units", f"{told:.1f} s", f"{SECONDS:g} s", told <= SECONDS),
        Row("memory held at most", f"{held:.2f} GB", f"{GIGABYTES:g} GB", held <= GIGABYTES),
    )


if __name__ == "__main__":
    print(machine())
    print(table_of(rows()))
