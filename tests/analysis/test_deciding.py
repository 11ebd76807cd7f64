from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from scipy.stats import norm

from bayescause.analysis.asking import ask
from bayescause.analysis.deciding import decide
from bayescause.errors import SpecError
from bayescause.identification.verdict import CausalQuery, Identified
from bayescause.query.bounds import Bounds
from bayescause.query.effect import Effect
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.scm.structural_model import StructuralModel

WORDS = {"act": "run it", "instead": "leave it"}


def effect_of(draws: np.ndarray) -> Effect:
    verdict = Identified(CausalQuery(("x",), ("y",)), "adjustment", "", "")
    return Effect(
        AverageEffect(of="x", on="y"), verdict, "ok", draws=xr.DataArray(draws.reshape(4, -1), dims=("chain", "draw"))
    )


@pytest.fixture
def normal_effect() -> Effect:
    """N(1, 2) of REFERENCE_NUMBERS D3, at 40,000 even quantiles: no Monte Carlo error."""
    return effect_of(norm.ppf((np.arange(40_000) + 0.5) / 40_000, 1, 2))


def test_d3_the_value_of_perfect_information_and_the_probability_of_harm(normal_effect):
    decision = decide(normal_effect, **WORDS, gain=1.0)
    # The quantile grid's own error in these integrals is below 1e-4.
    assert decision.value_of_perfect_information == pytest.approx(0.39559, abs=1e-4)
    assert decision.probability_harm == pytest.approx(0.30854, abs=1e-4)
    assert decision.recommendation == "run it"


def test_acting_pays_from_cost_over_gain_on():
    decision = decide(effect_of(np.array([1.0, 2.0, 3.0, 4.0])), **WORDS, gain=2.0, cost=5.0)
    assert decision.threshold == 2.5
    assert decision.probability_pays == 0.5
    assert decision.net_gain == 0.0
    assert decision.recommendation == "leave it"


def test_the_difference_of_the_two_losses_is_the_net_gain(normal_effect):
    decision = decide(normal_effect, **WORDS, gain=0.45, cost=0.2)
    assert decision.expected_loss_not_acting - decision.expected_loss_acting == pytest.approx(decision.net_gain)
    assert decision.loss_if_loses == pytest.approx(decision.expected_loss_acting / decision.probability_loses)


def test_a_negative_gain_makes_a_falling_outcome_the_benefit():
    decision = decide(effect_of(np.array([-3.0, -2.0, -1.0, 1.0])), **WORDS, gain=-1.0, cost=1.5)
    assert decision.threshold == -1.5
    assert decision.probability_benefit == 0.75
    assert decision.probability_harm == 0.25
    assert decision.probability_pays == 0.5
    assert "it pays from an effect of -1.5 on down" in str(decision)


@pytest.mark.parametrize(
    ("low", "high", "gain", "recommended"),
    [(2.0, 3.0, 1.0, "run it"), (-3.0, -2.0, -1.0, "run it"), (-3.0, 0.0, -1.0, None), (0.0, 3.0, 1.0, None)],
)
def test_of_a_range_the_end_that_is_worth_less_decides_whether_acting_pays(low, high, gain, recommended):
    least, most = (xr.DataArray(np.full((4, 10), end), dims=("chain", "draw")) for end in (low, high))
    bounds = Bounds(least, most, "response_functions", is_sharp=True)
    ranging = replace(effect_of(np.zeros(4)), draws=None, bounds=bounds)
    decision = decide(ranging, **WORDS, gain=gain, cost=1.0)
    # Acting is worth between 1 and 2 in the first two cases, between -1 and 2 in the others.
    assert decision.recommendation == recommended
    assert decision.probability_pays == (None if recommended is None else 1.0)


def test_a_decision_between_nameless_things_is_none(normal_effect):
    with pytest.raises(SpecError, match="both `act` and `instead` in words") as caught:
        decide(normal_effect, act="", instead="leave it", gain=0.0, cost=-1.0)
    assert len(caught.value.faults) == 3


def test_the_chance_of_one_level_is_told_as_that_and_how_it_can_be_decided_on():
    verdict = Identified(CausalQuery(("x",), ("y",)), "general", "", "")
    drawn = xr.DataArray(np.full((1, 4), 0.1), dims=("chain", "draw"))
    effect = Effect(AverageEffect(of="x", on="y", level="car"), verdict, "ok", draws=drawn)
    decision = decide(effect, **WORDS, gain=1.0)
    assert decision.status == "refused"
    assert "about the chance of one level of it, car. Make a 0/1 column that is 1 where y is car" in decision.reason


def test_of_what_is_yes_or_no_the_level_is_left_out_to_decide():
    rows = {"x": [0, 1] * 30, "y": [0, 1, 1, 1, 0, 0] * 10}
    effect = ask(StructuralModel.parse("y ~ x"), rows, AverageEffect(of="x", on="y", level=1))
    assert "Leave out `level`" in decide(effect, **WORDS, gain=1.0).reason


def test_a_refused_effect_decides_nothing():
    verdict = Identified(CausalQuery(("x",), ("y",)), "general", "", "")
    refused = Effect(AverageEffect(of="x", on="y"), verdict, "refused", reasons=("No estimator.",))
    decision = decide(refused, **WORDS, gain=1.0)
    assert decision.status == "refused"
    assert decision.recommendation is None
    assert "No estimator." in str(decision)


def test_a_decision_says_what_it_is_worth_to_know_more(normal_effect):
    assert "knowing the effect exactly would be worth 0.396 EUR a row" in str(
        decide(normal_effect, **WORDS, gain=1.0, money="EUR")
    )


def test_a_decision_as_a_frame_has_a_row_for_each_choice(normal_effect):
    decision = decide(normal_effect, **WORDS, gain=0.45, cost=0.2, money="EUR")
    frame = decision.to_dataframe().set_index("choice")
    assert list(frame.index) == ["run it", "leave it"]
    assert frame["expected_gain"].tolist() == [decision.net_gain, 0.0]
    assert frame["probability_best"].tolist() == [decision.probability_pays, decision.probability_loses]
    assert frame["expected_loss"].min() == decision.value_of_perfect_information
    assert frame.index[frame["is_recommended"]].tolist() == [decision.recommendation]


def test_a_refused_decision_as_a_frame_has_its_reason_and_no_number(normal_effect):
    frame = decide(Effect(normal_effect.estimand, normal_effect.verdict, "refused"), **WORDS, gain=1.0).to_dataframe()
    assert frame[["expected_gain", "probability_best", "expected_loss"]].isna().all(axis=None)
    assert not frame["is_recommended"].any()
    assert frame["reason"].str.startswith("There is no effect to decide on").all()
