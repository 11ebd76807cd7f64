from dataclasses import replace

from bayescause.analysis.extrapolation import Extrapolation
from bayescause.analysis.power_scaling import Scaled
from bayescause.analysis.prior_share import Direction, PriorShare
from bayescause.reporting.exporting import to_json
from bayescause.reporting.html import page


def with_share(findings, **facts):
    """``findings`` whose first answer was taken apart."""
    effect = findings.answers[0].effect
    told = {"status": "ok", "share": 0.2, "held": 0.1} | facts
    return replace(findings, answers=(replace(findings.answers[0], prior=PriorShare(effect, **told)),))


def test_a_page_tells_shares_and_silent_directions(promotion):
    beyond, powers = Extrapolation(0.3, 0.4, 2.0, 1.0), (Scaled(0.5, 0.1, 1.1, 0.1), Scaled(2.0, -0.2, 0.9, 0.1))
    silent = (Direction("sales", ("promo", "twin"), 0.1),)
    written = page(with_share(promotion(), directions=silent, extrapolation=beyond, scaled=powers))
    assert "About a fifth of the width is prior" in written
    assert "Only the prior holds promo and twin in sales (10 % of the variance)" in written
    assert "30 % of the units" in written
    assert "-0.20" in written.replace("\N{MINUS SIGN}", "-")


def test_a_page_says_why_nothing_could_be_told(promotion):
    assert "a prior is flat" in page(with_share(promotion(), status="refused", reason="a prior is flat."))


def test_json_gives_the_shares(promotion):
    told = to_json(with_share(promotion()))["questions"][0]["prior"]
    assert (told["share"], told["held"], told["removable"], told["is_prior_driven"]) == (0.2, 0.1, 0.9, False)
    assert to_json(promotion())["questions"][0]["prior"] is None
