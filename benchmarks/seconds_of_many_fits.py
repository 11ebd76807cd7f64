"""Seconds of one question asked of 1,000 data sets of 200 rows each, of five variables, over all processors."""

from collections.abc import Iterator
from time import perf_counter

import numpy as np
from measuring import Row, table_of

import bayescause as bc

SETS, ROWS = 1_000, 200

TRUTH = 133.0

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


def rows() -> Iterator[Row]:
    """Times of all data sets together."""
    linear = bc.StructuralModel.parse(MODEL)
    question = bc.AverageEffect(of="promo", on="sales")
    yield _timed("linear-Gaussian", ((linear, weeks(number)) for number in range(SETS)), question, 10.0, TRUTH)
    mixed = bc.StructuralModel.parse(MODEL, kinds={"binary": ["promo"]}, families={"traffic": "poisson"})
    # From loyalty all three mechanisms are on the way: the logistic one, the Poisson one and the Gaussian one.
    question = bc.AverageEffect(of="loyalty", on="sales")
    cases = ((mixed, visits(number)) for number in range(SETS))
    yield _timed("with a logistic and a Poisson node", cases, question, 60.0, None)


def _timed(what: str, cases: Iterator, question: bc.AverageEffect, bar: float, truth: float | None) -> Row:
    begun = perf_counter()
    effects = [(float(effect.mean()), float(effect.sd())) for effect in bc.ask_many(cases, question, seed=1)]
    seconds = perf_counter() - begun
    means, sds = np.array(effects).T
    if truth is not None and abs(means.mean() - truth) > 5 * sds.mean() / np.sqrt(SETS):
        raise SystemExit(f"The answers' mean is {means.mean():.2f}, not {truth:.2f}.")
    return Row(f"{SETS:,} data sets of {ROWS} rows, {what}", f"{seconds:.1f} s", f"{bar:g} s", seconds <= bar)


if __name__ == "__main__":
    print(table_of(list(rows())))
