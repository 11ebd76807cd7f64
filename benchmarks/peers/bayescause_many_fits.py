"""One question asked of 1,000 data sets of 200 rows each, of five variables, over all processors: seconds, and answers.

The argument is ``linear``, where every variable is normal given its causes, or ``mixed``, with a logistic and a Poisson
one.
"""

import json
import sys
from collections.abc import Iterator
from time import perf_counter
from typing import Any

import numpy as np

import bayescause as bc

SETS, ROWS = 1_000, 200

MODEL = "promo ~ loyalty + season; traffic ~ promo + season; sales ~ traffic + promo + loyalty; loyalty <-> season"


def weeks(number: int) -> dict[str, np.ndarray]:
    """One data set: every variable is normal given its causes."""
    loyalty, season, noise, visits, basket = np.random.default_rng(number).normal(size=(5, ROWS))
    promo = 0.85 * loyalty + 0.1 * season + noise
    traffic = 100 + 12 * promo + 6 * season + 20 * visits
    sales = 275 + 7 * traffic + 49 * promo + 85 * loyalty + 115 * basket
    return {"loyalty": loyalty, "season": season, "promo": promo, "traffic": traffic, "sales": sales}


def visits(number: int) -> dict[str, np.ndarray]:
    """One data set: the promotion is yes or no, the visitors are a count."""
    rng = np.random.default_rng(number)
    loyalty, season, basket = rng.normal(size=(3, ROWS))
    promo = (rng.uniform(size=ROWS) < 1 / (1 + np.exp(0.2 - 0.85 * loyalty - 0.1 * season))).astype(float)
    traffic = rng.poisson(np.exp(3.0 + 0.12 * promo + 0.06 * season)).astype(float)
    sales = 275 + 7 * traffic + 49 * promo + 85 * loyalty + 115 * basket
    return {"loyalty": loyalty, "season": season, "promo": promo, "traffic": traffic, "sales": sales}


def linear() -> tuple[Iterator[Any], bc.AverageEffect]:
    """Cases and the question."""
    model = bc.StructuralModel.parse(MODEL)
    return ((model, weeks(number)) for number in range(SETS)), bc.AverageEffect(of="promo", on="sales")


def mixed() -> tuple[Iterator[Any], bc.AverageEffect]:
    """From loyalty all three mechanisms are on the way: the logistic one, the Poisson one and the Gaussian one."""
    model = bc.StructuralModel.parse(MODEL, kinds={"binary": ["promo"]}, families={"traffic": "poisson"})
    return ((model, visits(number)) for number in range(SETS)), bc.AverageEffect(of="loyalty", on="sales")


def main(kind: str) -> None:
    """Ask, and print seconds, the mean of the answers, and the error of that mean by the answers' own sds."""
    cases, question = {"linear": linear, "mixed": mixed}[kind]()
    begun = perf_counter()
    effects = [(float(effect.mean()), float(effect.sd())) for effect in bc.ask_many(cases, question, seed=1)]
    seconds = perf_counter() - begun
    means, sds = np.array(effects).T
    print(json.dumps({"seconds": seconds, "mean": means.mean(), "error": sds.mean() / SETS**0.5}))


if __name__ == "__main__":
    main(sys.argv[1])
