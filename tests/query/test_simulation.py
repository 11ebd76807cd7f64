"""Expected outcomes are checked against closed forms and against brute-force simulation."""

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import nbinom, norm, poisson

from bayescause.compilation.plan import Route
from bayescause.graph.formula import Factor, Term
from bayescause.identification.verdict import CausalQuery, Identified
from bayescause.inference.posterior import Parameters
from bayescause.query.dependence import integrated, is_affine, moving_covariates
from bayescause.query.drawn_laws import Laws
from bayescause.query.simulation import expected_outcome, expected_outcomes
from bayescause.scm.design import Constants, Design, MechanismDesign
from bayescause.scm.mechanisms.bernoulli import Bernoulli
from bayescause.scm.mechanisms.binomial import Binomial
from bayescause.scm.mechanisms.gaussian import Gaussian
from bayescause.scm.mechanisms.negative_binomial import NegativeBinomial
from bayescause.scm.mechanisms.poisson import Poisson

ALL = slice(None)


def _task(variable, mechanism, *terms):
    columns = tuple(map(str, terms))
    zeros, ones = np.zeros(len(terms)), np.ones(len(terms))
    return MechanismDesign(variable, variable, mechanism, terms, columns, zeros, ones, {})


def _term(*names):
    return Term(tuple(Factor(name) for name in names))


def _laws(tasks, coefficients, sds, samples=3):
    drawn = {
        task.key: Parameters(
            np.tile(np.array(coefficients[task.key], dtype=float), (samples, 1)),
            {"sd": np.full(samples, sds[task.key])} if task.key in sds else {},
        )
        for task in tasks
    }
    return Laws(Design({task.key: task for task in tasks}, {}, {}), drawn)


def _route(*order):
    query = CausalQuery(("x",), (order[-1],))
    verdict = Identified(query, "truncated_factorization", "", "")
    return Route(query, verdict, order, {name: name for name in order})


def _contrast(laws, route, columns=None):
    worlds = [expected_outcome(laws, route, {"x": level}, columns or {}, ALL) for level in (1.0, 0.0)]
    return worlds[0] - worlds[1]


def test_c7_a_mediator_before_a_curved_link_is_integrated_over():
    tasks = [_task("m", Gaussian(), _term("x")), _task("y", Bernoulli(link="probit"), _term("m"))]
    laws, route = _laws(tasks, {"m": [0, 1], "y": [0, 1]}, {"m": 1.0}), _route("m", "y")
    # E Phi(x + e) = Phi(x / sqrt 2) for standard normal e: reference line C7
    assert _contrast(laws, route) == pytest.approx(norm.cdf(1 / np.sqrt(2)) - 0.5, abs=1e-8)
    assert integrated(laws.design, route) == ("m",)


def test_c4_a_linear_mediator_gives_the_product_of_the_paths():
    tasks = [_task("m", Gaussian(), _term("x")), _task("y", Gaussian(), _term("x"), _term("m"))]
    laws, route = _laws(tasks, {"m": [5, 0.6], "y": [2, 0.3, 0.7]}, {"m": 1.0, "y": 1.0}), _route("m", "y")
    assert _contrast(laws, route) == pytest.approx(0.3 + 0.7 * 0.6)
    assert integrated(laws.design, route) == ()


@pytest.mark.parametrize("outcome", [Gaussian(), Poisson(), Bernoulli(), Bernoulli(link="probit")], ids=repr)
@pytest.mark.parametrize("level", [None, 1.0])
def test_worlds_together_are_those_one_by_one(outcome, level):
    rng = np.random.default_rng(5)
    tasks = [
        _task("m", Bernoulli(), _term("x"), _term("z")),
        _task("n", Binomial(trials=3), _term("m"), _term("x"), _term("z")),
        _task("k", Poisson(), _term("m"), _term("z"), _term("x", "z")),
        _task("y", outcome, _term("x"), _term("m"), _term("n"), _term("k"), _term("z")),
    ]
    drawn = {task.key: rng.normal(0, 0.4, size=(7, 1 + len(task.terms))) for task in tasks}
    parameters = {key: Parameters(values, {}) for key, values in drawn.items()}
    if isinstance(outcome, Gaussian):
        parameters["y"] = Parameters(drawn["y"], {"sd": np.ones(7)})
    laws = Laws(Design({task.key: task for task in tasks}, {}, {}), parameters, level=level)
    route, columns = _route("m", "n", "k", "y"), {"z": rng.normal(size=4)}
    worlds = [{"x": value} for value in (-1.0, 0.0, 2.0)]
    together = expected_outcomes(laws, route, worlds, columns, ALL)
    assert together.shape == (3, 7, 4)
    for found, do in zip(together, worlds, strict=True):
        np.testing.assert_allclose(found, expected_outcome(laws, route, do, columns, ALL), rtol=1e-11, atol=1e-13)


