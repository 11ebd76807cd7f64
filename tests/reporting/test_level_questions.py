"""Questions about one level of an outcome, and in groups, as a page tells them: what is meant is named everywhere."""

from dataclasses import replace

import numpy as np
import pytest

import bayescause as bc
from bayescause.reporting.findings import gather
from bayescause.reporting.markdown import to_markdown
from bayescause.reporting.proof.pages import contents

RNG = np.random.default_rng(8)
ROWS = 400
PILL, AGE = RNG.integers(0, 2, ROWS), RNG.normal(size=ROWS)
WAY = np.where(RNG.random(ROWS) < 0.3 + 0.3 * PILL, "car", np.where(RNG.random(ROWS) < 0.5, "bus", "walk"))
GAIN = 1.5 * PILL * (AGE > 0) - 4 * AGE + RNG.normal(size=ROWS)
DATA = {"pill": PILL, "age": AGE, "old": (AGE > 0).astype(int), "way": WAY, "gain": GAIN, "ill": (GAIN < 0).astype(int)}
MODEL = bc.StructuralModel.parse(
    "way ~ pill; gain ~ pill*old + age; ill ~ pill",
    labels={"pill": "the pill", "way": "way to work"},
    better={"ill": "lower"},
)


def told(*questions):
    return gather([bc.ask(MODEL, DATA, question) for question in questions], unit="person")


@pytest.fixture(scope="module")
def levelled():
    return told(bc.AverageEffect(of="pill", on="way", level="car"), bc.RiskRatio(of="pill", on="way", level="bus"))


def test_titles_headings_and_formulas_of_a_level_name_it(levelled):
    assert levelled.title == "Does the pill change the chance that way to work is car?"
    assert [one.heading for one in contents(levelled).chapters] == [
        "Average effect: the pill and way to work = car",
        "How many times as probable: the pill and way to work = bus",
    ]
    page = to_markdown(levelled)
    assert "E[way(pill = 1)] - E[way(pill = 0)], where way counts 1 if it is car and 0 if not" in page
    assert "The change is very likely between" in page


def test_a_categorical_outcome_has_one_row_of_each_statistic(levelled):
    alone = gather([levelled.answers[0].effect])
    (section,) = (one for one in contents(alone).shared if one.name == "fit")
    looked_at = [row[0] for row in section.blocks[0].rows]
    assert len(set(looked_at)) == len(looked_at)
    assert "way: fit of the mean" in looked_at


@pytest.fixture(scope="module")
def grouped():
    return told(bc.AverageEffect(of="pill", on="gain"), bc.ConditionalEffect(of="pill", on="gain", given=("old",)))


def test_groups_that_were_asked_for_are_not_said_to_be_left_out(grouped):
    page = to_markdown(grouped)
    assert "Not looked at yet" not in page
    assert "See the answers by old below." in page


def test_a_group_is_not_held_against_the_plain_difference_of_everybody(grouped):
    whole, *groups = contents(grouped).chapters
    leads = [[paragraph.lead for paragraph in one.screen.paragraphs] for one in (whole, *groups)]
    assert any("plain comparison" in lead or lead.startswith("Why not") for lead in leads[0])
    assert not any("plain comparison" in lead or lead.startswith("Why not") for one in leads[1:] for lead in one)


def test_print_of_groups_names_each_and_what_makes_them(grouped):
    posterior = grouped.answers[1].effect.posterior
    said = str(bc.estimate(posterior, bc.ConditionalEffect(of="pill", on="gain", given=("old",))))
    assert "  old = 0: mean" in said
    assert "  old = 1: mean" in said
    assert "superpopulation, by old" in said


def test_an_owner_reads_how_many_to_treat_without_abbreviations():
    findings = told(bc.NumberNeededToTreat(of="pill", on="ill"))
    (chapter,) = contents(findings).chapters
    said = " ".join((str(findings), chapter.screen.answer, chapter.screen.span, *map(str, chapter.screen.paragraphs)))
    assert "NNT" not in said
    assert "one in" in said


def test_a_number_names_the_level_of_that_name_on_a_page():
    dose = RNG.integers(1, 4, ROWS)
    model = bc.StructuralModel.parse("y ~ dose", kinds={"categorical": ["dose"]})
    effect = bc.ask(model, {"dose": dose, "y": dose + RNG.normal(size=ROWS)}, bc.AverageEffect("dose", "y", (1, 3)))
    page = to_markdown(gather([effect]))
    assert "comparing “3” with “1”" in page


def test_nothing_is_decided_on_several_groups_at_once(grouped):
    posterior = grouped.answers[1].effect.posterior
    effect = bc.estimate(posterior, bc.ConditionalEffect(of="pill", on="gain", given=("old",)))
    decision = bc.decide(effect, act="give it", instead="do not", gain=1.0, cost=0.5)
    assert decision.status == "refused"
    assert "several effects, one a group" in decision.reason


def test_one_group_that_is_free_is_not_called_both_the_largest_and_the_smallest():
    effect = bc.ask(MODEL, DATA, bc.AverageEffect(of="pill", on="gain"))
    slices = bc.slice_by(effect, ["old", "age > 1"])
    free = [one for one in slices if not one.is_by_construction]
    assert 1 < len(free) < len(slices.slices)
    page = to_markdown(gather([effect], slices=[slices]))
    assert "Largest for old = 1, smallest for old = 0. Hollow and dotted: alike by construction." in page
    page = to_markdown(
        gather([effect], slices=[replace(slices, slices=tuple(one for one in slices if one not in free[1:]))])
    )
    assert "Largest for" not in page
    assert "Hollow and dotted: alike by construction." in page
