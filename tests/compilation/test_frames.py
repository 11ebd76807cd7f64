from decimal import Decimal

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from bayescause.compilation.frames import frame_of, places
from bayescause.errors import DataError

CELLS = {"dose": [1, 2, 3], "cured": [True, False, True], "ward": ["b", "a", "b"]}


@pytest.mark.parametrize(
    "data",
    [
        CELLS,
        pd.DataFrame(CELLS),
        pd.DataFrame(CELLS).convert_dtypes(),
        pd.DataFrame(CELLS).convert_dtypes(dtype_backend="pyarrow"),
        pd.DataFrame(CELLS).astype({"ward": "category"}),
        pl.DataFrame(CELLS),
        pl.LazyFrame(CELLS),
        pa.table(CELLS),
        nw.from_native(pl.DataFrame(CELLS)),
    ],
)
def test_every_kind_of_frame_gives_the_same_cells(data):
    frame = frame_of(data)
    assert frame.names == ("dose", "cured", "ward")
    assert frame.columns["dose"].tolist() == [1.0, 2.0, 3.0]
    assert frame.columns["cured"].tolist() == [True, False, True]
    assert frame.columns["ward"].tolist() == ["b", "a", "b"]


@pytest.mark.parametrize(
    "column",
    [
        pd.array([1, None], dtype="Int64"),
        pd.array([1.0, None], dtype="Float64"),
        pd.array([True, None], dtype="boolean"),
        pd.Series([1, None], dtype="int64[pyarrow]"),
        pd.Series([Decimal(1), None], dtype=object),
    ],
)
def test_nullable_numbers_become_floats_with_gaps(column):
    cells = frame_of(pd.DataFrame({"x": column})).columns["x"]
    assert cells[0] == 1.0
    assert np.isnan(cells[1])


def test_missing_text_is_none_whatever_marks_it():
    cells = frame_of(pd.DataFrame({"x": pd.Series(["a", None, np.nan], dtype="str")})).columns["x"]
    assert cells.tolist() == ["a", None, None]


def test_masked_cells_are_missing():
    cells = frame_of({"x": np.ma.masked_array([1, 2], mask=[False, True])}).columns["x"]
    assert np.isnan(cells[1])


def test_an_ordered_category_keeps_its_order():
    sizes = pd.Categorical(["small", "large"], categories=["small", "medium", "large"], ordered=True)
    assert frame_of(pd.DataFrame({"size": sizes})).order == {"size": ("small", "large")}
    enum = pl.DataFrame({"size": ["small", "large"]}, schema={"size": pl.Enum(["small", "large"])})
    assert frame_of(enum).order == {"size": ("small", "large")}


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (pd.to_datetime(["2020-01-01", "2020-01-02"]), "dates or times"),
        (pd.period_range("2020-01", periods=2, freq="M"), "period"),
        (pd.interval_range(0, 2), "interval"),
        ([1 + 2j, 3j], "complex"),
        ([[1], [2, 3]], "list"),
        ([1, "a"], "mixes numbers and text: 'a'"),
        ([{"a": 1}, {"b": 2}], "dict"),
    ],
)
def test_cells_without_a_meaning_are_named(column, words):
    frame = frame_of(pd.DataFrame({"x": column}))
    assert "x" not in frame.columns
    assert "'x'" in frame.foreign["x"]
    assert words in frame.foreign["x"]


def test_only_wanted_columns_are_looked_at():
    frame = frame_of(pd.DataFrame({"x": [1], "when": pd.to_datetime(["2020-01-01"])}), {"x"})
    assert frame.names == ("x", "when")
    assert not frame.foreign


def test_a_column_name_that_occurs_twice_is_an_error():
    twice = pd.DataFrame([[1, 2, 3]], columns=["x", "y", "x"])
    with pytest.raises(DataError, match=r"'x' occurs 2 times \(columns 1, 3\)"):
        frame_of(twice)


def test_names_that_differ_only_in_unicode_form_are_the_same_name():
    with pytest.raises(DataError, match="occurs 2 times"):
        frame_of({"caf\u00e9": [1], "cafe\u0301": [2]})


def test_columns_of_different_length_are_listed():
    with pytest.raises(DataError, match="'x' 2, 'y' 3"):
        frame_of({"x": [1, 2], "y": [1, 2, 3]})


def test_a_column_of_two_dimensions_is_an_error():
    with pytest.raises(DataError, match="'x' has 2 dimensions"):
        frame_of({"x": np.zeros((2, 2))})


def test_what_is_no_table_is_an_error_that_says_what_would_be():
    with pytest.raises(DataError, match="The data are 3, which is no table"):
        frame_of(3)


def test_rows_of_a_frame_are_counted_as_pandas_counts():
    frame = frame_of({"x": np.zeros(9)})
    assert places(frame, np.array([2])) == "row 2 (counted from 0)"
    assert places(frame, np.arange(8)) == "rows 0, 1, 2, 3, 4 and 3 more (counted from 0)"