def test_a_binary_mediator_is_summed_over_exactly():
    tasks = [_task("m", Bernoulli(), _term("x")), _task("y", Bernoulli(), _term("m"))]
    laws, route = _laws(tasks, {"m": [-1, 2], "y": [-2, 3]}, {}), _route("m", "y")
    risk = 1 / (1 + np.exp(-np.array([-2.0, 1.0])))
    share = 1 / (1 + np.exp(-np.array([-1.0, 1.0])))
    assert _contrast(laws, route) == pytest.approx((share[1] - share[0]) * (risk[1] - risk[0]), rel=1e-12)


def test_a_square_of_a_mediator_brings_its_variance_in():
    square = Term((Factor("m", "square"),))
    tasks = [_task("m", Gaussian(), _term("x", "z")), _task("y", Gaussian(), square)]
    laws, route = _laws(tasks, {"m": [0, 2], "y": [0, 1]}, {"m": 1.5, "y": 1.0}), _route("m", "y")
    under = expected_outcome(laws, route, {"x": 1.0}, {"z": np.array([1.0, 3.0])}, ALL)
    assert under[0] == pytest.approx([4 + 2.25, 36 + 2.25])


def test_the_product_of_two_mediators_of_one_cause_keeps_their_covariance():
    tasks = [
        _task("a", Gaussian(), _term("x")),
        _task("b", Gaussian(), _term("a")),
        _task("y", Gaussian(), _term("a", "b")),
    ]
    laws = _laws(tasks, {"a": [0, 1], "b": [0, 2], "y": [0, 1]}, {"a": 1.0, "b": 1.0, "y": 1.0})
    # E[ab] = 2 E[a^2] = 2 (x^2 + 1); only the difference of 2 shows in the contrast
    assert _contrast(laws, _route("a", "b", "y")) == pytest.approx(2.0)


def test_two_mediators_that_do_not_touch_each_other_are_independent():
    tasks = [
        _task("a", Bernoulli(), _term("x")),
        _task("b", Bernoulli(), _term("x")),
        _task("c", Gaussian(), _term("x")),
        _task("y", Bernoulli(link="probit"), _term("a"), _term("b"), _term("c")),
    ]
    slopes = {"a": [-1, 2], "b": [0.5, -1], "c": [0, 0.3], "y": [-1, 1.5, 0.7, 1]}
    laws = _laws(tasks, slopes, {"c": 1.0})

    def under(x):
        share = [1 / (1 + np.exp(-(slopes[name][0] + slopes[name][1] * x))) for name in "ab"]
        cells = [(a, b) for a in (0, 1) for b in (0, 1)]
        weights = [np.prod([p if on else 1 - p for p, on in zip(share, cell, strict=True)]) for cell in cells]
        # E Phi(m + e) = Phi(m / sqrt 2) for standard normal e
        risks = [norm.cdf((-1 + 1.5 * a + 0.7 * b + 0.3 * x) / np.sqrt(2)) for a, b in cells]
        return np.dot(weights, risks)

    assert _contrast(laws, _route("a", "b", "c", "y")) == pytest.approx(under(1) - under(0), abs=1e-8)


def test_the_product_of_two_mediators_that_do_not_touch_each_other_is_that_of_their_means():
    tasks = [
        _task("a", Gaussian(), _term("x"), _term("z")),
        _task("b", Gaussian(), _term("x")),
        _task("y", Gaussian(), _term("a", "b")),
    ]
    laws = _laws(tasks, {"a": [0, 1, 1], "b": [0, 2], "y": [0, 1]}, {"a": 1.0, "b": 3.0, "y": 1.0})
    # E[ab] = (x + z) 2 x, so the effect of a unit is 2 + 2 z
    found = _contrast(laws, _route("a", "b", "y"), {"z": np.array([0.0, 1.5])})
    assert found[0] == pytest.approx([2.0, 5.0])


