"""Mediated effects on posterior draws: against closed forms, enumeration and each other, draw by draw."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit

import bayescause as bc
from bayescause.errors import BayescauseError, DataError, SpecError

DIRECT, INDIRECT = bc.NaturalDirectEffect, bc.NaturalIndirectEffect
SAMPLE = {"population": "sample"}


@pytest.fixture(scope="module")
def straight():
    """Linear throughout: m and y each see x and a covariate."""
    rng = np.random.default_rng(1)
    c, noise, other = rng.normal(size=(3, 400))
    x = (c + rng.normal(size=400) > 0).astype(float)
    m = 0.5 * x + c + noise
    rows = {"c": c, "x": x, "m": m, "y": 0.7 * x + 0.4 * m + 0.3 * c + other}
    return bc.fit(bc.StructuralModel.parse("x ~ c; m ~ x + c; y ~ x + m + c"), rows, seed=2)


@pytest.fixture(scope="module")
def bent():
    """A count and a yes or no on the way, which meet the treatment and a covariate in products."""
    rng = np.random.default_rng(3)
    c = rng.integers(-1, 2, 500).astype(float)
    x = (c + rng.normal(size=500) > 0).astype(float)
    m = rng.poisson(np.exp(0.3 * x + 0.2 * c)).astype(float)
    n = (rng.random(500) < expit(x - 0.5 * m)).astype(float)
    y = (rng.random(500) < expit(-1 + x + 0.3 * m * x + n + c)).astype(float)
    model = bc.StructuralModel.parse("x ~ c; m ~ x + c; n ~ x + m; y ~ x*m + n + c")
    return bc.fit(model, {"c": c, "x": x, "m": m, "n": n, "y": y}, seed=4)


@pytest.fixture(scope="module")
def witnessed():
    """C5 with yes and no everywhere."""
    rng = np.random.default_rng(5)
    x, noises = (rng.random(600) < 0.5).astype(float), rng.random((3, 600))
    low = (noises[0] < 0.3 + 0.4 * x).astype(float)
    m = (noises[1] < 0.2 + 0.3 * x + 0.3 * low).astype(float)
    y = (noises[2] < 0.1 + 0.2 * x + 0.3 * low + 0.3 * m).astype(float)
    return bc.fit(bc.StructuralModel.parse("l ~ x; m ~ x + l; y ~ x + l + m"), {"x": x, "l": low, "m": m, "y": y})


def coefficients(posterior, name):
    return posterior.draws[f"{name}_coefficient"].to_numpy().reshape(-1, posterior.draws.sizes[f"{name}_term"])


def draws(posterior, question):
    return bc.estimate(posterior, question).draws.to_numpy().ravel()


def test_c4_in_straight_lines_the_parts_are_products_of_coefficients(straight):
    m, y = coefficients(straight, "m"), coefficients(straight, "y")
    np.testing.assert_allclose(draws(straight, INDIRECT("x", "y", ("m",))), m[:, 1] * y[:, 2], rtol=1e-10)
    np.testing.assert_allclose(draws(straight, DIRECT("x", "y", ("m",))), y[:, 1], rtol=1e-10)
    total = draws(straight, bc.AverageEffect("x", "y"))
    np.testing.assert_allclose(total, y[:, 1] + m[:, 1] * y[:, 2], rtol=1e-10)


@pytest.mark.parametrize("population", ["superpopulation", "sample"])
@pytest.mark.parametrize("through", [("m",), ("m", "n")])
def test_total_is_direct_less_the_indirect_effect_of_going_back_in_every_draw(bent, population, through):
    asked = {"of": "x", "on": "y", "population": population}
    total = draws(bent, bc.AverageEffect(**asked))
    there = draws(bent, DIRECT(**asked, through=through))
    back = draws(bent, INDIRECT(**asked, through=through, contrast=(1, 0)))
    # With several integrated variables the integral has an error of its own, the same kind in each world.
    np.testing.assert_allclose(total, there - back, atol=1e-9)


def test_effects_along_all_paths_are_the_total_effect_in_every_draw(bent):
    along = ("x -> m", "x -> n", "x -> y")
    whole = draws(bent, bc.PathSpecificEffect("x", "y", along=along, **SAMPLE))
    np.testing.assert_allclose(whole, draws(bent, bc.AverageEffect("x", "y", **SAMPLE)), atol=1e-9)


def test_a_path_is_the_indirect_effect_of_the_mediator_that_it_alone_passes(straight):
    along = draws(straight, bc.PathSpecificEffect("x", "y", along=("x -> m -> y",)))
    np.testing.assert_allclose(along, draws(straight, INDIRECT("x", "y", ("m",))), atol=1e-12)


def test_behind_a_curve_the_mediator_is_integrated_over_not_put_in_at_its_mean():
    rng = np.random.default_rng(6)
    x = np.repeat([0.0, 1.0], 150)
    m = x + rng.normal(size=300)
    y = (rng.random(300) < expit(m + x)).astype(float)
    posterior = bc.fit(bc.StructuralModel.parse("m ~ x; y ~ x + m"), {"x": x, "m": m, "y": y})
    a, b = coefficients(posterior, "m")[0], coefficients(posterior, "y")[0]
    sd = float(posterior.draws["m_sd"].to_numpy().ravel()[0])
    at = {key: posterior.design.mechanisms[key].centres for key in "my"}

    def mean(sees, mediated):
        def integrand(z):
            value = a[0] + a[1] * (mediated - at["m"][0]) + sd * z
            drive = b[0] + b[1] * (sees - at["y"][0]) + b[2] * (value - at["y"][1])
            return expit(drive) * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)

        return quad(integrand, -10, 10)[0]

    # Quadrature of a logistic curve under a normal law: below 1e-6 with the nodes that the family has.
    assert draws(posterior, INDIRECT("x", "y", ("m",)))[0] == pytest.approx(mean(0, 1) - mean(0, 0), abs=1e-5)
    assert draws(posterior, DIRECT("x", "y", ("m",)))[0] == pytest.approx(mean(1, 0) - mean(0, 0), abs=1e-5)


def chance(posterior, name, **at):
    task = posterior.design.mechanisms[name]
    columns = np.array([at[column] for column in task.columns])
    found = coefficients(posterior, name)
    return expit(found[:, 0] + found[:, 1:] @ (columns - task.centres))


def law(posterior, name, value, **at):
    one = chance(posterior, name, **at)
    return one if value else 1 - one


def randomised(posterior, sees, mediated):
    """Mean of y under one level, with m drawn from its law under the other, by enumeration."""
    total = 0.0
    for m in (0, 1):
        drawn = sum(law(posterior, "m", m, x=mediated, l=low) * law(posterior, "l", low, x=mediated) for low in (0, 1))
        mean = sum(chance(posterior, "y", x=sees, l=low, m=m) * law(posterior, "l", low, x=sees) for low in (0, 1))
        total = total + drawn * mean
    return total


def test_c5_interventional_analogues_are_those_of_two_worlds_in_every_draw(witnessed):
    asked = {"of": "x", "on": "y", "through": ("m",), "kind": "interventional"}
    base = randomised(witnessed, 0, 0)
    np.testing.assert_allclose(draws(witnessed, DIRECT(**asked)), randomised(witnessed, 1, 0) - base, atol=1e-12)
    np.testing.assert_allclose(draws(witnessed, INDIRECT(**asked)), randomised(witnessed, 0, 1) - base, atol=1e-12)


def along_twins(posterior, sees, to_y, to_m):
    """Mean of y where l is drawn once for the arrow to y and once for the one to m, by enumeration."""
    total = 0.0
    for m in (0, 1):
        drawn = sum(law(posterior, "m", m, x=sees, l=low) * law(posterior, "l", low, x=to_m) for low in (0, 1))
        mean = sum(chance(posterior, "y", x=sees, l=low, m=m) * law(posterior, "l", low, x=to_y) for low in (0, 1))
        total = total + drawn * mean
    return total


def test_c5_a_path_that_the_witness_forbids_is_told_with_twins_in_every_draw_and_the_parts_are_the_total(witnessed):
    question = bc.PathSpecificEffect(of="x", on="y", along=("x -> l -> y",), kind="interventional")
    effect = bc.estimate(witnessed, question)
    base = along_twins(witnessed, 0, 0, 0)
    np.testing.assert_allclose(draws(witnessed, question), along_twins(witnessed, 0, 1, 0) - base, atol=1e-12)
    assert effect.verdict.strategy == "recanting_twins"
    assert not any("cross-world" in one.text for one in effect.verdict.assumptions)
    parts = bc.decompose(effect)
    flat = {
        name: getattr(parts, name).to_numpy().ravel() for name in ("total", "direct", "indirect", "together", "apart")
    }
    np.testing.assert_allclose(flat["indirect"], draws(witnessed, question), atol=1e-12)
    np.testing.assert_allclose(flat["direct"], along_twins(witnessed, 1, 0, 1) - base, atol=1e-12)
    table = parts.to_dataframe().set_index("part")
    np.testing.assert_allclose(table.loc[list(flat), "mean"], [one.mean() for one in flat.values()], atol=1e-12)
    assert str(parts).count("\n") == len(table)
    whole = along_twins(witnessed, 1, 1, 1) - base
    np.testing.assert_allclose(flat["together"], whole - flat["direct"] - flat["indirect"], atol=1e-12)
    total = draws(witnessed, bc.AverageEffect("x", "y"))
    np.testing.assert_allclose(flat["total"], total, atol=1e-12)
    np.testing.assert_allclose(flat["apart"], total - whole, atol=1e-12)
    assert np.abs(flat["apart"]).max() > 1e-4
    assert "lost by drawing anew" in str(effect) or abs(float(parts.apart.median())) < 0.01


def test_c5_natural_paths_are_refused_and_name_the_analogue(witnessed):
    effect = bc.estimate(witnessed, bc.PathSpecificEffect(of="x", on="y", along=("x -> l -> y",)))
    assert effect.status == "refused"
    assert 'kind="interventional"' in effect.verdict.remedies[0]


def test_c5_natural_effects_are_refused_with_the_witness(witnessed):
    effect = bc.estimate(witnessed, INDIRECT("x", "y", ("m",)))
    assert effect.status == "refused"
    assert effect.verdict.recanting.nodes == ("l",)
    assert "recanting witness" in str(effect)


def test_held_mediators_are_at_their_level_under_both_treatments(witnessed):
    effect = bc.estimate(witnessed, bc.ControlledDirectEffect("x", "y", held={"m": (0, 1)}))
    assert effect.draws["group"].to_numpy().tolist() == ["m = 0", "m = 1"]
    for level in (0, 1):
        worlds = [
            sum(chance(witnessed, "y", x=x, l=low, m=level) * law(witnessed, "l", low, x=x) for low in (0, 1))
            for x in (0, 1)
        ]
        np.testing.assert_allclose(effect.draws[..., level].to_numpy().ravel(), worlds[1] - worlds[0], atol=1e-12)


def test_hidden_causes_among_mediators_are_met_by_conditionals_given_each_other():
    rng = np.random.default_rng(7)
    x, u = rng.normal(size=(2, 3000))
    a, b = (0.5 * x + u + rng.normal(size=3000) for _ in range(2))
    rows = {"x": x, "a": a, "b": b, "y": 0.3 * x + 0.4 * a - 0.2 * b + rng.normal(size=3000)}
    model = bc.StructuralModel.parse("x -> {a b y}; {a b} -> y; a <-> b")
    effect = bc.ask(model, rows, INDIRECT("x", "y", ("a", "b")))
    assert "b given x, a" in effect.posterior.engines
    # .5 x .4 - .5 x .2 by construction.
    assert abs(float(effect.mean()) - 0.1) < 4 * float(effect.sd())


def test_the_parts_add_up_to_the_total_and_the_share_is_told_only_where_its_sign_is_known(bent, straight):
    parts = bc.decompose(bc.estimate(bent, DIRECT("x", "y", ("m",))))
    np.testing.assert_allclose(parts.direct + parts.indirect + parts.together, parts.total, atol=1e-12)
    np.testing.assert_allclose(parts.apart, 0.0, atol=1e-12)
    np.testing.assert_allclose(parts.share, parts.indirect / parts.total, atol=1e-12)
    even = {"x": [0, 1] * 20, "m": [0.0, 0.0, 1.0, 1.0] * 10, "y": [0.0, 1.0, 1.0, 0.0] * 10}
    posterior = bc.fit(bc.StructuralModel.parse("m ~ x; y ~ x + m"), even)
    assert bc.decompose(bc.estimate(posterior, DIRECT("x", "y", ("m",)))).share is None
    assert bc.decompose(bc.estimate(straight, bc.AverageEffect("x", "y"))) is None


def test_it_says_by_which_way_the_effect_goes(straight):
    assert str(bc.estimate(straight, INDIRECT("x", "y", ("m",)))).startswith("x raises y through m by about")
    printed = str(bc.estimate(straight, DIRECT("x", "y", ("m",))))
    assert "of the total 0." in printed
    assert "through m 0." in printed


def test_overlap_is_looked_at_within_kinds_of_mediators_too():
    rng = np.random.default_rng(9)
    x = (rng.random(500) < 0.5).astype(float)
    m = 8 * x + rng.normal(size=500)
    rows = {"x": x, "m": m, "y": m + x + rng.normal(size=500)}
    model = bc.StructuralModel.parse("m ~ x; y ~ x + m")
    with pytest.warns(bc.errors.OverlapWarning):
        assert bc.ask(model, rows, DIRECT("x", "y", ("m",))).status == "weak"
    assert bc.ask(model, rows, bc.AverageEffect("x", "y")).status == "ok"


def test_sensitivity_is_refused_in_words(straight):
    found = bc.sensitivity(bc.estimate(straight, DIRECT("x", "y", ("m",))), benchmarks=["c"])
    assert found.status == "refused"
    assert "a part of an effect" in found.reason


def test_slices_of_a_part_are_parts_of_slices(bent):
    whole = bc.ask(
        bent.model, {name: bent.table.columns[name] for name in "cxmny"}, DIRECT("x", "y", ("m", "n"), **SAMPLE)
    )
    some = next(one for one in bc.slice_by(whole, ["c > 0"]) if one.label == "c > 0")
    asked = draws(whole.posterior, DIRECT("x", "y", ("m", "n"), where="c > 0", **SAMPLE))
    np.testing.assert_allclose(some.draws.to_numpy().ravel(), asked, atol=1e-12)


@pytest.fixture(scope="module")
def bound():
    """A column tells of a hidden cause of the mediator: u moves m, v is u in nine of ten units."""
    rng = np.random.default_rng(12)
    u, x = rng.integers(0, 2, (2, 4000))
    v = np.where(rng.random(4000) < 0.9, u, 1 - u)
    m = (rng.random(4000) < expit(-4 + 2 * x + 3.5 * u)).astype(int)
    y = (rng.random(4000) < expit(-2 + 0.5 * x + 3 * m)).astype(int)
    model = bc.StructuralModel.parse("x ~ 1; m ~ x; y ~ x + m; v ~ 1; v <-> m")
    return model, {"x": x, "v": v, "m": m, "y": y}


@pytest.mark.parametrize("kind", ["natural", "interventional"])
def test_among_units_that_a_column_chooses_its_hidden_causes_count(bound, kind):
    model, rows = bound
    asked = [INDIRECT("x", "y", ("m",), kind=kind, where=f"v == {level}") for level in (0, 1)]
    posterior = bc.fit(model, rows, asked)
    for level, question in enumerate(asked):
        share = 0.9 if level else 0.1
        moved = [share * expit(-0.5 + 2 * x) + (1 - share) * expit(-4 + 2 * x) for x in (0, 1)]
        truth = (moved[1] - moved[0]) * (expit(1) - expit(-2))
        found = bc.estimate(posterior, question)
        # Three posterior sds; the effect among all units lies more than seven away.
        assert float(found.mean()) == pytest.approx(truth, abs=3 * float(found.sd()))
        assert abs(0.171 - truth) > 5 * float(found.sd())


def test_among_units_that_share_a_hidden_cause_with_the_outcome_the_effects_differ_by_it():
    """u takes the direct effect away, and makes the mediator's stronger; v is u in nine of ten units."""
    rng = np.random.default_rng(12)
    u, x = rng.integers(0, 2, (2, 4000))
    v, noises = np.where(rng.random(4000) < 0.9, u, 1 - u), rng.normal(size=(2, 4000))
    m = 0.8 * x + noises[0]
    rows = {"x": x, "v": v, "m": m, "y": m * (0.2 + 1.5 * u) + x * (1 - u) + noises[1]}
    model = bc.StructuralModel.parse("x ~ 1; m ~ x; y ~ x + m; v ~ 1; v <-> y")
    chosen = {"of": "x", "on": "y", "where": "v == 1"}
    truths = {
        DIRECT(through=("m",), **chosen): 0.1,
        INDIRECT(through=("m",), **chosen): 0.8 * (0.2 + 1.5 * 0.9),
        bc.ControlledDirectEffect(held={"m": 0}, **chosen): 0.1,
    }
    posterior = bc.fit(model, rows, tuple(truths))
    for question, truth in truths.items():
        found = bc.estimate(posterior, question)
        # Three posterior sds; among all units the effects are 0.5 and 0.8, more than seven away.
        assert float(found.mean()) == pytest.approx(truth, abs=3 * float(found.sd()))
        assert float(found.sd()) < 0.06


