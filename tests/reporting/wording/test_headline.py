from dataclasses import replace

import pytest

from bayescause.query.estimands.controlled_direct_effect import ControlledDirectEffect
from bayescause.reporting.findings import gather
from bayescause.reporting.wording.headline import first_sentence, headline


def first(findings):
    return first_sentence(findings, findings.answers[0])


def bettered(findings, better):
    outcome = findings.answers[0].effect.estimand.on
    variables = dict(findings.model.variables)
    variables[outcome] = replace(variables[outcome], better=better)
    return replace(findings, model=replace(findings.model, variables=variables))


def test_a_decision_in_money_opens_with_what_to_do(promotion):
    said = "Run the promotion. It raises takings by about 133 EUR a shop week, which after costs earns about 10 EUR."
    assert first(promotion()) == said


def test_what_does_not_earn_its_cost_is_not_recommended(promotion):
    said = first(promotion(mean=90.0))
    assert said.startswith("Leave prices as they are. The promotion raises takings by about 90 EUR a shop week;")
    assert said.endswith("after costs, to run the promotion would lose about 10 EUR a shop week.")


def test_without_money_the_answer_comes_first_and_yes_only_to_a_question_of_change(smoking):
    assert first(smoking) == "Yes. Quitting smoking raises weight by about 3½ kg."
    assert first(replace(smoking, title="Does quitting make people lose weight?")).startswith("Quitting smoking raises")


def test_nothing_helps_or_harms_unless_someone_said_which_direction_is_good(promotion):
    assert first(promotion(decided=False)) == "The promotion raises takings by about 133 EUR."


@pytest.mark.parametrize(("better", "word"), [("higher", "helps"), ("lower", "does harm")])
def test_a_direction_that_is_good_makes_it_help_or_harm(promotion, better, word):
    said = first(bettered(promotion(decided=False), better))
    assert said == f"The promotion {word}: it raises takings by about 133 EUR."


def test_a_sign_that_is_open_is_called_open(promotion):
    findings = promotion(decided=False, mean=5.0)
    assert first(findings) == "We cannot say whether the promotion raises or lowers takings."


def test_one_line_for_the_terminal_holds_answer_range_and_chance(promotion):
    said = headline(promotion())
    assert said.endswith("Very likely between 113 and 154 EUR. Chance that it pays: 95 in 100.")


def test_a_weak_answer_is_called_so_on_the_terminal_and_its_advice_stands_on_a_condition(promotion):
    findings = promotion()
    (answer,) = findings.answers
    weak = replace(answer.effect, status="weak", reasons=("5 rows for 4 coefficients.", "Another."))
    said = str(replace(findings, answers=(replace(answer, effect=weak),))).split("\n")
    assert said[0].startswith("If this weak answer holds: run the promotion. It raises takings by about 133 EUR")
    assert said[1:] == ["Weak: 5 rows for 4 coefficients."]
    assert "eak" not in str(findings)


def test_a_refusal_has_a_headline_without_a_number(cannot_tell):
    said = headline(cannot_tell)
    assert said == "We cannot tell from these data, and more shop weeks of the same would not help."


def test_an_effect_against_the_arrows_asks_whether_they_are_swapped(swapped):
    assert headline(swapped).endswith("cannot change the promotion: no arrow leads from one to the other. Swapped?")


def test_nothing_asked_is_said_so():
    assert headline(gather([])) == "Nothing was asked."


def test_what_is_counted_in_every_hundred_is_not_said_a_unit_once_more(promotion):
    findings = promotion(mean=0.26, sd=0.02)
    (answer,) = findings.answers
    table = findings.table
    counted = replace(table, kinds={**table.kinds, "sales": "binary"})
    effect = replace(answer.effect, posterior=replace(answer.effect.posterior, table=counted))
    decision = replace(answer.decision, recommendation="run the promotion", net_gain=2.0)
    findings = replace(findings, table=counted, answers=(replace(answer, effect=effect, decision=decision),))
    said = first(findings)
    assert "by about 26 in every 100 shop weeks, which after costs earns about 2 EUR a shop week." in said


def test_what_is_held_is_no_group_of_units(smoking):
    (answer,) = smoking.answers
    question = ControlledDirectEffect(of="qsmk", on="wt82_71", held={"smokeintensity": (2, 5)})
    effect = replace(answer.effect, estimand=question, group=question.cells[0])
    said = first(replace(smoking, answers=(replace(answer, effect=effect),)))
    assert said.endswith("by about 3½ kg with smoking in 1971 held at 2.")
