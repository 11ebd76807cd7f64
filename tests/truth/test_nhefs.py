"""Quitting smoking and weight: lines E1, E2 and E3 of the reference numbers, by the exact engine."""

import pandas as pd
import pytest

import bayescause as bc
from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan

BASELINE = "sex race age education smokeintensity smokeyrs exercise active wt71"
SQUARES = "square(age, smokeintensity, smokeyrs, wt71)"
QUESTION = bc.AverageEffect(of="qsmk", on="wt82_71", population="sample")


def _model(terms, priors=None):
    text = f"baseline = {{{BASELINE}}}; baseline <-> baseline; qsmk ~ baseline; wt82_71 ~ {terms}"
    kinds = {"categorical": ["education", "exercise", "active"]}
    return bc.StructuralModel.parse(text, kinds=kinds, priors=priors)


def _flat(terms, people):
    # Flat priors are N(0, (1,000 scale)^2) in the reference numbers.
    model = _model(terms)
    task = derive(model, tabulate(model, people), plan(model, [QUESTION]).tasks).mechanisms["wt82_71"]
    spread = people["wt82_71"].std()
    wide = {name: f"normal(0, {1000 * spread / scale})" for name, scale in zip(task.columns, task.scales, strict=True)}
    return _model(terms, {"wt82_71": {**wide, "intercept": f"normal(0, {1000 * spread})"}})


@pytest.fixture(scope="module")
def people(models):
    return pd.read_csv(models / "data" / "nhefs.csv")


def test_e1_the_plain_difference(people):
    model = bc.StructuralModel.parse("wt82_71 ~ qsmk")
    effect = bc.ask(model, people, QUESTION)
    assert effect.unadjusted == pytest.approx(2.5406, abs=1e-4)
    interval = effect.interval(ci_prob=0.95, ci_kind="eti")
    # one residual sd: [1.66, 3.43]; the end of a 95 % interval has a Monte Carlo error of about sd * 2 / sqrt(4000)
    assert (float(interval.low), float(interval.high)) == pytest.approx((1.66, 3.43), abs=4 * 0.45 * 2.1 / 4000**0.5)


@pytest.mark.parametrize("flat", [True, False], ids=["flat priors", "default priors"])
def test_e2_the_g_formula_with_the_product_and_squares(people, flat):
    terms = f"qsmk*smokeintensity + baseline + {SQUARES}"
    model = _flat(terms, people) if flat else _model(terms)
    effect = bc.ask(model, people, QUESTION, seed=1)
    assert float(effect.mean()) == pytest.approx(3.517, abs=4 * effect.diagnostics.mcse_mean + 0.02 * 0.44)
    assert effect.unadjusted == pytest.approx(2.5406, abs=1e-4)


def test_e3_without_the_product(people):
    effect = bc.ask(_flat(f"qsmk + baseline + {SQUARES}", people), people, QUESTION)
    interval = effect.interval(ci_prob=0.95, ci_kind="eti")
    assert float(effect.mean()) == pytest.approx(3.463, abs=4 * effect.diagnostics.mcse_mean + 0.02 * 0.44)
    assert (float(interval.low), float(interval.high)) == pytest.approx((2.60, 4.32), abs=4 * 0.44 * 2.1 / 4000**0.5)


def test_e3_at_five_and_at_forty_cigarettes(people):
    question = bc.ConditionalEffect(of="qsmk", on="wt82_71", given=("smokeintensity",), at=(5, 40))
    effect = bc.ask(_flat(f"qsmk*smokeintensity + baseline + {SQUARES}", people), people, question)
    assert effect.mean().to_numpy() == pytest.approx([2.79, 4.43], abs=4 * effect.diagnostics.mcse_mean + 0.02)


def test_the_superpopulation_widens_the_interval_and_keeps_the_mean(people):
    model = _model(f"qsmk*smokeintensity + baseline + {SQUARES}")
    sample = bc.ask(model, people, QUESTION)
    everyone = bc.ask(model, people, bc.AverageEffect(of="qsmk", on="wt82_71"))
    assert float(everyone.mean()) == pytest.approx(float(sample.mean()), abs=4 * sample.diagnostics.mcse_mean)
    assert float(everyone.sd()) > float(sample.sd())
