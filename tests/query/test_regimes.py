import numpy as np
import pytest

import bayescause as bc
from bayescause.analysis.asking import ask
from bayescause.analysis.deciding import decide
from bayescause.analysis.overlap import overlap
from bayescause.errors import DataError, RefusedEffectError, SpecError
from bayescause.inference.posterior import parameters
from bayescause.query.estimands.odds_ratio import OddsRatio
from bayescause.query.estimands.policy_effect import PolicyEffect
from bayescause.query.estimands.risk_ratio import RiskRatio
from bayescause.query.estimands.shift_effect import ShiftEffect

SALES = {"of": "price", "on": "sales"}
WON = {"of": "promo", "on": "won"}


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(4)
    age = rng.normal(50, 10, 300)
    price = 10 + 0.1 * age + rng.normal(size=300)
    promo = (rng.random(300) < 0.4).astype(float)
    odds = np.exp(-1 + promo + 0.05 * (age - 50))
    sales = 5 - 2 * price + 3 * promo + 0.2 * age + rng.normal(size=300)
    return {"age": age, "price": price, "promo": promo, "sales": sales, "won": rng.random(300) < odds / (1 + odds)}


@pytest.fixture(scope="module")
def posterior(rows):
    model = bc.StructuralModel.parse("price ~ age; promo ~ 1; sales ~ price + promo + age; won ~ promo + age")
    return bc.fit(model, rows, [bc.AverageEffect(of="price", on="sales"), bc.AverageEffect(of="promo", on="won")])


def draws(posterior, question):
    return bc.estimate(posterior, question).draws.to_numpy().ravel()


def coefficient(posterior, key, term):
    names = posterior.design.mechanisms[key].coefficients
    place = next(at for at, name in enumerate(names) if name == term)
    return parameters(posterior, key).coefficients[:, place]


def risks_by_hand(posterior, rows):
    """Risks without and with the promotion, dims (sample, row); the intercept is that at the columns' means."""
    means = posterior.design.mechanisms["won"].centres
    columns = posterior.design.mechanisms["won"].columns
    level, slopes = coefficient(posterior, "won", "intercept"), [coefficient(posterior, "won", c) for c in columns]
    worlds = [{**rows, "promo": np.full(300, x)} for x in (0.0, 1.0)]
    lines = [
        level[:, None] + sum(b[:, None] * (w[c] - m) for b, c, m in zip(slopes, columns, means, strict=True))
        for w in worlds
    ]
    return [1 / (1 + np.exp(-line)) for line in lines]


@pytest.mark.parametrize("by", [-1.0, 2.5])
@pytest.mark.parametrize("population", ["sample", "superpopulation"])
def test_a_shift_of_a_straight_line_is_its_slope_times_the_step(posterior, by, population):
    question = ShiftEffect(**SALES, intervention={"shift": by}, population=population)
    np.testing.assert_allclose(draws(posterior, question), by * coefficient(posterior, "sales", "price"), atol=1e-9)


def test_a_scaled_treatment_moves_a_straight_line_by_its_mean(posterior, rows):
    question = ShiftEffect(**SALES, intervention={"scale": 1.1}, population="sample")
    slope = coefficient(posterior, "sales", "price")
    np.testing.assert_allclose(draws(posterior, question), 0.1 * rows["price"].mean() * slope, rtol=1e-9)


def test_two_variables_at_once_add_up_on_a_straight_line(posterior, rows):
    question = ShiftEffect(**SALES, intervention={"shift": 1}, also={"promo": 1}, population="sample")
    promo = coefficient(posterior, "sales", "promo") * (1 - rows["promo"].mean())
    np.testing.assert_allclose(draws(posterior, question), coefficient(posterior, "sales", "price") + promo, rtol=1e-9)


def test_a_drawn_treatment_is_worth_its_mean_on_a_straight_line(posterior, rows):
    question = ShiftEffect(**SALES, intervention={"draw": "normal(15, 2)"}, population="sample")
    slope = coefficient(posterior, "sales", "price")
    np.testing.assert_allclose(draws(posterior, question), slope * (15 - rows["price"].mean()), rtol=1e-8, atol=1e-8)


def test_a_treatment_by_lot_is_worth_its_chance_of_what_the_treatment_is_worth(posterior, rows):
    question = PolicyEffect(**WON, intervention={"draw": "bernoulli(0.3)"}, instead=0, population="sample")
    low, high = risks_by_hand(posterior, rows)
    np.testing.assert_allclose(draws(posterior, question), 0.3 * (high - low).mean(axis=1), atol=1e-9)


