"""Laws at few drives say of a population what those of all its units and nodes say."""

import numpy as np
import pytest
from scipy.special import ndtr

import bayescause as bc
from bayescause.query import few_drives, gathered_laws
from bayescause.query.gathered_laws import ByDrive, gathered, joined

TENTHS = (0.1, 0.5, 0.9)


def rows(family, number=150):
    rng = np.random.default_rng(6)
    z, noise = rng.normal(size=(2, number))
    x = (rng.random(number) < 0.5).astype(float)
    m = rng.poisson(np.exp(0.8 + 0.4 * x + 0.3 * z)) if family == "poisson" else x + z + noise
    push = m + 0.5 * x + z
    return {
        "z": z,
        "x": x,
        "m": m,
        "y": push + noise,
        "often": np.digitize(push + rng.logistic(size=number), [0, 2, 4]),
    }


@pytest.mark.parametrize(("mediator", "outcome"), [("poisson", "y"), ("poisson", "often"), ("gaussian", "often")])
@pytest.mark.parametrize("asked", [bc.QuantileEffect, bc.Exceedance])
def test_questions_of_distributions_are_answered_alike(mediator, outcome, asked, monkeypatch):
    kinds = {"ordinal": [outcome]} if outcome == "often" else {}
    model = bc.StructuralModel.parse(f"m ~ x + z; {outcome} ~ m + x + z", families={"m": mediator}, kinds=kinds)
    points = {"probabilities": TENTHS} if asked is bc.QuantileEffect else {"above": (0.0, 1.0)}
    question = asked(of="x", on=outcome, **points)
    data = {name: values for name, values in rows(mediator).items() if name in model.graph.nodes}
    posterior = bc.fit(model, data, [question], draws=20)
    gathering = []
    monkeypatch.setattr("bayescause.query.few_drives.gathered", lambda one: gathering.append(1) or gathered(one))
    few = bc.estimate(posterior, question).draws
    monkeypatch.setattr(gathered_laws, "WORTHWHILE", np.inf)
    every = bc.estimate(posterior, question).draws
    assert gathering
    # A Monte Carlo error is above 1e-3: a thousandth of it is no error, and steps are taken at the same draws.
    np.testing.assert_allclose(few, every, atol=1e-6)


def test_draws_stay_in_their_order_where_some_blocks_cannot_be_gathered(monkeypatch):
    model = bc.StructuralModel.parse("m ~ x + z; y ~ m + x + z", families={"m": "poisson"})
    question, numbers = bc.QuantileEffect(of="x", on="y"), []
    data = {name: values for name, values in rows("poisson").items() if name in model.graph.nodes}
    posterior = bc.fit(model, data, [question], draws=50)
    every = bc.estimate(posterior, question).draws
    plain = few_drives.gathered

    def gathered_at_first(one):
        numbers.append(1)
        return plain(one)

    monkeypatch.setattr(few_drives, "gathered", gathered_at_first)
    large = ByDrive.is_large.fget
    monkeypatch.setattr(ByDrive, "is_large", property(lambda self: large(self) and len(numbers) < 4))
    found = bc.estimate(posterior, question).draws
    assert len(numbers) == 4
    np.testing.assert_allclose(found, every, atol=1e-6)


def test_weights_and_means_of_cubics_are_kept():
    rng = np.random.default_rng(2)
    drive, weights = rng.normal(size=(3, 2, 40)), rng.random((3, 2, 40))
    few = gathered(ByDrive(drive, {}, weights))
    for power in range(4):
        kept, whole = (few.weights * few.drive**power).sum(axis=1), (weights * drive**power).sum(axis=(0, 2))
        np.testing.assert_allclose(kept, whole, rtol=1e-11, atol=1e-11)


def test_many_units_without_nodes_are_gathered_too(monkeypatch):
    gathering = []
    monkeypatch.setattr(few_drives, "gathered", lambda one: gathering.append(1) or gathered(one))
    rng = np.random.default_rng(7)
    z, noise = rng.normal(size=(2, 2_500))
    x = (rng.random(2_500) < 0.5).astype(float)
    model, question = bc.StructuralModel.parse("y ~ x*z"), bc.QuantileEffect(of="x", on="y", population="sample")
    effect = bc.ask(model, {"x": x, "z": z, "y": x + x * z + z + noise}, question)
    # Medians of 1 + 2 z and of z with normal noise are 1 and 0 in the long run: four posterior sds.
    assert abs(float(effect.mean()) - 1.0) < 4 * float(effect.sd())
    assert gathering


def test_drives_that_are_all_the_same_stay_where_they_are():
    few = gathered(ByDrive(np.full((1, 5), 3.0), {}, np.full((1, 5), 0.2)))
    np.testing.assert_allclose((few.weights * np.exp(few.drive)).sum(), np.exp(3.0), rtol=1e-9)


def test_blocks_follow_one_another():
    one, other = (
        gathered(ByDrive(np.array([[at, at + 1]]), {"sd": np.array([[at]])}, np.ones((1, 2)))) for at in (0, 1)
    )
    both = joined([one, other])
    assert both.dispersion["sd"].ravel().tolist() == [0.0, 1.0]
    np.testing.assert_array_equal(both.drive, np.concatenate([one.drive, other.drive]))


class Normal:
    """Normal laws of sd one around drives, dims (sample, row), without nodes."""

    weights = np.ones(1)

    def __init__(self, drive):
        self.drive = drive

    def by_drive(self, shares):
        return ByDrive(self.drive, {"sd": np.ones((len(self.drive), 1))}, shares)

    def at(self, few):
        return Normal(few.drive)

    def moments(self):
        return self.drive, np.ones_like(self.drive)

    def cumulative(self, values):
        return ndtr(values - self.drive)


def test_a_block_that_reaches_further_than_those_before_it_is_looked_at_again():
    near = Normal(np.random.default_rng(0).normal(size=(2, 5_000)))
    # On 512 points from -1e5 to 1e5 a normal law of sd one is lost.
    far = Normal(1e5 * near.drive)
    blocks = [[((1.0, law, np.full(law.drive.shape, 1 / 5_000)),)] for law in (near, near, far)]
    first, last = few_drives.few_drives(iter(blocks))
    ((_, together, _),), ((_, alone, _),) = first[0], last[0]
    assert together.drive.shape == (4, gathered_laws.POINTS)
    assert alone is far
