"""Bounds: the noun, and the answer from a table to a range."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import bayescause as bc
from bayescause.errors import RefusedEffectError, SpecError
from bayescause.query.bounded import sign_of
from bayescause.query.bounds import Bounds
from bayescause.query.splitting import split

QUESTION = bc.AverageEffect(of="dose", on="cure")
LOTTERY = bc.StructuralModel.parse("lot -> dose -> cure; dose <-> cure")
BOW = bc.StructuralModel.parse("dose -> cure; dose <-> cure")


def table(counts, **columns):
    """Rows repeated as often as they occur."""
    return pd.DataFrame(columns).loc[lambda rows: rows.index.repeat(counts)].reset_index(drop=True)


def trial(times=1):
    """The cholestyramine trial of REFERENCE_NUMBERS E11, ``times`` over."""
    counts = [158 * times, 14 * times, 52 * times, 12 * times, 23 * times, 78 * times]
    return table(counts, lot=[0, 0, 1, 1, 1, 1], dose=[0, 0, 0, 0, 1, 1], cure=[0, 1, 0, 1, 0, 1])


@pytest.fixture(scope="module")
def effect():
    return bc.ask(LOTTERY, trial(), QUESTION, seed=1)


def ends(low, high):
    """Bounds whose ends are draws around two values."""
    noise = np.random.default_rng(0).normal(0, 0.01, size=(2, 4, 250))
    dims = ("chain", "draw")
    return Bounds(xr.DataArray(low + noise[0], dims=dims), xr.DataArray(high + noise[1], dims=dims), "by hand", True)


def test_many_patients_give_the_published_bounds():
    bounds = bc.ask(LOTTERY, trial(times=1000), QUESTION).bounds
    # The published figures have three digits; 337,000 patients leave an sd of about 0.0014.
    assert float(bounds.low.mean()) == pytest.approx(0.392, abs=0.002)
    assert float(bounds.high.mean()) == pytest.approx(0.780, abs=0.002)


def test_without_the_lot_only_the_bounds_of_no_assumption_are_left():
    bounds = bc.ask(BOW, trial(times=1000), QUESTION).bounds
    joint = trial().groupby(["dose", "cure"]).size() / 337
    # Manski (1990); the sd of either end is about 0.0007.
    assert float(bounds.low.mean()) == pytest.approx(-joint[1, 0] - joint[0, 1], abs=0.004)
    assert float(bounds.high.mean()) == pytest.approx(joint[1, 1] + joint[0, 0], abs=0.004)


def test_a_bounded_effect_is_refused_and_has_no_mean(effect):
    assert effect.status == "refused"
    with pytest.raises(RefusedEffectError, match=r"effect\.bounds"):
        effect.mean()


def test_each_draw_has_ends_in_order_between_minus_one_and_one(effect):
    assert effect.bounds.low.dims == ("chain", "draw")
    assert bool((effect.bounds.low <= effect.bounds.high).all())
    assert float(effect.bounds.low.min()) >= -1
    assert float(effect.bounds.high.max()) <= 1


def test_the_same_seed_gives_the_same_range(effect):
    again = bc.ask(LOTTERY, trial(), QUESTION, seed=1)
    xr.testing.assert_identical(again.bounds.low, effect.bounds.low)


def test_the_interval_runs_from_a_lower_to_an_upper_quantile():
    bounds = ends(-0.2, 0.5)
    interval = bounds.interval(0.9)
    # Each end may miss a quarter of the 10 % that are left out.
    assert float(interval.low) == pytest.approx(float(bounds.low.quantile(0.025)))
    assert float(interval.high) == pytest.approx(float(bounds.high.quantile(0.975)))


def test_draws_that_lie_inside_their_own_centre_move_the_interval_outwards():
    bounds = ends(-0.2, 0.5)
    moved = replace(bounds, low_at_mean=xr.DataArray(-0.21), high_at_mean=xr.DataArray(0.51)).interval(0.9)
    plain = bounds.interval(0.9)
    assert float(moved.low) < float(plain.low)
    assert float(moved.high) > float(plain.high)


def test_the_interval_holds_the_range_as_often_as_it_says():
    bounds = ends(-0.2, 0.5)
    interval = bounds.interval(0.9)
    held = ((bounds.low >= interval.low) & (bounds.high <= interval.high)).mean()
    assert float(held) >= 0.9


@pytest.mark.parametrize(("low", "high", "sign"), [(0.2, 0.5, 1), (-0.5, -0.2, -1), (-0.2, 0.5, 0)])
def test_the_side_of_a_range_is_said_only_if_all_of_it_lies_there(low, high, sign):
    assert sign_of(ends(low, high)) == sign


def test_the_answer_comes_first_and_names_no_favourite(effect):
    first, second, *_ = str(effect).splitlines()
    assert first == "dose raises cure by between 0.30 and 0.83 (89 % range); by how much, the data cannot say."
    assert "No number inside the range" in second


def test_a_range_around_zero_says_that_the_direction_is_open():
    told = str(bc.ask(BOW, trial(), QUESTION))
    assert told.startswith("Between ")
    assert "cannot say whether dose raises or lowers cure" in told


def test_a_bow_rejects_no_law_and_says_that_none_could_be(effect):
    bounds = bc.ask(BOW, trial(), QUESTION).bounds
    assert (bounds.share_rejected, bounds.share_rejected_before) == (0.0, 0.0)
    assert "No table of these columns could speak against" in bounds.evidence
    assert 0 < effect.bounds.share_rejected < effect.bounds.share_rejected_before


def test_data_near_the_edge_of_the_instrumental_inequality_speak_against_the_drawing():
    # Pearl (1995): P(dose 0, cure 0 | lot 0) + P(dose 0, cure 1 | lot 1) is 1.04 here, and may be at most 1.
    counts = [520, 240, 240, 520, 240, 240]
    rows = table(counts, lot=[0, 0, 0, 1, 1, 1], dose=[0, 1, 1, 0, 1, 1], cure=[0, 0, 1, 1, 0, 1])
    bounds = bc.ask(LOTTERY, rows, QUESTION).bounds
    assert bounds.support < 1 / 3
    assert bounds.evidence.startswith("The data speak against the drawing")


def test_data_that_contradict_the_drawing_get_no_range():
    counts = [900, 100, 900, 100]
    rows = table(counts, lot=[0, 0, 1, 1], dose=[0, 1, 0, 1], cure=[0, 0, 1, 1])
    effect = bc.ask(LOTTERY, rows, QUESTION)
    assert effect.bounds is None
    assert "The data contradict the drawing" in effect.reasons[0]
    assert "The data contradict the drawing" in str(effect)


def test_groups_have_a_range_each():
    rows = pd.concat([trial().assign(site=0), trial().assign(site=1)])
    model = bc.StructuralModel.parse("site -> {lot dose cure}; lot -> dose -> cure; dose <-> cure")
    effect = bc.ask(model, rows, bc.ConditionalEffect(of="dose", on="cure", given=("site",)))
    assert effect.bounds.low.dims == ("chain", "draw", "group")
    assert [part.group for part in split(effect)] == ["site = 0", "site = 1"]
    assert len(effect.bounds.to_dataframe()) == 2


def test_a_condition_selects_the_units_of_the_range():
    helped, harmed = trial().assign(site=0), trial().assign(site=1)
    harmed["cure"] = 1 - harmed["cure"]
    model = bc.StructuralModel.parse("site -> {lot dose cure}; lot -> dose -> cure; dose <-> cure")
    rows = pd.concat([helped, harmed])
    only = bc.ask(model, rows, bc.AverageEffect(of="dose", on="cure", where="site == 1")).bounds
    both = bc.ask(model, rows, QUESTION).bounds
    assert float(only.high.mean()) < 0 < float(both.high.mean())


def test_levels_with_numbers_are_worth_them():
    rows = table([30, 20, 10, 40], dose=[0, 0, 1, 1], pain=["0", "10", "5", "10"])
    model = bc.StructuralModel.parse(
        "dose -> pain; dose <-> pain", kinds={"ordinal": ["pain"]}, levels={"pain": ["0", "5", "10"]}
    )
    bounds = bc.ask(model, rows, bc.AverageEffect(of="dose", on="pain")).bounds
    # Manski (1990) with values from 0 to 10: E[Y(yes)] from 4.5 to 9.5, E[Y(no)] from 2 to 7.
    assert float(bounds.low.mean()) == pytest.approx(4.5 - 7.0, abs=0.25)
    assert float(bounds.high.mean()) == pytest.approx(9.5 - 2.0, abs=0.25)


@pytest.mark.parametrize("names", [("a", "b", "c"), ("1", "2", "3")])
def test_levels_without_an_order_have_no_range_of_means_even_if_their_names_are_numbers(names):
    rows = table([30, 20, 10, 40], dose=[0, 0, 1, 1], town=[names[place] for place in (0, 2, 1, 2)])
    model = bc.StructuralModel.parse("dose -> town; dose <-> town", kinds={"categorical": ["town"]})
    effect = bc.ask(model, rows, bc.AverageEffect(of="dose", on="town"))
    assert (effect.status, effect.bounds) == ("refused", None)
    assert "its levels have no order, so there is no mean" in str(effect)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (bc.EffectOnTreated(of="dose", on="cure"), "ask for the average effect"),
        (bc.AverageEffect(of="dose", on="weight"), "weight has a few named levels"),
    ],
)
def test_what_cannot_be_bounded_says_why(question, words):
    rows = trial().assign(weight=np.random.default_rng(0).normal(size=337))
    model = bc.StructuralModel.parse("lot -> dose -> {cure weight}; {dose cure weight} <-> {dose cure weight}")
    effect = bc.ask(model, rows, question)
    assert effect.bounds is None
    assert words in str(effect)


def test_a_decision_is_made_where_both_ends_agree(effect):
    cheap = bc.decide(effect, act="give it", instead="do not", gain=1.0, cost=0.1)
    dear = bc.decide(effect, act="give it", instead="do not", gain=1.0, cost=0.95)
    open_ = bc.decide(effect, act="give it", instead="do not", gain=1.0, cost=0.5)
    assert (cheap.recommendation, dear.recommendation, open_.recommendation) == ("give it", "do not", None)
    assert "pays at both ends" in str(cheap)


def test_analyses_of_a_bounded_effect_end_in_words(effect):
    with pytest.raises(RefusedEffectError, match="leave a range open"):
        bc.slice_by(effect, ["lot"])
    assert "leave a range open" in bc.sensitivity(effect).reason
    assert bc.calibrate(LOTTERY, trial(), [QUESTION], replications=20).status != "ok"


def test_a_range_survives_its_way_into_a_tree_and_a_frame(effect):
    tree = effect.bounds.to_datatree()
    assert set(tree["causal_effect"].data_vars) == {"low", "high"}
    row = effect.to_dataframe().iloc[0]
    assert (row["status"], row["bounds_prob"]) == ("refused", 0.89)


def test_both_ends_are_diagnosed(effect):
    found = effect.bounds.diagnostics
    assert max(found["low"].r_hat, found["high"].r_hat) < 1.01
    assert min(found["low"].ess_bulk, found["high"].ess_bulk) > 3000


def test_an_engine_that_cannot_draw_the_law_is_named():
    with pytest.raises(SpecError, match="only 'exact' can"):
        bc.ask(LOTTERY, trial(), QUESTION, engine="nuts")


def test_too_many_groups_are_refused_with_their_number():
    rng = np.random.default_rng(0)
    rows = {name: rng.integers(0, 12, 5000).astype(str) for name in ("a", "b", "c")}
    rows |= {name: rng.integers(0, 2, 5000) for name in ("dose", "cure")}
    model = bc.StructuralModel.parse(
        "{a b c} -> {dose cure}; dose -> cure; dose <-> cure", kinds={"categorical": ["a", "b", "c"]}
    )
    assert "the groups by a, b, c are 1,728, too many" in str(bc.ask(model, rows, QUESTION))
