import numpy as np
import pytest

import bayescause as bc
from bayescause.analysis.falsifying import falsify
from bayescause.analysis.graph_doubts import RESTS, with_graph


def shop(rows=800, seed=1):
    """Season moves promo, loyalty and sales; loyalty moves promo and nothing else."""
    rng = np.random.default_rng(seed)
    season, loyalty, promo, sales, fame = rng.normal(size=(5, rows))
    loyalty = loyalty + season
    promo = (promo + season > 0).astype(float)
    return {
        "season": season,
        "loyalty": loyalty,
        "promo": promo,
        "sales": sales + promo + season,
        "fame": fame + loyalty,
    }


def asked(text, data):
    model = bc.StructuralModel.parse(text)
    effect = bc.ask(model, data, bc.AverageEffect(of="promo", on="sales"))
    return effect, with_graph(effect, falsify(model, data))


@pytest.fixture(scope="module")
def data():
    return shop()


def test_a_graph_that_stands_is_told_in_the_checks_and_changes_nothing_else(data):
    before, after = asked("loyalty ~ season; promo ~ season; sales ~ promo + season; fame ~ loyalty", data)
    assert after.checks[-1].is_good
    assert after.checks[-1].words == "graph not contradicted (5 looked at)"
    assert (after.status, after.reasons) == (before.status, before.reasons)


def test_a_contradiction_where_the_answer_rests_weakens_it_with_the_reason_and_no_number_changes(data):
    before, after = asked("loyalty ~ season; promo ~ season; sales ~ promo; fame ~ loyalty", data)
    assert after.status == "weak"
    assert after.reasons[-1].startswith(RESTS)
    assert "With season -> sales drawn" in after.reasons[-1]
    assert not after.checks[-1].is_good
    assert after.draws is before.draws


def test_a_contradiction_elsewhere_is_told_and_does_not_weaken(data):
    before, after = asked("loyalty ~ season; promo ~ season; sales ~ promo + season; fame", data)
    assert after.checks[-1].words.startswith("graph contradicted (")
    assert (after.status, after.reasons) == (before.status, before.reasons)


def test_an_effect_without_a_number_is_left_alone(data):
    refused, after = asked("promo -> sales; promo <-> sales; season; loyalty; fame", data)
    assert after is refused


def test_a_graph_that_says_nothing_adds_no_check():
    data = {name: values for name, values in shop().items() if name in ("promo", "sales")}
    before, after = asked("promo -> sales", data)
    assert after.checks == before.checks
