import json

import arviz_stats
import numpy as np
import pymc as pm
import pytest
import xarray as xr

from bayescause.compilation.pymc_model import to_pymc
from bayescause.errors import SpecError
from bayescause.inference.fitting import fit
from bayescause.inference.posterior import parameters
from bayescause.scm.structural_model import StructuralModel

HOSTILE = "<script>alert(1)</script> / a&b"


def simulated(cause="x", response="y"):
    rng = np.random.default_rng(1)
    x = rng.normal(size=30)
    return {cause: x, response: x + rng.normal(size=30)}


@pytest.fixture(scope="module")
def posterior():
    return fit(StructuralModel.parse("y ~ x"), simulated(), draws=200)


def test_parameters_are_the_draws_chain_after_chain(posterior):
    found = parameters(posterior, "y")
    assert found.coefficients.shape == (800, 2)
    assert np.array_equal(found.coefficients[200:400, 1], posterior.draws["y_coefficient"][1, :, 1])
    assert np.array_equal(found.dispersion["sd"], posterior.draws["y_sd"].to_numpy().ravel())


def test_a_task_that_was_not_fitted_is_named_beside_those_that_were(posterior):
    with pytest.raises(SpecError, match="'z' was not fitted; this posterior holds 'x', 'y'"):
        parameters(posterior, "z")


def test_the_tree_has_the_groups_of_arviz(posterior):
    tree = posterior.to_datatree()
    assert set(tree.children) == {"posterior", "sample_stats", "observed_data", "constant_data"}
    assert tree["observed_data"]["y"].dims == ("unit",)


def test_the_tree_survives_saving_and_reading(posterior, tmp_path):
    tree = posterior.to_datatree()
    tree.to_netcdf(tmp_path / "posterior.nc", engine="h5netcdf")
    with xr.open_datatree(tmp_path / "posterior.nc", engine="h5netcdf") as again:
        xr.testing.assert_identical(again.load(), tree)


def test_the_metadata_of_a_group_are_one_text(posterior):
    story = json.loads(posterior.to_datatree()["posterior"].attrs["bayescause"])
    assert story["engines"] == {"x": "exact", "y": "exact"}
    assert story["convergence"]["y"]["is_converged"] is True


def test_names_that_no_file_bears_are_kept_for_display(tmp_path):
    model = StructuralModel.parse(f'"{HOSTILE}" ~ chain')
    found = fit(model, simulated("chain", HOSTILE), draws=200)
    tree = found.to_datatree()
    tree.to_netcdf(tmp_path / "posterior.nc", engine="h5netcdf")
    with xr.open_datatree(tmp_path / "posterior.nc", engine="h5netcdf") as again:
        story = json.loads(again["posterior"].attrs["bayescause"])
        assert set(story["tasks"].values()) == {"chain", HOSTILE}
        assert again["posterior"].sizes["chain"] == 4
    assert parameters(found, HOSTILE).coefficients.shape == (800, 2)


def test_the_page_of_a_posterior_holds_no_markup_of_the_user(posterior):
    model = StructuralModel.parse(f'"{HOSTILE}" ~ x')
    page = fit(model, simulated("x", HOSTILE), draws=200)._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_printing_says_engine_and_convergence(posterior):
    text = str(posterior)
    assert "y: exact, R-hat" in text
    assert "converged" in text


def test_plain_arviz_and_pymc_read_the_tree(posterior):
    tree, five = posterior.to_datatree(), np.full(30, 5.0)
    changed = pm.do(to_pymc(posterior.model, posterior.table), {"x": five})
    told = pm.sample_posterior_predictive(
        tree, model=changed, progressbar=False, compile_kwargs={"mode": "FAST_COMPILE"}
    )
    coefficients, task = parameters(posterior, "y").coefficients, posterior.design.mechanisms["y"]
    expected = (coefficients[:, 0] + coefficients[:, 1] * (5 - task.centres[0])).mean()
    assert list(arviz_stats.summary(tree).index[-3:]) == ["y_coefficient[intercept]", "y_coefficient[x]", "y_sd"]
    # Same draws, fresh noise of sd about 1 in 800 x 30 responses: four standard errors are 0.03.
    assert float(told["posterior_predictive"]["y"].mean()) == pytest.approx(expected, abs=0.03)
