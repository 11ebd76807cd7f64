import numpy as np
import pytest

from bayescause.graph.formula import Factor, Term
from bayescause.scm.describing import coefficient_units, describe
from bayescause.scm.design import Constants, Design, MechanismDesign
from bayescause.scm.mechanisms.bernoulli import Bernoulli
from bayescause.scm.mechanisms.categorical import Categorical
from bayescause.scm.mechanisms.gaussian import Gaussian
from bayescause.scm.mechanisms.hurdle import Hurdle
from bayescause.scm.mechanisms.zero_inflated import ZeroInflated
from bayescause.scm.priors import Prior
from bayescause.scm.structural_model import StructuralModel
from bayescause.scm.terms import column_names

TEXT = "weight ~ quit*smoked + school + square(smoked) + log(age) + standardize(height); quit ~ school"
MODEL = StructuralModel.parse(
    TEXT,
    kinds={"binary": ["quit"], "categorical": ["school"]},
    priors={"weight": {"quit": "normal(0, 5)", "sd": "half_normal(10)"}},
    labels={"weight": "weight gained"},
    units={"weight": "kg", "smoked": "cigarette"},
)


def resolved(name, mechanism):
    terms = MODEL.variables[name].terms
    constants = {Factor("school"): Constants(levels=(1.0,), labels=("high",), reference="low")}
    bare = Design({}, constants, {"quit": ("0", "1"), "school": ("low", "high")})
    columns = tuple(column for term in terms for column in column_names(term, bare))
    priors = dict.fromkeys(("intercept", *columns, *mechanism.dispersion), Prior("normal", (0, 2 / 3)))
    width = len(columns)
    task = MechanismDesign(name, name, mechanism, terms, columns, np.zeros(width), np.ones(width), priors)
    return Design({name: task}, constants, bare.levels)


def units(name, mechanism):
    design = resolved(name, mechanism)
    return coefficient_units(MODEL, design.mechanisms[name], design)


def test_print_names_every_coefficient_with_its_prior():
    told = str(MODEL)
    assert "# weight (weight gained, in kg): default family of its kind" in told
    assert "#   quit                 normal(0, 5)\n" in told
    assert "#   quit:smoked          by rule\n" in told
    assert "#   sd                   half_normal(10)" in told


def test_what_is_printed_reads_back():
    again = StructuralModel.parse(str(MODEL))
    assert {name: each.terms for name, each in again.variables.items()} == {
        name: each.terms for name, each in MODEL.variables.items()
    }
    assert set(again.graph.directed) == set(MODEL.graph.directed)


def test_a_label_cannot_become_a_statement():
    model = StructuralModel.parse("y ~ x", labels={"y": "evil\nx <-> y"})
    assert StructuralModel.parse(str(model)).graph == model.graph


def test_a_design_adds_priors_by_rule_and_units():
    told = describe(MODEL, resolved("weight", Gaussian()))
    assert "# weight (weight gained, in kg): gaussian, identity link" in told
    assert "#   quit:smoked          normal(0, 0.6667)  kg per cigarette" in told


def test_coefficients_have_the_unit_of_the_outcome_per_unit_of_the_column():
    assert units("weight", Gaussian()) == {
        "intercept": "kg",
        "quit": "kg",
        "smoked": "kg per cigarette",
        "quit:smoked": "kg per cigarette",
        "school[high]": "kg",
        "square(smoked)": "kg per cigarette²",
        "log(age)": "kg per log(age)",
        "standardize(height)": "kg per sd of height",
        "sd": "kg",
    }


def test_coefficients_behind_a_link_have_the_unit_of_the_link():
    assert units("quit", Bernoulli()) == {"intercept": "log odds", "school[high]": "log odds"}


def test_hundreds_of_dummies_are_counted_and_not_listed():
    levels = tuple(float(code) for code in range(1, 486))
    village = Factor("village")
    model = StructuralModel.parse("peace ~ village")
    constants = {village: Constants(levels=levels, labels=tuple(f"v{code:.0f}" for code in levels), reference="v0")}
    terms = (Term((village,)),)
    columns = column_names(terms[0], Design({}, constants, {}))
    priors = dict.fromkeys(("intercept", *columns, "sd"), Prior("normal", (0, 1)))
    task = MechanismDesign("peace", "peace", Gaussian(), terms, columns, np.zeros(485), np.ones(485), priors)
    told = describe(model, Design({"peace": task}, constants, {}))
    assert "and 446 coefficients more, from village[v40] to village[v485]" in told


@pytest.mark.parametrize("family", [Hurdle(), ZeroInflated()], ids=lambda family: family.short)
def test_each_drive_of_a_count_in_two_steps_has_the_unit_of_its_own_link(family):
    columns = {"quit": "", "smoked": " per cigarette"}
    model = StructuralModel.parse("count ~ quit + smoked", kinds={"binary": ["quit"]}, units={"smoked": "cigarette"})
    terms = model.variables["count"].terms
    task = MechanismDesign("count", "count", family, terms, tuple(columns), np.zeros(2), np.ones(2), {})
    found = coefficient_units(model, task, Design({}, {}, {"quit": ("0", "1")}))
    assert {name: found[name] for name in task.places} == {
        f"{drive}.{column}": f"{scale}{step}"
        for drive, scale in (("mean", "log"), ("presence", "log odds"))
        for column, step in ({"intercept": ""} | columns).items()
    }


def test_every_drive_of_a_response_with_levels_is_in_log_odds():
    model = StructuralModel.parse("way ~ price", units={"price": "euro"})
    family = Categorical(levels=("bus", "car", "walk"))
    terms = model.variables["way"].terms
    task = MechanismDesign("way", "way", family, terms, ("price",), np.zeros(1), np.ones(1), {})
    found = coefficient_units(model, task, Design({}, {}, {}))
    assert found["car.intercept"] == found["walk.intercept"] == "log odds"
    assert found["car.price"] == found["walk.price"] == "log odds per euro"
