"""Units and levels without an order: refused as an outcome, an order that is named between, a range that needs none."""

from itertools import permutations

import numpy as np
import pytest

import bayescause as bc
from bayescause.query.estimands.individual_effect import IndividualEffect
from bayescause.query.estimating import estimate

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")
LEVELS = ("bus", "car", "walk")
RNG = np.random.default_rng(4)
RAIN = RNG.integers(0, 2, 600)
CHANCES = np.array([[0.2, 0.3, 0.5], [0.5, 0.4, 0.1]])
CODE = (RNG.random(600)[:, None] > np.cumsum(CHANCES, axis=1)[RAIN]).sum(axis=1)
LATE = np.array([3.0, 0.0, 1.0])[CODE] + RNG.normal(0, 0.5, 600)


def posterior_of(levels=LEVELS):
    columns = {"rain": RAIN, "way": np.array(LEVELS)[CODE], "late": LATE}
    model = bc.StructuralModel.parse(
        "rain ~ 1; way ~ rain; late ~ way", kinds={"categorical": ["way"]}, levels={"way": list(levels)}
    )
    return bc.fit(model, columns, chains=2, draws=1_000)


@pytest.fixture(scope="module")
def posterior():
    return posterior_of()


UNIT = {"rain": 0, "way": "walk", "late": 1.2}


def test_what_levels_without_an_order_would_have_been_is_refused_with_what_to_do(posterior):
    found = bc.counterfactual(posterior, UNIT, do={"rain": 1}, on="way")
    assert found.status == "refused"
    assert "no rank that a unit could keep. Make a 0/1 column of the level that matters" in found.reasons[0]


def test_an_order_that_the_answer_rests_on_is_named(posterior):
    found = bc.counterfactual(posterior, UNIT, do={"rain": 1}, on="late")
    assert (found.status, found.coupling) == ("weak", "comonotone")
    assert "that of their codes (bus, car, walk): another gives another answer" in found.reasons[0]


@pytest.mark.parametrize("question", [{"coupling": "independent"}, {"unit": {"rain": 0}}], ids=["independent", "blank"])
def test_where_nobody_s_rank_is_kept_no_order_is_named(posterior, question):
    found = bc.counterfactual(posterior, **{"unit": UNIT, "do": {"rain": 1}, "on": "late"} | question)
    assert found.status == "ok"


def test_the_range_holds_the_answers_of_all_orders_and_depends_on_none():
    found = [bc.counterfactual(posterior_of(order), UNIT, do={"rain": 1}, on="late") for order in permutations(LEVELS)]
    means = np.array([one.mean() for one in found])
    low, high = (np.array([float(getattr(one.bounds, end).mean()) for one in found]) for end in ("low", "high"))
    # By hand, with the shares and the means of this table: what was seen, walking, had a chance p, so that in the
    # rain each way has at most 1 / p times its chance. As much as may be goes to the least late ways, or to the latest.
    shares = np.array([np.bincount(CODE[rain == RAIN], minlength=3) for rain in (0, 1)]) / np.bincount(RAIN)[:, None]
    late = np.array([LATE[code == CODE].mean() for code in range(3)])
    late += UNIT["late"] - late[2]
    least, most = (filled(shares[1] / shares[0, 2], order) @ late for order in ([1, 2, 0], [0, 2, 1]))
    # The range bends where a limit is met, and shares of 300 rows have sds of 0.03: a tenth of the ends' distance.
    np.testing.assert_allclose(low, least, atol=0.2)
    np.testing.assert_allclose(high, most, atol=0.2)
    # The reference level has another prior in each order: a part of a posterior sd of the chances, of 600 rows.
    assert np.ptp(low) < 0.1
    assert np.ptp(high) < 0.1
    assert np.ptp(means) > 0.3
    assert ((low <= means) & (means <= high)).all()


def filled(limits, order):
    """Chances that fill the limits one after another."""
    chances = np.zeros(len(limits))
    for place in order:
        chances[place] = min(limits[place], 1 - chances.sum())
    return chances


def test_effects_on_units_name_the_order_too(posterior):
    ranked, anew = (
        estimate(posterior, IndividualEffect(of="rain", on="late", how=how)) for how in ("comonotone", "independent")
    )
    assert ranked.status == "weak"
    assert any("that of their codes (bus, car, walk)" in reason for reason in ranked.reasons)
    assert not any("codes" in reason for reason in anew.reasons)