def test_many_integrated_mediators_agree_with_brute_force():
    names = ["a", "b", "c"]
    tasks = [_task(name, Poisson(), _term("x")) for name in names]
    tasks.append(_task("y", Bernoulli(), *[_term(name) for name in names]))
    laws = _laws(tasks, {"a": [0, 0.5], "b": [0.2, 0.3], "c": [-0.5, 0.4], "y": [-2, 0.5, 0.3, 0.6]}, {})
    found = expected_outcome(laws, _route(*names, "y"), {"x": 1.0}, {}, ALL)[0, 0]
    rng = np.random.default_rng(0)
    counts = rng.poisson(np.exp([0.5, 0.5, -0.1]), size=(400_000, 3))
    risks = 1 / (1 + np.exp(2 - counts @ [0.5, 0.3, 0.6]))
    # Sobol points: 1,024 of them leave about 1e-3; brute force: four standard errors.
    assert found == pytest.approx(risks.mean(), abs=2e-3 + 4 * risks.std() / np.sqrt(len(risks)))


def test_covariates_without_a_product_cancel_from_an_affine_contrast():
    tasks = [_task("y", Gaussian(), _term("x"), _term("z"), _term("x", "w"))]
    design = _laws(tasks, {"y": [0, 1, 1, 1]}, {"y": 1.0}).design
    assert moving_covariates(design, _route("y"), ("x",)) == ("w",)


def test_a_treatment_that_meets_its_mediator_makes_the_mediators_causes_matter():
    tasks = [
        _task("m", Gaussian(), _term("x"), _term("z")),
        _task("y", Gaussian(), _term("x"), _term("m", "x"), _term("w")),
    ]
    laws, route = _laws(tasks, {"m": [0, 1, 2], "y": [0, 1, 3, 5]}, {"m": 1.0, "y": 1.0}), _route("m", "y")
    assert moving_covariates(laws.design, route, ("x",)) == ("z",)
    columns = {"z": np.array([0.0, 1.0, 4.0]), "w": np.zeros(3)}
    # y under do(x) is x + 3 x (x + 2 z) on average, so the effect of a unit is 4 + 6 z
    assert _contrast(laws, route, columns)[0] == pytest.approx([4.0, 10.0, 28.0])


def test_a_product_behind_two_mediators_carries_the_causes_of_both():
    tasks = [
        _task("a", Gaussian(), _term("x"), _term("z")),
        _task("b", Gaussian(), _term("a"), _term("u")),
        _task("y", Gaussian(), _term("b"), _term("a", "w"), _term("v")),
    ]
    design = _laws(tasks, {"a": [0, 1, 1], "b": [0, 1, 1], "y": [0, 1, 1, 1]}, {}).design
    assert moving_covariates(design, _route("a", "b", "y"), ("x",)) == ("w",)
    tasks[-1] = _task("y", Gaussian(), _term("b", "x"), _term("v"))
    design = _laws(tasks, {"a": [0, 1, 1], "b": [0, 1, 1], "y": [0, 1, 1]}, {}).design
    assert moving_covariates(design, _route("a", "b", "y"), ("x",)) == ("z", "u")


def test_what_is_added_on_a_straight_scale_cancels_although_a_mediator_is_bent():
    square = Term((Factor("m", "square"),))
    tasks = [_task("m", Gaussian(), _term("x"), _term("z")), _task("y", Gaussian(), square, _term("w"))]
    design = _laws(tasks, {"m": [0, 1, 1], "y": [0, 1, 1]}, {}).design
    assert moving_covariates(design, _route("m", "y"), ("x",)) == ("z",)


def test_the_number_of_trials_matters_to_a_count_of_successes():
    tasks = [_task("y", Binomial(trials="n"), _term("x"))]
    assert moving_covariates(_laws(tasks, {"y": [0, 1]}, {}).design, _route("y"), ("x",)) == ("n",)


def test_every_covariate_matters_behind_a_curved_link():
    tasks = [_task("y", Bernoulli(), _term("x"), _term("z"))]
    laws = _laws(tasks, {"y": [0, 1, 1]}, {})
    assert moving_covariates(laws.design, _route("y"), ("x",)) == ("z",)
    assert not is_affine(laws.design, _route("y"))


def test_doing_something_to_a_mediator_cuts_what_led_to_it():
    tasks = [_task("m", Gaussian(), _term("x")), _task("y", Gaussian(), _term("m"))]
    laws = _laws(tasks, {"m": [0, 1], "y": [0, 2]}, {"m": 1.0, "y": 1.0})
    under = expected_outcome(laws, _route("m", "y"), {"x": 5.0, "m": 1.0}, {}, ALL)
    assert under == pytest.approx(2.0)


