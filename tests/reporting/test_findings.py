from dataclasses import replace

import numpy as np
import pytest

import bayescause as bc
from bayescause.reporting.findings import gather


def test_status_is_the_worst_questions(promotion, cannot_tell):
    good = promotion().answers[0].effect
    refused = cannot_tell.answers[0].effect
    assert promotion().status == "ok"
    assert promotion(converged=False).status == "weak"
    assert gather([good, refused], checks=(), overlaps={}).status == "refused"


def test_a_row_a_question_and_a_slice_with_numbers(smoking):
    frame = smoking.to_dataframe()
    assert len(frame) == 1 + 4
    assert frame["slice"].isna().sum() == 1
    assert set(frame["on"]) == {"wt82_71"}


def test_an_effect_that_only_an_analysis_carries_is_found(promotion):
    answer = promotion().answers[0]
    findings = gather(sensitivities=answer.sensitivities, checks=(), overlaps={})
    assert findings.answers[0].effect is answer.effect
    assert findings.answers[0].sensitivities == answer.sensitivities


def test_analyses_of_the_same_question_find_their_effect_even_when_it_was_made_anew(promotion):
    answer = promotion().answers[0]
    findings = gather([replace(answer.effect)], decisions=[answer.decision], checks=(), overlaps={})
    assert len(findings.answers) == 1
    assert findings.answers[0].decision is answer.decision


def test_a_title_is_made_from_the_labels_where_there_is_none(promotion):
    effect = promotion().answers[0].effect
    assert gather([effect], checks=(), overlaps={}).title == "Does the promotion change takings?"


def test_everything_assumed_is_told_once(promotion):
    effect = promotion().answers[0].effect
    findings = gather([effect], checks=(), overlaps={}, assumed=("seed 1", "another"))
    assert findings.assumed == ("sales: gaussian (the default for a continuous variable)", "seed 1", "another")
    assert findings.versions["python"]


def test_findings_print_as_their_answer(promotion):
    assert str(promotion()).startswith("Run the promotion.")
    assert "<strong>" in promotion()._repr_html_()


@pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")
def test_what_was_warned_of_stands_in_a_report_made_by_hand():
    rng = np.random.default_rng(3)
    z = np.repeat(["a", "b"], 30)
    data = {"x": np.where(z == "a", 1, np.tile([0, 1], 30)), "z": z, "y": rng.normal(size=60)}
    model = bc.StructuralModel.parse("x ~ z; y ~ x + z", priors={"y": {"x": "flat()"}})
    told = "\n".join(gather([bc.ask(model, data, bc.AverageEffect(of="x", on="y"))]).warnings)
    assert "'y': the prior of 'x' is flat(), which is no probability distribution" in told
    assert "All 30 rows with z = a have x = 1: there is nobody to compare them with" in told
    assert "50 in 100 units are of a kind hardly ever seen under one of x = 0 and 1" in told
