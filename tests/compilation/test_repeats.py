import numpy as np
import pytest

from bayescause.compilation.frames import frame_of
from bayescause.compilation.repeats import repeated_rows, repeated_units

RNG = np.random.default_rng(2)
WEEKS = {"promo": np.tile([0, 1], 25), "loyalty": RNG.normal(size=50), "shop": ["a", "b"] * 25}


def told(columns):
    return [concern.text for concern in repeated_rows(frame_of(columns))]


def test_rows_that_all_stand_there_twice_are_counted():
    (text,) = told(
        {name: np.tile(cells, 2) for name, cells in WEEKS.items()} | {"sales": np.tile(RNG.normal(size=50), 2)}
    )
    assert text.startswith("50 rows are repeats of other rows.")


def test_one_repeated_row_is_told():
    columns = {name: np.append(RNG.normal(size=100), 0.5) for name in "abc"}
    columns = {name: np.append(cells, 0.5) for name, cells in columns.items()}
    (text,) = told(columns)
    assert text.startswith("1 row is a repeat of another row. Remove them;")


@pytest.mark.parametrize(
    "columns",
    [
        WEEKS,
        {"promo": RNG.integers(0, 2, 100), "region": RNG.integers(0, 3, 100)},
        {"promo": RNG.integers(0, 2, 1_000), "sales": RNG.normal(size=1_000).round(2)},
    ],
)
def test_rows_that_repeat_by_chance_are_not_told(columns):
    assert told(columns) == []


def test_rows_that_differ_in_a_column_that_cannot_be_compared_are_not_told():
    dates = np.array(["2020-01-01", "2020-01-02"], dtype="datetime64[D]")
    assert told({"sales": [1.5, 1.5], "other": [2.5, 2.5], "day": dates}) == []


def test_units_with_several_rows_are_told():
    frame = frame_of({"shop_id": np.repeat(np.arange(20), 2)})
    (concern,) = repeated_units(frame, ())
    assert "'shop_id' looks like the identity of a unit, and 20 of its 40" in concern.text


def test_an_identity_that_the_model_has_or_that_does_not_repeat_is_fine():
    assert list(repeated_units(frame_of({"id": [1, 2, 3]}), ())) == []
    assert list(repeated_units(frame_of({"id": [1, 1, 3]}), ("id",))) == []
