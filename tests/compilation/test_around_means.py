import numpy as np
import pytest

import bayescause as bc
from bayescause.compilation.around_means import around_means
from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan
from bayescause.inference.likelihood import joint_log_likelihood
from bayescause.inference.posterior import parameters
from bayescause.inference.regressions import with_regressions
from bayescause.scm.describing import describe

RNG = np.random.default_rng(4)
ROWS = 60
DATA = {
    "x": np.tile([0.0, 1.0], ROWS // 2),
    "year": 2020 + RNG.integers(-5, 6, ROWS) * 1.0,
    "age": 44 + 6 * RNG.normal(size=ROWS),
    "z": RNG.normal(size=ROWS),
    "price": np.exp(5 + 0.3 * RNG.normal(size=ROWS)),
    "region": np.tile(["a", "b", "c"], ROWS // 3),
    "y": RNG.normal(size=ROWS),
}


def planned(formula, data=DATA, **facts):
    model = bc.StructuralModel.parse(f"y ~ {formula}", **facts)
    table = tabulate(model, data, questions=[])
    return model, table, plan(model, kinds=table.kinds).tasks


def centred(formula, **facts):
    """Which factors of which terms are taken around their means."""
    _, table, tasks = planned(formula, **facts)
    (task,) = (each for each in tasks if each.key == "y")
    found = around_means(task, table).task.terms
    return {
        str(term): [str(factor) for factor in term.factors if factor.is_centred]
        for term in found
        if any(factor.is_centred for factor in term.factors)
    }


def designed(formula, data=DATA, **facts):
    model, table, tasks = planned(formula, data, **facts)
    return derive(model, table, tasks).mechanisms["y"]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("x*year", {"x:year": ["year"]}),
        ("region*year", {"region:year": ["year"]}),
        ("spline(z, df=3)*year", {"spline(z, df=3):year": ["year"]}),
        ("age*year", {"age:year": ["age", "year"]}),
        ("year + square(year)", {"square(year)": ["square(year)"]}),
        ("x*log(price)", {"x:log(price)": ["log(price)"]}),
        ("x*z", {}),
        ("x*price", {"x:price": ["price"]}),
        ("x*center(year)", {}),
        # Around another zero these would be other models.
        ("x:year", {}),
        ("year + x:year", {}),
        ("age + age:year", {"age:year": ["year"]}),
        ("square(year)", {}),
        ("x*square(year)", {}),
        ("x*year + x*square(year)", {"x:year": ["year"], "square(year)": ["square(year)"],
                                     "x:square(year)": ["square(year)"]}),
        ("x + (0 + year | region) + year", {}),
    ],
)  # fmt: skip
def test_products_of_columns_far_from_zero_are_taken_around_their_means(formula, expected):
    assert centred(formula) == expected


def test_what_a_prior_of_the_users_is_about_stays_as_it_is():
    about = {"x": {"y": {"x": "normal(0, 1)"}}, "x:year": {"y": {"x:year": "normal(0, 1)"}}}
    assert centred("x*year", priors=about["x"]) == {}
    # The coefficient of the product is the same around every zero.
    assert centred("x*year", priors=about["x:year"]) == {"x:year": ["year"]}
    assert centred("x*year", priors={"y": {"intercept": "normal(0, 1)"}}) == {"x:year": ["year"]}
    assert centred("region*year", priors={"y": {"region[b]": "normal(0, 1)"}}) == {}
    # At x = 0 the product says nothing, at year = 0 the square does.
    assert centred("x*year", priors={"y": {"raw_intercept": "normal(0, 1)"}}) == {"x:year": ["year"]}
    assert centred("year + square(year)", priors={"y": {"raw_intercept": "normal(0, 1)"}}) == {}


@pytest.mark.parametrize("origin", [-2020.0, 0.0, 1e5])
@pytest.mark.parametrize("own", [False, True])
def test_default_widths_are_spreads_of_the_response_over_those_of_the_product_around_the_mean(origin, own):
    year = DATA["year"] + origin
    if abs(year.mean()) < 3 * year.std():
        # Near zero the product is taken as it is: all but the same width if the mean is about zero.
        year = year - year.mean()
    facts = {"priors": {"y": {"x": "normal(0, 7)"}}} if own else {}
    found = designed("x*year", DATA | {"year": year}, **facts).priors
    sd, x = DATA["y"].std(), DATA["x"]
    assert found["x:year"].parameters[1] == pytest.approx(2.5 * sd / (x * (year - year.mean())).std())
    assert found["x"].parameters[1] == pytest.approx(7.0 if own else 2.5 * sd / x.std())


def test_the_lower_coefficients_are_those_at_the_mean_and_the_design_says_so():
    question = bc.AverageEffect(of="x", on="y", population="sample")
    effect = bc.ask(bc.StructuralModel.parse("y ~ x*year"), DATA, question, seed=1)
    told = f"x:year is taken around year = {DATA['year'].mean():.6g}: coefficients of its lower terms hold there"
    assert f"y: {told}" in effect.assumed
    assert f"#   {told}" in describe(effect.posterior.model, effect.posterior.design)
    # The mean of the effects x + x:year (year - mean) is the coefficient of x.
    slopes = effect.posterior.draws["y_coefficient"].to_numpy()[..., 1]
    np.testing.assert_allclose(effect.draws.to_numpy(), slopes, atol=1e-9)


def test_a_product_around_its_mean_in_one_equation_of_two_is_told_apart_in_the_other():
    rng = np.random.default_rng(2)
    z, v, u, w = rng.normal(size=(4, 300))
    year = 2020 + rng.integers(-5, 6, 300) * 1.0
    x = z + w + 0.1 * w * (year - 2020) + v
    rows = {"z": z, "w": w, "year": year, "x": x, "y": 0.5 * x + w + v + u}
    model = bc.StructuralModel.parse("x ~ z + w*year; y ~ x + w*year; x <-> y", priors={"y": {"w": "normal(0, 5)"}})
    posterior = bc.fit(model, rows, [bc.AverageEffect(of="x", on="y")], draws=250)
    told = with_regressions(posterior)
    apart = sum(joint_log_likelihood(task, told.design, told.table, parameters(told, key))
                for key, task in told.design.mechanisms.items())  # fmt: skip
    (block,) = posterior.blocks.values()
    assert apart == pytest.approx(block.stats["log_likelihood"].ravel())