def test_constants_of_terms_are_reused_under_interventions():
    centred = Term((Factor("x", "center"),))
    task = _task("y", Gaussian(), centred)
    design = Design({"y": task}, {Factor("x", "center"): Constants(center=10.0)}, {})
    laws = Laws(design, {"y": Parameters(np.array([[0.0, 1.0]]), {"sd": np.ones(1)})})
    assert expected_outcome(laws, _route("y"), {"x": 12.0}, {}, ALL)[0, 0] == 2.0


COUNTS = np.arange(80.0)


@pytest.mark.parametrize("outcome", [Bernoulli(), Bernoulli(link="probit"), Poisson()], ids=repr)
@pytest.mark.parametrize("cause", ["b", "x"])
def test_two_counts_before_a_curved_link_are_summed_over_as_by_hand(outcome, cause):
    rng = np.random.default_rng(6)
    tasks = [
        _task("b", Poisson(), _term("x"), _term("z")),
        _task("c", Poisson(), _term(cause), _term("z")),
        _task("y", outcome, _term("b"), _term("c"), _term("x")),
    ]
    laws, route = (
        _laws(tasks, {"b": [0.5, 0.3, 0.4], "c": [0.2, 0.05, -0.5], "y": [0.4, -0.3, -0.1, 0.2]}, {}),
        _route("b", "c", "y"),
    )
    x, z = 1.0, rng.normal(size=4)
    found = expected_outcome(laws, route, {"x": x}, {"z": z}, ALL)
    b, c = COUNTS[:, None, None], COUNTS[:, None]
    chances = poisson.pmf(b, np.exp(0.5 + 0.3 * x + 0.4 * z))
    chances = chances * poisson.pmf(c, np.exp(0.2 + 0.05 * (b if cause == "b" else x) - 0.5 * z))
    means = outcome.mean({"mean": 0.4 - 0.3 * b - 0.1 * c + 0.2 * x}, {}, {})
    # Of values that hardly occur together no more than 1e-9 of a chance is left out, and nothing of a mean without end.
    np.testing.assert_allclose(found, np.tile((chances * means).sum(axis=(0, 1)), (3, 1)), rtol=1e-9)


def test_the_law_of_a_mediator_is_taken_once_where_the_others_leave_it_alone(monkeypatch):
    tasks = [
        _task("b", Poisson(), _term("x"), _term("z")),
        _task("c", Poisson(), _term("x"), _term("z")),
        _task("y", Bernoulli(), _term("b"), _term("c")),
    ]
    laws, route = (
        _laws(tasks, {"b": [0.5, 0.3, 0.4], "c": [0.2, 0.2, -0.5], "y": [0.4, -0.3, 0.1]}, {}),
        _route("b", "c", "y"),
    )
    asked, nodes = [], Poisson.nodes
    monkeypatch.setattr(
        Poisson, "nodes", lambda self, *given: asked.append(given[0]["mean"].shape) or nodes(self, *given)
    )
    expected_outcomes(laws, route, [{"x": 0.0}, {"x": 1.0}], {"z": np.arange(4.0)}, ALL)
    # Two worlds, three draws and four units; one more call tells how many nodes there are.
    assert asked.count((2, 3, 4)) == 2
    assert max(map(np.prod, asked)) == 24


def _through_a_spread_count(log_means):
    tasks = [_task("m", NegativeBinomial(), _term("x")), _task("y", Bernoulli(), _term("m"))]
    drawn = {
        "m": Parameters(np.stack([log_means, np.zeros_like(log_means)], axis=1), {"shape": np.ones(len(log_means))}),
        "y": Parameters(np.tile([0.4, -0.1], (len(log_means), 1)), {}),
    }
    return expected_outcome(
        Laws(Design({task.key: task for task in tasks}, {}, {}), drawn), _route("m", "y"), {"x": 1.0}, {}, ALL
    )


def test_nodes_of_a_spread_count_that_weigh_less_than_nothing_are_summed_with_the_others():
    log_means = np.array([0.3, 3.2, 5.2])
    counts = np.arange(20_000)
    chances = nbinom.pmf(counts, 1.0, 1.0 / (1.0 + np.exp(log_means))[:, None])
    exact = (chances * expit(0.4 - 0.1 * counts)).sum(axis=1)
    # Beyond some twenty the nodes stand for several counts each: that errs by less than a thousandth.
    np.testing.assert_allclose(_through_a_spread_count(log_means)[:, 0], exact, rtol=1e-3)


def test_a_mean_through_what_is_no_number_is_none():
    assert np.isnan(_through_a_spread_count(np.array([np.nan]))).all()
