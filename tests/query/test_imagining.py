"""Counterfactuals of one unit: reference lines C1 to C3, closed forms, enumeration, and what is refused."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from bayescause.errors import DataError, EvidenceError, RefusedEffectError, SpecError
from bayescause.inference.fitting import fit
from bayescause.query.imagining import counterfactual, unit_in
from bayescause.scm.structural_model import StructuralModel

CHAINS, DRAWS = 2, 250


def at_fixed(text, columns, coefficients, sds=None, **facts):
    """A posterior all of whose draws are the given parameters: raw intercept first, then the terms in order."""
    posterior = fit(StructuralModel.parse(text, **facts), columns, chains=CHAINS, draws=DRAWS)
    draws = posterior.draws.copy()
    for key, values in coefficients.items():
        centres = posterior.design.mechanisms[key].centres
        told = np.array([values[0] + np.dot(values[1:], centres), *values[1:]])
        draws[f"{key}_coefficient"] = draws[f"{key}_coefficient"] * 0 + told
    for key, sd in (sds or {}).items():
        draws[f"{key}_sd"] = draws[f"{key}_sd"] * 0 + sd
    return replace(posterior, draws=draws)


def noise(seed, *names, rows=40):
    rng = np.random.default_rng(seed)
    return {name: rng.normal(size=rows) for name in names}


@pytest.fixture(scope="module")
def tutor():
    coefficients = {"x": [0], "h": [0, 0.5], "y": [0, 0.7, 0.4]}
    return at_fixed(
        "x ~ 1; h ~ x; y ~ x + h", noise(1, "x", "h", "y"), coefficients, {"x": 1, "h": 0.75**0.5, "y": 0.6}
    )


@pytest.fixture(scope="module")
def binary():
    rng = np.random.default_rng(3)
    columns = {name: (rng.random(200) < 0.5).astype(float) for name in ("x", "y")}
    # risks: logit 0.3 and logit 0.8 at x = 0 and 1
    low, high = np.log(0.3 / 0.7), np.log(0.8 / 0.2)
    return at_fixed("x ~ 1; y ~ x", columns, {"x": [0], "y": [low, high - low]})


def test_c1_homework_had_been_two(tutor):
    found = counterfactual(tutor, {"x": 0.5, "h": 1.0, "y": 1.5}, do={"h": 2.0}, on="y")
    np.testing.assert_allclose(found.draws, 1.90, rtol=1e-12)


def test_c1_the_population_answer_is_another(tutor):
    found = counterfactual(tutor, {}, do={"h": 2.0}, on="y")
    # E[Y | do(h = 2)] = .4 * 2 with x averaged over: its 32 antithetic pairs have a mean of zero.
    assert found.mean() == pytest.approx(0.80, abs=0.02)


def test_c2_had_homework_been_what_it_was(tutor):
    found = counterfactual(tutor, {"x": 0.5, "h": 1.0, "y": 1.5}, do={"h": 1.0}, on="y")
    np.testing.assert_allclose(found.draws, 1.5, rtol=1e-12)


def test_c3_a_chain_of_three():
    coefficients = {"x0": [0], "x1": [0, 2], "x2": [0, 0.5], "x3": [0, 0.5]}
    text, sds = "x0 ~ 1; x1 ~ x0; x2 ~ x0; x3 ~ x2", dict.fromkeys(["x0", "x1", "x2", "x3"], 1.0)
    posterior = at_fixed(text, noise(2, "x0", "x1", "x2", "x3"), coefficients, sds)
    found = counterfactual(posterior, {"x0": 1, "x1": 3, "x2": 3, "x3": 4}, do={"x2": 2}, on="x3")
    np.testing.assert_allclose(found.draws, 3.5, rtol=1e-12)


def test_an_unseen_mediator_is_averaged_over_given_the_outcome(tutor):
    # y given x = .5 is .7 * .5 + .4 * h + u; (h, u) given y: the normal law's own formula.
    found = counterfactual(tutor, {"x": 0.5, "y": 1.5}, do={"x": 1.5}, on="y")
    np.testing.assert_allclose(found.expected, 1.5 + 0.7 + 0.4 * 0.5, rtol=1e-10)
    found = counterfactual(tutor, {"x": 0.5, "y": 1.5}, do={"h": 2.0}, on="y")
    gain = 0.4 * 0.75 / (0.4**2 * 0.75 + 0.36)
    h, spread = 0.25 + gain * (1.5 - 0.35 - 0.1), np.sqrt(0.75 * (1 - 0.4 * gain))
    np.testing.assert_allclose(found.expected, 1.5 + 0.4 * (2 - h), rtol=1e-10)
    # 64 draws under each of 500 draws of the parameters: the sd is known to a relative 1 / sqrt(2 * 32,000).
    assert found.noise_sd == pytest.approx(0.4 * spread, rel=0.02)


def test_missing_noise_is_not_zero(tutor):
    found = counterfactual(tutor, {"x": 0.5}, do={"h": 2.0}, on="y")
    assert found.noise_sd == pytest.approx(0.6, rel=0.02)
    assert found.parameter_sd < 0.01


def test_the_fixed_parameters_leave_the_noise_alone_and_real_ones_do_not():
    columns = noise(5, "x", "y")
    posterior = fit(StructuralModel.parse("y ~ x"), columns)
    found = counterfactual(posterior, {"x": 0.0, "y": 1.0}, do={"x": 1.0}, on="y")
    assert found.draws.sizes["noise"] == 1
    slope = posterior.draws["y_coefficient"].to_numpy()[..., 1]
    np.testing.assert_allclose(found.expected, 1.0 + slope)
    assert found.noise_sd == 0.0
    assert found.sd() == pytest.approx(slope.std())


def test_what_the_parameters_and_the_noise_leave_open_is_together_the_spread_of_all_draws():
    posterior = fit(StructuralModel.parse("y ~ x"), noise(5, "x", "y", rows=12))
    found = counterfactual(posterior, {"x": 0.0}, do={"x": 1.0}, on="y")
    # The law of total variance, without any error where each draw of the parameters has as many of the noise.
    assert found.sd() == pytest.approx(float(found.draws.std()), rel=1e-9)
    assert 0 < found.parameter_sd < found.sd()


def test_weighted_draws_agree_with_the_exact_ones_of_the_same_model_in_logarithms(tutor):
    exact = counterfactual(tutor, {"x": 0.5, "y": 1.5}, do={"h": 2.0}, on="y")
    columns = noise(1, "x", "h", "y")
    coefficients = {"x": [0], "h": [0, 0.5], "y": [0, 0.7, 0.4]}
    text, sds = "x ~ 1; h ~ x; y ~ x + log(h)", {"x": 1, "h": 0.75**0.5, "y": 0.6}
    columns = columns | {"h": np.exp(columns["h"])}
    bent = at_fixed(text, columns, coefficients, sds, families={"h": "lognormal"})
    weighted = counterfactual(bent, {"x": 0.5, "y": 1.5}, do={"h": np.exp(2.0)}, on="y")
    # 500 times 512 candidates, about half of which carry the weight, with an sd of .3: a standard error below .002.
    assert weighted.mean() == pytest.approx(exact.mean(), abs=0.006)
    assert weighted.noise_sd == pytest.approx(exact.noise_sd, rel=0.03)


def test_of_a_binary_outcome_the_rank_is_kept(binary):
    # Seen 1 at risk .3: the rank is above .7, and so above .2: certainly 1 at risk .8.
    assert counterfactual(binary, {"x": 0, "y": 1}, do={"x": 1}, on="y").mean() == 1.0
    # Seen 0 at risk .3: the rank is uniform on (0, .7), and 1 above .2 of it; 64 even places: to 1 / 64.
    found = counterfactual(binary, {"x": 0, "y": 0}, do={"x": 1}, on="y")
    np.testing.assert_allclose(found.expected, 5 / 7, atol=1 / 64)


def test_noises_that_are_independent_forget_what_was_seen(binary):
    found = counterfactual(binary, {"x": 0, "y": 1}, do={"x": 1}, on="y", coupling="independent")
    np.testing.assert_allclose(found.expected, 0.8, atol=1 / 64)
    assert counterfactual(binary, {"x": 0, "y": 1}, do={"x": 0}, on="y", coupling="independent").mean() == 1.0


@pytest.mark.parametrize(
    ("seen", "low", "high"),
    [((0, 1), (0.8 + 0.3 - 1) / 0.3, 1.0), ((0, 0), 0.5 / 0.7, 1.0), ((1, 1), 0.1 / 0.8, 0.375)],
)
def test_the_range_of_a_binary_outcome_is_that_of_frechet(binary, seen, low, high):
    x, y = seen
    found = counterfactual(binary, {"x": x, "y": y}, do={"x": 1 - x}, on="y")
    np.testing.assert_allclose(found.bounds.low, low, atol=1e-12)
    np.testing.assert_allclose(found.bounds.high, high, atol=1e-12)


def test_under_what_happened_the_range_is_what_happened(binary):
    found = counterfactual(binary, {"x": 0, "y": 1}, do={"x": 0}, on="y")
    np.testing.assert_array_equal(found.bounds.low, 1.0)
    np.testing.assert_array_equal(found.bounds.high, 1.0)


def test_an_unseen_cause_is_told_by_its_effect(binary):
    # P(x = 1 | y = 1) = .8 / 1.1 by Bayes' rule; had x been 0, y would be 1 surely if it was 0, else with .3 / .8.
    found = counterfactual(binary, {"y": 1}, do={"x": 0}, on="y")
    share = 0.8 / 1.1
    assert found.mean() == pytest.approx(share * 0.375 + (1 - share), abs=0.005)


def test_a_count_keeps_its_rank_and_a_mean_behind_a_probit_is_integrated(binary):
    columns = noise(6, "x", "m") | {"y": (np.random.default_rng(6).random(40) < 0.5).astype(float)}
    coefficients = {"x": [0], "m": [0, 1], "y": [0, 1]}
    text = "x ~ 1; m ~ x; y ~ m"
    posterior = at_fixed(text, columns, coefficients, {"x": 1, "m": 1}, mechanisms={"y": probit()})
    # C7: with nothing seen, P(y = 1 | do(x = 1)) = Phi(1 / sqrt 2).
    found = counterfactual(posterior, {"x": 0.0}, do={"x": 1.0}, on="y")
    assert found.mean() == pytest.approx(norm.cdf(1 / np.sqrt(2)), abs=0.003)


def probit():
    from bayescause.scm.mechanisms.bernoulli import Bernoulli

    return Bernoulli(link="probit")


def test_hidden_causes_of_two_variables_between_refuse_in_words():
    posterior = fit(
        StructuralModel.parse("x -> m -> y; m <-> y; x ~ 1".replace("x ~ 1", "z -> x")), noise(7, "z", "x", "m", "y")
    )
    found = counterfactual(posterior, {"x": 0.0, "m": 0.0, "y": 0.0}, do={"x": 1.0}, on="y")
    assert found.status == "refused"
    assert "hidden causes bind its noise" in str(found)
    with pytest.raises(RefusedEffectError, match="There is no number"):
        found.mean()


def test_evidence_of_probability_zero_is_an_error(binary):
    with pytest.raises(DataError, match="'y' is 0 or 1"):
        counterfactual(binary, {"x": 0, "y": 0.5}, do={"x": 1}, on="y")
    columns = {"x": np.array([0.0, 1.0] * 10), "n": np.full(20, 5.0), "y": np.array([2.0, 3.0] * 10)}
    model = StructuralModel.parse("y ~ x", mechanisms={"y": binomial()})
    posterior = fit(model, columns, draws=250)
    with pytest.raises(EvidenceError, match="Of the unit, 'y'"):
        counterfactual(posterior, {"x": 0, "n": 5, "y": 7}, do={"x": 1}, on="y")
    with pytest.raises(EvidenceError, match="needs 'n' of the unit"):
        counterfactual(posterior, {"x": 0, "y": 3}, do={"x": 1}, on="y")


def binomial():
    from bayescause.scm.mechanisms.binomial import Binomial

    return Binomial(trials="n")


def test_questions_that_make_no_sense_are_errors(tutor):
    for asked, told in [
        ({"do": {"g": 1}, "on": "y"}, "'g' is not a measured variable"),
        ({"do": {}, "on": "y"}, "Nothing is set"),
        ({"do": {"y": 1}, "on": "y"}, "both set and asked about"),
        ({"do": {"x": 1}, "on": "y", "coupling": "mono"}, "no coupling 'mono'"),
    ]:
        with pytest.raises(SpecError, match=told):
            counterfactual(tutor, {"x": 0.0}, **asked)


def test_a_row_of_the_table_is_a_unit(tutor):
    unit = unit_in(tutor, 3)
    assert set(unit) == {"x", "h", "y"}
    found = counterfactual(tutor, unit, do={"x": unit["x"]}, on="y")
    np.testing.assert_allclose(found.draws, unit["y"], rtol=1e-9)
    with pytest.raises(SpecError, match="no row 40"):
        unit_in(tutor, 40)


def test_it_prints_what_leaves_it_open(tutor, binary):
    told = str(counterfactual(tutor, {"x": 0.5, "h": 1.0, "y": 1.5}, do={"h": 2.0}, on="y"))
    assert told.startswith("y would have been 1.9")
    assert "y: the unit keeps its residual (gaussian)" in told
    told = str(counterfactual(binary, {"x": 1, "y": 1}, do={"x": 0}, on="y"))
    assert "would have been 1 with probability 0.3" in told
    assert "comonotone by the latent index" in told
    assert "any coupling mean between 0.125 and 0.375" in told


def test_a_value_beyond_all_ranks_is_a_doubt_and_stays_what_it_was_under_what_happened():
    columns = {"x": np.arange(40.0) / 40, "y": np.random.default_rng(8).poisson(2.0, 40).astype(float)}
    posterior = at_fixed("x ~ 1; y ~ x", columns, {"y": [0.7, 0.1]}, families={"y": "poisson"})
    unit = {"x": 0.5, "y": 300.0}
    assert counterfactual(posterior, unit, do={"x": 0.5}, on="y").mean() == 300.0
    moved = counterfactual(posterior, unit, do={"x": 0.6}, on="y")
    assert moved.status == "weak"
    assert "so unusual for its causes" in moved.reasons[-1]


@pytest.mark.parametrize(("unit", "do"), [({"x": 0.0, "y": 1.0}, {"x": 1.0}), ({"x": 1.0, "y": 1.0}, {"x": 0.0})])
def test_a_value_at_which_a_term_has_none_is_told_and_no_warning_of_numpy(unit, do):
    x = np.exp(np.random.default_rng(0).normal(size=40))
    posterior = fit(StructuralModel.parse("y ~ log(x)"), {"x": x, "y": np.log(x) + x % 1})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(EvidenceError, match=r"log\(x\) has no value at x = 0"):
            counterfactual(posterior, unit, do=do, on="y")
        reached = counterfactual(_rooted(), {"x": 1.0, "m": 1.0, "y": 1.0}, do={"x": -50.0}, on="y")
    assert reached.status == "refused"
    assert "The model lets m be below zero" in reached.reasons[0]


def _rooted():
    x = np.linspace(1.0, 4.0, 40)
    m = x + np.tile([0.1, -0.1], 20)
    return fit(StructuralModel.parse("m ~ x; y ~ sqrt(m)"), {"x": x, "m": m, "y": np.sqrt(m) + m % 0.1})
