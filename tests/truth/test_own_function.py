"""Python functions as mechanisms, from data to answers: against the families that they spell out, and a known truth."""

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import pytest
from arviz_stats.base import array_stats

import bayescause as bc
from bayescause.analysis.simulating import Simulation, simulate
from bayescause.compilation.pymc_model import to_pymc
from bayescause.errors import SpecError
from bayescause.inference.fitting import fit
from bayescause.inference.likelihood import joint_log_likelihood
from bayescause.inference.posterior import parameters
from bayescause.scm.row_law import interpreted

TEXT = "promo ~ z; visits ~ promo + z; sales ~ visits + promo + z; rain ~ promo + z"


def visits(name, parents, dims):
    b = pm.Normal("b", [0, 0], 1, shape=2)
    return pm.Poisson(name, pt.exp(pm.Normal("a", 0, 2) + b[0] * parents["promo"] + b[1] * parents["z"]), dims=dims)


def sales(name, parents, dims):
    push = {cause: pm.Normal(f"per_{cause}", 0, 2) for cause in ("promo", "z", "visits")}
    mu = pm.Deterministic("mu", pm.Normal("a", 0, 5) + sum(push[cause] * parents[cause] for cause in push))
    return pm.AsymmetricLaplace(name, b=pm.HalfNormal("b", 3), kappa=pm.LogNormal("k", 0, 0.5), mu=mu, dims=dims)


def rain(name, parents, dims):
    drive = pm.Normal("a", 0, 5) + pm.Normal("b", 0, 5) * parents["promo"] + pm.Normal("c", 0, 5) * parents["z"]
    return pm.Normal(name, drive, pm.HalfNormal("sd", 5), dims=dims)


ERRORS = 5
"""Monte Carlo errors within which six comparisons stay in all but 1 of 100,000 runs, whatever the seed."""

OWN = {"visits": visits, "sales": sales, "rain": rain}


@pytest.fixture(scope="module")
def table():
    random = np.random.default_rng(5)
    z = random.normal(size=100)
    promo = (random.random(100) < 1 / (1 + np.exp(-z))).astype(float)
    seen = random.poisson(np.exp(0.3 + 0.5 * promo + 0.2 * z)).astype(float)
    noise = random.exponential(1.0, 100) - random.exponential(0.5, 100)
    rained = 1 + 0.7 * promo - z + random.normal(size=100)
    return {"z": z, "promo": promo, "visits": seen, "sales": 2 * promo + z + 0.5 * seen + noise, "rain": rained}


@pytest.fixture(scope="module")
def model():
    return bc.StructuralModel.parse(TEXT, mechanisms=OWN)


@pytest.fixture(scope="module")
def posterior(model, table):
    return fit(model, table, seed=1, draws=500)


@pytest.fixture(scope="module")
def families(table):
    same = {
        "visits": {"raw_intercept": "normal(0, 2)", "promo": "normal(0, 1)", "z": "normal(0, 1)"},
        "rain": {"raw_intercept": "normal(0, 5)", "promo": "normal(0, 5)", "z": "normal(0, 5)", "sd": "half_normal(5)"},
    }
    return fit(bc.StructuralModel.parse(TEXT, families={"visits": "poisson"}, priors=same), table, seed=1)


def ate(posterior, on):
    return bc.estimate(posterior, bc.AverageEffect(of="promo", on=on, population="sample"))


@pytest.mark.sampling
@pytest.mark.parametrize("on", ["visits", "rain"])
def test_a_function_that_spells_out_a_family_gives_its_effect(posterior, families, on):
    own, family = ate(posterior, on), ate(families, on)
    error = np.hypot(own.diagnostics.mcse_mean, family.diagnostics.mcse_mean)
    assert abs(own.mean() - family.mean()) < ERRORS * error
    errors = [array_stats.mcse(one.draws.to_numpy(), method="sd", chain_axis=0, draw_axis=1) for one in (own, family)]
    assert float(own.sd()) == pytest.approx(float(family.sd()), abs=ERRORS * np.hypot(*errors))


@pytest.mark.sampling
def test_only_functions_are_drawn_by_nuts(posterior):
    assert posterior.is_converged
    assert [posterior.engines[name] for name in ("z", "promo", *OWN)] == ["exact", "laplace", "nuts", "nuts", "nuts"]


@pytest.mark.sampling
def test_the_effect_through_two_functions_is_the_one_that_made_the_data(posterior, table):
    effect = ate(posterior, "sales")
    more = np.exp(0.3 + 0.5 + 0.2 * table["z"]) - np.exp(0.3 + 0.2 * table["z"])
    assert abs(effect.mean() - (2 + 0.5 * more.mean())) < 4 * effect.sd()
    assert "function sales" in str(effect)


