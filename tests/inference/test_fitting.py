import subprocess
import sys

import numpy as np
import pytest
import xarray as xr

from bayescause.compilation.checking import tabulate
from bayescause.compilation.pymc_model import to_pymc
from bayescause.errors import ConvergenceWarning, DataQualityWarning, SpecError, UnknownPluginError
from bayescause.inference.fitting import fit
from bayescause.inference.likelihood import joint_log_likelihood
from bayescause.inference.posterior import parameters
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.scm.structural_model import StructuralModel

TEXT = """
promo   ~ loyalty
traffic ~ promo
sales   ~ traffic + promo + loyalty
"""


@pytest.fixture(scope="module")
def shop():
    rng = np.random.default_rng(8)
    loyalty = rng.normal(50, 10, 400)
    promo = (rng.normal(size=400) < (loyalty - 50) / 10).astype(float)
    traffic = 100 + 20 * promo + rng.normal(0, 10, 400)
    sales = 200 + 3 * traffic + 30 * promo + 2 * loyalty + rng.normal(0, 25, 400)
    return {"loyalty": loyalty, "promo": promo, "traffic": traffic, "sales": sales}


@pytest.fixture(scope="module")
def model():
    return StructuralModel.parse(TEXT)


@pytest.fixture(scope="module")
def question():
    return AverageEffect(of="promo", on="sales")


@pytest.fixture(scope="module")
def posterior(model, shop, question):
    return fit(model, shop, [question], seed=3)


def test_only_what_the_question_needs_is_fitted(posterior):
    assert dict(posterior.engines) == {"traffic": "exact", "sales": "exact"}


def test_the_draws_recover_the_coefficients_that_made_the_data(posterior):
    drawn = parameters(posterior, "sales").coefficients
    truth = {"traffic": 3.0, "promo": 30.0, "loyalty": 2.0}
    terms = posterior.draws["sales_term"].to_numpy().tolist()
    # Each truth lies within four posterior sds of its mean: missed once in 16,000 times.
    for name, value in truth.items():
        column = drawn[:, terms.index(name)]
        assert abs(column.mean() - value) < 4 * column.std()


def test_the_same_seed_gives_the_same_draws_and_another_seed_others(model, shop, question, posterior):
    again, other = (fit(model, shop, [question], seed=seed) for seed in (3, 4))
    xr.testing.assert_identical(again.draws, posterior.draws)
    assert not again.draws.equals(other.draws)


def test_a_task_has_the_same_draws_whatever_else_is_fitted(model, shop, posterior):
    alone = fit(model, shop, [AverageEffect(of="promo", on="traffic")], seed=3)
    assert list(alone.engines) == ["traffic"]
    assert np.array_equal(alone.draws["traffic_coefficient"], posterior.draws["traffic_coefficient"])


def test_counted_rows_are_fitted_as_repeated_rows(model, shop, question):
    counts = 1 + np.arange(400) % 3
    repeated = {name: np.repeat(values, counts) for name, values in shop.items()}
    counted = tabulate(model, shop | {"n": counts}, questions=[question], frequency="n")
    with pytest.warns(DataQualityWarning, match="repeats"):
        spelt = tabulate(model, repeated, questions=[question])
    one, other = fit(model, counted, [question], seed=1), fit(model, spelt, [question], seed=1)
    assert np.allclose(one.draws["sales_coefficient"], other.draws["sales_coefficient"], rtol=1e-6)


def test_the_exact_engine_says_what_keeps_it_from_a_task(shop):
    model = StructuralModel.parse(TEXT, priors={"traffic": {"promo": "student_t(3, 0, 10)"}})
    with pytest.raises(
        SpecError, match=r"'exact' cannot draw 'promo': .*bernoulli(.|\n)*'traffic': the prior of 'promo'"
    ):
        fit(model, shop, engine="exact")


def test_an_unknown_engine_is_answered_with_those_there_are(model, shop, question):
    with pytest.raises(UnknownPluginError, match=r"Did you mean 'exact'.*nuts"):
        fit(model, shop, [question], engine="exakt")


@pytest.mark.parametrize("option", [{"seed": -1}, {"chains": 0}, {"draws": 2.5}])
def test_impossible_options_are_named(model, shop, question, option):
    with pytest.raises(SpecError, match=f"`{next(iter(option))}` is .*; it must be a whole number"):
        fit(model, shop, [question], **option)


