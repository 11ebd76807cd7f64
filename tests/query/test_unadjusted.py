"""The plain difference is what a spreadsheet would give: of means, or along a least-squares line."""

import numpy as np
import pytest

from bayescause.compilation.table import Table
from bayescause.query.contrasts import Contrast
from bayescause.query.estimands.odds_ratio import OddsRatio
from bayescause.query.estimands.risk_ratio import RiskRatio
from bayescause.query.unadjusted import naive_comparison, plain_difference

EVERYBODY = np.ones(5, dtype=bool)
COUNTS = np.array([1.0, 3.0, 2.0, 2.0, 4.0])
OUTCOME = np.array([1.0, 2.0, 7.0, np.nan, 9.0])


def table(treatment, kind, frequency=COUNTS):
    return Table({"x": np.array(treatment), "y": OUTCOME}, {"x": kind, "y": "continuous"}, {}, frequency=frequency)


def test_rows_that_stand_for_several_units_count_that_often():
    found = plain_difference(table([0.0, 0.0, 1.0, 1.0, 1.0], "binary"), "y", Contrast("x", 0.0, 1.0), EVERYBODY)
    assert found == pytest.approx((2 * 7 + 4 * 9) / 6 - (1 + 3 * 2) / 4)


def test_only_the_units_of_the_question_count():
    chosen = np.array([True, True, True, True, False])
    found = plain_difference(table([0.0, 0.0, 1.0, 1.0, 1.0], "binary"), "y", Contrast("x", 1.0, 0.0), chosen)
    assert found == pytest.approx(7 / 4 - 7)


def test_a_quantity_has_its_slope_times_the_contrast():
    doses = np.array([1.0, 2.0, 4.0, 5.0, 8.0])
    found = plain_difference(table(doses, "continuous"), "y", Contrast("x", 2.0, 5.0), EVERYBODY)
    seen = ~np.isnan(OUTCOME)
    slope = np.polyfit(doses[seen], OUTCOME[seen], 1, w=np.sqrt(COUNTS[seen]))[0]
    assert found == pytest.approx(3 * slope)


def test_a_level_that_nobody_has_gives_no_difference():
    rows = table([0.0, 0.0, 2.0, 2.0, 2.0], "categorical")
    assert plain_difference(rows, "y", Contrast("x", 0.0, 1.0), EVERYBODY) is None
    assert plain_difference(table(np.ones(5), "continuous"), "y", Contrast("x", 0.0, 1.0), EVERYBODY) is None


def test_plain_ratios_count_the_units_of_each_row():
    columns = {"x": np.array([0.0, 0.0, 1.0, 1.0]), "y": np.array([0.0, 1.0, 0.0, 1.0])}
    counted = Table(columns, dict.fromkeys("xy", "binary"), {}, frequency=np.array([6.0, 2.0, 3.0, 9.0]))
    # Of 8 without the treatment 2 have the outcome, of 12 with it 9.
    assert naive_comparison(RiskRatio(of="x", on="y"), counted) == pytest.approx((9 / 12) / (2 / 8))
    assert naive_comparison(OddsRatio(of="x", on="y"), counted) == pytest.approx((9 / 3) / (2 / 6))
