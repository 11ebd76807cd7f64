"""Seconds and memory of a logistic outcome from Parquet rows of which no two are alike: passes of Newton's method.

The effect of the promotion on the chance to keep a customer is known from the law that the rows are drawn by.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
from measuring import HERE, Measured, Row, measure, table_of

OURS = str(HERE / "peers" / "logistic_by_hand.py")

SIZES = (2_000_000, 10_000_000)

NORMAL = "sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())"
"""Box and Muller (1958)."""

SELECT = f"""
with customers as (select {NORMAL} as loyalty from range({{rows}})),
treated as (select loyalty, (random() < 1 / (1 + exp(-loyalty)))::integer as promo from customers)
select loyalty, promo, (random() < 1 / (1 + exp(0.5 - 0.8 * promo - 0.6 * loyalty)))::integer as kept from treated
"""


def rows() -> Iterator[Row]:
    """Time and memory at each size, and how they grow."""
    few, many = (_answered(size) for size in SIZES)
    for size, found in zip(SIZES, (few, many), strict=True):
        yield Row(f"{size:,} different rows, logistic", f"{found.seconds:.1f} s, {found.gigabytes:.2f} GB")
    space = many.gigabytes / few.gigabytes
    yield Row("five times as many rows", f"{space:.2f} times the memory", "1 times", space <= 1.3)


def _answered(size: int) -> Measured:
    found = measure([OURS, str(_written(size))])
    points, weights = np.polynomial.hermite_e.hermegauss(60)
    chance = [weights @ (1 / (1 + np.exp(0.5 - 0.8 * promo - 0.6 * points))) / weights.sum() for promo in (0, 1)]
    if abs(found.answer["mean"] - (chance[1] - chance[0])) > 5 * found.answer["sd"]:
        raise SystemExit(f"The answer is not {chance[1] - chance[0]:.4f}: {dict(found.answer)}.")
    return found


def _written(size: int) -> Path:
    file = HERE / "data" / f"kept_{size}.parquet"
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as connection:
            connection.execute("set preserve_insertion_order = false")
            connection.execute(f"copy ({SELECT.format(rows=size)}) to '{file}' (format parquet)")
    return file


if __name__ == "__main__":
    print(table_of(list(rows())))
