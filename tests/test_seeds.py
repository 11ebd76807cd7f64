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


CALLS = {
    "ask": lambda _, seed: bc.ask(MODEL, ROWS, QUESTION, seed=seed).draws,
    "ask_many": lambda _, seed: next(bc.ask_many([(MODEL, ROWS)], QUESTION, seed=seed, workers=1)).draws,
    "calibrate": lambda _, seed: (
        bc.calibrate(MODEL, ROWS, [QUESTION], replications=20, draws=20, seed=seed).quantities[0].ranks
    ),
    "check_predictive": lambda posterior, seed: [one.low for one in bc.check_predictive(posterior, seed=seed)],
    "concordance": lambda posterior, seed: [
        one.gap for one in bc.concordance(bc.estimate(posterior, QUESTION), seed=seed).agreements
    ],
    "counterfactual": lambda posterior, seed: (
        bc.counterfactual(posterior, {"x": 1}, do={"x": 0}, on="y", seed=seed).draws
    ),
    "falsify": lambda _, seed: bc.falsify(MODEL, ROWS, seed=seed).seed,
    "fit": lambda _, seed: bc.fit(MODEL, ROWS, seed=seed).draws["y_sd"],
    "fit_many": lambda _, seed: next(bc.fit_many([(MODEL, ROWS)], seed=seed, workers=1)).draws["y_sd"],
    "run": lambda _, seed: bc.run(bc.Study.read("promotion"), seed=seed).answers[0].effect.draws,
}
"""What each verb that takes a seed draws with one."""


@pytest.fixture(scope="module")
def posterior():
    return bc.fit(MODEL, ROWS)


def test_every_verb_that_takes_a_seed_is_among_them():
    verbs = {name: getattr(bc, name) for name in bc.__all__ if inspect.isfunction(getattr(bc, name))}
    assert {name for name, verb in verbs.items() if "seed" in inspect.signature(verb).parameters} == set(CALLS)


@pytest.mark.parametrize("verb", CALLS)
def test_a_verb_draws_with_a_generator_what_it_draws_with_the_seed_that_this_gives(verb, posterior):
    by_generator, by_seed, by_another = (
        np.asarray(CALLS[verb](posterior, seed))
        for seed in (np.random.default_rng(1), seed_of(np.random.default_rng(1)), 2)
    )
    assert np.array_equal(by_generator, by_seed)
    assert not np.array_equal(by_seed, by_another)


@pytest.mark.parametrize("verb", ["fit_many", "ask_many"])
def test_many_fits_take_their_seed_when_they_are_called_and_not_when_they_are_read(verb):
    asked = () if verb == "fit_many" else (QUESTION,)
    random = np.random.default_rng(1)
    calls = [getattr(bc, verb)([(MODEL, ROWS)], *asked, seed=random, workers=1) for _ in range(2)]
    second, first = (next(call) for call in reversed(calls))
    expected = np.random.default_rng(1)
    seeds = [getattr(one, "posterior", one).seed for one in (first, second)]
    assert seeds == [seed_of(expected), seed_of(expected)]


def test_each_of_many_fits_has_the_next_seed():
    assert [one.seed for one in bc.fit_many([(MODEL, ROWS)] * 2, seed=7, workers=1)] == [7, 8]


@pytest.mark.parametrize("given", [None, -1, 1.0, True, "1", np.random.RandomState(1)])
def test_what_is_no_seed_is_told_with_what_is_one(given):
    with pytest.raises(bc.errors.SpecError, match="it must be a whole number of at least 0, or a NumPy Generator"):
        seed_of(given)
