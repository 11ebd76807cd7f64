import numpy as np

from bayescause.compilation.table import Table

TABLE = Table(
    {"promo": np.array([0.0, 1.0]), "sales": np.array([3.5, np.nan])},
    {"promo": "binary", "sales": "continuous"},
    {"promo": ("no", "yes")},
    np.array([2.0, 3.0]),
    notes=("1 rows without sales are not fitted",),
)


def test_a_table_counts_rows_and_units():
    assert (TABLE.rows, TABLE.units) == (2, 5)
    assert Table({"x": np.zeros(3)}, {"x": "continuous"}, {}).counts.tolist() == [1.0, 1.0, 1.0]


def test_a_table_tells_its_columns_and_notes():
    assert str(TABLE).splitlines() == [
        "frame: 2 rows, standing for 5 units",
        "  promo  binary       no, yes",
        "  sales  continuous   3.5 to 3.5",
        "  1 rows without sales are not fitted",
    ]
