import re
from dataclasses import replace

import pytest

from bayescause.reporting.wording.screen import screen
from bayescause.reporting.wording.telling import tell

JARGON = """posterior prior confounder interval credible percent % bayes estimand identif p-value mcmc likelihood
simulation partial r2 average treatment effect eti hdi sampling sensitivity""".split()


def shown(findings):
    return screen(findings, findings.answers[0])


def text(seen):
    lights = [f"{light.name}: {light.words}" for light in seen.lights]
    return " ".join(
        [seen.alarm, seen.answer, seen.span, *map(str, seen.paragraphs), *seen.remedies, seen.closing, *lights]
    )


def led(seen, start):
    return next((str(one) for one in seen.paragraphs if one.lead.startswith(start)), "")


@pytest.mark.parametrize("name", ["promotion", "smoking", "cannot_tell", "bounded", "swapped"])
def test_the_first_screen_has_no_jargon_and_no_percent(name, request):
    findings = request.getfixturevalue(name)
    said = text(shown(findings() if callable(findings) else findings)).lower()
    words = [
        word
        for word in JARGON
        if re.search(rf"(?<!\w){re.escape(word)}", said) and word not in ("average", "effect", "treatment")
    ]
    assert words == []


def test_the_plain_comparison_is_explained_beside_the_answer(promotion, smoking):
    said = led(shown(promotion()), "Why not 206 EUR?")
    assert "About 73 EUR of that would have come anyway." in said
    assert "most of all in customer loyalty" in said
    assert "gives 2½ kg: too little" in led(shown(smoking), "Why not 2½ kg?")


def test_a_plain_comparison_that_says_the_same_is_told_without_reproach(promotion):
    findings = promotion()
    answer = replace(findings.answers[0], effect=replace(findings.answers[0].effect, unadjusted=133.2))
    assert "gives about the same, 133 EUR" in led(screen(findings, answer), "And a plain comparison?")


def test_a_plain_comparison_of_the_other_sign_says_the_opposite(promotion):
    findings = promotion()
    answer = replace(findings.answers[0], effect=replace(findings.answers[0].effect, unadjusted=-40.0))
    assert "gives −40 EUR" in led(screen(findings, answer), "Why does a plain comparison say the opposite?")


def test_counts_of_units_stand_there_only_if_the_check_of_that_very_count_passed(smoking):
    assert "about 51 have weight above 5 kg; with all of them at “kept smoking”, about 30" in led(
        shown(smoking), "In people"
    )
    answer = smoking.answers[0]
    failed = replace(answer, counts=replace(answer.counts, passes=False))
    assert led(screen(smoking, failed), "In people") == ""


def test_chances_are_given_with_the_practice_runs_beside_them(promotion):
    seen = shown(promotion())
    assert led(seen, "Chance that it pays: 95 in 100. Chance that it loses: 5 in 100.")
    assert seen.lights[-1].words == "passed, so “95 in 100” means what it says"


def test_failed_practice_runs_take_the_chances_away(promotion):
    seen = shown(promotion(calibrated=False))
    assert "in 100" not in text(seen).replace("100 shop weeks", "")
    assert seen.lights[-1].state == "open"


def test_the_doubt_is_told_where_the_decision_turns_and_outranks_a_high_chance(promotion):
    said = led(shown(promotion()), "What would change our mind?")
    assert "Little. If something nobody measured moves both the promotion and takings" in said
    assert "counts a quarter as much as customer loyalty, it no longer pays to run the promotion." in said
    assert said.endswith("It would still raise takings.")


def test_without_a_decision_the_doubt_is_told_where_the_effect_is_gone(promotion):
    said = led(shown(promotion(decided=False)), "What could prove us wrong?")
    assert "counts 1.6 times as much as customer loyalty, nothing of the effect would remain." in said


def test_a_far_tipping_point_takes_a_lot(smoking):
    said = led(shown(smoking), "What could prove us wrong?")
    assert said.startswith("What could prove us wrong? It would take a lot")
    assert "more than six times as much as age. Then only 1 kg of the effect would remain." in said


def test_a_near_tipping_point_makes_a_lot_worth_drawing(promotion):
    assert "let a lot decide about the promotion" in led(shown(promotion()), "What to do next.")
    assert "let a lot decide" not in led(shown(promotion(multiples=(3.0, 9.0))), "What to do next.")


