from dataclasses import replace

from bayescause.analysis.concordance import Agreement, Concordance
from bayescause.reporting.exporting import to_json
from bayescause.reporting.html import page
from bayescause.reporting.proof.concordance import agreements_of


def with_routes(findings, status, *agreements, reason=""):
    """``findings`` whose first answer was computed by a second route."""
    effect = findings.answers[0].effect
    found = Concordance(effect, status, agreements, ("one way", "another") if agreements else (), 400, 1_000, reason)
    return replace(findings, answers=(replace(findings.answers[0], concordance=found), *findings.answers[1:]))


def test_a_page_says_that_an_answer_was_computed_by_one_route_only(promotion):
    assert "Not cross-checked" in page(promotion())


def test_a_page_shows_both_routes_with_gap_and_verdict(promotion):
    written = page(with_routes(promotion(), "differ", Agreement("", 133.0, 120.0, -13.0, 1.0)))
    assert "Two routes to the answer" in written
    assert "one way; and by another" in written
    assert "○ differ" in written


def test_a_page_says_why_there_is_no_second_route(promotion):
    assert "Not cross-checked. There is none." in page(with_routes(promotion(), "refused", reason="There is none."))


def test_json_gives_gap_and_error_of_each_number(promotion):
    told = to_json(with_routes(promotion(), "agree", Agreement("", 133.0, 133.1, 0.1, 0.2)))["questions"][0]
    assert told["concordance"]["status"] == "agree"
    assert told["concordance"]["agreements"][0]["ratio"] == 0.5
    assert to_json(promotion())["questions"][0]["concordance"] is None


def test_a_group_shows_its_own_numbers(promotion):
    one, other = Agreement("a", 1.0, 1.0, 0.0, 1.0), Agreement("b", 2.0, 2.0, 0.0, 1.0)
    effect = replace(promotion().answers[0].effect, group="b")
    assert agreements_of(effect, Concordance(effect, "agree", (one, other))) == (other,)