def test_too_few_draws_are_said_to_be_too_few(model, shop, question):
    with pytest.warns(ConvergenceWarning, match="effective draws"):
        short = fit(model, shop, [question], draws=50)
    assert not short.is_converged
    assert "NOT CONVERGED" in str(short)


def test_the_recorded_log_likelihood_is_that_of_the_kernel(posterior):
    recorded = posterior.sample_stats["sales_log_likelihood"].to_numpy().ravel()
    task, drawn = posterior.design.mechanisms["sales"], parameters(posterior, "sales")
    found = joint_log_likelihood(task, posterior.design, posterior.table, drawn)
    assert np.allclose(found, recorded, rtol=1e-10)


@pytest.mark.filterwarnings("ignore::bayescause.errors.DataQualityWarning")
def test_eight_rows_are_enough_to_be_answered_by_the_prior(model, shop, question):
    few = fit(model, {name: values[:8] for name, values in shop.items()}, [question])
    assert few.is_converged
    assert np.isfinite(few.draws["sales_coefficient"]).all()


@pytest.fixture(scope="module")
def mixed():
    rng = np.random.default_rng(9)
    price = rng.normal(10, 2, 500)
    visits = rng.poisson(np.exp(3 - 0.2 * (price - 10))).astype(float)
    sales = 5 + 2 * visits + rng.normal(size=500)
    model = StructuralModel.parse(
        "visits ~ price; sales ~ visits", families={"visits": "poisson"}, priors={"sales": {"visits": "laplace(0, 5)"}}
    )
    data = {"price": price, "visits": visits, "sales": sales}
    return model, data, [AverageEffect(of="price", on="sales", contrast=(9, 11))]


@pytest.fixture(scope="module")
def mixed_by_nuts(mixed):
    return fit(*mixed, seed=2, engine="nuts")


def test_what_cannot_be_drawn_exactly_goes_to_laplace_and_says_why(mixed):
    found = fit(*mixed, seed=2)
    assert dict(found.engines) == {"visits": "laplace", "sales": "laplace"}
    assert any(note.startswith("'visits' is drawn by laplace") and "poisson" in note for note in found.notes)
    assert any("the prior of 'visits' is laplace(0, 5), not normal" in note for note in found.notes)


@pytest.mark.sampling
def test_nuts_recovers_the_coefficients_that_made_the_data(mixed_by_nuts):
    assert mixed_by_nuts.is_converged
    for key, truth in (("visits", -0.2), ("sales", 2.0)):
        slope = parameters(mixed_by_nuts, key).coefficients[:, 1]
        assert abs(slope.mean() - truth) < 4 * slope.std()


@pytest.mark.sampling
def test_the_tree_of_nuts_draws_fits_the_pymc_model(mixed_by_nuts):
    compiled = to_pymc(mixed_by_nuts.model, mixed_by_nuts.table, mixed_by_nuts.plan, design=mixed_by_nuts.design)
    free = {variable.name for variable in compiled.free_RVs}
    assert free <= set(mixed_by_nuts.to_datatree()["posterior"].data_vars)


@pytest.mark.sampling
def test_the_tree_has_the_sampler_s_statistics_where_arviz_looks_for_them(mixed_by_nuts):
    stats = mixed_by_nuts.to_datatree()["sample_stats"]
    assert {"diverging", "energy", "n_steps"} <= set(stats.data_vars)
    assert np.array_equal(stats["diverging"], stats["visits_diverging"])


def test_a_question_with_no_effect_needs_no_draws(shop):
    model = StructuralModel.parse("promo -> traffic; loyalty -> sales")
    posterior = fit(model, shop, [AverageEffect(of="promo", on="sales")])
    assert dict(posterior.engines) == {}
    assert posterior.is_converged
    assert posterior.to_datatree()["constant_data"].sizes["unit"] == 400


def test_an_exact_fit_imports_no_pymc():
    code = (
        "import sys; from bayescause.inference.fitting import fit; "
        "from bayescause.scm.structural_model import StructuralModel; "
        "fit(StructuralModel.parse('y ~ x'), {'x': [0.0, 1.0, 2.5, 3.0], 'y': [1.0, 3.0, 2.0, 4.0]}); "
        "print(sorted({'pymc', 'pytensor', 'nutpie'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
