import numpy as np
import pytest

from bayescause.analysis.prior_scale import check_prior_scale
from bayescause.errors import ScaleWarning
from bayescause.inference.fitting import fit
from bayescause.scm.structural_model import StructuralModel


def posterior_with(**priors):
    rng = np.random.default_rng(16)
    x = rng.normal(size=100)
    model = StructuralModel.parse("y ~ x", priors={"y": priors} if priors else None)
    return fit(model, {"x": x, "y": 100 + 10 * x + rng.normal(size=100)})


def test_priors_by_rule_live_on_the_scale_of_the_data():
    check = check_prior_scale(posterior_with(), "y", seed=0)
    assert check is not None
    assert check.is_good


def test_priors_a_million_times_too_wide_are_warned_about():
    posterior = posterior_with(intercept="normal(0, 1e8)", x="normal(0, 1e8)")
    with pytest.warns(ScaleWarning, match="y: the priors reach more than 100 times beyond the data"):
        check_prior_scale(posterior, "y", seed=0)


def test_priors_that_do_not_reach_the_data_are_warned_about():
    posterior = posterior_with(intercept="normal(0, 1)", x="normal(0, 1)", sd="exponential(1)")
    with pytest.warns(ScaleWarning, match="priors do not reach the data"):
        check_prior_scale(posterior, "y", seed=0)


@pytest.mark.filterwarnings("ignore::bayescause.errors.ScaleWarning")
def test_a_flat_prior_has_nothing_to_draw():
    assert check_prior_scale(posterior_with(x="flat()"), "y", seed=0) is None
