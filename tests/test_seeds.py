"""A seed is a whole number or a NumPy Generator, wherever one is taken."""

import inspect

import numpy as np
import pytest

import bayescause as bc
from bayescause.arguments import seed_of

MODEL = bc.StructuralModel.parse("y ~ x")
ROWS = {"x": [0, 1, 0, 1, 1, 0], "y": [1.0, 3.0, 1.5, 2.5, 3.5, 0.5]}
QUESTION = bc.AverageEffect(of="x", on="y")


def drawn(seed):
    return bc.ask(MODEL, ROWS, QUESTION, seed=seed).draws.to_numpy()


def test_a_generator_gives_one_seed_after_another_and_the_result_records_it():
    random = np.random.default_rng(3)
    effects = [bc.ask(MODEL, ROWS, QUESTION, seed=random) for _ in range(2)]
    seeds = [effect.posterior.seed for effect in effects]
    assert len(set(seeds)) == 2
    assert np.array_equal(drawn(seeds[0]), effects[0].draws)
    assert np.array_equal(drawn(np.random.default_rng(3)), effects[0].draws)


@pytest.mark.parametrize("verb", [n for n in bc.__all__ if inspect.isfunction(getattr(bc, n))])
def test_every_verb_that_takes_a_seed_takes_a_generator(verb):
    parameters = inspect.signature(getattr(bc, verb)).parameters
    assert (
        "seed" not in parameters
        or parameters["seed"].annotation in ("Seed", "arguments.Seed")
        or (getattr(parameters["seed"].annotation, "__name__", "") == "Seed")
    )


def test_verbs_that_draw_take_a_generator():
    posterior = bc.fit(MODEL, ROWS, seed=np.random.default_rng(1))
    random = np.random.default_rng(2)
    assert isinstance(posterior.seed, int)
    assert bc.check_predictive(posterior, seed=random)
    assert bc.counterfactual(posterior, {"x": 1, "y": 2.0}, do={"x": 0}, on="y", seed=random).draws is not None
    assert isinstance(bc.falsify(MODEL, ROWS, seed=random).seed, int)
    assert bc.concordance(bc.estimate(posterior, QUESTION), seed=random).status == "agree"
    assert isinstance(bc.calibrate(MODEL, ROWS, [QUESTION], replications=20, draws=20, seed=random).seed, int)
    many = [*bc.fit_many([(MODEL, ROWS)] * 2, seed=np.random.default_rng(1), workers=1)]
    assert [one.seed for one in many] == [posterior.seed, posterior.seed + 1]
    [asked] = bc.ask_many([(MODEL, ROWS)], QUESTION, seed=np.random.default_rng(1), workers=1)
    assert asked.posterior.seed == posterior.seed


@pytest.mark.parametrize("given", [None, -1, 1.0, True, "1", np.random.RandomState(1)])
def test_what_is_no_seed_is_told_with_what_is_one(given):
    with pytest.raises(bc.errors.SpecError, match="it must be a whole number of at least 0, or a NumPy Generator"):
        seed_of(given)
