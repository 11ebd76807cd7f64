"""Published mediated effects come out: lines C4, E6 and E7, and the natural effects of the published binary models."""

import json

import numpy as np
import pandas as pd
import pytest

import bayescause as bc
from bayescause.identification.evaluation import DiscreteLaw, discrete_mean
from bayescause.identification.functional import free_variables, levels_named

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")

CARD = ("depress1", "occp", "marital", "nonwhite", "educ", "income")


def asked(of, on, through):
    return bc.NaturalIndirectEffect(of, on, through), bc.NaturalDirectEffect(of, on, through)


def test_c4_the_linear_model_of_the_reference(reference_data):
    rows = pd.read_csv(reference_data / "analytic_scms" / "mediation.csv")
    model = bc.StructuralModel.parse("M ~ X; Y ~ X + M")
    posterior = bc.fit(model, rows, asked("X", "Y", ("M",)))
    effects = [bc.estimate(posterior, question) for question in asked("X", "Y", ("M",))]
    for effect, truth in zip(effects, (0.42, 0.3), strict=True):
        assert abs(float(effect.mean()) - truth) < 4 * float(effect.sd())
    assert abs(float(bc.decompose(effects[0]).total.mean()) - 0.72) < 4 * float(effects[0].sd() + effects[1].sd())


def wide(text, rows, names):
    """The model with N(0, (1,000 scale)^2) priors, which the reference numbers call flat."""
    from bayescause.compilation.deriving import derive

    model = bc.StructuralModel.parse(text)
    design = derive(model, bc.tabulate(model, rows), bc.plan(model).tasks)
    priors = {}
    for name in names:
        task, spread = design.mechanisms[name], float(rows[name].std())
        scales = zip(task.columns, task.scales, strict=True)
        priors[name] = {column: f"normal(0, {1000 * spread / scale})" for column, scale in scales}
        priors[name]["intercept"] = f"normal(0, {1000 * spread})"
    return bc.StructuralModel.parse(text, priors=priors)


@pytest.mark.parametrize(
    ("covariates", "mediated", "direct"),
    [
        ((), -0.0152, -0.0481),
        (("econ_hard", "sex", "age"), -0.0157, -0.0403),
        (("econ_hard", "sex", "age", *CARD), -0.0137, -0.0368),
    ],
    ids=["none", "three", "all"],
)
def test_e7_job_search_and_depression(reference_data, covariates, mediated, direct):
    rows = pd.read_csv(reference_data / "jobs" / "jobs.csv")
    more = "".join(f" + {name}" for name in covariates)
    names = ("job_seek", "depress2")
    model = wide(f"job_seek ~ treat{more}; depress2 ~ treat + job_seek{more}", rows, names)
    questions = asked("treat", "depress2", ("job_seek",))
    posterior = bc.fit(model, rows, questions)
    found = [bc.estimate(posterior, question) for question in questions]
    # Products of coefficients that were published with four digits; the mean of 4,000 draws is known to mcse.
    for effect, truth in zip(found, (mediated, direct), strict=True):
        tolerance = 4 * effect.diagnostics.mcse_mean + 0.02 * float(effect.sd()) + 5e-5
        assert float(effect.mean()) == pytest.approx(truth, abs=tolerance)
    total = bc.decompose(found[0]).total
    assert float(total.mean()) == pytest.approx(mediated + direct, abs=4 * float(total.std()) / 60 + 1e-4)


def test_e6_admissions_by_the_exact_law(reference_data):
    counts = pd.read_csv(reference_data / "ucb_admissions" / "ucb_admissions.csv")
    cells = counts.pivot_table(index=["gender", "dept"], columns="admit", values="freq")
    women_last = cells.loc[["Male", "Female"]][["Rejected", "Admitted"]].to_numpy().reshape(2, 6, 2)
    law = DiscreteLaw(("gender", "dept", "admit"), women_last / women_last.sum(), {"admit": [0, 1]})
    graph = bc.CausalGraph.parse("gender -> dept -> admit; gender -> admit")
    questions = (*asked("gender", "admit", ("dept",)), bc.AverageEffect("gender", "admit"))
    for question, truth in zip(questions, (-0.142733, 0.070969, -0.141645), strict=True):
        assert contrast(bc.identify(graph, question), law, "gender", "admit") == pytest.approx(truth, abs=1e-6)


