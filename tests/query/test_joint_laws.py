"""The joint law of a draw: products of tables, and covariances that straight lines imply."""

import numpy as np
import pytest

import bayescause as bc
from bayescause.query.drawn_laws import laws_of
from bayescause.query.joint_laws import discrete_law, gaussian_law
from bayescause.query.routing import route_of

NAPKIN = "w -> z -> x -> y; w <-> x; w <-> y"
EFFECT = bc.AverageEffect(of="x", on="y")


def rows(seed=0, size=3_000):
    u, v, a, b, c, d = np.random.default_rng(seed).normal(size=(6, size))
    w = u + v + d
    z = 0.7 * w + a
    x = 0.8 * z + u + b
    return {"w": w, "z": z, "x": x, "y": 0.5 * x + v + c}


def test_straight_lines_imply_the_moments_of_the_data():
    posterior = bc.fit(bc.StructuralModel.parse(NAPKIN), rows(), [EFFECT])
    route = route_of(posterior, EFFECT)
    law = gaussian_law(laws_of(posterior, route), route)
    seen = np.column_stack([rows()[name] for name in law.names])
    # Posterior means of moments of 3,000 rows are the sample's to a few parts in a thousand.
    np.testing.assert_allclose(law.covariance.mean(axis=0), np.cov(seen, rowvar=False), rtol=0.02)
    np.testing.assert_allclose(law.mean.mean(axis=0), seen.mean(axis=0), atol=0.01)


def test_tables_multiply_to_one_law_for_each_draw():
    binary = {name: (values > 0).astype(int) for name, values in rows().items()}
    posterior = bc.fit(bc.StructuralModel.parse(NAPKIN), binary, [EFFECT])
    law = discrete_law(posterior, route_of(posterior, EFFECT), slice(0, 500))
    np.testing.assert_allclose(law.probability.sum(axis=(1, 2, 3, 4)), 1.0)
    seen = np.mean([binary[name] == 1 for name in law.names], axis=0)
    assert law.probability[:, 1, 1, 1, 1].mean() == pytest.approx((seen == 1).mean(), abs=0.01)


def test_a_stated_mechanism_gives_the_probabilities_of_its_levels():
    binary = {name: (values > 0).astype(int) for name, values in rows().items()}
    stated = bc.StructuralModel.parse(NAPKIN, families={"z": "bernoulli"})
    posterior = bc.fit(stated, binary, [EFFECT])
    law = discrete_law(posterior, route_of(posterior, EFFECT), slice(0, 2_000))
    both = law.probability.sum(axis=(3, 4)).mean(axis=0)
    shares = [np.mean(binary["z"][binary["w"] == level]) for level in (0, 1)]
    # One binary cause: a logistic curve fits both shares, up to its prior.
    np.testing.assert_allclose(both[:, 1] / both.sum(axis=1), shares, atol=0.01)
