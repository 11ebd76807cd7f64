import numpy as np
import pytest

from bayescause.errors import DataError


def columns(rows=60, seed=1):
    z, w, v, u = np.random.default_rng(seed).normal(size=(4, rows))
    x = 2 + z - w + v
    return {"z": z, "w": w, "x": x, "y": 30 + 0.5 * x + w + 0.7 * v + u}


def test_the_rows_that_stand_for_all_have_the_same_least_squares(instrumented):
    data = columns()
    pair = instrumented(data, covariates=("w",))
    split = pair.first_size
    scaled = [np.linalg.lstsq(pair.rows[:, part], pair.responses[:, place])[0]
              for place, part in enumerate((slice(split), slice(split, None)))]  # fmt: skip
    found = pair.in_data_units(np.concatenate(scaled)[None])[0]
    ones = np.ones(60)
    first = np.linalg.lstsq(np.column_stack([ones, data["z"], data["w"]]), data["x"])[0]
    second = np.linalg.lstsq(np.column_stack([ones, data["x"], data["w"]]), data["y"])[0]
    assert np.delete(found, [0, split]) == pytest.approx([*first[1:], *second[1:]])
    assert found[[0, split]] == pytest.approx([data["x"].mean(), data["y"].mean()])


def test_a_row_that_stands_for_three_units_counts_three_times(instrumented):
    data, counts = columns(), np.where(np.arange(60) < 20, 3.0, 1.0)
    repeated = {name: np.repeat(values, counts.astype(int)) for name, values in data.items()}
    weighted, plain = instrumented(data, frequency=counts), instrumented(repeated)
    assert weighted.units == plain.units
    assert weighted.rows.T @ weighted.rows == pytest.approx(plain.rows.T @ plain.rows)
    assert weighted.width == pytest.approx(plain.width)


def test_priors_have_their_centres_and_sds_in_the_units_of_the_data(instrumented):
    own = {
        "x": {"intercept": "normal(3, 2)", "z": "normal(-1, 0.5)"},
        "y": {"intercept": "normal(20, 4)", "x": "normal(0.2, 0.1)"},
    }
    pair = instrumented(columns(), priors=own)
    centre, beyond = pair.in_data_units(np.stack([pair.location, pair.location + pair.width]))
    assert centre == pytest.approx([3, -1, 20, 0.2])
    assert beyond - centre == pytest.approx([2, 0.5, 4, 0.1])


def test_rows_without_an_outcome_are_left_out_and_counted(instrumented):
    data = columns()
    data["y"][:5] = np.nan
    pair = instrumented(data)
    assert (pair.units, pair.skipped) == (55.0, 5)


def test_an_outcome_that_its_predictors_determine_is_told(instrumented):
    data = columns()
    data["y"] = 3 * data["x"] - data["w"]
    with pytest.raises(DataError, match="'y' is determined exactly"):
        instrumented(data, covariates=("w",))


def test_an_outcome_that_never_varies_has_nothing_to_explain(instrumented):
    data = columns()
    data["y"] = np.full(len(data["x"]), 0.1)
    with pytest.raises(DataError, match=r"'y' is 0\.1 in every row: there is nothing to explain"):
        instrumented(data, covariates=("w",))