@pytest.mark.long
@pytest.mark.sampling
def test_pm_do_on_the_compiled_model_gives_the_same_effect(posterior, model, table):
    compiled, tree = to_pymc(model, table), posterior.to_datatree()
    means = []
    for value in (0, 1):
        acted = pm.do(compiled, {"promo": np.full(100, value)})
        drawn = pm.sample_posterior_predictive(
            tree,
            model=acted,
            var_names=["visits", "sales"],
            random_seed=3,
            progressbar=False,
            compile_kwargs={"mode": interpreted()},
        )
        means.append(drawn["posterior_predictive"]["sales"].mean("unit").to_numpy())
    paired = (means[1] - means[0] - ate(posterior, "sales").draws.to_numpy()).ravel()
    assert abs(paired.mean()) < 4 * paired.std() / np.sqrt(paired.size)


@pytest.mark.sampling
def test_the_log_likelihood_is_that_of_the_compiled_model(posterior, model, table):
    compiled = to_pymc(model, table)
    task, given = posterior.design.mechanisms["sales"], parameters(posterior, "sales")
    ours = joint_log_likelihood(task, posterior.design, posterior.table, given)[0]
    point = {f"sales_{name}": draws[0] for name, draws in given.dispersion.items()}
    logp = pm.logp(compiled["sales"], compiled["sales_data"]).sum()
    replaced = {compiled[name]: np.asarray(value) for name, value in point.items()}
    replaced |= {compiled[name]: table[name].astype(compiled[name].dtype) for name in ("z", "promo", "visits")}
    assert ours == pytest.approx(float(logp.eval(replaced, mode=interpreted(), on_unused_input="ignore")), rel=1e-10)


@pytest.mark.sampling
def test_counterfactuals_of_a_unit_are_those_of_the_family(posterior, families):
    unit = bc.unit_in(posterior, 3)
    for name in ("visits", "rain"):
        own, family = (
            bc.counterfactual(each, unit, do={"promo": 1 - unit["promo"]}, on=name) for each in (posterior, families)
        )
        # Both see the same unit: what differs are the draws of the parameters.
        error = np.hypot(own.diagnostics.mcse_mean, family.diagnostics.mcse_mean)
        assert abs(own.mean() - family.mean()) <= ERRORS * error
    as_it_was = bc.counterfactual(posterior, unit, do={"promo": unit["promo"]}, on="sales")
    np.testing.assert_allclose(as_it_was.draws, unit["sales"])


@pytest.mark.sampling
def test_slices_checks_and_doubts_of_a_function_are_told(posterior):
    effect = ate(posterior, "rain")
    slices = bc.slice_by(effect, ["z > 0"])
    assert len(slices.to_dataframe()) == 2
    assert [check.verdict for check in bc.check_predictive(posterior) if check.variable == "rain"]
    assert "function rain" in str(bc.sensitivity(effect, "hidden_confounder"))


@pytest.mark.sampling
def test_practice_data_are_drawn_from_the_priors_in_the_functions(posterior, model):
    simulation = Simulation(model, posterior.table, posterior.plan, posterior.design, 100, 0)
    drawn = [simulate(simulation, number).truth["rain"].dispersion["b"][0] for number in range(40)]
    # Normal with sd 5: the mean of 40 of them is within 4 / sqrt(40) sds, the sd within 4 / sqrt(80).
    assert abs(np.mean(drawn)) < 4 * 5 / np.sqrt(40)
    assert np.std(drawn) == pytest.approx(5.0, rel=0.45)


@pytest.mark.parametrize("engine", ["exact", "laplace"])
def test_other_engines_refuse_a_function_in_words(table, engine):
    model = bc.StructuralModel.parse("rain ~ promo + z", mechanisms={"rain": rain})
    with pytest.raises(SpecError, match="function rain, which only NUTS can draw"):
        fit(model, table, [bc.AverageEffect(of="promo", on="rain")], engine=engine)


def test_a_function_inside_a_function_cannot_be_sent_to_processes(table):
    def inner(name, parents, dims):
        return rain(name, parents, dims)

    model = bc.StructuralModel.parse("rain ~ promo + z", mechanisms={"rain": inner})
    question = bc.AverageEffect(of="promo", on="rain")
    with pytest.raises(SpecError, match="executor of threads"):
        list(bc.ask_many([(model, table)] * 2, question, workers=2))


def test_a_conditional_that_a_functional_names_is_not_taken_from_a_function(table):
    model = bc.StructuralModel.parse(
        "sales ~ visits; visits ~ promo; promo <-> sales",
        mechanisms={
            "sales": lambda name, parents, dims: pm.Normal(
                name, pm.Normal("a") + pm.Normal("b") * parents["visits"], 1.0, dims=dims
            )
        },
    )
    effect = bc.ask(model, table, bc.AverageEffect(of="promo", on="sales"))
    assert effect.verdict.strategy == "front_door"
    assert effect.status != "refused"