def test_setting_against_setting_is_the_average_effect(posterior):
    policy = PolicyEffect(**WON, intervention=1, instead=0, population="sample")
    plain = bc.AverageEffect(**WON, population="sample")
    np.testing.assert_allclose(draws(posterior, policy), draws(posterior, plain), atol=1e-12)


def test_doing_twice_is_doing_once(posterior):
    twice = {"rule": {"when": "age > 50", "then": {"rule": {"when": "age > 40", "then": 1}}, "otherwise": 1}}
    once, again = (PolicyEffect(**WON, intervention=one, instead=0, population="sample") for one in (1, twice))
    np.testing.assert_allclose(draws(posterior, again), draws(posterior, once), atol=1e-12)


def test_a_rule_behind_a_logistic_curve_is_an_average_of_risks(posterior, rows):
    rule = {"rule": {"when": "age > 50", "then": 1, "otherwise": 0}}
    question = PolicyEffect(**WON, intervention=rule, instead=0, population="sample")
    low, high = risks_by_hand(posterior, rows)
    gain = high - low
    np.testing.assert_allclose(draws(posterior, question), (gain * (rows["age"] > 50)).mean(axis=1), atol=1e-9)


def test_a_ratio_of_risks_is_that_of_the_two_averages(posterior, rows):
    low, high = (risk.mean(axis=1) for risk in risks_by_hand(posterior, rows))
    np.testing.assert_allclose(draws(posterior, RiskRatio(**WON, population="sample")), high / low, rtol=1e-9)
    odds = high / (1 - high) / (low / (1 - low))
    np.testing.assert_allclose(draws(posterior, OddsRatio(**WON, population="sample")), odds, rtol=1e-9)


@pytest.mark.parametrize("question", [RiskRatio, OddsRatio])
def test_swapping_the_levels_inverts_a_ratio(posterior, question):
    there, back = (draws(posterior, question(**WON, contrast=levels)) for levels in ((0, 1), (1, 0)))
    np.testing.assert_allclose(there * back, 1.0)


def test_kidney_stones_give_the_ratio_of_the_adjusted_risks():
    """By the table of Charig and others (1986): .8325 / .7789; a quarter of the posterior sd of .035 is allowed."""
    cells = [(1, 0, 81, 87), (1, 1, 192, 263), (0, 0, 234, 270), (0, 1, 55, 80)]
    made = [(t, s, y, n if y else total - n) for t, s, n, total in cells for y in (0, 1)]
    open_surgery, large, cured, n = (np.array(column, dtype=float) for column in zip(*made, strict=True))
    columns = {"surgery": open_surgery, "large": large, "cured": cured, "n": n}
    model = bc.StructuralModel.parse("surgery ~ large; cured ~ surgery*large")
    question = RiskRatio(of="surgery", on="cured")
    effect = bc.estimate(bc.fit(model, bc.tabulate(model, columns, frequency="n"), [question]), question)
    assert float(effect.mean()) == pytest.approx(1.0689, abs=0.009)
    assert effect.unadjusted == pytest.approx((273 / 350) / (289 / 350))


def test_neither_names_nor_the_order_of_rows_matter(rows):
    question = ShiftEffect(**SALES, intervention={"scale": 1.2}, population="sample")
    model = bc.StructuralModel.parse("price ~ age; sales ~ price*age")
    one = ask(model, {name: rows[name] for name in ("price", "age", "sales")}, question)
    other_model = bc.StructuralModel.parse("b ~ c; a ~ b*c")
    columns = {"a": rows["sales"][::-1], "b": rows["price"][::-1], "c": rows["age"][::-1]}
    two = ask(other_model, columns, ShiftEffect(of="b", on="a", intervention={"scale": 1.2}, population="sample"))
    assert float(one.mean()) == pytest.approx(float(two.mean()), abs=6 * one.diagnostics.mcse_mean)
    assert float(one.sd()) == pytest.approx(float(two.sd()), rel=0.1)


def test_who_the_units_are_is_uncertain_unless_it_is_these(posterior):
    rule = {"rule": {"when": "age > 50", "then": 1, "otherwise": 0}}
    widths = [
        draws(posterior, PolicyEffect(**WON, intervention=rule, instead=0, population=population)).std()
        for population in ("superpopulation", "sample")
    ]
    assert widths[0] > widths[1]


def test_where_nobody_was_seen_the_answer_is_weak_and_says_how_far(posterior):
    effect = bc.estimate(posterior, ShiftEffect(**SALES, intervention={"shift": 20}))
    assert effect.status == "weak"
    assert "100 in 100 units" in effect.reasons[0]
    assert "up to 20 beyond" in effect.reasons[0]


def test_levels_are_not_shifted(posterior):
    with pytest.raises(DataError, match="nothing between its levels"):
        bc.estimate(posterior, ShiftEffect(**WON, intervention={"shift": 0.5}))


