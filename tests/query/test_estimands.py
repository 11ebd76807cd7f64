"""Questions refuse what makes no sense, whatever the graph and the data are."""

import pytest

from bayescause.errors import SpecError
from bayescause.plugins import find, names
from bayescause.query.estimand import ESTIMANDS
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.query.estimands.conditional_effect import ConditionalEffect
from bayescause.query.interventions.shift_by import ShiftBy
from bayescause.query.keys import keys_of


@pytest.mark.parametrize("short", names(ESTIMANDS))
def test_the_short_name_and_the_class_name_find_the_same_estimand(short):
    assert find(ESTIMANDS, short) is find(ESTIMANDS, find(ESTIMANDS, short).__name__)


def test_treatment_and_outcome_must_differ():
    with pytest.raises(SpecError, match="both treatment and outcome"):
        AverageEffect(of="sales", on="sales")


def test_a_contrast_needs_two_levels():
    with pytest.raises(SpecError, match="with itself"):
        AverageEffect(of="promo", on="sales", contrast=(1, 1))


def test_an_unknown_population_is_named_with_the_known_ones():
    with pytest.raises(SpecError, match="'superpopulation' or 'sample'"):
        AverageEffect(of="promo", on="sales", population="world")


def test_a_conditional_effect_needs_groups():
    with pytest.raises(SpecError, match="needs `given`"):
        ConditionalEffect(of="promo", on="sales")


def test_groups_are_a_tuple_and_not_one_text():
    with pytest.raises(SpecError, match=r"`given` is 'season'; it must be a list of names\. Write given=\['season'\]"):
        ConditionalEffect(of="promo", on="sales", given="season")


def test_an_average_effect_has_no_groups():
    with pytest.raises(TypeError, match="given"):
        AverageEffect(of="promo", on="sales", given=("season",))


def test_a_worthwhile_effect_is_a_size():
    with pytest.raises(SpecError, match="size of an effect"):
        AverageEffect(of="promo", on="sales", worthwhile=-1.0)


@pytest.mark.parametrize("short", names(ESTIMANDS))
def test_a_question_in_print_is_the_call_that_asks_it_again(short):
    more = {"through": ("m",), "held": {"m": 0}, "given": ("z",), "intervention": {"shift": 1.0}, "where": "z > 1"}
    plugin = find(ESTIMANDS, short)
    question = plugin(of="x", on="y", **{key: more[key] for key in more if key in keys_of(plugin)})
    assert eval(repr(question), {"ShiftBy": ShiftBy, plugin.__name__: plugin}) == question
    assert "population" not in repr(question)
