"""A study run from its file gives the numbers of the literature, and says what it cannot give."""

import dataclasses
import math

import duckdb
import numpy as np
import pytest

import bayescause as bc
from bayescause.analysis import slicing
from bayescause.compilation import checking
from bayescause.errors import BayescauseWarning, DataError, GraphWarning, ScaleWarning, SpecError
from bayescause.query import estimating
from bayescause.query.intervention import read_intervention
from bayescause.query.regime_averaging import average_regimes
from bayescause.query.regimes import Regime
from bayescause.query.routing import route_of
from bayescause.study.zoo import models as zoo

BOW = '''schema = 1
title = "Does it pay?"
unit = "week"
[graph]
edges = """
promo -> sales
promo <-> sales
promo -> visits
sales <-> sky
"""
[[questions]]
estimand = "ate"
of = "promo"
on = "sales"
'''

SECOND = """[[questions]]
estimand = "ate"
of = "promo"
on = "visits"
"""


@pytest.fixture(scope="module")
def smoking():
    """The whole first model, run once for this file."""
    told = []
    study = bc.Study.read(zoo()["smoking"])
    return bc.run(study, seed=1, progress=told.append), told


@pytest.fixture(scope="module")
def promotion():
    study = bc.Study.read(zoo()["promotion"])
    return bc.run(dataclasses.replace(study, replications=40), seed=1)


@pytest.fixture
def weeks():
    rng = np.random.default_rng(1)
    promo = rng.integers(0, 2, 200).astype(float)
    noise = rng.standard_normal((3, 200))
    return {"promo": promo, "sales": 5 * promo + noise[0], "visits": 2 * promo + noise[1], "sky": noise[2]}


def written(tmp_path, text):
    path = tmp_path / "shop.toml"
    path.write_text(text)
    return path


def test_smoking_gives_the_standardised_answer_of_the_textbook(smoking):
    findings, _ = smoking
    effect = findings.answers[0].effect
    # REFERENCE_NUMBERS E2; 4,000 independent draws of sd .45 have a Monte Carlo error of .007, and 3 of those are .02.
    assert float(effect.mean()) == pytest.approx(3.517, abs=0.02 + 0.02 * 0.45)
    assert effect.unadjusted == pytest.approx(2.5406, abs=1e-3)  # E1


def test_smoking_has_its_slices_its_doubts_and_its_decision(smoking):
    findings, _ = smoking
    answer = findings.answers[0]
    assert len([one for slices in answer.slices for one in slices]) == 6
    assert answer.sensitivities[0].against == 2.0  # the decision's threshold, cost / gain
    assert answer.decision.is_to_act
    assert answer.counts.threshold == 5


def test_a_run_tells_what_it_does(smoking):
    _, told = smoking
    assert told[:3] == ["reading the table", "read 1,566 people", "question answerable: yes"]
    assert any(words.startswith("fitted wt82_71 in ") for words in told)


def test_the_promotion_s_true_effect_is_inside_its_interval(promotion):
    interval = promotion.answers[0].effect.interval()
    assert interval.low < 133 < interval.high


def test_the_promotion_is_practised_as_its_file_asks(promotion):
    assert promotion.calibration.replications == 40


def test_the_same_seed_gives_the_same_numbers(promotion):
    study = dataclasses.replace(bc.Study.read(zoo()["promotion"]), replications=None, sensitivity=())
    again = bc.run(study, seed=1)
    assert float(again.answers[0].effect.mean()) == float(promotion.answers[0].effect.mean())


def test_kidney_stones_turn_the_paradox_round():
    findings = bc.run(bc.Study.read(zoo()["kidney_stones"]), seed=1)
    everyone, treated = (answer.effect for answer in findings.answers)
    # REFERENCE_NUMBERS E5: .8325 - .7789, and -.0457 without adjustment. Weak priors pull by less than .005, and the
    # Monte Carlo error of an effect with sd .032 and an effective sample size of 1,000 is .001.
    assert float(everyone.mean()) == pytest.approx(0.0537, abs=0.008)
    assert float(treated.mean()) == pytest.approx(0.0480, abs=0.008)
    assert everyone.unadjusted == pytest.approx(-0.0457, abs=1e-3)
    posterior, route = everyone.posterior, route_of(everyone.posterior, everyone.estimand)
    regimes = [Regime((("treatment", read_intervention({"set": code})),)) for code in (1, 0)]
    arms = average_regimes(posterior, route, regimes, population="sample").mean(axis=1)
    assert arms == pytest.approx([0.8325, 0.7789], abs=0.008)


def test_what_is_not_identified_gets_a_verdict_and_no_number(tmp_path, weeks):
    findings = bc.run(bc.Study.read(written(tmp_path, BOW)), weeks)
    effect = findings.answers[0].effect
    assert (findings.status, effect.draws, effect.unadjusted) == ("refused", None, None)
    assert "line 7: promo <-> sales" in str(effect.verdict)


def test_one_question_that_fails_does_not_take_the_others_with_it(tmp_path, weeks):
    findings = bc.run(bc.Study.read(written(tmp_path, BOW + SECOND)), weeks)
    assert [answer.effect.status == "refused" for answer in findings.answers] == [True, False]
    assert float(findings.answers[1].effect.mean()) == pytest.approx(2, abs=5 * 0.14)  # five standard errors


