"""Seconds from the start of a process to an effect with its interval and diagnostics, beside PyMC and nutpie by hand.

Both get the same CSV file and the same priors, and must give the same answer before the times count. By hand, the time
depends on whether the sampler was compiled before: a run with an empty cache is cold, the one after it warm. Neither
loads Dask, which users have not installed; one line says what ours takes where it is.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from measuring import HERE, INSTALLED, Row, agree, measure, median_of, table_of
from simulate_promotion import simulate

OURS, BY_HAND = (str(HERE / "peers" / f"{name}_by_hand.py") for name in ("bayescause", "pymc"))

FEW, MANY = 1_000, 100_000

MOST_SECONDS, TIMES_WARM, TIMES_COLD, TIMES_MANY = 3.5, 5.0, 20.0, 100.0
"""What is wanted: seconds with few rows, and how many times faster than by hand."""


def rows() -> Iterator[Row]:
    """Times of both programs with few and with many rows."""
    with tempfile.TemporaryDirectory() as folder:
        caches = {
            "PYTENSOR_FLAGS": f"base_compiledir={folder}/pytensor",
            "NUMBA_CACHE_DIR": f"{folder}/numba",
        }
        few, many = (_written(Path(folder), size) for size in (FEW, MANY))
        measure([INSTALLED, OURS, few])
        ours = median_of([INSTALLED, OURS, few], 5)
        cold = measure([INSTALLED, BY_HAND, few], caches)
        agree(ours, cold)
        warm = median_of([INSTALLED, BY_HAND, few], 3, caches)
        yield Row(f"{FEW:,} rows", f"{ours.seconds:.2f} s", f"{MOST_SECONDS} s", ours.seconds <= MOST_SECONDS)
        yield Row(f"{FEW:,} rows, with Dask installed", f"{median_of([OURS, few], 3).seconds:.2f} s")
        yield _compared(f"{FEW:,} rows, by hand, warm", warm.seconds, ours.seconds, TIMES_WARM)
        yield _compared(f"{FEW:,} rows, by hand, cold", cold.seconds, ours.seconds, TIMES_COLD)
        ours = median_of([INSTALLED, OURS, many], 3)
        by_hand = measure([INSTALLED, BY_HAND, many], caches)
        agree(ours, by_hand)
        yield Row(f"{MANY:,} rows", f"{ours.seconds:.1f} s")
        yield _compared(f"{MANY:,} rows, by hand, warm", by_hand.seconds, ours.seconds, TIMES_MANY)


def _written(folder: Path, size: int) -> str:
    file = folder / f"promotion_{size}.csv"
    pd.DataFrame(simulate(size)).to_csv(file, index=False)
    return str(file)


def _compared(what: str, seconds: float, ours: float, times: float) -> Row:
    ratio = seconds / ours
    return Row(what, f"{seconds:.0f} s, {ratio:.1f} times as long", f"{times:g} times", ratio >= times)


if __name__ == "__main__":
    print(table_of(list(rows())))
    sys.exit()
