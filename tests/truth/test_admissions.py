"""Admissions to Berkeley (reference number E6): a department as categorical mediator between sex and admission."""

import csv

import numpy as np
import pytest

import bayescause as bc
from bayescause.compilation.checking import tabulate

MODEL = "dept ~ gender; admit ~ gender*dept"


@pytest.fixture(scope="module")
def applicants(reference_data):
    with (reference_data / "ucb_admissions" / "ucb_admissions.csv").open() as file:
        rows = list(csv.DictReader(file))
    return {
        "gender": np.array([float(row["gender"] == "Female") for row in rows]),
        "admit": np.array([float(row["admit"] == "Admitted") for row in rows]),
        "dept": np.array([row["dept"] for row in rows]),
        "freq": np.array([float(row["freq"]) for row in rows]),
    }


@pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")
def test_the_total_effect_goes_through_the_department(applicants):
    # A large share of women applied where few were admitted; the tables themselves give -.1416.
    model = bc.StructuralModel.parse(MODEL)
    table = tabulate(model, applicants, frequency="freq")
    effect = bc.ask(model, table, bc.AverageEffect(of="gender", on="admit", population="sample"))
    assert effect.posterior.engines == {"dept": "laplace", "admit": "laplace"}
    # Default priors are nearly flat with 4,526 applicants: they move the mean by less than a tenth of its sd (.014).
    assert float(effect.mean()) == pytest.approx(-0.1416, abs=0.0014 + 4 * effect.diagnostics.mcse_mean)


@pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")
def test_past_the_department_women_are_preferred_and_through_it_they_lose(applicants):
    model = bc.StructuralModel.parse(MODEL)
    asked = {"of": "gender", "on": "admit", "through": ("dept",), "population": "sample"}
    questions = bc.NaturalDirectEffect(**asked), bc.NaturalIndirectEffect(**asked)
    posterior = bc.fit(model, tabulate(model, applicants, frequency="freq"), questions)
    for question, truth in zip(questions, (0.070969, -0.142733), strict=True):
        effect = bc.estimate(posterior, question)
        # Department A has 108 women: there the default prior has a say of a fraction of the effect's sd.
        assert float(effect.mean()) == pytest.approx(truth, abs=0.3 * float(effect.sd()))
