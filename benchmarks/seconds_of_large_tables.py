"""Seconds and memory of one answer from Parquet files of a million and of ten million rows.

The files are written to ``benchmarks/data`` (not kept in the repository) by ``write_many_weeks.py``.
"""

from collections.abc import Iterator

from measuring import HERE, Measured, Row, median_of, table_of
from write_many_weeks import write_weeks

OURS = str(HERE / "peers" / "bayescause_by_hand.py")

SIZES = (1_000_000, 10_000_000)

MOST_SECONDS, MOST_GIGABYTES = 12.0, 1.5
"""What is wanted of ten million rows."""

TRUTH = 133.0


def rows() -> Iterator[Row]:
    """Time and memory at each size."""
    for size in SIZES:
        found = answered(size, 3)
        is_barred = size == SIZES[-1]
        yield Row(
            f"{size:,} rows from Parquet",
            f"{found.seconds:.1f} s, {found.gigabytes:.2f} GB",
            f"{MOST_SECONDS:g} s, {MOST_GIGABYTES} GB" if is_barred else "",
            found.seconds <= MOST_SECONDS and found.gigabytes <= MOST_GIGABYTES if is_barred else None,
        )


def answered(size: int, times: int) -> Measured:
    """The run of middle length among ``times``, whose answer is the truth."""
    file = str(write_weeks(size, HERE / "data" / f"promotion_{size}.parquet"))
    found = median_of([OURS, file], times)
    _check(found)
    return found


def _check(run: Measured) -> None:
    if abs(run.answer["mean"] - TRUTH) > 5 * run.answer["sd"]:
        raise SystemExit(f"The answer is not {TRUTH}: {dict(run.answer)}.")


if __name__ == "__main__":
    print(table_of(list(rows())))
