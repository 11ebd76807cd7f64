import numpy as np
import pytest

from bayescause.scm.links import BINARY_LINKS, binary_link, logistic_log_likelihood

DRIVES = np.array([-700.0, -40.0, -8.3, -1.0, 0.0, 0.4, 2.0, 8.3, 40.0])
each_link = pytest.mark.parametrize("name", BINARY_LINKS)

# Logarithms of the chances of success and failure at -40 and 40, from 60-digit arithmetic.
FAR = {
    "logit": (-40.0, -4.2483542552915889e-18),
    "probit": (-804.60844201375379, -3.6558935409150297e-350),
    "cloglog": (-40.0, -4.2483542552915889e-18),
}


@each_link
def test_success_and_failure_add_up_to_one(name):
    link = binary_link(name)
    total = np.exp(link.log_success(DRIVES).value) + np.exp(link.log_failure(DRIVES).value)
    np.testing.assert_allclose(total, 1, rtol=1e-14)


@each_link
def test_tails_keep_their_digits(name):
    link, far = binary_link(name), np.array([-40.0])
    success, failure = FAR[name]
    assert link.log_success(far).value.item() == pytest.approx(success, rel=1e-12)
    assert link.log_failure(far).value.item() == pytest.approx(failure, rel=1e-12, abs=1e-300)


@each_link
def test_everything_is_finite(name):
    link = binary_link(name)
    for part in (*link.log_success(DRIVES), *link.log_failure(DRIVES), link.success(DRIVES)):
        assert np.isfinite(part).all()


@each_link
def test_the_log_odds_of_tensors_are_those_of_arrays(name):
    import pytensor
    import pytensor.tensor as pt

    drive, link = pt.dvector(), binary_link(name)
    compiled = pytensor.function([drive], link.log_odds(drive), mode="FAST_COMPILE")
    points = np.array([-30.0, -8.3, -1.0, 0.0, 0.4, 2.0, 6.0])
    expected = link.log_success(points).value - link.log_failure(points).value
    np.testing.assert_allclose(compiled(points), expected, rtol=1e-12, atol=1e-15)


@each_link
def test_the_slope_of_the_log_odds_of_tensors_is_finite(name):
    import pytensor
    import pytensor.tensor as pt

    drive = pt.dvector()
    slope = pytensor.function([drive], pt.grad(binary_link(name).log_odds(drive).sum(), drive), mode="FAST_COMPILE")
    assert np.isfinite(slope(np.array([-20.0, -1.0, 0.0, 1.0, 5.0]))).all()


@pytest.mark.parametrize("scale", [0.01, 1.0, 9.0, 300.0])
def test_rows_together_have_the_sum_of_their_log_chances(scale):
    rng = np.random.default_rng(5)
    drive, is_one = scale * rng.normal(size=(3, 2_000)), rng.random(2_000) < 0.5
    link = binary_link("logit")
    expected = np.where(is_one, link.log_chance(drive), link.log_failure_chance(drive)).sum(axis=-1)
    np.testing.assert_allclose(logistic_log_likelihood(drive, is_one), expected, rtol=1e-12)


def test_rows_together_with_a_drive_that_is_no_number_have_no_log_chance():
    assert np.isnan(logistic_log_likelihood(np.array([0.0, np.nan]), np.array([True, False])))
