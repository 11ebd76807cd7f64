import json

import pytest

from bayescause.reporting.exporting import to_json
from bayescause.reporting.schema import Report, json_schema

PROMISED = "schema model data seed versions questions slices sensitivity calibration decision assumed warnings".split()
ANSWERED = """estimand of on contrast slice verdict status reasons mean sd unadjusted interval probability_above_zero
probability_worthwhile diagnostics unit""".split()


@pytest.mark.parametrize("name", ["promotion", "smoking", "cannot_tell", "bounded", "swapped"])
def test_what_is_written_is_json_with_every_promised_key(name, request):
    findings = request.getfixturevalue(name)
    told = to_json(findings() if callable(findings) else findings)
    assert set(PROMISED) <= set(told)
    assert json.loads(json.dumps(told, allow_nan=False)) == told


def test_an_answered_question_has_its_numbers_in_full(promotion):
    question = to_json(promotion())["questions"][0]
    assert set(ANSWERED) <= set(question)
    assert question["mean"] == pytest.approx(133.0)
    assert question["unadjusted"] == 206.0
    assert question["diagnostics"]["engines"] == {"traffic": "exact", "sales": "exact"}
    assert set(question["interval"]) == {"kind", "prob", "low", "high"}


def test_a_refused_question_has_a_verdict_and_reasons_and_no_number(cannot_tell):
    question = to_json(cannot_tell)["questions"][0]
    assert question["status"] == "refused"
    assert question["reasons"]
    assert question["verdict"]["hedge"]["nodes"]
    assert not {"mean", "sd", "unadjusted", "interval"} & set(question)


def test_a_range_has_two_ends_and_no_middle(bounded):
    question = to_json(bounded)["questions"][0]
    told = question["bounds"]
    assert question["status"] == "refused"
    assert "mean" not in question
    assert (told["low"]["mean"], told["high"]["mean"]) == pytest.approx((0.382, 0.77))
    assert told["interval"]["low"] < told["low"]["interval"]["low"]
    assert told["interval"]["high"] > told["high"]["interval"]["high"]
    assert question["verdict"]["bounds"]["method"] == told["method"] == "response_functions"


def test_slices_doubts_and_decision_say_which_question_they_belong_to(smoking):
    told = to_json(smoking)
    assert {one["question"] for one in (*told["slices"], *told["sensitivity"], told["decision"])} == {0}
    refused = next(one for one in told["slices"] if one["status"] == "refused")
    assert refused["mean"] is None


def test_the_published_schema_describes_every_object():
    schema = json_schema()
    assert set(PROMISED) <= set(schema["properties"])
    assert {"SliceRow", "Doubt", "Practice", "Choice"} <= set(schema["$defs"])


def test_the_schema_turns_away_what_it_does_not_know(promotion):
    told = to_json(promotion())
    Report.model_validate(told)
    with pytest.raises(ValueError, match="surprise"):
        Report.model_validate(told | {"surprise": 1})
