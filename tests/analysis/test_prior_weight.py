"""How much of the prior is left in the answer, where that is known beforehand."""

import numpy as np
import pytest

import bayescause as bc
from bayescause.analysis.prior_weight import prior_weight

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")

QUESTION = bc.AverageEffect(of="x", on="y")


def table(rows=60):
    rng = np.random.default_rng(31)
    x = np.tile([0.0, 1.0], rows // 2)
    return {"x": x, "z": rng.normal(size=rows), "y": x + rng.normal(size=rows)}


def weight(data, text="y ~ x + z", **facts):
    model = bc.StructuralModel.parse(text, **facts)
    return prior_weight(bc.estimate(bc.fit(model, data, [QUESTION]), QUESTION))


def test_data_that_speak_leave_little_of_the_prior():
    # Standard error 2 / sqrt(60) = 0.26 against a prior of sd 2.5 * sd(y) / sd(x), about 5.6.
    assert 0.02 < weight(table()) < 0.1


def test_a_treatment_with_a_twin_is_left_to_the_prior():
    # Only the sum of the two is known: each has 1 / sqrt(2) of its prior's width; the ratio is known to about 6 %.
    assert weight(table() | {"z": table()["x"]}) == pytest.approx(0.707, rel=0.2)


def test_the_users_own_priors_may_speak():
    assert weight(table(), priors={"y": {"x": "normal(0, 0.01)"}}) is None


def test_a_flat_prior_has_no_width():
    assert weight(table(), priors={"y": {"x": "flat()"}}) is None


def test_a_refused_effect_has_no_weight():
    refused = bc.ask(bc.StructuralModel.parse("y ~ x + z; x <-> y"), table(), QUESTION)
    assert prior_weight(refused) is None
