"""An effect can be looked at unit by unit, and its interval says what it is."""

from dataclasses import replace

import numpy as np
import pytest

import bayescause as bc
from bayescause.errors import RefusedEffectError


@pytest.fixture(scope="module")
def shop():
    rng = np.random.default_rng(5)
    big = (rng.random(300) < 0.4).astype(float)
    promo = (rng.random(300) < 0.3 + 0.3 * big).astype(float)
    sales = 10 + 2 * promo + 3 * promo * big + big + rng.normal(size=300)
    model = bc.StructuralModel.parse("promo ~ big; sales ~ promo*big")
    question = bc.AverageEffect(of="promo", on="sales")
    return bc.fit(model, {"big": big, "promo": promo, "sales": sales}, [question], seed=2)


def test_effects_of_units_average_to_the_effect_in_every_draw(shop):
    effect = bc.estimate(shop, bc.AverageEffect(of="promo", on="sales", population="sample"))
    blocks = list(effect.by_unit())
    assert np.concatenate([rows for rows, _ in blocks]).tolist() == list(range(300))
    drawn = np.concatenate([draws for _, draws in blocks], axis=1)
    assert np.allclose(drawn.mean(axis=1), effect.draws.to_numpy().ravel())


def test_units_outside_the_question_have_no_effect_in_it(shop):
    effect = bc.estimate(shop, bc.AverageEffect(of="promo", on="sales", where="big == 1"))
    [(rows, _)] = effect.by_unit()
    assert rows.tolist() == np.flatnonzero(shop.table.columns["big"] == 1).tolist()


def test_a_refused_effect_has_no_units():
    model = bc.StructuralModel.parse("promo -> sales; promo <-> sales")
    refused = bc.ask(model, {"promo": [0, 1, 1], "sales": [1.5, 2.0, 2.5]}, bc.AverageEffect(of="promo", on="sales"))
    with pytest.raises(RefusedEffectError):
        refused.by_unit()


def test_an_interval_is_named_by_what_was_asked_for(shop):
    effect = bc.estimate(shop, bc.AverageEffect(of="promo", on="sales"))
    assert [effect.interval().name, effect.interval(0.5, "hdi").name] == ["89 % ETI", "50 % HDI"]


def test_an_interval_is_taken_apart_into_its_ends_and_told_as_finely_as_draws_tell_it(shop):
    interval = bc.estimate(shop, bc.AverageEffect(of="promo", on="sales")).interval(0.9)
    low, high = map(float, interval)
    assert (low, high) == (float(interval.low), float(interval.high))
    texts = str(interval).removeprefix("90 % ETI ").split(" to ")
    # A last digit counts for at most half an sd, an eighth of the width, and rounding moves an end by half of it.
    np.testing.assert_allclose([float(text) for text in texts], [low, high], atol=(high - low) / 16)
    # The 5 % point of 4,000 draws of a normal law is known to sqrt(0.05 * 0.95 / 4000) / 0.103 sds; 90 % are 3.29 sds.
    error = np.sqrt(0.05 * 0.95 / 4000) / 0.103 * (high - low) / 3.29
    assert all(10.0 ** -len(text.partition(".")[2]) > error for text in texts)


@pytest.mark.filterwarnings("ignore::bayescause.errors.GraphWarning", "error::RuntimeWarning")
def test_what_the_graph_sets_to_zero_is_known_without_spread():
    rows = {"promo": [0, 1, 1], "sales": [1.5, 2.0, 2.5]}
    none = bc.ask(bc.StructuralModel.parse("promo -> sales"), rows, bc.AverageEffect(of="sales", on="promo"))
    assert (float(none.mean()), float(none.sd())) == (0.0, 0.0)
    assert "mean 0   sd 0" in str(none)
    assert "rests on 1 assumption," in str(none)


def test_a_refusal_ends_its_sentence_before_it_says_what_else_is_in_the_way():
    model = bc.StructuralModel.parse("promo -> sales; promo <-> sales")
    refused = bc.ask(model, {"promo": [0, 1, 1], "sales": [1.5, 2.0, 2.5]}, bc.AverageEffect(of="promo", on="sales"))
    with pytest.raises(RefusedEffectError, match=r"exactly the same table\. A range could be told"):
        refused.mean()


def test_rows_beside_an_answer_are_those_that_it_is_about(shop):
    effect = bc.estimate(shop, bc.AverageEffect(of="promo", on="sales", where="big == 1"))
    big, promo = shop.table.columns["big"], shop.table.columns["promo"]
    assert f"{int(big.sum())} rows, {int((big * promo).sum())} with promo = 1" in str(effect)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((0.0, 1.0), "It is open whether promo raises sales, or leaves it as it is:"),
        ((0.0, -1.0), "It is open whether promo lowers sales, or leaves it as it is:"),
        ((1.0, -1.0), "It is open whether promo raises or lowers sales:"),
    ],
)
def test_only_what_some_draw_says_is_open(shop, values, said):
    effect = bc.estimate(shop, bc.AverageEffect(of="promo", on="sales"))
    draws = effect.draws.copy(data=np.resize(values, effect.draws.shape))
    assert str(replace(effect, draws=draws)).startswith(said)


def test_draws_that_are_mostly_no_effect_say_neither_that_it_raises_nor_that_it_lowers(shop):
    effect = bc.estimate(shop, bc.AverageEffect(of="promo", on="sales"))
    draws = effect.draws.copy(data=np.resize([0.0] * 49 + [1.0], effect.draws.shape))
    assert str(replace(effect, draws=draws)).startswith("It is open whether promo raises sales, or leaves it")
