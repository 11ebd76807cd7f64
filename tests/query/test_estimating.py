"""An effect knows its verdict, its doubts and its defaults; a refused one gives no number."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import bayescause as bc
from bayescause.analysis.thinning import thinned_posterior
from bayescause.errors import DataError, RefusedEffectError, SpecError
from bayescause.query.averaging import sample_average_contrast
from bayescause.query.contrasts import resolve_contrast
from bayescause.query.drawn_laws import laws_of
from bayescause.query.estimating import estimate
from bayescause.query.routing import route_of
from bayescause.query.splitting import split
from bayescause.scm.mechanisms.poisson import Poisson

PROMOTION = bc.AverageEffect(of="promo", on="sales")


@pytest.fixture(scope="module")
def shop():
    rng = np.random.default_rng(5)
    season = rng.normal(size=400)
    big = (rng.random(400) < 0.4).astype(float)
    promo = (rng.random(400) < 1 / (1 + np.exp(-season))).astype(float)
    sales = 10 + 2 * promo + 3 * promo * big + season + big + rng.normal(size=400)
    table = pd.DataFrame({"season": season, "big": big, "promo": promo, "sales": sales})
    model = bc.StructuralModel.parse("promo ~ season; sales ~ promo*big + season; season <-> big")
    return bc.fit(model, table, [PROMOTION], seed=2)


def test_the_effect_of_the_promotion_is_the_one_it_was_simulated_with(promotion_posterior):
    effect = bc.estimate(promotion_posterior, PROMOTION)
    assert abs(float(effect.mean()) - 133) < 4 * float(effect.sd())
    assert effect.unadjusted > 190


def test_the_effect_on_the_treated_averages_over_the_treated(shop):
    treated = bc.estimate(shop, bc.EffectOnTreated(of="promo", on="sales", population="sample"))
    coefficient = shop.draws["sales_coefficient"].sel(sales_term=["promo", "promo:big"]).mean(("chain", "draw"))
    share = shop.table.columns["big"][shop.table.columns["promo"] == 1].mean()
    assert float(treated.mean()) == pytest.approx(float(coefficient[0] + share * coefficient[1]))


def test_treated_and_untreated_average_to_everybody(shop):
    estimands = (bc.EffectOnTreated, bc.EffectOnUntreated, bc.AverageEffect)
    asked = [estimand(of="promo", on="sales", population="sample") for estimand in estimands]
    treated, untreated, everybody = (bc.estimate(shop, question).draws for question in asked)
    share = shop.table.columns["promo"].mean()
    assert np.allclose(share * treated + (1 - share) * untreated, everybody)


def test_a_condition_selects_the_units_that_are_averaged_over(shop):
    among = bc.AverageEffect(of="promo", on="sales", population="sample", where="season > 0 and big == 1")
    coefficient = shop.draws["sales_coefficient"].sel(sales_term=["promo", "promo:big"]).sum("sales_term")
    effect = bc.estimate(shop, among)
    assert np.allclose(effect.draws, coefficient)
    kept = (shop.table.columns["season"] > 0) & (shop.table.columns["big"] == 1)
    sales, promo = (shop.table.columns[name][kept] for name in ("sales", "promo"))
    assert effect.unadjusted == pytest.approx(sales[promo == 1].mean() - sales[promo == 0].mean())


def test_probabilities_count_the_draws_above_a_value(shop):
    effect = bc.estimate(shop, PROMOTION)
    draws = effect.draws.to_numpy()
    assert float(effect.probability()) == 1.0
    assert float(effect.probability(above=3.2)) == np.mean(draws > 3.2)
    assert 0 < float(effect.probability(above=3.2)) != 0.5


def test_the_sample_effect_that_a_calibration_ranks_is_the_one_that_is_estimated(shop):
    question = replace(PROMOTION, population="sample")
    route, table = route_of(shop, question), shop.table
    contrast = resolve_contrast(table, question)
    ranked = sample_average_contrast(laws_of(shop, route), route, contrast, table)
    assert np.allclose(ranked, bc.estimate(shop, question).draws.to_numpy().ravel())


def test_a_conditional_effect_has_one_effect_a_group(shop):
    effect = bc.estimate(shop, bc.ConditionalEffect(of="promo", on="sales", given=("big",)))
    assert effect.draws.dims == ("chain", "draw", "group")
    assert [part.group for part in split(effect)] == effect.draws["group"].to_numpy().tolist()
    assert abs(float(effect.mean()[1] - effect.mean()[0]) - 3) < 1


def test_levels_between_groups_are_refused_where_other_columns_move_the_effect(shop):
    question = bc.ConditionalEffect(of="promo", on="sales", given=("season",), at=(0.0,))
    with pytest.raises(SpecError, match="depends on big as well"):
        bc.estimate(shop, question)


@pytest.mark.parametrize(
    "question",
    [
        PROMOTION,
        bc.QuantileEffect(of="promo", on="sales", probabilities=(0.1, 0.9)),
        bc.DoseResponse(of="promo", on="sales"),
        bc.ConditionalEffect(of="promo", on="sales", given=("big",)),
        bc.ShiftEffect(of="promo", on="sales", intervention={"set": 1}),
        bc.ProbabilityOfNecessity(of="promo", on="big"),
    ],
)
def test_the_effect_of_some_draws_keeps_their_numbers(shop, question):
    if question.on == "big":
        model = bc.StructuralModel.parse("big ~ promo")
        shop = bc.fit(model, {"promo": [0, 0, 1, 1] * 20, "big": [0, 0, 0, 1] * 20}, [question], seed=1)
    some = thinned_posterior(shop, 100)
    every, thin = (bc.estimate(posterior, question).draws for posterior in (shop, some))
    assert thin["draw"].to_numpy().tolist() == list(range(0, 1000, 40))
    if question is PROMOTION:
        # Rows weigh anew in each superpopulation of so many draws; the units of the sample do not.
        question = replace(question, population="sample")
        every, thin = (bc.estimate(posterior, question).draws for posterior in (shop, some))
        np.testing.assert_allclose(thin, every.sel(draw=thin["draw"]), rtol=1e-12)


def test_swapping_the_levels_turns_the_sign(promotion_posterior):
    there = bc.estimate(promotion_posterior, PROMOTION)
    back = bc.estimate(promotion_posterior, replace(PROMOTION, contrast=(1, 0)))
    assert np.allclose(there.draws, -back.draws)
    assert back.unadjusted == pytest.approx(-there.unadjusted)


def test_levels_may_be_named_as_the_user_names_them(promotion_posterior):
    named = replace(PROMOTION, contrast=("no promotion", "promotion"))
    assert np.allclose(bc.estimate(promotion_posterior, named).draws, bc.estimate(promotion_posterior, PROMOTION).draws)


def test_an_impossible_level_is_named(promotion_posterior):
    with pytest.raises(DataError, match="promo"):
        bc.estimate(promotion_posterior, replace(PROMOTION, contrast=(0, 0.5)))


def test_a_level_beyond_the_data_weakens_the_answer(shop):
    question = bc.AverageEffect(of="season", on="sales", contrast=(0, 50))
    effect = bc.estimate(shop, question)
    assert effect.status in ("weak", "refused")
    assert effect.reasons


def test_a_question_that_was_not_planned_says_what_to_add(promotion_posterior):
    effect = bc.estimate(promotion_posterior, bc.AverageEffect(of="loyalty", on="promo"))
    assert effect.status == "refused"
    assert "to `fit` as well" in effect.reasons[0]


def test_a_refused_effect_gives_no_number(promotion_posterior):
    refused = bc.estimate(promotion_posterior, bc.AverageEffect(of="loyalty", on="promo"))
    for ask_for in (refused.mean, refused.interval, refused.probability, refused.sd, refused.to_datatree):
        with pytest.raises(RefusedEffectError):
            ask_for()


def test_no_arrow_to_the_outcome_is_a_structural_zero_with_a_hint():
    model = bc.StructuralModel.parse("sales -> promo")
    effect = bc.ask(model, {"promo": [0.0, 1.0, 0.0], "sales": [1.0, 2.0, 3.0]}, PROMOTION)
    assert float(effect.mean()) == 0.0
    assert "were the two swapped?" in effect.reasons[0]


def test_printing_gives_the_answer_first_with_kind_and_probability(promotion_posterior):
    first, *rest = str(bc.estimate(promotion_posterior, PROMOTION)).splitlines()
    assert first.startswith("the promotion raises takings by about 1")
    assert "89 % ETI" in first
    assert any("plain difference" in line for line in rest)
    assert any("truncated factorization" in line for line in rest)


def test_html_escapes_the_users_names():
    model = bc.StructuralModel.parse('"<b>x</b>" -> y')
    table = {"<b>x</b>": np.tile([0.0, 1.0], 20), "y": np.random.default_rng(0).normal(size=40)}
    effect = bc.ask(model, table, bc.AverageEffect(of="<b>x</b>", on="y"))
    assert "<b>" not in effect._repr_html_()


def test_an_effect_is_a_plain_arviz_tree(promotion_posterior):
    tree = bc.estimate(promotion_posterior, PROMOTION).to_datatree()
    group = tree["causal_effect"]
    assert group["effect_of_promo"].dims == ("chain", "draw")
    assert json.loads(group.attrs["bayescause"])["strategy"] == "truncated_factorization"


def test_a_frame_has_one_row_a_group(shop):
    frame = bc.estimate(shop, bc.ConditionalEffect(of="promo", on="sales", given=("big",))).to_dataframe()
    assert frame["group"].tolist() == ["big = 0", "big = 1"]
    assert (frame["interval_low"] < frame["mean"]).all()


def test_the_same_seed_gives_the_same_draws(promotion_posterior):
    first, again = (bc.estimate(promotion_posterior, PROMOTION).draws for _ in range(2))
    assert np.array_equal(first, again)


def test_block_size_does_not_change_the_draws(promotion_posterior, monkeypatch):
    whole = bc.estimate(promotion_posterior, PROMOTION).draws
    monkeypatch.setattr("bayescause.query.simulator.CELLS", 7_000)
    assert np.allclose(bc.estimate(promotion_posterior, PROMOTION).draws, whole, rtol=1e-12)


def test_an_effect_without_a_mean_gives_its_median(promotion_posterior):
    heavy = replace(bc.estimate(promotion_posterior, PROMOTION), moments_exist=False)
    assert np.isnan(float(heavy.mean()))
    assert "median" in str(heavy)
    assert "mean 1" not in str(heavy)


def test_an_effect_goes_the_way_of_its_own_question_not_of_one_that_selects_others():
    rng = np.random.default_rng(6)
    z, x, w = rng.normal(size=(3, 200))
    table = {"z": z, "x": x + z, "w": w, "y": x + 2 * z + w + rng.normal(size=200)}
    # w hangs together with y by something hidden, so y is a regression, which has to hold what selects the units.
    model = bc.StructuralModel.parse("z -> {x y}; x -> y; w -> z; y <-> w")
    questions = [bc.AverageEffect(of="x", on="y"), bc.AverageEffect(of="x", on="y", where="w > 0")]
    posterior = bc.fit(model, table, questions)
    routes = [bc.estimate(posterior, question).route for question in questions]
    assert [route.where for route in routes] == [None, "w > 0"]
    assert routes[0].keys != routes[1].keys


def test_a_kind_that_only_the_table_knows_can_still_stand_in_the_way():
    model = bc.StructuralModel.parse("y ~ x; stage ~ y + x")
    table = {"x": [0, 1] * 6, "stage": ["a", "b", "c"] * 4, "y": [float(number) for number in range(12)]}
    effect = bc.ask(model, table, bc.AverageEffect(of="x", on="stage"))
    assert effect.status == "refused"
    assert "stage is categorical" in effect.reasons[0]


def test_draws_behind_a_log_link_whose_mean_may_not_exist_give_median_and_interval(shop):
    counted = replace(shop.design.mechanisms["sales"], mechanism=Poisson())
    terms = shop.draws["sales_coefficient"].copy()
    random = np.random.default_rng(3)
    terms.loc[{"sales_term": "promo"}] = random.standard_t(1.5, size=terms.shape[:2])
    design = replace(shop.design, mechanisms={**shop.design.mechanisms, "sales": counted})
    draws = shop.draws.assign(sales_coefficient=0.1 * terms)
    light = bc.estimate(replace(shop, design=design, draws=draws.assign(sales_coefficient=0.01 * terms * 0)), PROMOTION)
    heavy = bc.estimate(replace(shop, design=design, draws=draws), PROMOTION)
    assert light.moments_exist
    assert not heavy.moments_exist
    assert np.isnan(float(heavy.mean()))
    assert np.isfinite(float(heavy.interval().high))
    assert "may have no mean" in " ".join(heavy.reasons)


@pytest.mark.parametrize("question", [bc.AverageEffect(of="x", on="y"), bc.IndividualEffect(of="x", on="y")])
def test_how_far_an_average_is_is_told_while_it_is_taken_and_not_afterwards(question, monkeypatch):
    rng, heard = np.random.default_rng(4), []
    x, z = (rng.random(60) < 0.5).astype(float), rng.normal(size=60)
    data = {"x": x, "z": z, "y": (rng.random(60) < 1 / (1 + np.exp(-x - z))).astype(float)}
    posterior = bc.fit(bc.StructuralModel.parse("x ~ 1; z ~ 1; y ~ x + z"), data, [question])
    monkeypatch.setattr("bayescause.query.estimating.now_and_then", lambda tell: tell)
    effect = estimate(posterior, question, tell=heard.append)
    assert effect.posterior is posterior
    assert all(words.startswith("asking for y: ") for words in heard)
    assert any(" 4,000 of 4,000 draws" in words or " 60 of 60 units" in words for words in heard)
    estimate(effect.posterior, question)
    told = len(heard)
    list(effect.by_unit())
    assert len(heard) == told


def test_what_cannot_be_told_anything_is_refused(promotion_posterior):
    with pytest.raises(SpecError, match="Write tell=print"):
        estimate(promotion_posterior, bc.AverageEffect(of="promo", on="sales"), tell="print")
