"""Seconds and memory of one answer from Parquet files of a million to a hundred million rows.

The files are written to ``benchmarks/data`` (not kept in the repository) by ``write_many_weeks.py``; the largest has
half a gigabyte.
"""

from collections.abc import Iterator

from measuring import HERE, Measured, Row, measure, median_of, table_of
from write_many_weeks import write_weeks

OURS = str(HERE / "peers" / "bayescause_by_hand.py")

SIZES = (1_000_000, 10_000_000, 100_000_000)

MOST_SECONDS, MOST_GIGABYTES = 12.0, 1.5
"""What is wanted of ten million rows."""

TRUTH = 133.0

SLACK = 1.3
"""How much more than ten times as long, and than as much memory, ten times as many rows may take."""


def rows() -> Iterator[Row]:
    """Time and memory at each size, and how they grow."""
    found: dict[int, Measured] = {}
    for size in SIZES:
        file = str(write_weeks(size, HERE / "data" / f"promotion_{size}.parquet"))
        found[size] = median_of([OURS, file], 3) if size < SIZES[-1] else measure([OURS, file])
        _check(found[size])
        seconds, memory = found[size].seconds, found[size].gigabytes
        is_barred = size == SIZES[1]
        yield Row(
            f"{size:,} rows from Parquet",
            f"{seconds:.1f} s, {memory:.2f} GB",
            f"{MOST_SECONDS:g} s, {MOST_GIGABYTES} GB" if is_barred else "",
            seconds <= MOST_SECONDS and memory <= MOST_GIGABYTES if is_barred else None,
        )
    ten, hundred = found[SIZES[1]], found[SIZES[2]]
    time, space = hundred.seconds / ten.seconds, hundred.gigabytes / ten.gigabytes
    told = f"{time:.1f} times the time, {space:.2f} times the memory"
    yield Row("ten times as many rows", told, "10 times, 1 times", time <= 10 * SLACK and space <= SLACK)


def _check(run: Measured) -> None:
    if abs(run.answer["mean"] - TRUTH) > 5 * run.answer["sd"]:
        raise SystemExit(f"The answer is not {TRUTH}: {dict(run.answer)}.")


if __name__ == "__main__":
    print(table_of(list(rows())))
