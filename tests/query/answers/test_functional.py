"""Functionals of discrete and of jointly normal laws: known effects, limits, thin rows, and tests of the graph."""

import numpy as np
import pytest

import bayescause as bc

NAPKIN = "w -> z -> x -> y; w <-> x; w <-> y"
FRONT_DOOR = "smoking -> tar -> cancer; smoking <-> cancer"
PEARL = {(1, 1): (0.475, 0.85), (1, 0): (0.025, 0.90), (0, 1): (0.025, 0.05), (0, 0): (0.475, 0.10)}
"""Share and risk of each smoking and tar (Pearl 2009, table 3.1)."""


def smokers(units):
    cells = [(s, t, c, round(units * share * (risk if c else 1 - risk)))
             for (s, t), (share, risk) in PEARL.items() for c in (0, 1)]  # fmt: skip
    smoking, tar, cancer, people = map(list, zip(*cells, strict=True))
    return {"smoking": smoking, "tar": tar, "cancer": cancer, "people": people}


def asked(model, data, question, **options):
    model = bc.StructuralModel.parse(model) if isinstance(model, str) else model
    return bc.ask(model, data, question, **options)


@pytest.fixture(scope="module")
def pearl():
    from bayescause.compilation.checking import tabulate

    model = bc.StructuralModel.parse(FRONT_DOOR)
    question = bc.AverageEffect(of="smoking", on="cancer")
    return {
        units: bc.ask(model, tabulate(model, smokers(units), questions=[question], frequency="people"), question)
        for units in (800, 80_000_000)
    }


def test_pearls_smokers_have_his_answer_in_the_limit(pearl):
    # do(1) .4525 less do(0) .4975; with 80 million people the posterior sd is below 1e-4.
    assert float(pearl[80_000_000].mean()) == pytest.approx(-0.045, abs=5e-4)
    assert pearl[80_000_000].unadjusted == pytest.approx(0.8525 - 0.0975, abs=1e-6)


def test_pearls_smokers_are_within_the_posterior_of_a_small_table(pearl):
    assert abs(float(pearl[800].mean()) + 0.045) < 2 * float(pearl[800].sd())


def napkin(seed=0, size=4_000, direct=0.0):
    rng = np.random.default_rng(seed)
    u, v = rng.random((2, size)) < 0.5
    w = u + v + rng.random(size) > 1.4
    z = rng.random(size) < 0.3 + 0.4 * w
    x = z + u + rng.random(size) > 1.3
    y = rng.random(size) < 0.15 + 0.3 * x + 0.3 * v + direct * (z & x)
    return {name: values.astype(int) for name, values in zip("wzxy", (w, z, x, y), strict=True)}


def test_the_napkin_gives_the_effect_and_tests_the_graph():
    effect = asked(NAPKIN, napkin(), bc.AverageEffect(of="x", on="y"))
    # Truth .3 by construction, four posterior sds.
    assert abs(float(effect.mean()) - 0.3) < 4 * float(effect.sd())
    assert any("does not depend on z" in check.words for check in effect.checks)
    assert effect.status == "ok"


def test_an_arrow_that_the_graph_leaves_out_is_found_by_the_spread():
    effect = asked(NAPKIN, napkin(direct=0.25, size=20_000), bc.AverageEffect(of="x", on="y"))
    assert effect.status == "weak"
    assert any("same at any z, and it differs by" in reason for reason in effect.reasons)


def test_rows_that_were_hardly_seen_make_the_answer_prior_driven():
    effect = asked(NAPKIN, napkin(size=25), bc.AverageEffect(of="x", on="y"))
    assert any("the answer is prior-driven" in reason for reason in effect.reasons)


def test_groups_have_their_own_answers():
    rng = np.random.default_rng(4)
    size = 20_000
    g, u = rng.random((2, size)) < 0.5
    x = rng.random(size) < np.where(u, 0.8, 0.3)
    m = rng.random(size) < 0.1 + 0.6 * x
    y = rng.random(size) < 0.1 + 0.4 * m * g + 0.3 * u
    rows = {name: values.astype(int) for name, values in zip("gxmy", (g, x, m, y), strict=True)}
    effect = asked("x -> m -> y; x <-> y; g -> y", rows, bc.ConditionalEffect(of="x", on="y", given=("g",)))
    # By construction 0 and .6 x .4 = .24; four posterior sds.
    assert np.all(np.abs(effect.mean().to_numpy() - [0.0, 0.24]) < 4 * effect.sd().to_numpy())
    assert effect.draws["group"].to_numpy().tolist() == ["g = 0", "g = 1"]


def test_the_treated_have_the_effect_of_their_own_kind():
    rng = np.random.default_rng(5)
    size = 40_000
    u = rng.random(size) < 0.5
    x = rng.random(size) < np.where(u, 0.8, 0.2)
    m = rng.random(size) < 0.1 + 0.6 * x
    y = rng.random(size) < 0.1 + 0.5 * m * u
    rows = {name: values.astype(int) for name, values in zip("xmy", (x, m, y), strict=True)}
    model = bc.StructuralModel.parse("x -> m -> y; x <-> y")
    questions = [bc.EffectOnTreated(of="x", on="y"), bc.EffectOnUntreated(of="x", on="y")]
    posterior = bc.fit(model, rows, questions)
    # .6 x .5 x P(u | x): .24 among the treated, .06 among the others. Four posterior sds.
    for question, truth in zip(questions, (0.24, 0.06), strict=True):
        effect = bc.estimate(posterior, question)
        assert abs(float(effect.mean()) - truth) < 4 * float(effect.sd())


def test_numbers_are_the_same_for_the_same_seed_and_alone_or_together():
    model, rows = bc.StructuralModel.parse(NAPKIN), napkin(size=500)
    ask = bc.AverageEffect(of="x", on="y")
    alone = bc.estimate(bc.fit(model, rows, [ask], seed=3), ask)
    both = bc.estimate(bc.fit(model, rows, [bc.AverageEffect(of="z", on="x"), ask], seed=3), ask)
    assert alone.draws.equals(both.draws)


def test_jointly_normal_variables_have_the_slope_of_the_graph():
    u, v, a, b, c, d = np.random.default_rng(7).normal(size=(6, 1_000))
    w = u + v + d
    z = 0.7 * w + a
    x = 0.8 * z + u + b
    effect = asked(
        NAPKIN, {"w": w, "z": z, "x": x, "y": 0.5 * x + v + c}, bc.AverageEffect(of="x", on="y", contrast=(1, 3))
    )
    # Slope .5, contrast 2; four posterior sds.
    assert abs(float(effect.mean()) - 1.0) < 4 * float(effect.sd())
    assert any("does not depend on z" in check.words for check in effect.checks)
