"""Model files that name families with levels, with several drives, as tables, and with weights run from end to end."""

import numpy as np
import pytest

import bayescause as bc

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")

FILE = """schema = 1
title = "Does it help?"
unit = "patient"
[data]
file = "patients.csv"
[graph]
edges = "{edges}"
[variables]
drug = {{ kind = "binary" }}
{variables}
[[questions]]
estimand = "ate"
of = "drug"
on = "{on}"
"""
ROWS = 400
RNG = np.random.default_rng(31)
DRUG = RNG.integers(0, 2, ROWS)
WARD = RNG.integers(0, 3, ROWS)


def levels_of(chances):
    """A level for each row, dims of ``chances`` (drug, level)."""
    return (RNG.random(ROWS)[:, None] > np.cumsum(chances, axis=1)[DRUG]).sum(axis=1)


PAIN = levels_of(np.array([[0.2, 0.4, 0.4], [0.5, 0.3, 0.2]]))
DIET = levels_of(np.array([[0.6, 0.2, 0.2], [0.2, 0.2, 0.6]]))
STAY = np.array([5.0, 3.0, 4.0])[DIET] - DRUG + RNG.normal(0, 1, ROWS)
VISITS = np.where(RNG.random(ROWS) < 0.5 + 0.2 * DRUG, 1 + RNG.poisson(1.0, ROWS), 0)
CURED = (RNG.random(ROWS) < np.array([0.2, 0.4, 0.6])[WARD] + 0.2 * DRUG).astype(int)
SE = RNG.uniform(0.5, 3.0, ROWS)
MARK = 2.0 * DRUG + SE * RNG.normal(size=ROWS)
COLUMNS = {
    "drug": DRUG,
    "ward": np.array(["a", "b", "c"])[WARD],
    "pain": np.array(["none", "some", "much"])[PAIN],
    "diet": np.array(["plain", "rich", "none"])[DIET],
    "stay": STAY,
    "visits": VISITS,
    "cured": CURED,
    "mark": MARK,
    "sure": 1 / SE**2,
}


def gap(values):
    return values[DRUG == 1].mean() - values[DRUG == 0].mean()


def standardised():
    cells = np.array([[CURED[(drug == DRUG) & (ward == WARD)].mean() for ward in range(3)] for drug in (0, 1)])
    return (cells[1] - cells[0]) @ np.bincount(WARD) / ROWS


def weighted():
    sides = (np.average(MARK[drug == DRUG], weights=1 / SE[drug == DRUG] ** 2) for drug in (0, 1))
    return -np.subtract(*sides)


# Family, graph, variables, outcome, and the same effect of the same rows without a model or a prior.
CASES = {
    "ordinal": ("pain ~ drug", 'pain = { family = "ordinal", levels = ["none", "some", "much"] }', "pain", gap(PAIN)),
    "categorical": ("diet ~ drug; stay ~ diet + drug", 'diet = { family = "categorical" }', "stay", gap(STAY)),
    "hurdle": ("visits ~ drug", 'visits = { family = "hurdle" }', "visits", gap(VISITS)),
    "saturated": ("cured ~ drug + ward", 'cured = { family = "saturated" }', "cured", standardised()),
    "gaussian": ("mark ~ drug", 'mark = { family = "gaussian", weights = "sure" }', "mark", weighted()),
}


@pytest.fixture(params=CASES)
def case(request, tmp_path):
    edges, variables, on, told = CASES[request.param]
    rows = [",".join(COLUMNS), *(",".join(map(str, row)) for row in zip(*COLUMNS.values(), strict=True))]
    (tmp_path / "patients.csv").write_text("\n".join(rows))
    path = tmp_path / "ward.toml"
    path.write_text(FILE.format(edges=edges, variables=variables, on=on))
    return request.param, path, told


def test_a_family_that_a_file_names_gives_the_effect_in_its_rows(case):
    family, path, told = case
    [answer] = bc.run(bc.Study.read(path), seed=1).answers
    effect = answer.effect
    posterior = effect.posterior
    fitted = {task.variable: task.mechanism.short for task in posterior.design.mechanisms.values()}
    assert family in fitted.values()
    assert set(posterior.engines.values()) <= {"exact", "laplace"}
    # The model smooths what the rows tell by themselves: half of a posterior sd, of the 400 rows that both share.
    assert abs(float(effect.mean()) - told) < 0.5 * float(effect.sd())
