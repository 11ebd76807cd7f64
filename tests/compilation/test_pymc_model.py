import numpy as np
import pymc as pm
import pytest
import xarray as xr

from bayescause.compilation.checking import tabulate
from bayescause.compilation.coefficients import coefficient_names
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan
from bayescause.compilation.pymc_model import model_data, to_pymc
from bayescause.inference.fitting import fit
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.query.estimating import estimate
from bayescause.scm.structural_model import StructuralModel

QUICK = "FAST_COMPILE"
"""PyTensor's quick mode: no C or numba is compiled."""

TEXT = "promo ~ loyalty; traffic ~ promo + loyalty; sales ~ traffic + promo"


def weeks(rows=30, seed=4):
    rng = np.random.default_rng(seed)
    loyalty = rng.normal(size=rows)
    promo = np.tile([0, 1], rows // 2)
    traffic = 5 + 2 * promo + loyalty + rng.normal(size=rows)
    return {
        "promo": promo,
        "loyalty": loyalty,
        "traffic": traffic,
        "sales": 3 * traffic + promo + rng.normal(size=rows),
    }


@pytest.fixture(scope="module", name="model")
def _model():
    return StructuralModel.parse(TEXT)


@pytest.fixture(scope="module", name="compiled")
def _compiled(model):
    return to_pymc(model, weeks())


def test_parameters_and_dims_are_named_after_the_variables(compiled):
    assert {variable.name for variable in compiled.free_RVs} == {
        *("promo_coefficient", "traffic_coefficient", "traffic_sd", "sales_coefficient", "sales_sd"),
        *("loyalty_coefficient", "loyalty_sd"),
    }
    assert compiled.named_vars_to_dims["sales_coefficient"] == ("sales_term",)
    assert list(compiled.coords["sales_term"]) == ["intercept", "traffic", "promo"]
    assert compiled.named_vars_to_dims["sales"] == ("unit",)


def test_every_array_is_data_and_nothing_is_stored_by_row(compiled):
    assert {data.name for data in compiled.data_vars} == {"promo_data", "loyalty_data", "traffic_data", "sales_data"}
    assert compiled.deterministics == []


def test_an_intervention_reaches_the_descendants(compiled):
    settings = {"traffic_coefficient": [5.0, 2.0, 0.0], "sales_coefficient": [20.0, 3.0, 1.0]}
    fixed = settings | {"traffic_sd": 1e-9, "sales_sd": 1e-9}
    means = []
    for level in (0, 1):
        acted = pm.do(compiled, fixed | {"promo": np.full(30, level)})
        means.append(pm.draw(acted["sales"], mode=QUICK, random_seed=1).mean())
    # Noise has an sd of 1e-9: the effect is 3 * 2 through traffic and 1 directly.
    assert means[1] - means[0] == pytest.approx(7.0, abs=1e-6)


@pytest.mark.filterwarnings("ignore::bayescause.errors.DataQualityWarning")
def test_another_table_of_another_length_can_be_swapped_in(model):
    compiled = to_pymc(model, weeks())
    table = tabulate(model, weeks())
    tasks = plan(model, kinds=table.kinds).tasks
    other = tabulate(model, weeks(12, seed=9))
    density = compiled.compile_logp(mode=QUICK)
    start = compiled.initial_point()
    with compiled:
        pm.set_data(model_data(other, tasks, derive(model, table, tasks)), coords={"unit": range(12)})
    reference = to_pymc(model, other, design=derive(model, table, tasks))
    assert density(start) == pytest.approx(float(reference.compile_logp(mode=QUICK)(start)), rel=1e-12)
    assert pm.draw(compiled["sales"], mode=QUICK).shape == (12,)


def test_parameters_can_be_observed(compiled):
    seen = pm.observe(compiled, {"sales_sd": 10.0})
    assert "sales_sd" not in {variable.name for variable in seen.free_RVs}


def test_posterior_prediction_draws_every_response(compiled):
    with compiled:
        prior = pm.sample_prior_predictive(draws=3, random_seed=1, compile_kwargs={"mode": QUICK})
        predicted = pm.sample_posterior_predictive(
            prior["prior"].to_dataset(), compile_kwargs={"mode": QUICK}, progressbar=False, random_seed=1
        )
    assert predicted["posterior_predictive"]["sales"].sizes == {"chain": 1, "draw": 3, "unit": 30}


def test_posterior_prediction_under_an_intervention_goes_through_the_mediator(compiled):
    settings = {
        "promo_coefficient": [0.0, 0.0],
        "loyalty_coefficient": [0.0],
        "traffic_coefficient": [5.0, 2.0, 0.0],
        "sales_coefficient": [20.0, 3.0, 1.0],
    }
    sds = {"loyalty_sd": 1.0, "traffic_sd": 1e-9, "sales_sd": 1e-9}
    dims = {name: compiled.named_vars_to_dims[name][0] for name in settings}
    draws = {name: (("chain", "draw", dims[name]), [[value]]) for name, value in settings.items()}
    coords = {dim: list(compiled.coords[dim]) for dim in dims.values()}
    trace = xr.Dataset(draws | {name: (("chain", "draw"), [[value]]) for name, value in sds.items()}, coords)
    sales = []
    for level in (0, 1):
        with pm.do(compiled, {"promo": np.full(30, level)}):
            drawn = pm.sample_posterior_predictive(
                trace, var_names=["sales"], compile_kwargs={"mode": QUICK}, progressbar=False, random_seed=2
            )
        sales.append(float(drawn["posterior_predictive"]["sales"].mean()))
    # 3 * 2 through traffic and 1 directly; without the mediator's answer it would be 1.
    assert sales[1] - sales[0] == pytest.approx(7.0, abs=1e-6)


def test_a_plan_compiles_only_its_tasks(model):
    table = tabulate(model, weeks())
    chosen = plan(model, kinds=table.kinds)
    only = type(chosen)(tuple(task for task in chosen.tasks if task.key == "sales"))
    compiled = to_pymc(model, table, only)
    assert [variable.name for variable in compiled.observed_RVs] == ["sales"]
    assert {data.name for data in compiled.data_vars} == {"promo", "traffic", "sales_data"}


def test_a_variable_without_a_fitted_mechanism_can_be_set_as_well(model):
    table = tabulate(model, weeks())
    chosen = plan(model, kinds=table.kinds)
    without_promo = type(chosen)(tuple(task for task in chosen.tasks if task.key in ("traffic", "sales")))
    compiled = to_pymc(model, table, without_promo)
    settings = {"traffic_coefficient": [5.0, 2.0, 0.0], "sales_coefficient": [20.0, 3.0, 1.0]}
    fixed = settings | {"traffic_sd": 1e-9, "sales_sd": 1e-9}
    means = [
        pm.draw(pm.do(compiled, fixed | {"promo": np.full(30, float(level))})["sales"], mode=QUICK).mean()
        for level in (0, 1)
    ]
    assert means[1] - means[0] == pytest.approx(7.0, abs=1e-6)


@pytest.mark.filterwarnings("ignore::bayescause.errors.DataQualityWarning")
def test_priors_that_are_not_normal_make_named_scalars():
    model = StructuralModel.parse(
        "sales ~ promo", priors={"sales": {"promo": "laplace(0, 2)", "intercept": "fixed(3)"}}
    )
    table = tabulate(model, {"promo": [0, 1, 0, 1], "sales": [1.0, 2.0, 3.0, 4.0]})
    tasks = plan(model, kinds=table.kinds).tasks
    design = derive(model, table, tasks)
    compiled = to_pymc(model, table, design=design)
    assert coefficient_names(design.mechanisms["sales"], "sales") == ("sales_intercept", "sales_promo")
    drawn = pm.draw(compiled["sales_coefficient"], mode=QUICK)
    assert drawn[0] == 3.0
    assert compiled.named_vars_to_dims["sales_coefficient"] == ("sales_term",)


@pytest.mark.filterwarnings("ignore::bayescause.errors.DataQualityWarning")
def test_a_row_that_counts_thrice_counts_like_three_rows():
    model = StructuralModel.parse("sales ~ promo")
    rows = {"promo": np.array([0, 1, 0, 1]), "sales": np.array([1.0, 2.0, 3.0, 5.0])}
    counts = np.array([3, 1, 2, 4])
    counted = tabulate(model, rows | {"n": counts}, frequency="n")
    repeated = tabulate(model, {name: np.repeat(values, counts) for name, values in rows.items()})
    first, second = (to_pymc(model, table) for table in (counted, repeated))
    start = first.initial_point()
    densities = [float(each.compile_logp(mode=QUICK)(start)) for each in (first, second)]
    assert densities[0] == pytest.approx(densities[1], rel=1e-12)


def test_hostile_names_compile():
    model = StructuralModel.parse('"a/b" -> chain; chain -> "takings <EUR>"')
    rng = np.random.default_rng(1)
    compiled = to_pymc(
        model, {"a/b": rng.normal(size=30), "chain": rng.normal(size=30), "takings <EUR>": rng.normal(size=30)}
    )
    assert "chain" not in compiled.named_vars
    assert not any("/" in name for name in compiled.named_vars)


def test_posterior_prediction_under_an_intervention_agrees_with_g_computation(model):
    question = AverageEffect(of="promo", on="sales", population="sample")
    posterior = fit(model, weeks(400), [question], seed=1)
    effect = estimate(posterior, question)
    compiled = to_pymc(model, posterior.table, posterior.plan, design=posterior.design)
    thinned = posterior.to_datatree()["posterior"].to_dataset().isel(draw=slice(None, None, 10))
    sales = []
    for level in (0.0, 1.0):
        with pm.do(compiled, {"promo": np.full(400, level)}):
            drawn = pm.sample_posterior_predictive(
                thinned, var_names=["sales"], compile_kwargs={"mode": QUICK}, progressbar=False, random_seed=3
            )
        sales.append(drawn["posterior_predictive"]["sales"].mean("unit"))
    differences = (sales[1] - sales[0]).to_numpy()
    # Four standard errors of the mean over the thinned, independent draws.
    error = 4 * differences.std() / np.sqrt(differences.size)
    assert differences.mean() == pytest.approx(float(effect.mean()), abs=error)
