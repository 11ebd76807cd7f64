"""Laws that hidden causes set apart from the mechanisms, against the truth of the world that made the tables.

A right posterior is farther than four of its sds from the truth once in 16,000 answers.
"""

import numpy as np
import pytest
from scipy.special import expit

import bayescause as bc

EFFECT = {"of": "x", "on": "y"}


def errors(model, data, questions, truths):
    posterior = bc.fit(model, data, questions, seed=1)
    effects = [bc.estimate(posterior, question) for question in questions]
    return [(float(each.mean()) - truth) / float(each.sd()) for each, truth in zip(effects, truths, strict=True)]


def test_a_second_outcome_that_hangs_together_with_the_first_changes_no_number():
    rng = np.random.default_rng(5)
    h, c, noise = rng.normal(size=(3, 300))
    x = (rng.random(300) < expit(c**2 - 1)).astype(int)
    data = {"c": c, "x": x, "y": x + 0.6 * c**2 + 0.8 * h + noise, "y2": 0.8 * h + rng.normal(size=300)}
    text, priors = "c ~ 1; x ~ square(c); y ~ x + c + square(c)", {"y": {"x": "normal(1, 0.2)"}}
    models = [bc.StructuralModel.parse(each, priors=priors) for each in (text, f"{text}; y2 ~ 1; y <-> y2")]
    alone, beside = (bc.ask(model, data, bc.AverageEffect(**EFFECT), seed=1) for model in models)
    assert np.array_equal(alone.draws, beside.draws)


def test_declared_products_and_priors_are_kept_beside_a_confounder_that_shares_a_hidden_cause():
    rng = np.random.default_rng(2)
    h, noise, own, rest = rng.normal(size=(4, 5000))
    v = h + 0.5 * noise
    x = 0.5 * v + own
    data = {"v": v, "x": x, "y": x + h + 0.3 * x * v + rest}
    text = "v ~ 1; x ~ v; y ~ x*v; v <-> y"
    question = bc.AverageEffect(**EFFECT, where="v > 1", population="sample")
    assert max(map(abs, errors(bc.StructuralModel.parse(text), data, [question], [1 + 0.3 * v[v > 1].mean()]))) < 4
    # A prior that is far from the data, and much surer than they are, decides: it is used.
    sure = bc.StructuralModel.parse(text, priors={"y": {"x": "normal(3, 0.0001)"}})
    told = bc.ask(sure, data, bc.AverageEffect(**EFFECT, population="sample"), seed=1)
    slope = told.posterior.draws["y given v, x_coefficient"].sel({"y given v, x_term": "x"})
    assert abs(float(slope.mean()) - 3) < 0.01


@pytest.mark.parametrize("text", ["m ~ x; y ~ x*m; c <-> m", "m ~ x; y ~ x*m; c <-> m; m <-> y"])
def test_effects_of_groups_differ_where_a_hidden_cause_moves_both_the_group_and_the_mediator(text):
    rng = np.random.default_rng(4)
    u = rng.integers(0, 2, 4000)
    c = np.where(rng.random(4000) < 0.85, u, 1 - u)
    x = (rng.random(4000) < 0.2 + 0.6 * c).astype(int)
    m = 0.8 * x + 1.5 * u + rng.normal(size=4000)
    data = {"c": c, "x": x, "m": m, "y": 0.5 * x + m + 0.5 * m * x + rng.normal(size=4000)}
    model = bc.StructuralModel.parse(f"c ~ 1; x ~ c; {text}")
    # E[y(1) - y(0)] = .5 + .8 + .5 (.8 + 1.5 E[u]): .5 of all have u = 1, .71 of the treated, .85 where c = 1.
    shares = [0.5, 0.71, 0.85]
    questions = [bc.AverageEffect(**EFFECT), bc.EffectOnTreated(**EFFECT), bc.AverageEffect(**EFFECT, where="c == 1")]
    off = errors(model, data, questions, [1.7 + 0.75 * share for share in shares])
    assert max(map(abs, off)) < 4, off


def test_what_lies_between_keeps_its_bends_in_a_law_that_passes_over_it():
    rng = np.random.default_rng(6)
    h, c, own, rest = rng.normal(size=(4, 4000))
    x = (rng.random(4000) < expit(c**2 - 1)).astype(int)
    m = x + c**2 + h + own
    data = {"c": c, "x": x, "m": m, "y": m + h + rest}
    model = bc.StructuralModel.parse("c ~ 1; x ~ square(c); m ~ x + square(c); y ~ m; m <-> y")
    assert abs(errors(model, data, [bc.AverageEffect(**EFFECT)], [1.0])[0]) < 4
