import numpy as np
import pytest

from bayescause.inference.scale_nest import ScaleNest, draw_nested

COVARIANCE = np.array([[1.0, 0.8, 0.2], [0.8, 2.0, 0.1], [0.2, 0.1, 0.05]])


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_a_normal_density_has_its_integral_and_its_covariance(axes):
    covariance = COVARIANCE[:axes, :axes]
    precision = np.linalg.inv(covariance)
    nest = ScaleNest(
        lambda at: -0.5 * np.einsum("pi,ij,pj->p", at, precision, at), [(-60, 60)] * (axes - 1), (-500, 500)
    )
    points, evidence = draw_nested(nest, np.random.default_rng(0), samples=4_000)
    assert evidence == pytest.approx(0.5 * np.linalg.slogdet(2 * np.pi * covariance)[1], abs=1e-6)
    # Entries of a covariance of 4,000 draws err by about sqrt(2 / 4,000) of the variances.
    sizes = np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))
    assert (np.abs(np.cov(points.T).reshape(axes, axes) - covariance) < 4 * np.sqrt(2 / 4_000) * sizes).all()


def test_draws_have_no_ties():
    nest = ScaleNest(lambda at: -np.logaddexp(at, -at).sum(axis=1), [(-40, 40)], (-40, 40))
    points, _ = draw_nested(nest, np.random.default_rng(1), samples=2_000)
    assert all(len(np.unique(axis)) == 2_000 for axis in points.T)


def test_a_long_exponential_tail_keeps_its_mass():
    nest = ScaleNest(lambda at: at[:, 0] - np.exp(at[:, 0]) - 0.5 * at[:, 1] ** 2, [(-40, 10)], (-60, 60))
    points, evidence = draw_nested(nest, np.random.default_rng(2), samples=4_000)
    assert evidence == pytest.approx(0.5 * np.log(2 * np.pi), abs=1e-6)
    # exp of the first axis is exponential with mean one.
    assert np.exp(points[:, 0]).mean() == pytest.approx(1.0, abs=4 / np.sqrt(4_000))