def contrast(verdict, law, of, on):
    """High against low on the exact law, with the reference value low in both."""
    expression = verdict.expression
    low, high = (
        {of: level} | dict.fromkeys(levels_named(expression), 0) if of in free_variables(expression) else {}
        for level in (0, 1)
    )
    return float(discrete_mean(expression, law, on, high).values - discrete_mean(expression, law, on, low).values)


def binary_models(folder):
    """Models with natural effects, the graph of each, and the mediators that these are through."""
    for model in json.loads((folder / "binary_scms" / "models.json").read_text(encoding="utf-8")):
        if "NDE(Y | X)" in model["exact"]:
            arrows = "; ".join(f"{a} -> {b}" for a, b in model["graph"]["directed"])
            graph = bc.CausalGraph.parse(arrows)
            between = tuple(name for name in model["cpt"] if name not in "XY" and is_between(graph, name))
            if between:
                yield model, graph, between


def is_between(graph, name):
    from bayescause.graph.relations import ancestors, descendants

    return name in descendants(graph, ["X"]) and name in ancestors(graph, ["Y"])


def test_natural_effects_of_published_binary_models_come_out_of_their_tables(reference_data):
    seen = 0
    for model, graph, between in binary_models(reference_data):
        names = list(model["cpt"])
        joint = np.ones(())
        place = {name: index for index, name in enumerate(names)}
        operands = []
        for name, cpt in model["cpt"].items():
            ones = np.array(cpt["p1"])
            operands += [np.stack([1 - ones, ones], axis=-1), [*map(place.get, cpt["parents"]), place[name]]]
        joint = np.einsum(*operands, range(len(names)))
        law = DiscreteLaw(tuple(names), joint, {"Y": [0, 1]})
        for question, key in zip(asked("X", "Y", between), ("NIE(Y | X)", "NDE(Y | X)"), strict=True):
            if key in model["exact"]:
                found = contrast(bc.identify(graph, question), law, "X", "Y")
                # Published with twelve digits.
                assert found == pytest.approx(model["exact"][key], abs=1e-9), (model["id"], key)
                seen += 1
    assert seen >= 6


def test_natural_effects_of_published_binary_models_come_out_of_5000_rows(reference_data):
    gaps = {}
    for number, (model, graph, between) in enumerate(binary_models(reference_data)):
        rng, rows = np.random.default_rng(number), {}
        for name, cpt in model["cpt"].items():
            ones = np.array(cpt["p1"])[tuple(rows[parent] for parent in cpt["parents"])]
            rows[name] = (rng.random(5_000) < ones).astype(int)
        text = "; ".join(f"{name} ~ {'*'.join(cpt['parents']) or '1'}" for name, cpt in model["cpt"].items())
        fitted = bc.StructuralModel.parse(text)
        assert set(fitted.graph.directed) == set(graph.directed)
        questions = asked("X", "Y", between)
        posterior = bc.fit(fitted, rows, questions)
        for question, key in zip(questions, ("NIE(Y | X)", "NDE(Y | X)"), strict=True):
            if key in model["exact"]:
                effect = bc.estimate(posterior, question)
                gap, sd = float(effect.mean()) - model["exact"][key], float(effect.sd())
                # What the graph sets to zero has no spread, and has to be zero exactly.
                assert sd > 0 or abs(gap) < 1e-9
                gaps[model["id"], key] = gap / sd if sd > 0 else 0.0
    assert len(gaps) >= 6
    # Four posterior sds are left by 1 in 16,000 tables.
    assert {at: gap for at, gap in gaps.items() if abs(gap) >= 4} == {}