def test_a_risk_ratio_needs_an_outcome_that_is_yes_or_no(posterior):
    with pytest.raises(SpecError, match="yes or no"):
        bc.estimate(posterior, RiskRatio(**SALES, contrast=(14, 15)))


def test_where_all_is_set_what_happens_otherwise_may_be_what_was_seen_even_of_a_variable_that_another_changes():
    rng = np.random.default_rng(3)
    x, noise = rng.normal(size=(2, 300))
    t = (rng.random(300) < 0.5).astype(float)
    d = x + 2 * t + rng.gamma(2, 2, 300)
    rows = {"x": x, "t": t, "d": d, "y": 0.5 * d + t + x + noise}
    asked = PolicyEffect(of="d", on="y", intervention={"set": 3.0}, also={"t": {"set": 1}}, population="sample")
    effect = ask(bc.StructuralModel.parse("t ~ x; d ~ x + t; y ~ d + t + x"), rows, asked)
    found = effect.posterior
    # On straight lines: slope times the mean change, draw by draw.
    by_hand = coefficient(found, "y", "d") * (3 - d.mean()) + coefficient(found, "y", "t") * (1 - t.mean())
    np.testing.assert_allclose(effect.draws.to_numpy().ravel(), by_hand, rtol=1e-8)


def test_a_bare_number_is_no_shift():
    with pytest.raises(SpecError, match='Write {"shift": 1} for everybody 1 more, or {"set": 1} for everybody at it'):
        ShiftEffect(of="price", on="sales", intervention=1.0)


GRAPH = "promo -> traffic -> sales; promo -> sales; age -> {promo sales}"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"intervention": {"rule": {"when": "traffic > 3", "then": 1}}}, "`when` looks at 'traffic', a descendant"),
        ({"intervention": {"rule": {"when": "weather > 3", "then": 1}}}, "not in the graph"),
        ({"intervention": 1, "also": {"traffic": {"shift": 1}}}, "no value of it that units would have anyway"),
        ({"intervention": 1, "also": {"weather": 1}}, "Draw it first"),
    ],
)
def test_regimes_that_the_graph_forbids_are_refused(asked, words):
    with pytest.raises(SpecError, match=words):
        bc.plan(bc.StructuralModel.parse(GRAPH), [PolicyEffect(of="promo", on="sales", **asked)])


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"intervention": {"shift": 0}},
        {"intervention": 1, "instead": {"set": 1}},
        {"intervention": 1, "also": {"promo": 0}},
        {"intervention": 1, "also": 3},
    ],
)
def test_questions_that_compare_nothing_are_refused(asked):
    with pytest.raises(SpecError):
        PolicyEffect(of="promo", on="sales", **asked)


def test_the_front_door_gives_no_effect_of_a_shift():
    model = bc.StructuralModel.parse("x -> m -> y; x <-> y")
    kinds = {"x": "continuous", "m": "continuous", "y": "continuous"}
    static, shifted = (
        bc.plan(model, [PolicyEffect(of="x", on="y", intervention=one, instead=0)], kinds=kinds).routes[0]
        for one in (1, {"shift": 1})
    )
    assert static.refusal is None
    assert "front door" in shifted.refusal


def test_through_the_front_door_setting_against_setting_is_the_average_effect():
    u, a, b, c = np.random.default_rng(2).normal(size=(4, 200))
    columns = {"x": u + a, "m": u + a + b, "y": 2 * (u + a + b) + u + c}
    model = bc.StructuralModel.parse("x -> m -> y; x <-> y")
    questions = [PolicyEffect(of="x", on="y", intervention=1, instead=0), bc.AverageEffect(of="x", on="y")]
    found = bc.fit(model, columns, questions)
    policy, plain = (draws(found, question) for question in questions)
    np.testing.assert_allclose(policy, plain, atol=1e-9)


def test_analyses_for_two_levels_refuse_regimes_in_words(posterior):
    effect = bc.estimate(posterior, ShiftEffect(**SALES, intervention={"shift": 1}))
    assert overlap(effect).verdict == "good"
    assert bc.sensitivity(effect, kind="hidden_confounder").status == "refused"
    with pytest.raises(RefusedEffectError, match="slices"):
        bc.slice_by(effect, ["age > 50"])
    with pytest.raises(RefusedEffectError):
        effect.by_unit()
    assert decide(effect, act="raise it", instead="leave it", gain=1.0).recommendation == "leave it"


def test_a_ratio_is_no_gain(posterior):
    effect = bc.estimate(posterior, RiskRatio(**WON))
    assert decide(effect, act="do it", instead="leave it", gain=1.0).status == "refused"
