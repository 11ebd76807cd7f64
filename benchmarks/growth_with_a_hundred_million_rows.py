"""How time and memory grow from ten million rows of a Parquet file to a hundred million: half a gigabyte."""

from collections.abc import Iterator

from measuring import Row, table_of
from seconds_of_large_tables import answered

SLACK = 1.3
"""How much more than ten times as long, and than as much memory, ten times as many rows may take."""


def rows() -> Iterator[Row]:
    """Time and memory of the larger file, and how they grew."""
    ten, hundred = answered(10_000_000, 1), answered(100_000_000, 1)
    yield Row("100,000,000 rows from Parquet", f"{hundred.seconds:.1f} s, {hundred.gigabytes:.2f} GB")
    time, space = hundred.seconds / ten.seconds, hundred.gigabytes / ten.gigabytes
    told = f"{time:.1f} times the time, {space:.2f} times the memory"
    yield Row("ten times as many rows", told, "10 times, 1 times", time <= 10 * SLACK and space <= SLACK)


if __name__ == "__main__":
    print(table_of(list(rows())))
