"""Posteriors of posteriordb (Magnusson and others 2024) with their own priors, against their reference draws (E14)."""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bayescause.inference.fitting import fit
from bayescause.inference.posterior import parameters
from bayescause.scm.mechanisms.gaussian import Gaussian
from bayescause.scm.structural_model import StructuralModel

FOLDER = Path(os.environ.get("BAYESCAUSE_REFERENCE_DATA", "no such folder")) / "posteriordb"

pytestmark = [
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the reference data are not here"),
    pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning"),
]

HALF_CAUCHY = "half_cauchy(2.5)"
FLAT = "uniform(0, 100)"
"""Flat above zero, as far as the likelihood of these data reaches."""


def _regression(formula, columns, sd):
    outcome, right = formula.split(" ~ ")
    names = right.split(" + ")
    priors = {"raw_intercept": "flat()", **dict.fromkeys(names, "flat()"), "sd": sd}
    posterior = fit(StructuralModel.parse(formula, priors={outcome: priors}), columns, draws=5_000)
    drawn = parameters(posterior, outcome)
    found = {f"beta[{place + 1}]": draws for place, draws in enumerate(drawn.coefficients.T)}
    return found | {"sigma": drawn.dispersion["sd"]}


def _one_score(table):
    return _regression("kid_score ~ mom_iq", table, HALF_CAUCHY)


def _two_scores(table):
    return _regression("kid_score ~ mom_hs + mom_iq", table, HALF_CAUCHY)


def _earnings(table):
    return _regression("log_earn ~ height + male", table.assign(log_earn=np.log(table.earn)), FLAT)


def _mesquite(table):
    logs = {"log_weight": np.log(table.weight), "log_volume": np.log(table.diam1 * table.diam2 * table.canopy_height)}
    return _regression("log_weight ~ log_volume", logs, FLAT)


def _schools(table):
    model = StructuralModel.parse(
        "y ~ (1 | school)",
        mechanisms={"y": Gaussian(weights="precision")},
        priors={"y": {"intercept": "normal(0, 5)", "sd": "fixed(1)", "sd(1|school)": "half_cauchy(5)"}},
    )
    posterior = fit(model, {"y": table.y, "school": list("ABCDEFGH"), "precision": table.sigma**-2.0}, draws=5_000)
    drawn = parameters(posterior, "y")
    effects = drawn.coefficients[:, :1] + drawn.coefficients[:, 1:]
    found = {f"theta[{place + 1}]": draws for place, draws in enumerate(effects.T)}
    return found | {"mu": drawn.coefficients[:, 0], "tau": drawn.dispersion["sd(1|school)"]}


CASES = {
    "kidiq-kidscore_momiq": _one_score,
    "kidiq-kidscore_momhsiq": _two_scores,
    "earnings-logearn_height_male": _earnings,
    "mesquite-logmesquite_logvolume": _mesquite,
    "eight_schools-eight_schools_noncentered": _schools,
}


def _references():
    return {each["name"]: each for each in json.loads((FOLDER / "posteriors.json").read_text())}


def test_every_posterior_of_the_folder_has_a_case():
    assert set(CASES) == set(_references())


@pytest.mark.parametrize("name", CASES)
def test_means_and_sds_are_those_of_the_reference(name):
    reference = _references()[name]
    found = CASES[name](pd.read_csv(FOLDER / reference["file"]))
    assert set(found) == set(reference["reference"])
    for parameter, expected in reference["reference"].items():
        draws = found[parameter]
        error = np.hypot(draws.std() / np.sqrt(draws.size), expected["mcse_mean"])
        assert abs(draws.mean() - expected["mean"]) < 4 * error, parameter
        assert draws.std() == pytest.approx(expected["sd"], rel=0.05), parameter
