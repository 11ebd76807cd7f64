import json

import pytest

from bayescause.errors import ArtifactError, SpecError
from bayescause.reporting.publishing import report


@pytest.mark.parametrize(("ending", "start"), [("html", "<!DOCTYPE html>"), ("md", "# Does"), ("json", "{")])
def test_the_ending_says_what_is_written(promotion, tmp_path, ending, start):
    target = report(promotion(), to=tmp_path / "new folder" / f"page.{ending}")
    assert target.read_text(encoding="utf-8").lstrip().startswith(start)


def test_results_are_gathered_in_any_order(promotion, tmp_path):
    findings = promotion()
    answer = findings.answers[0]
    parts = (*findings.checks, findings.calibration, *answer.sensitivities, answer.decision)
    target = report(*parts, to=tmp_path / "page.json", title="Mine?")
    told = json.loads(target.read_text(encoding="utf-8"))
    assert told["title"] == "Mine?"
    assert told["decision"]["act"] == "run the promotion"
    assert told["calibration"]["passes"]


def test_an_unknown_ending_is_named(promotion, tmp_path):
    with pytest.raises(SpecError, match=r"ends in \.html, \.md or \.json, not in '\.docx'"):
        report(promotion(), to=tmp_path / "page.docx")


def test_something_that_is_no_result_is_named(tmp_path):
    with pytest.raises(SpecError, match="3 is not a result that can be reported. Give effects"):
        report(3, to=tmp_path / "page.html")


def test_a_place_that_cannot_be_written_is_an_error_of_ours(promotion, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ArtifactError, match="could not be written"):
        report(promotion(), to=tmp_path / "file" / "page.html")
