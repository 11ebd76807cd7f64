"""Seconds of one question asked of 1,000 data sets of 200 rows each, of five variables, over all processors."""

from collections.abc import Iterator
from time import perf_counter

import numpy as np
from measuring import Row, table_of

import bayescause as bc

SETS, ROWS = 1_000, 200

TRUTH = 133.0

LINEAR = "promo ~ loyalty + season; traffic ~ promo + season; sales ~ traffic + promo + loyalty; loyalty <-> season"
MIXED = "promo ~ loyalty + season; visits ~ promo + season; bought ~ visits + promo + loyalty; loyalty <-> season"


def weeks(number: int) -> dict[str, np.ndarray]:
    """One data set: every variable is normal given its causes."""
    loyalty, season, noise, visits, basket = np.random.default_rng(number).normal(size=(5, ROWS))
    promo = 0.85 * loyalty + 0.1 * season + noise
    traffic = 100 + 12 * promo + 6 * season + 20 * visits
    sales = 275 + 7 * traffic + 49 * promo + 85 * loyalty + 115 * basket
    return {"loyalty": loyalty, "season": season, "promo": promo, "traffic": traffic, "sales": sales}


def counts(number: int) -> dict[str, np.ndarray]:
    """One data set: visitors are a count, and whether they buy is yes or no."""
    rng = np.random.default_rng(number)
    loyalty, season, noise = rng.normal(size=(3, ROWS))
    promo = 0.85 * loyalty + 0.1 * season + noise
    visits = rng.poisson(np.exp(1.0 + 0.3 * promo + 0.2 * season)).astype(float)
    logit = -1.0 + 0.2 * visits + 0.4 * promo + 0.5 * loyalty
    bought = (rng.uniform(size=ROWS) < 1 / (1 + np.exp(-logit))).astype(float)
    return {"loyalty": loyalty, "season": season, "promo": promo, "visits": visits, "bought": bought}


def rows() -> Iterator[Row]:
    """Times of all data sets together."""
    linear = bc.StructuralModel.parse(LINEAR)
    yield _timed("linear-Gaussian", ((linear, weeks(number)) for number in range(SETS)), "sales", 10.0, TRUTH)
    mixed = bc.StructuralModel.parse(MIXED, families={"visits": "poisson"})
    yield _timed("with a Poisson and a logistic node", ((mixed, counts(n)) for n in range(SETS)), "bought", 60.0, None)


def _timed(what: str, cases: Iterator, outcome: str, bar: float, truth: float | None) -> Row:
    question = bc.AverageEffect(of="promo", on=outcome)
    begun = perf_counter()
    effects = [(float(effect.mean()), float(effect.sd())) for effect in bc.ask_many(cases, question, seed=1)]
    seconds = perf_counter() - begun
    means, sds = np.array(effects).T
    if truth is not None and abs(means.mean() - truth) > 5 * sds.mean() / np.sqrt(SETS):
        raise SystemExit(f"The answers' mean is {means.mean():.2f}, not {truth:.2f}.")
    return Row(f"{SETS:,} data sets of {ROWS} rows, {what}", f"{seconds:.1f} s", f"{bar:g} s", seconds <= bar)


if __name__ == "__main__":
    print(table_of(list(rows())))
