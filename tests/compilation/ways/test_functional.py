"""Which joint law answers a general question, and what is said where its types do not fit."""

import pytest

from bayescause.compilation.planning import plan
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.query.estimands.conditional_effect import ConditionalEffect
from bayescause.query.estimands.effect_on_treated import EffectOnTreated
from bayescause.scm.structural_model import StructuralModel

NAPKIN = "w -> z -> x -> y; w <-> x; w <-> y"
BINARY = dict.fromkeys("wzxym", "binary")
CONTINUOUS = dict.fromkeys("wzxym", "continuous")
EFFECT = AverageEffect(of="x", on="y")


def planned(text, kinds, question=EFFECT, levels=None, **facts):
    return plan(StructuralModel.parse(text, **facts), [question], kinds=kinds, levels=levels)


def test_discrete_variables_have_one_saturated_law():
    (block,) = planned(NAPKIN, BINARY).blocks
    assert (block.law, block.variables) == ("saturated", ("w", "z", "x", "y"))
    assert block.key == "joint law of w, z, x, y"


def test_continuous_variables_have_straight_lines():
    found = planned(NAPKIN, CONTINUOUS)
    assert [task.key for task in found.tasks] == ["w", "z", "x given w, z", "y given w, z, x"]
    assert not found.blocks


def test_a_mechanism_that_was_stated_serves_as_the_factor_that_it_is():
    found = planned(NAPKIN, BINARY, families={"z": "bernoulli"}, priors={"z": {"w": "normal(0, 1)"}})
    assert found.routes[0].keys == {"z": "z"}
    assert found.blocks[0].key == "joint law of w, x, y given z"


def test_a_discrete_front_door_is_saturated_and_one_with_a_count_is_simulated():
    front_door = "x -> m -> y; x <-> y"
    assert planned(front_door, BINARY).routes[0].way == "functional"
    assert planned(front_door, BINARY | {"m": "count"}).routes[0].way == "front_door"


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        (BINARY | {"z": "count"}, "w and x and y are binary, z is count"),
        (CONTINUOUS | {"z": "count"}, "z is a count"),
        (CONTINUOUS | {"w": "proportion"}, "w is a proportion"),
    ],
)
def test_the_variable_in_the_way_is_named_with_its_type(kinds, said):
    refusal = planned(NAPKIN, kinds).routes[0].refusal
    assert "is identified (by general), but no estimator for its types exists yet" in refusal
    assert said in refusal


def test_a_bent_line_and_another_family_are_no_straight_lines():
    bent = planned("w -> z; x ~ square(z); x -> y; w <-> x; w <-> y", CONTINUOUS).routes[0].refusal
    assert "x is no straight line in its causes (square(z))" in bent
    heavy = planned(NAPKIN, CONTINUOUS, families={"y": "student_t"}).routes[0].refusal
    assert "y is declared student_t" in heavy


def test_an_outcome_whose_levels_are_no_numbers_has_no_mean():
    levels = {"y": ("bad", "fair", "good")}
    assert "its levels are no numbers" in planned(NAPKIN, BINARY | {"y": "ordinal"}, levels=levels).routes[0].refusal
    assert not planned(NAPKIN, BINARY | {"y": "ordinal"}, levels={"y": ("1", "2", "3")}).routes[0].refusal


def test_an_outcome_whose_levels_have_no_order_has_no_mean_even_if_their_names_are_numbers():
    levels = {"y": ("1", "2", "3")}
    refusal = planned(NAPKIN, BINARY | {"y": "categorical"}, levels=levels).routes[0].refusal
    assert "its levels have no order, so there is no mean" in refusal


def test_a_law_with_too_many_cells_is_refused_with_what_to_group():
    levels = {"z": tuple(map(str, range(3000)))}
    refusal = planned(NAPKIN, BINARY | {"z": "categorical"}, levels=levels).routes[0].refusal
    assert "has 24,000 cells" in refusal
    assert "Group the levels of z, of which there are 3000" in refusal


def test_conditions_groups_of_treated_and_samples_are_refused_in_words():
    refusals = [
        planned(NAPKIN, BINARY, AverageEffect(of="x", on="y", where="w == 1")).routes[0].refusal,
        planned(NAPKIN, BINARY, EffectOnTreated(of="x", on="y")).routes[0].refusal,
        planned(NAPKIN, BINARY, AverageEffect(of="x", on="y", population="sample")).routes[0].refusal,
        planned(f"{NAPKIN}; m -> y", CONTINUOUS, ConditionalEffect(of="x", on="y", given=("m",))).routes[0].refusal,
    ]
    said = (
        "`where` is not available",
        "effect on the treated is not available",
        '"sample" is not available',
        "same in",
    )
    assert all(words in refusal for words, refusal in zip(said, refusals, strict=True))


def test_without_a_table_the_kinds_are_asked_for():
    assert "give the table" in planned(NAPKIN, {}).routes[0].refusal


@pytest.mark.parametrize("text", [NAPKIN, "x -> m -> y; x <-> y"])
def test_a_formula_for_means_answers_no_question_on_another_scale(text):
    class Ratio(AverageEffect):
        name, scale = "risk ratio", "ratio"

    refusal = planned(text, BINARY, Ratio(of="x", on="y")).routes[0].refusal
    assert "the risk ratio is not available" in refusal.lower()
