import numpy as np
import pytest

import bayescause as bc
from bayescause.analysis.predictive import check_predictive
from bayescause.inference.likelihood import joint_log_likelihood
from bayescause.inference.posterior import parameters
from bayescause.inference.regressions import with_regressions

MODEL = bc.StructuralModel.parse("x ~ z + w; y ~ x + w; x <-> y")
QUESTION = bc.AverageEffect(of="x", on="y")


def rows(bent=0.0, count=400):
    z, w, v, u = np.random.default_rng(3).normal(size=(4, count))
    x = 5 + z + w + v
    return {"z": z, "w": w, "x": x, "y": 3 + 0.5 * x + bent * (x - 5) ** 2 + w + v + u}


def fitted(**given):
    return bc.fit(MODEL, rows(**given), [QUESTION], draws=250)


def test_two_regressions_have_the_likelihood_of_the_joint_law():
    posterior = fitted()
    told = with_regressions(posterior)
    apart = sum(joint_log_likelihood(task, told.design, told.table, parameters(told, key))
                for key, task in told.design.mechanisms.items())  # fmt: skip
    (block,) = posterior.blocks.values()
    assert apart == pytest.approx(block.stats["log_likelihood"].ravel())


def test_a_right_model_fits():
    assert check_predictive(fitted()).is_good


def test_a_bent_effect_is_seen_in_the_fit_of_the_mean():
    checks = check_predictive(fitted(bent=0.3))
    assert any(check.is_of_mean and check.variable == "y" for check in checks.flagged)
    assert bc.ask(MODEL, rows(bent=0.3), QUESTION).status == "weak"
