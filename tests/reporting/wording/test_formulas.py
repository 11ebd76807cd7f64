"""What the owner reads of a front door and of a general formula."""

import numpy as np
import pytest

import bayescause as bc
from bayescause.reporting.findings import gather
from bayescause.reporting.wording.formulas import formula_light, through_of
from bayescause.reporting.wording.screen import screen

FRONT_DOOR = "x -> m -> y; x <-> y"
NAPKIN = "w -> z -> x -> y; w <-> x; w <-> y"


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(1)
    return {name: rng.integers(0, 2, 500) for name in "wzxmy"}


def asked(text, rows):
    return bc.ask(bc.StructuralModel.parse(text), rows, bc.AverageEffect(of="x", on="y"))


def told(effect):
    findings = gather([effect])
    shown = screen(findings, findings.answers[0])
    return " ".join(" ".join((one.lead, *one.sentences)) if hasattr(one, "sentences") else str(one)
                    for one in shown.paragraphs)  # fmt: skip


def test_a_front_door_names_what_it_goes_through_and_not_what_does_no_harm(rows):
    words = told(asked(FRONT_DOOR, rows))
    assert "if all that x does to y goes through m" in words
    assert "Something unmeasured that moves x and y does no harm" in words
    assert "if like was compared with like" not in words


def test_a_general_formula_rests_on_the_drawing(rows):
    effect = asked(NAPKIN, rows)
    assert through_of(effect) == ()
    assert "if the drawing is right" in told(effect)


def test_the_light_says_whether_the_formula_had_what_it_needs(rows):
    assert formula_light(asked(FRONT_DOOR, rows), None).state == "good"
    alone = {name: np.where(rows["x"] == 1, 1, values) if name == "m" else values for name, values in rows.items()}
    light = formula_light(asked(FRONT_DOOR, alone), None)
    assert light.state == "open"
    assert "never seen" in light.words


def test_answers_that_hold_causes_alike_have_their_own_words(rows):
    assert through_of(asked("m -> {x y}; x -> y", rows)) is None


def test_groups_are_not_called_small_where_the_formula_has_none(rows):
    effect = asked(f"{FRONT_DOOR}; w -> x", rows)
    findings = gather([effect], slices=[bc.slice_by(effect, ["w"])])
    whom = next(one for one in screen(findings, findings.answers[0]).paragraphs if one.lead == "For whom?")
    assert "one answer for all rows together" in str(whom)
