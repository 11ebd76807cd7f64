"""Seconds and memory of the effects on 10,000 single units under 4,000 draws, at most 10 s and 1 GB, and of an average.

The average effect on top of a fitted posterior of 1,000 rows takes at most 0.2 s. Seconds are those of the processor:
what they come to on a clock depends on what else the machine does.
"""

import resource
import sys
from time import process_time

import numpy as np
from measuring import Row, machine, table_of
from simulate_promotion import simulate

import bayescause as bc

UNITS, SECONDS, GIGABYTES = 10_000, 10.0, 1.0
FEW, SHORT = 1_000, 0.2

MODEL = bc.StructuralModel.parse(
    "promo ~ loyalty + season; traffic ~ promo + season; sales ~ traffic + promo + loyalty; loyalty <-> season"
)
QUESTION = bc.IndividualEffect(of="promo", on="sales")
AVERAGE = bc.AverageEffect(of="promo", on="sales")


def rows() -> tuple[Row, ...]:
    """The average effect of few rows; the average of all units' effects, then the mean and interval of each."""
    few = bc.fit(MODEL, simulate(FEW), [AVERAGE])
    bc.estimate(few, AVERAGE)  # what is imported for the first answer is no part of a second
    begun = process_time()
    bc.estimate(few, AVERAGE).diagnostics  # noqa: B018
    answered = process_time() - begun
    posterior = bc.fit(MODEL, simulate(UNITS), [QUESTION])
    begun = process_time()
    effect = bc.estimate(posterior, QUESTION)
    estimated = process_time() - begun
    begun = process_time()
    number = sum(np.quantile(draws, (0.055, 0.945), axis=0).shape[1] for _, draws in effect.by_unit())
    told = process_time() - begun
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e9 if sys.platform == "darwin" else 1e6)
    draws = effect.draws.size
    return (
        Row(
            f"the average effect from a posterior of {FEW:,} rows",
            f"{answered:.3f} s",
            f"{SHORT:g} s",
            answered <= SHORT,
        ),
        Row(
            f"{UNITS:,} units x {draws:,} draws, averaged", f"{estimated:.1f} s", f"{SECONDS:g} s", estimated <= SECONDS
        ),
        Row(f"an interval for each of {number:,} units", f"{told:.1f} s", f"{SECONDS:g} s", told <= SECONDS),
        Row("memory held at most", f"{held:.2f} GB", f"{GIGABYTES:g} GB", held <= GIGABYTES),
    )


if __name__ == "__main__":
    print(machine())
    print(table_of(rows()))
