"""The page says what an answer takes for granted of single units, and what is left without it."""

import numpy as np

from bayescause.inference.fitting import fit
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.query.estimands.probability_of_both import ProbabilityOfBoth
from bayescause.query.estimating import estimate
from bayescause.reporting.findings import gather
from bayescause.reporting.wording.couplings import taken_for_granted
from bayescause.reporting.wording.names import names_of
from bayescause.scm.structural_model import StructuralModel


def granted(posterior, question):
    findings = gather([estimate(posterior, question)])
    return taken_for_granted(findings.answers[0].effect, names_of(findings, findings.answers[0]))


def test_a_probability_of_causation_says_its_coupling_and_its_range_and_an_average_needs_none():
    # Risks of 200 / 1000 and 700 / 1000: the range is .5 to .7, each end known to about .02 * 1.6.
    x = np.repeat([0.0, 1.0], 1000)
    y = np.concatenate([np.arange(1000) < 200, np.arange(1000) < 700]).astype(float)
    posterior = fit(StructuralModel.parse("x ~ 1; y ~ x"), {"x": x, "y": y})
    told = str(granted(posterior, ProbabilityOfBoth(of="x", on="y")))
    assert "prevents the outcome in no unit (monotone)" in told
    low, high = told.split("between ")[1].removesuffix(" in 100.").split(" and ")
    np.testing.assert_allclose([float(low), float(high)], [50 - 3.2, 70 + 2.3], atol=1.5)
    assert granted(posterior, AverageEffect(of="x", on="y")) is None