def test_slices_by_what_shares_a_hidden_cause_with_a_mediator_are_refused_where_the_fit_ignored_it(bound):
    model, rows = bound
    question = INDIRECT("x", "y", ("m",))
    found = bc.slice_by(bc.estimate(bc.fit(model, rows, [question]), question), ["v"])
    assert {one.status for one in found} == {"refused"}
    assert all("something unmeasured binds" in one.words for one in found)
    assert not found.suggestions


def test_slices_of_units_chosen_by_the_same_column_are_told(bound):
    model, rows = bound
    question = INDIRECT("x", "y", ("m",), where="v == 1", population="sample")
    effect = bc.estimate(bc.fit(model, rows, [question]), question)
    first, second = bc.slice_by(effect, ["v"])
    assert first.status == "refused"
    np.testing.assert_allclose(second.draws, effect.draws, atol=1e-12)


def test_a_condition_that_makes_a_nested_effect_unknown_is_refused_by_value():
    rows = {name: np.random.default_rng(3).integers(0, 2, 60) for name in "xvmy"}
    model = bc.StructuralModel.parse("m ~ x; y ~ x + m; v ~ 1; v <-> m; v <-> y")
    found = bc.ask(model, rows, INDIRECT("x", "y", ("m",), where="v == 1"))
    assert found.status == "refused"
    assert "chosen by v" in found.reasons[0]


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        (lambda: DIRECT("x", "y"), SpecError, "needs `through`"),
        (lambda: DIRECT("x", "y", "m"), SpecError, "it must be a list of names"),
        (lambda: DIRECT("x", "y", ("y",)), SpecError, "treatment or the outcome"),
        (lambda: DIRECT("x", "y", ("m",), kind="pure"), SpecError, "'natural' or 'interventional'"),
        (lambda: DIRECT("x", "y", ("m",), count_above=1.0), TypeError, "count_above"),
        (lambda: DIRECT("x", "y", ("m",), given=("c",)), TypeError, "given"),
        (lambda: bc.PathSpecificEffect("x", "y"), SpecError, "needs `along`"),
        (lambda: bc.PathSpecificEffect("x", "y", along=("x -> {m y}",)), SpecError, "no chain of arrows"),
        (lambda: bc.PathSpecificEffect("x", "y", along=("x <-> m",)), SpecError, "no chain of arrows"),
        (lambda: bc.ControlledDirectEffect("x", "y", through=("m",)), SpecError, "has no level of 'm'"),
        (lambda: bc.ControlledDirectEffect("x", "y", through=("m",), held={"z": 1, "m": 0}), SpecError, "names 'z'"),
        (lambda: bc.ControlledDirectEffect("x", "y", held=3), SpecError, "Write the level of each mediator"),
    ],
)
def test_a_senseless_question_is_an_error_that_says_why(asked, error, words):
    with pytest.raises(error, match=words):
        asked()


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (DIRECT("x", "y", ("m",), contrast=(0, 0.5)), "cannot be set to 0.5"),
        (bc.ControlledDirectEffect("x", "y", held={"m": 0.5}), "'m' is 0 or 1"),
        (bc.ControlledDirectEffect("x", "y", held={"m": "A"}), "no level 'A'"),
    ],
)
def test_a_level_that_cannot_be_is_an_error_that_says_so(question, words):
    rows = {"x": [0, 1] * 20, "m": [0, 1, 1, 0] * 10, "y": [float(i % 7) for i in range(40)]}
    with pytest.raises(DataError, match=words):
        bc.ask(bc.StructuralModel.parse("m ~ x; y ~ x + m"), rows, question)


def test_a_mediator_that_is_not_between_is_an_error():
    with pytest.raises(BayescauseError, match="not between x and y"):
        bc.ask(bc.StructuralModel.parse("y ~ x + z"), {"x": [0, 1], "z": [1, 2], "y": [0, 1]}, DIRECT("x", "y", ("z",)))
