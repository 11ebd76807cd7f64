"""An effect whose mean may not exist is told as not learnt, everywhere, with what to ask instead."""

from dataclasses import replace

import numpy as np
import pytest

import bayescause as bc
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.reporting.exporting import to_json
from bayescause.reporting.findings import gather
from bayescause.reporting.html import page
from bayescause.reporting.wording.headline import headline

ASK_INSTEAD = "Ask for the effect on a quantile, such as the median, or on the whole distribution."


@pytest.fixture(scope="module")
def heavy():
    x = np.arange(60) % 2.0
    noise = np.random.default_rng(1).normal(size=60)
    effect = bc.ask(bc.StructuralModel.parse("y ~ x"), {"x": x, "y": 3 * x + noise}, AverageEffect(of="x", on="y"))
    return replace(effect, moments_exist=False, status="weak")


def test_it_is_printed_as_not_learnt_with_its_median_and_interval(heavy):
    first = str(heavy).splitlines()[0]
    assert first.startswith("By how much x changes y is not learnt: a few very large values decide the average")
    assert "(median 2.8" in first
    assert "% ETI" in first
    assert ASK_INSTEAD in first


def test_the_page_and_the_terminal_say_neither_yes_nor_in_which_direction(heavy):
    findings = gather([heavy], title="Does x change y?")
    for told in (headline(findings), page(findings).split("How we know")[0]):
        assert "We cannot say by how much x changes y: a few very large values decide the average" in told
        assert "All that can be said of it: it is very likely between" in told
        assert "Yes." not in told
        assert "raises" not in told


def test_json_has_no_mean_and_says_so(heavy):
    told = to_json(gather([heavy], title="Does x change y?"))
    [question] = told["questions"]
    assert question["has_mean"] is False
    assert question["mean"] is None
    assert question["sd"] is None
    assert question["words"] in told["headline"]
    assert ASK_INSTEAD in question["words"]
    [sound] = to_json(gather([replace(heavy, moments_exist=True)], title="Does x change y?"))["questions"]
    assert sound["has_mean"] is True
    assert sound["words"].startswith("Yes. x raises y")


def test_no_decision_is_taken_on_it(heavy):
    assert bc.decide(heavy, act="do", instead="leave", gain=1.0).status == "refused"
