"""Noise is what is left of a response without its causes: ranks of any law, residuals where they are exact."""

from dataclasses import replace

import numpy as np
import pytest

from bayescause.plugins import find, names
from bayescause.scm.mechanisms.bernoulli import Bernoulli
from bayescause.scm.mechanisms.gaussian import Gaussian
from bayescause.scm.noise import WithCumulative, WithResidual, has_atoms, noise_of, response_to

FOLDER = "bayescause.scm.mechanisms"
FAMILIES = [find(FOLDER, short)() for short in names(FOLDER)]
LINKED = [replace(family, link=link) for family in FAMILIES for link in family.links]
RANKS = np.array([1e-4, 0.2, 0.5, 0.77, 0.99, 1 - 1e-6])
EACH = pytest.mark.parametrize("mechanism", LINKED, ids=repr)


class Plain:
    """A family as the protocol asks for it, whatever more it offers."""

    def __init__(self, family):
        self.quantile, self.predictors, self.dispersion = family.quantile, family.predictors, family.dispersion
        self.inputs = family.inputs


def setting(mechanism):
    drives = {name: np.linspace(-0.5, 0.9, 6) for name in mechanism.predictors}
    return drives, {name: np.array(2.3) for name in mechanism.dispersion}


@EACH
def test_a_response_comes_back_from_its_noise(mechanism):
    drives, dispersion = setting(mechanism)
    values = mechanism.quantile(RANKS, drives, dispersion, {})
    noise = noise_of(mechanism, values, drives, dispersion, {})
    for share in (0.01, 0.5, 0.99):
        again = response_to(mechanism, noise.at(np.full(6, share)), drives, dispersion, {})
        np.testing.assert_allclose(again, values, rtol=1e-9)


@EACH
def test_ranks_found_by_the_quantile_alone_hold_those_that_made_the_response(mechanism):
    drives, dispersion = setting(mechanism)
    values = mechanism.quantile(RANKS, drives, dispersion, {})
    noise = noise_of(Plain(mechanism), values, drives, dispersion, {})
    # A rank near one is known to the distance of doubles there, and the response to a few parts in 1e13.
    assert np.all(noise.low <= RANKS * (1 + 1e-9))
    assert np.all(noise.high >= RANKS * (1 - 1e-9))


@EACH
def test_a_value_of_a_continuous_law_pins_its_noise_and_an_atom_does_not(mechanism):
    drives, dispersion = setting(mechanism)
    noise = noise_of(mechanism, mechanism.quantile(RANKS, drives, dispersion, {}), drives, dispersion, {})
    assert noise.is_known is not has_atoms(mechanism)
    assert noise.is_known or np.all(noise.high > noise.low)


@EACH
def test_what_a_family_offers_besides_says_the_same_as_its_quantile(mechanism):
    drives, dispersion = setting(mechanism)
    values = mechanism.quantile(RANKS, drives, dispersion, {})
    moved = {name: drive + 0.3 for name, drive in drives.items()}
    own, plain = (noise_of(each, values, drives, dispersion, {}).at(RANKS) for each in (mechanism, Plain(mechanism)))
    after = response_to(mechanism, own, moved, dispersion, {})
    np.testing.assert_allclose(after, response_to(Plain(mechanism), plain, moved, dispersion, {}), rtol=1e-8)


def test_gaussian_noise_is_the_residual_in_sds():
    noise = noise_of(Gaussian(), np.array([7.0]), {"mean": np.array([1.0])}, {"sd": np.array(2.0)}, {})
    assert noise.low.tolist() == [3.0]


def test_an_atom_tells_an_interval_as_wide_as_its_chance():
    drives = {"mean": np.array([np.log(3.0), np.log(3.0)])}
    noise = noise_of(Bernoulli(), np.array([0.0, 1.0]), drives, {}, {})
    np.testing.assert_allclose([noise.low, noise.high], [[0, 0.25], [0.25, 1]], atol=1e-15)


@EACH
def test_where_a_family_offers_both_equal_residuals_have_equal_ranks_whatever_the_drive(mechanism):
    if not (isinstance(mechanism, WithResidual) and isinstance(mechanism, WithCumulative)):
        assert isinstance(mechanism, WithResidual | WithCumulative)
        return
    drives, dispersion = setting(mechanism)
    residual = mechanism.residual(mechanism.quantile(RANKS, drives, dispersion, {}), drives, dispersion, {})
    moved = {name: drive + 0.3 for name, drive in drives.items()}
    values = mechanism.restored(residual, moved, dispersion, {})
    np.testing.assert_allclose(mechanism.cumulative(values, moved, dispersion, {}), RANKS, rtol=1e-9)
