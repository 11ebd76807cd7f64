import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from bayescause.compilation.checking import tabulate
from bayescause.errors import DataError, DataQualityWarning, OverlapWarning, SpecError
from bayescause.scm.structural_model import StructuralModel

SHOP = StructuralModel.parse("promo ~ loyalty; sales ~ promo + loyalty")


def weeks(rows=40, **changed):
    rng = np.random.default_rng(1)
    columns = {
        "promo": np.tile([0.0, 1.0], rows // 2),
        "loyalty": rng.normal(size=rows),
        "sales": rng.normal(size=rows),
    }
    return columns | changed


def asked(**facts):
    return SimpleNamespace(**({"of": "promo", "on": "sales"} | facts))


def test_a_table_holds_the_models_columns_as_floats():
    table = tabulate(SHOP, weeks() | {"diary": ["text"] * 40})
    assert set(table.columns) == {"promo", "loyalty", "sales"}
    assert table.kinds == {"promo": "binary", "loyalty": "continuous", "sales": "continuous"}
    assert all(values.dtype == np.float64 for values in table.columns.values())


def test_a_table_is_returned_as_it_is():
    table = tabulate(SHOP, weeks())
    assert tabulate(SHOP, table) is table


def test_all_missing_columns_are_listed_with_near_names():
    with pytest.raises(DataError) as caught:
        tabulate(SHOP, {"Promo": [0, 1], "lojalty": [1.0, 2.0], "wage": [1, 2]})
    assert len(caught.value.faults) == 3
    assert "'promo' is not a column of the mapping. Did you mean `Promo`?" in caught.value.faults
    assert "Did you mean `lojalty`?" in str(caught.value)


def test_no_rows_are_an_error():
    with pytest.raises(DataError, match="has no rows"):
        tabulate(SHOP, {"promo": [], "loyalty": [], "sales": []})


def test_faults_of_all_columns_come_together():
    with pytest.raises(DataError) as caught:
        tabulate(SHOP, weeks(loyalty=[np.nan, np.inf] * 20, sales=["1,5", "2,5"] * 20, promo=["yes", "no"] * 20))
    assert len(caught.value.faults) == 3


def test_a_missing_covariate_is_an_error_with_count_and_rows():
    gaps = weeks()["loyalty"]
    gaps[[3, 7]] = np.nan
    with pytest.raises(DataError, match=r"'loyalty' is missing in 2 of 40 rows \(rows 3, 7 \(counted from 0\)\)"):
        tabulate(SHOP, weeks(loyalty=gaps), missing="drop")


def test_a_missing_outcome_is_an_error_that_names_the_option():
    gaps = weeks()["sales"]
    gaps[3] = np.nan
    with pytest.raises(DataError, match=r'tabulate\(\.\.\., missing="drop"\) fits the other rows'):
        tabulate(SHOP, weeks(sales=gaps))


def test_rows_with_a_missing_outcome_stay_if_asked():
    gaps = weeks()["sales"]
    gaps[3] = np.nan
    table = tabulate(SHOP, weeks(sales=gaps), missing="drop", questions=[asked()])
    assert table.rows == 40
    assert table.missing == {"sales": 1}
    assert table.notes == ("1 row without sales: not fitted, but in the averaging population",)


def test_an_outcome_that_causes_something_cannot_be_left_open():
    model = StructuralModel.parse("traffic ~ promo; sales ~ traffic")
    data = {"promo": [0, 1, 0, 1], "traffic": [1.0, np.nan, 3.0, 4.0], "sales": [1.0, 2.5, 3.0, 4.5]}
    with pytest.raises(DataError, match="'traffic' is missing in 1 row and is a cause of sales"):
        tabulate(model, data, missing="drop", questions=[asked(on="traffic")])


def test_an_outcome_missing_in_every_row_is_an_error():
    with pytest.raises(DataError, match="'sales' is missing in every row"):
        tabulate(SHOP, weeks(sales=[np.nan] * 40), missing="drop")


def test_another_word_for_missing_is_an_error():
    with pytest.raises(SpecError, match="`missing` is 'impute'; it must be 'error' or 'drop'"):
        tabulate(SHOP, weeks(), missing="impute")


def test_a_constant_treatment_cannot_be_compared():
    with pytest.raises(DataError, match="'promo' is 1 in every row: the treatment has no variation"):
        tabulate(SHOP, weeks(promo=np.ones(40)), questions=[asked()])


def test_one_level_in_one_row_cannot_be_compared_either():
    with pytest.raises(DataError, match="'promo' is 1 in every row: the treatment has no variation"):
        tabulate(SHOP, {"promo": [1], "loyalty": [0.5], "sales": [2.5]}, questions=[asked()])


def test_a_constant_covariate_is_a_concern():
    with pytest.warns(DataQualityWarning, match="'loyalty' is 3 in every row"):
        table = tabulate(SHOP, weeks(loyalty=np.full(40, 3.0)))
    assert any("left out of every mechanism" in concern for concern in table.concerns)


def test_a_contrast_that_cannot_be_set_is_an_error():
    with pytest.raises(DataError, match=r"'promo' is 0 or 1; it cannot be set to 0\.5"):
        tabulate(SHOP, weeks(), questions=[asked(contrast=(0, 0.5))])


def test_a_contrast_beyond_the_data_is_a_concern():
    with pytest.warns(OverlapWarning, match="'loyalty' was never seen at 50"):
        tabulate(SHOP, weeks(), questions=[asked(of="loyalty", contrast=(0, 50))])


def test_columns_of_conditions_and_modifiers_are_kept():
    data = weeks() | {"region": ["north", "south"] * 20, "size of shop": np.arange(40.0)}
    question = asked(given=("region",), where='"size of shop" > 5')
    table = tabulate(SHOP, data, questions=[question])
    assert table.levels == {"region": ("north", "south")}
    assert "size of shop" in table.columns


@pytest.mark.parametrize("wrong", [-1.0, 0.0, np.nan, 1.5])
def test_frequencies_must_be_whole_and_above_zero(wrong):
    with pytest.raises(DataError, match=r"'n' counts the units of each row and must hold whole numbers"):
        tabulate(SHOP, weeks() | {"n": [wrong] + [2.0] * 39}, frequency="n")


def test_an_empty_frequency_is_told_as_one():
    with pytest.raises(DataError, match="row 0 .*: empty"):
        tabulate(SHOP, weeks() | {"n": [np.nan] + [2.0] * 39}, frequency="n")


def test_frequencies_count_units():
    table = tabulate(SHOP, weeks() | {"n": [3] * 40}, frequency="n")
    assert (table.rows, table.units) == (40, 120)
    assert table.notes == ("each row stands for as many units as n says",)


def test_a_family_may_refuse_its_values():
    model = StructuralModel.parse("sales ~ promo", families={"sales": "poisson"})
    with pytest.raises(DataError, match="'sales' must be whole numbers from 0 on"):
        tabulate(model, {"promo": [0, 1], "sales": [1.5, 2.0]})


def test_a_files_faults_are_told_by_line(tmp_path):
    file = tmp_path / "weeks.csv"
    file.write_text("promo;loyalty;sales\n0;1;10\n1;;12\n1;2,5;11\n")
    with pytest.raises(DataError) as caught:
        tabulate(SHOP, file)
    assert (
        "weeks.csv: 'loyalty' is meant to hold numbers, but line 4 holds '2,5'. Set tabulate(..., decimal=\",\")."
        in caught.value.faults
    )


def test_a_digest_depends_on_the_cells_alone():
    data = weeks()
    assert tabulate(SHOP, data).sha256 == tabulate(SHOP, pd.DataFrame(data)).sha256
    assert tabulate(SHOP, data).sha256 != tabulate(SHOP, weeks(sales=data["sales"] + 1)).sha256


def test_repeated_units_are_a_concern():
    with pytest.warns(DataQualityWarning, match="'shop_id' looks like the identity of a unit, and 20 of its 40"):
        tabulate(SHOP, weeks() | {"shop_id": np.repeat(np.arange(20), 2)})


@pytest.mark.parametrize("scale", [1e12, 1e-9])
def test_columns_of_any_scale_are_accepted_with_a_warning(scale):
    with pytest.warns(UserWarning, match="'sales' reaches"):
        table = tabulate(SHOP, weeks(sales=weeks()["sales"] * scale))
    assert np.isfinite(table.columns["sales"]).all()


def test_checking_imports_nothing_slow():
    slow = ("pandas", "scipy", "xarray", "pymc", "duckdb", "networkx", "arviz", "polars")
    code = f"import sys, bayescause.compilation.checking; print([name for name in {slow} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
