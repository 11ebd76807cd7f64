"""Seconds of processor and memory of every estimand in the folder, from many rows of the promotion: 20 s and 1 GB each.

Run ``python benchmarks/seconds_of_each_estimand.py [ROWS] [ESTIMAND ...]``. Each is asked of the promotion as it is, of
one in which the effects of units differ, and of one whose outcome is yes or no (``peers/one_estimand.py``).
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pandas as pd
from measuring import HERE, Row, machine, measure, table_of
from simulate_promotion import simulate

sys.path.insert(0, str(HERE / "peers"))
from one_estimand import SHAPES, question_of

from bayescause.compilation.particulars import particulars
from bayescause.plugins import names
from bayescause.query.estimand import ESTIMANDS

ROWS, SECONDS, GIGABYTES = 200_000, 20.0, 1.0

BUSY = 1_100
"""Takings above which a week is called busy."""


def rows(number: int = ROWS, shorts: Sequence[str] = ()) -> Iterator[Row]:
    """One line for each estimand and shape of the promotion that it can be asked of."""
    file = str(_written(number))
    for short in shorts or names(ESTIMANDS):
        for shape in SHAPES:
            if not _can_be_asked(short, shape):
                continue
            found = measure([str(HERE / "peers" / "one_estimand.py"), short, shape, file])
            if "reasons" in found.answer:
                yield Row(f"{short}, {shape}, {number:,} rows", "refused")
                continue
            is_met = found.processor <= SECONDS and found.gigabytes <= GIGABYTES
            told = f"{found.processor:.1f} s, {found.gigabytes:.2f} GB"
            yield Row(f"{short}, {shape}, {number:,} rows", told, f"{SECONDS:g} s, {GIGABYTES:g} GB", is_met)


def _can_be_asked(short: str, shape: str) -> bool:
    """Ratios and chances of causation are of outcomes that are yes or no."""
    quantity = particulars(question_of(short, "sales")).quantity
    return shape == "chances" or quantity not in ("risk", "odds")


def _written(number: int) -> Path:
    file = HERE / "data" / f"promotion_{number}_busy.parquet"
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        weeks = pd.DataFrame(simulate(number))
        weeks["busy"] = (weeks["sales"] > BUSY).astype(int)
        duckdb.from_df(weeks).write_parquet(str(file))
    return file


def main(words: Sequence[str]) -> None:
    """Measure, a line at a time, and print one table."""
    numbers = [int(word) for word in words if word.isdecimal()]
    found = []
    for row in rows(*numbers, shorts=[word for word in words if not word.isdecimal()]):
        print(f"  {row.what}: {row.found}", file=sys.stderr)
        found.append(row)
    print(machine())
    print(table_of(found))


if __name__ == "__main__":
    main(sys.argv[1:])
