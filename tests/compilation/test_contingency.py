"""Counts by level, with frequencies, gaps and levels that were never seen."""

import numpy as np

from bayescause.compilation.contingency import conditions_of, contingency, level_values
from bayescause.compilation.table import Table

ROWS = Table(
    {"x": np.array([0.0, 1.0, 1.0]), "m": np.array([2.0, 0.0, np.nan]), "y": np.array([1.0, 0.0, 1.0])},
    {"x": "binary", "m": "categorical", "y": "binary"},
    {"m": ("low", "mid", "high")},
    frequency=np.array([3.0, 2.0, 7.0]),
)


def test_a_row_counts_as_often_as_its_frequency_says_and_not_at_all_where_a_value_is_missing():
    assert contingency(ROWS, "y", ["m"]).tolist() == [[2.0, 0.0], [0.0, 0.0], [0.0, 3.0]]
    assert contingency(ROWS, "y", []).tolist() == [2.0, 10.0]


def test_conditions_are_named_in_the_order_of_the_counts():
    assert conditions_of(ROWS, ["x", "m"])[:4] == (
        "x = 0, m = low",
        "x = 0, m = mid",
        "x = 0, m = high",
        "x = 1, m = low",
    )
    assert conditions_of(ROWS, []) == ("",)


def test_levels_that_are_numbers_are_worth_what_they_say():
    assert level_values(("1", "2.5", "4")).tolist() == [1.0, 2.5, 4.0]
    assert level_values(("low", "mid", "high")) is None
