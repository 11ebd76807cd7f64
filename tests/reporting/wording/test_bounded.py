"""The page of an effect that the data bound but do not settle."""

from dataclasses import replace

import pytest

from bayescause.analysis.deciding import decide
from bayescause.reporting.findings import gather
from bayescause.reporting.wording.headline import headline
from bayescause.reporting.wording.screen import screen


@pytest.fixture
def seen(bounded):
    return screen(bounded, bounded.answers[0])


def test_the_direction_is_said_first_where_the_whole_range_has_one(seen):
    assert seen.answer == "Cholestyramine raises improvement; by how much, these data cannot say."


def test_the_range_follows_and_nothing_inside_it_stands_out(seen):
    assert seen.span.startswith("What they leave open lies between 30 and 83 in every 100 patients.")
    assert "No number in that range is better supported than another." in seen.span


def test_a_range_beside_zero_leaves_no_world_without_effect(seen):
    assert "Two worlds in which cholestyramine works differently" in str(seen.paragraphs[1])
    assert "no number on this page" not in " ".join(map(str, seen.paragraphs))


def test_until_then_the_near_end_is_what_to_count_on(seen):
    assert seen.closing == "Until then count on no more than the near end of the range."


def test_a_range_is_not_said_to_come_of_nothing(seen):
    assert seen.footing == ""


def test_an_accident_that_is_drawn_already_is_not_asked_for(seen):
    assert len(seen.remedies) == 2


def test_one_line_for_a_terminal_holds_answer_and_range(bounded):
    assert headline(bounded).startswith(
        "Cholestyramine raises improvement; by how much, these data cannot say. What they"
    )


def test_a_range_around_zero_cannot_tell_and_more_of_the_same_would_not_help(bounded):
    effect = bounded.answers[0].effect
    turned = replace(effect, bounds=replace(effect.bounds, low=effect.bounds.low - 0.7))
    page = screen(*answered(turned, bounded))
    assert page.answer == (
        "We cannot tell from these data whether cholestyramine raises or lowers improvement, "
        "and more patients of the same would not help."
    )
    assert "fewer in every 100 patients and" in page.span
    assert "Two worlds, one where cholestyramine changes improvement" in str(page.paragraphs[1])


def test_data_that_go_ill_with_the_drawing_say_so(bounded):
    effect = bounded.answers[0].effect
    strained = replace(effect, bounds=replace(effect.bounds, share_rejected=0.95))
    page = screen(*answered(strained, bounded))
    assert "Your drawing and these data do not go together well" in " ".join(map(str, page.paragraphs))


@pytest.mark.parametrize(
    ("cost", "words"),
    [
        (0.1, "Give it: even the worst end"),
        (0.95, "Do not: not even the best end"),
        (0.5, "cannot be read off the range"),
    ],
)
def test_a_decision_is_told_by_both_ends(bounded, cost, words):
    effect = bounded.answers[0].effect
    decision = decide(effect, act="give it", instead="do not", gain=1.0, cost=cost)
    found = gather([effect], decisions=[decision], unit="patient", model=bounded.model, table=bounded.table)
    assert words in " ".join(map(str, screen(found, found.answers[0]).paragraphs))


def answered(effect, like):
    found = gather([effect], title=like.title, unit=like.unit, model=like.model, table=like.table)
    return found, found.answers[0]
