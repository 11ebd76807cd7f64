import numpy as np
import pytest

from bayescause.compilation.table import Table
from bayescause.errors import DataError
from bayescause.query.intervention import read_intervention


def table(kind, *values):
    return Table({"x": np.array(values, dtype=float)}, {"x": kind}, {})


def test_shifting_by_nothing_changes_nothing():
    rows = table("binary", 0, 1)
    action = read_intervention({"shift": 0})
    action.check("x", rows)
    np.testing.assert_array_equal(action.nodes("x", rows).values, [[0, 1]])


@pytest.mark.parametrize(
    ("rows", "action", "words"),
    [
        (table("binary", 0, 1), {"shift": 0.5}, "nothing between its levels"),
        (table("count", 0, 3), {"shift": -1}, "no count"),
        (table("count", 0, 3), {"shift": 0.5}, "no count"),
        (table("proportion", 0.2, 0.9), {"shift": 0.2}, "leaves 0 to 1"),
        (table("count", 0, 3), {"scale": 1.5}, "cannot be multiplied"),
        (table("proportion", 0.2, 0.9), {"scale": 1.2}, "above 1"),
        (table("binary", 0, 1), {"set": 0.5}, "0 or 1"),
        (table("count", 0, 3), {"set": -1}, "count"),
        (table("binary", 0, 0), {"set": 1}, "No row has"),
    ],
)
def test_what_cannot_be_done_to_a_variable_is_refused(rows, action, words):
    with pytest.raises(DataError, match=words):
        read_intervention(action).check("x", rows)
