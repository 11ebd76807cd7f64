"""Outcomes behind normal variables are told alike by a curve, on a grid, and by the nodes of every unit."""

import numpy as np
import pytest

import bayescause as bc
from bayescause.query import behind_normals, gathered_laws
from bayescause.query.dependence import needed_covariates
from bayescause.query.drawn_laws import laws_of
from bayescause.query.routing import route_of
from bayescause.query.simulation import expected_outcomes

ROWS = 300
COUNT = "c ~ x + z; m ~ x + c; y ~ m*x + c"
"""A count between, which has nodes, and a slope that the treatment moves."""

QUESTION = bc.AverageEffect(of="x", on="y")


def fitted(text, family, question, draws=10, steep=0.3):
    rng = np.random.default_rng(8)
    z, one, two = rng.normal(size=(3, ROWS))
    x = (rng.random(ROWS) < 0.5).astype(float)
    m = x + z + one
    k = m - x + two
    push = 0.5 * m + 0.4 * k - 0.5 * x + 0.5 * z
    c = rng.poisson(np.exp(0.3 * x + 0.2 * z))
    push = push + 0.2 * c
    y = rng.poisson(np.exp(steep * push)) if family == "poisson" else rng.random(ROWS) < 1 / (1 + np.exp(-push))
    model = bc.StructuralModel.parse(text, families={"y": family, "c": "poisson"} if "c ~" in text else {"y": family})
    data = {"z": z, "x": x, "m": m, "k": k, "c": c.astype(float), "y": y.astype(float)}
    return bc.fit(model, {name: data[name] for name in model.graph.nodes}, [question], draws=draws)


def means(text, family):
    posterior = fitted(text, family, QUESTION, steep=0.9)
    route = route_of(posterior, QUESTION)
    laws = laws_of(posterior, route)
    columns = {name: posterior.table.columns[name] for name in needed_covariates(laws.design, route, ("x",))}
    asked = (laws, route, [{"x": 1.0}, {"x": 0.0}], columns, slice(0, 40))
    return behind_normals.means_behind_normals(*asked), expected_outcomes(*asked)


@pytest.mark.parametrize("family", ["bernoulli", "poisson"])
@pytest.mark.parametrize("text", ["m ~ x + z; y ~ m + x + z", "m ~ x*z; k ~ m + x; y ~ m + k + x*z", COUNT])
def test_a_curve_gives_the_means_of_the_nodes(text, family):
    by_curve, by_nodes = means(text, family)
    # Two chains of nodes err by 1e-8 of such curves themselves.
    np.testing.assert_allclose(by_curve, by_nodes, rtol=1e-6)


@pytest.mark.parametrize("text", ["m ~ x + z; y ~ m*z + x", "m ~ x + z; y ~ square(m) + m + x + z"])
def test_slopes_that_differ_and_bends_are_left_to_the_nodes(text):
    by_curve, _ = means(text, "bernoulli")
    assert by_curve is None


@pytest.mark.parametrize("family", ["bernoulli", "poisson"])
@pytest.mark.parametrize("text", ["m ~ x*z; k ~ m + x; y ~ m + k + x*z", COUNT])
def test_chances_of_a_whole_population_are_those_of_the_nodes(text, family, monkeypatch):
    question = bc.Distribution(of="x", on="y")
    posterior = fitted(text, family, question, draws=5)
    given = []
    whole = gathered_laws._spread
    monkeypatch.setattr(gathered_laws, "_spread", lambda *noisy: given.append(1) or whole(*noisy))
    monkeypatch.setattr(gathered_laws, "WORTHWHILE", 0.1)
    on_a_grid = bc.estimate(posterior, question).draws
    assert given
    monkeypatch.setattr(gathered_laws, "WORTHWHILE", np.inf)
    by_nodes = bc.estimate(posterior, question).draws
    # A Monte Carlo error is above 1e-3: a thousandth of it is no error.
    np.testing.assert_allclose(on_a_grid, by_nodes, atol=1e-6)


@pytest.mark.parametrize("sd", [0.0, 0.3, 0.89, 0.91, 4.0, 30.0])
def test_noise_on_a_grid_is_that_of_the_normal_law(sd):
    drive = np.linspace(-200.0, 200.0, 41)[None]
    shares = np.random.default_rng(0).dirichlet(np.ones(41))[None]
    step = 400.0 / (gathered_laws.POINTS - 3)
    few = gathered_laws.gathered(gathered_laws.ByDrive(drive, {}, shares, np.array([[sd * step]])))
    # The mean of cos over normal noise is cos times exp(-sd^2 / 2); this wave is 60 steps long.
    wave = 2 * np.pi / (60 * step)
    told = (shares * np.cos(wave * drive)).sum() * np.exp(-((wave * sd * step) ** 2) / 2)
    np.testing.assert_allclose((few.weights * np.cos(wave * few.drive)).sum(), told, atol=1e-5)


def test_a_chance_that_is_nought_at_every_point_is_left_to_the_nodes():
    question = bc.AverageEffect(of="x", on="y", level=3_000)
    assert float(bc.estimate(fitted("m ~ x + z; y ~ m + x + z", "poisson", question), question).mean()) == 0.0