HELD = """[[questions]]
estimand = "ate"
of = "visits"
on = "sales"
[[questions]]
estimand = "cde"
of = "promo"
on = "sales"
held = { visits = [1, 2] }
[[sensitivity]]
kind = "hidden_confounder"
benchmarks = ["promo"]
"""


def test_an_analysis_that_cannot_be_had_of_one_question_is_refused_for_it_and_all_answers_stand(tmp_path, weeks):
    text = BOW.replace("promo <-> sales\n", "visits -> sales\n") + HELD
    findings = bc.run(bc.Study.read(written(tmp_path, text)), weeks)
    assert len(findings.answers) == 4  # two levels are held
    assert all(answer.effect.draws is not None for answer in findings.answers)
    of_promo, of_visits, *of_held = [answer.sensitivities[0] for answer in findings.answers]
    assert "'promo' cannot be a benchmark" in of_promo.reason
    assert not of_visits.is_refused
    assert all("not available for the controlled direct effect" in one.reason for one in of_held)


def test_what_fails_after_the_fit_costs_its_own_question_only(tmp_path, weeks, monkeypatch):
    real = estimating.estimate

    def estimate(posterior, question, **options):
        if question.of == "visits":
            raise DataError("No such thing.")
        return real(posterior, question, **options)

    def slice_by(effect, by):
        raise SpecError(f"No slices by {by[0]}.")

    monkeypatch.setattr(estimating, "estimate", estimate)
    monkeypatch.setattr(slicing, "slice_by", slice_by)
    text = BOW.replace("promo <-> sales\n", "visits -> sales\n") + '[[questions]]\nestimand = "ate"\nof = "visits"\n'
    text += 'on = "sales"\n[slices]\nby = ["sky"]\n'
    with pytest.warns(BayescauseWarning, match="Slices of the .* of promo on sales are left out: No slices by sky"):
        findings = bc.run(bc.Study.read(written(tmp_path, text)), weeks)
    good, bad = (answer.effect for answer in findings.answers)
    assert good.draws is not None
    assert (bad.status, bad.reasons) == ("refused", ("No such thing.",))
    assert any("No slices by sky" in told for told in findings.warnings)


def test_no_arrow_is_a_zero_by_the_drawing_and_nothing_is_fitted(tmp_path, weeks):
    text = BOW.replace("promo -> sales\npromo <-> sales\n", "promo\nsales\n").replace("promo -> visits\n", "visits\n")
    told = []
    findings = bc.run(bc.Study.read(written(tmp_path, text)), weeks, progress=told.append)
    assert float(findings.answers[0].effect.mean()) == 0
    assert not any(words.startswith("fitting") for words in told)


def test_what_was_odd_in_the_file_stands_in_the_report_too(tmp_path, weeks):
    text = BOW.replace("promo -> sales\npromo <-> sales\n", "promo -> sales\npromo -> sales\n")
    text += '[variables]\nsales.priors = { promo = "flat()" }\n'
    path = written(tmp_path, text)
    with pytest.warns(GraphWarning), pytest.warns(ScaleWarning):
        study = bc.Study.read(path)
    told = bc.run(study, weeks).warnings
    assert "`promo -> sales` stands on line 6 and again on line 7; one is kept." in told
    assert any(words.startswith("'sales': the prior of 'promo' is flat(), which is no probability") for words in told)


def test_a_study_without_a_table_says_how_to_give_one(tmp_path):
    with pytest.raises(DataError, match="names no table"):
        bc.run(bc.Study.read(written(tmp_path, BOW)))


def test_bad_data_come_before_an_unidentified_question(tmp_path, weeks):
    weeks["promo"][3] = math.inf
    with pytest.raises(DataError, match="promo"):
        bc.run(bc.Study.read(written(tmp_path, BOW)), weeks)


def test_slices_by_names_are_labelled_by_them(tmp_path, weeks):
    text = BOW.replace('on = "sales"', 'on = "visits"').replace("promo -> visits", "{promo region} -> visits")
    weeks["region"] = np.array(["north", "south"] * 100)
    findings = bc.run(bc.Study.read(written(tmp_path, text + '[slices]\nby = ["region"]\n')), weeks)
    assert [one.label for one in findings.answers[0].slices[0]] == ["region = north", "region = south"]


def test_analyses_that_need_all_rows_are_refused_before_a_large_table_is_fitted(tmp_path, monkeypatch):
    monkeypatch.setattr(checking, "STREAMED", 10)
    study = bc.Study.read(zoo()["promotion"])
    file = tmp_path / "weeks.parquet"
    duckdb.read_csv(str(study.data.file)).write_parquet(str(file))
    with pytest.raises(DataError, match=r"sensitivity and calibration in promotion.toml would need all"):
        bc.run(study, file)
    answered = bc.run(dataclasses.replace(study, sensitivity=(), replications=None), file)
    assert [round(float(answer.effect.mean())) for answer in answered.answers] == [133]