def test_groups_that_are_alike_by_construction_are_no_evidence(smoking):
    said = led(shown(smoking), "For whom?")
    assert "By sex we cannot tell: this model takes quitting smoking to work alike there." in said
    assert "More for smoking in 1971 above 20 (about 4.4 kg) than for" in said
    assert "Too few to compare: age above 74." in said


def test_a_decision_without_money_is_answered_in_the_outcomes_unit_and_says_what_it_leaves_out(smoking):
    said = led(shown(smoking), "What to do.")
    assert "earned back from 2 kg on. Yes." in said
    assert said.endswith("This page leaves out: whether to quit.")


def test_draws_that_did_not_settle_are_announced_before_any_number(promotion):
    assert shown(promotion(converged=False)).alarm.startswith("Do not use the numbers on this page yet.")
    assert shown(promotion()).alarm == ""


def test_a_refusal_gives_the_users_line_two_worlds_and_remedies_but_no_number(cannot_tell):
    seen = shown(cannot_tell)
    assert "something we have no record of decides both the promotion and takings" in text(seen)
    assert "line 5: promo <-> sales" in text(seen)
    assert "any number would be a guess in a suit" in text(seen)
    assert len(seen.remedies) == 3
    assert seen.remedies[0].startswith("Write down what decided")
    assert seen.lights == ()
    assert not re.search(r"\d+ EUR|\d+ in 100|206", text(seen))


def test_one_that_works_and_one_that_does_not_is_said_only_of_a_bow(cannot_tell):
    answer = cannot_tell.answers[0]
    assert "Two worlds in which the promotion works differently" in text(screen(cannot_tell, answer))
    bow = replace(answer.effect, verdict=replace(answer.effect.verdict, is_bow=True))
    assert "one where it does not" in text(screen(cannot_tell, replace(answer, effect=bow)))


def test_a_refusal_that_is_not_the_drawings_fault_says_so(cannot_tell, promotion):
    findings = promotion()
    effect = replace(
        findings.answers[0].effect, status="refused", draws=None, reasons=("No estimator for it exists yet.",)
    )
    seen = screen(findings, replace(findings.answers[0], effect=effect, decision=None))
    assert seen.answer == "We cannot give a number yet."
    assert "The drawing is not the obstacle. No estimator for it exists yet." in text(seen)


def test_lights_read_without_colour(promotion, smoking):
    assert [light.sign for light in shown(promotion()).lights] == ["●", "●", "◐", "●"]
    assert [light.sign for light in shown(smoking).lights] == ["●", "◐", "◐", "○"]
    assert shown(smoking).lights[1].words == "good for the average, checked for “more than 5 kg”; some details differ"


def test_a_weak_answer_says_so_first(promotion):
    findings = promotion()
    effect = replace(findings.answers[0].effect, status="weak", reasons=("5 rows for 4 coefficients.",))
    seen = screen(findings, replace(findings.answers[0], effect=effect))
    assert seen.paragraphs[0].lead == "Careful."
    assert led(seen, "What to do next.").startswith("What to do next. If this weak answer holds: run the promotion")
    assert shown(findings).paragraphs[0].lead != "Careful."


def test_where_less_is_what_pays_the_turn_is_told_from_the_other_side(promotion):
    findings = promotion(mean=-133.0)
    answer = findings.answers[0]
    decision = replace(answer.decision, gain=-0.45, threshold=-111.1, net_gain=9.9, recommendation="run the promotion")
    told = tell(findings, replace(answer, decision=decision))
    assert told.pays_where == "at −111 EUR or less"
    assert shown(replace(findings, answers=(replace(answer, decision=decision),))).answer.startswith(
        "Run the promotion. It lowers takings by about 133 EUR"
    )


def test_halves_of_the_users_own_are_left_as_they_are_written(smoking):
    variables = dict(smoking.model.variables)
    variables["qsmk"] = replace(variables["qsmk"], label="Giving ½ pill (2.5 mg)")
    found = shown(replace(smoking, model=replace(smoking.model, variables=variables)))
    assert found.answer == "Yes. Giving ½ pill (2.5 mg) raises weight by about 3.5 kg."
    said = " ".join(map(str, found.paragraphs))
    assert "½ pill (2.5 mg)" in said
    assert "0.5 pill" not in said
