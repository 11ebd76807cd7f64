"""Seconds of one question asked of 1,000 data sets of 200 rows each, of five variables, over all processors.

They count from the first question to the last answer, as for a user, who has no Dask; one line says what they are where
it is installed.
"""

from collections.abc import Iterator

from measuring import HERE, INSTALLED, Row, measure, table_of

ASKING = str(HERE / "peers" / "bayescause_many_fits.py")

TRUTH = 133.0
"""Effect in the linear model, in the unit of sales."""

LINEAR, MIXED = 10.0, 60.0
"""Seconds that are wanted."""


def rows() -> Iterator[Row]:
    """Times of all data sets together."""
    what = "1,000 data sets of 200 rows"
    seconds = _linear(INSTALLED)
    yield Row(f"{what}, linear-Gaussian", f"{seconds:.1f} s", f"{LINEAR:g} s", seconds <= LINEAR)
    yield Row(f"{what}, linear-Gaussian, with Dask installed", f"{_linear():.1f} s")
    seconds = float(measure([INSTALLED, ASKING, "mixed"]).answer["seconds"])
    yield Row(f"{what}, with a logistic and a Poisson node", f"{seconds:.1f} s", f"{MIXED:g} s", seconds <= MIXED)


def _linear(*before: str) -> float:
    found = measure([*before, ASKING, "linear"]).answer
    if abs(found["mean"] - TRUTH) > 5 * found["error"]:
        raise SystemExit(f"The answers' mean is {found['mean']:.2f}, not {TRUTH:.2f}.")
    return float(found["seconds"])


if __name__ == "__main__":
    print(table_of(list(rows())))
