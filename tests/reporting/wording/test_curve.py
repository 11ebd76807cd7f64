"""What an owner reads of a curve: sizes that round to nothing, points with their unit, worlds by their labels."""

import numpy as np
import pytest

import bayescause as bc
from bayescause.reporting.findings import gather
from bayescause.reporting.markdown import to_markdown
from bayescause.reporting.proof.pages import contents

RNG = np.random.default_rng(4)
DOSE = RNG.uniform(-3_000, 12_000, 300)
MODEL = bc.StructuralModel.parse(
    "pain ~ dose + pill; way ~ pill; sleep ~ pill + way",
    units={"dose": "mg", "pain": "point"},
    labels={"dose": "the dose", "pill": "the pill", "way": "way to work"},
    levels={"pill": ["no", "yes"]},
)
PILL = RNG.integers(0, 2, 300)
WAY = 0.3 * PILL + RNG.normal(size=300)
DATA = {
    "dose": DOSE,
    "pill": PILL,
    "pain": 1e-6 * DOSE + PILL + RNG.normal(size=300),
    "way": WAY,
    "sleep": WAY + PILL + RNG.normal(size=300),
}


@pytest.fixture(scope="module")
def dosed():
    asked = bc.DoseResponse(of="dose", on="pain", levels=(-2_500, 0, 11_000), reference=0)
    return gather([bc.ask(MODEL, DATA, asked)], unit="person")


def test_a_change_that_rounds_to_nothing_is_not_told_as_about_less_than_it(dosed):
    assert "about less than" not in to_markdown(dosed)


def test_points_of_the_axis_are_written_as_a_person_would(dosed):
    (chapter,) = contents(dosed).chapters
    assert "at the dose −2,500 mg to" in chapter.screen.answer
    assert "at the dose 11,000 mg" in chapter.screen.answer


def test_the_first_screen_says_what_a_change_is_against(dosed):
    (chapter,) = contents(dosed).chapters
    assert chapter.screen.answer.startswith("The change in pain, compared with the dose 0 mg, goes from")


def test_a_treatment_that_is_called_as_its_unit_is_said_once():
    model = bc.StructuralModel.parse("pain ~ visits", units={"visits": "visit"})
    asked = bc.DoseResponse(of="visits", on="pain", levels=(1, 5), reference=2)
    effect = bc.ask(model, {"visits": RNG.integers(0, 7, 300), "pain": DATA["pain"]}, asked)
    (chapter,) = contents(gather([effect])).chapters
    assert "compared with 2 visits, goes from" in chapter.screen.answer
    assert "at 1 visit to" in chapter.screen.answer
    assert chapter.screen.answer.endswith("at 5 visits.")


def test_the_first_screen_has_the_curve_and_speaks_of_no_picture_that_is_not_there(dosed):
    (chapter,) = contents(dosed).chapters
    assert "</svg>" in chapter.dots.wide
    assert not any("picture" in str(paragraph) for paragraph in chapter.screen.paragraphs)


def test_worlds_are_named_by_labels_and_not_by_codes():
    found = gather([bc.ask(MODEL, DATA, bc.Distribution(of="pill", on="pain", at=(0, 1)))], unit="person")
    (chapter,) = contents(found).chapters
    assert "people without the pill" in chapter.screen.answer
    assert "pill = " not in chapter.screen.answer


def test_headings_and_assumptions_of_a_path_use_labels():
    found = gather([bc.ask(MODEL, DATA, bc.PathSpecificEffect(of="pill", on="sleep", through=("way",)))])
    (chapter,) = contents(found).chapters
    assert chapter.heading == "Effect through way to work: the pill and sleep"
    (granted,) = (one for one in chapter.screen.paragraphs if one.lead == "What nobody can see?")
    assert "what way to work would be under one level of the pill" in granted.text


def test_a_curve_of_a_contrast_names_the_two_levels_in_print_and_on_the_page():
    model = bc.StructuralModel.parse("pain ~ dose*pill", labels={"pill": "the pill"}, levels={"pill": ["no", "yes"]})
    effect = bc.ask(model, DATA, bc.ConditionalCurve(of="pill", on="pain", given=("dose",), at=(0, 5_000)))
    assert str(effect).startswith("The change in pain, pill = yes against no, is about")
    (chapter,) = contents(gather([effect])).chapters
    assert chapter.screen.answer.startswith("The change in pain, with the pill against without the pill, goes from")
    assert "With the pill against without the pill." in str(chapter)
