import re

import numpy as np
import pytest

import bayescause as bc
from bayescause.analysis.deciding import decide
from bayescause.query.estimands.exceedance import Exceedance
from bayescause.query.estimands.quantile_effect import QuantileEffect
from bayescause.reporting.exporting import to_json
from bayescause.reporting.findings import gather
from bayescause.reporting.markdown import to_markdown
from bayescause.reporting.proof.curve import curve_picture
from bayescause.reporting.wording.headline import headline


@pytest.fixture(scope="module")
def posterior():
    rng = np.random.default_rng(3)
    nurse = (rng.random(200) < 0.5).astype(float)
    wait = np.exp(3 - 0.5 * nurse + 0.6 * rng.normal(size=200))
    model = bc.StructuralModel.parse(
        "wait ~ nurse", families={"wait": "lognormal"}, units={"wait": "min"}, labels={"wait": "waiting time"}
    )
    return bc.fit(model, {"nurse": nurse, "wait": wait}, [QuantileEffect(of="nurse", on="wait")])


def told(posterior, question):
    findings = gather([bc.estimate(posterior, question)], unit="patient")
    return to_markdown(findings), to_json(findings)["questions"][0]


def test_the_owner_reads_of_the_median(posterior):
    page, facts = told(posterior, QuantileEffect(of="nurse", on="wait"))
    assert "lowers the median of waiting time by about" in page
    assert facts["unit"] == "min"
    assert facts["quantity"] == "the median of wait"
    assert facts["interval"]["low"] < facts["median"] < 0


def test_several_quantiles_have_a_picture_and_a_point_each(posterior):
    page, facts = told(posterior, QuantileEffect(of="nurse", on="wait", probabilities=(0.1, 0.5, 0.9)))
    assert "goes from about" in page
    assert "at the point below which 10 in 100 patients lie" in page
    assert "share of patients" in page
    assert [point["at"] for point in facts["curve"]] == [0.1, 0.5, 0.9]


def test_a_chance_is_counted_in_every_hundred(posterior):
    page, facts = told(posterior, Exceedance(of="nurse", on="wait", above=(30.0,)))
    assert "lowers the chance that waiting time exceeds 30 by about" in page
    assert "in every 100 patients" in page
    assert facts["unit"] is None
    assert -1 < facts["mean"] < 0


def test_nothing_is_decided_on_a_quantile(posterior):
    effect = bc.estimate(posterior, QuantileEffect(of="nurse", on="wait"))
    decision = decide(effect, act="hire", instead="do not", gain=-1.0, cost=2.0)
    assert decision.status == "refused"
    assert "quantile effect" in decision.reason


def test_a_bound_for_means_is_not_told_of_a_quantile(posterior):
    doubt = bc.sensitivity(bc.estimate(posterior, QuantileEffect(of="nurse", on="wait")), "hidden_confounder")
    assert doubt.status == "refused"
    assert "the median of wait" in doubt.reason


def test_levels_without_an_order_have_no_quantile():
    columns = {"x": [0.0, 1.0] * 20, "colour": ["red", "green", "blue", "red"] * 10}
    with pytest.raises(bc.errors.DataError, match="no order"):
        bc.ask(bc.StructuralModel.parse("colour ~ x"), columns, QuantileEffect(of="x", on="colour"))


def test_what_is_computed_is_what_was_asked_and_no_mean(posterior):
    page, _ = told(posterior, QuantileEffect(of="nurse", on="wait", probabilities=(0.9,)))
    computed = page.split("What is computed")[1].split("What the answer rests on")[0]
    assert "Q_p[wait(nurse = 1)] - Q_p[wait(nurse = 0)]" in computed
    assert "P(wait | nurse)" in computed
    assert "E[" not in computed


def test_a_column_without_a_label_opens_a_sentence_as_it_is_spelled(posterior):
    page, _ = told(posterior, QuantileEffect(of="nurse", on="wait"))
    assert "nurse lowers the median" in page
    assert "Nurse lowers" not in page


def test_the_picture_counts_chances_in_every_hundred_as_the_sentence_does(posterior):
    effect = bc.estimate(posterior, Exceedance(of="nurse", on="wait", above=(5.0, 20.0)))
    findings = gather([effect], unit="patient")
    drawn = curve_picture(findings, findings.answers[0], "drawn")
    assert "in every 100 patients" in " ".join(re.sub("<[^>]*>", " ", drawn.wide).split())
    assert "in every 100 patients" in headline(findings)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (bc.ProbabilityOfNecessity, "Of patients with a nurse that have relief, about 7"),
        (bc.ProbabilityOfSufficiency, "Of patients without a nurse that lack relief, about 6"),
        (bc.ProbabilityOfBoth, " in 100 patients have relief with a nurse and lack it without a nurse."),
    ],
)
def test_probabilities_of_causation_are_told_as_shares_of_units(question, said):
    # Risks of .2 and .7: .5 / .7 = 71, .5 / .8 = 63 and 50 in 100.
    x = np.repeat([0.0, 1.0], 1000)
    y = np.concatenate([np.arange(1000) < 200, np.arange(1000) < 700]).astype(float)
    labels = {"nurse": "a nurse", "relief": "relief"}
    model = bc.StructuralModel.parse("relief ~ nurse", labels=labels)
    posterior = bc.fit(model, {"nurse": x, "relief": y}, [question(of="nurse", on="relief")])
    findings = gather([bc.estimate(posterior, question(of="nurse", on="relief"))], unit="patient")
    assert said in headline(findings)
    assert " in 100." in headline(findings).split("Very likely between")[1]
