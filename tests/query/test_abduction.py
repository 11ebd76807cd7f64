"""Laws of counterfactuals on random models: consistency, the three axioms, and do twice is do once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayescause.graph.formula import Factor, Term
from bayescause.inference.posterior import Parameters
from bayescause.plugins import find
from bayescause.query.abduction import abducted, arguments_in, predicted, spread_ranks
from bayescause.query.drawn_laws import Laws
from bayescause.scm.design import Design, MechanismDesign

NAMES = ("a", "b", "c", "d")
FAMILIES = ("gaussian", "student_t", "bernoulli", "poisson", "lognormal", "gamma", "beta")
KEYS = {name: name for name in NAMES}
UNITS, SAMPLES = 5, 3
RANDOM_MODELS = settings(max_examples=15, deadline=None)

models = st.builds(
    lambda families, arrows, seed: (families, arrows, seed),
    st.tuples(*[st.sampled_from(FAMILIES)] * len(NAMES)),
    st.frozensets(st.sampled_from([(i, j) for j in range(len(NAMES)) for i in range(j)])),
    st.integers(0, 2**32 - 1),
)


def build(model):
    """Laws with random parameters, and units that were drawn from them, the same under each draw."""
    families, arrows, seed = model
    rng = np.random.default_rng(seed)
    tasks, drawn = {}, {}
    for place, name in enumerate(NAMES):
        causes = [NAMES[i] for i in range(place) if (i, place) in arrows]
        terms = tuple(Term((Factor(cause),)) for cause in causes)
        family = find("bayescause.scm.mechanisms", families[place])()
        tasks[name] = MechanismDesign(
            name, name, family, terms, tuple(causes), np.zeros(len(terms)), np.ones(len(terms)), {}
        )
        # Slopes are small: a mean of exp(drive) four steps down the line has to stay a number that people would meet.
        coefficients = rng.uniform(-0.2, 0.2, (SAMPLES, 1 + len(terms)))
        drawn[name] = Parameters(coefficients, {each: 0.4 + rng.random(SAMPLES) / 2 for each in family.dispersion})
    laws = Laws(Design(tasks, {}, {}), drawn)
    first, columns = laws.part(slice(1)), {}
    for name in NAMES:
        columns[name] = np.zeros(UNITS)
        drives, dispersion, inputs = arguments_in(first, name, columns)
        columns[name] = tasks[name].mechanism.quantile(rng.uniform(0.02, 0.98, (1, UNITS)), drives, dispersion, inputs)[
            0
        ]
    return laws, columns, rng


def world(laws, columns, do, rng, order=NAMES):
    units = abducted(laws, KEYS, columns, ranks=spread_ranks(rng))
    return predicted(laws, KEYS, order, do, columns, units), units


def same(found, expected):
    np.testing.assert_allclose(*np.broadcast_arrays(found, expected), rtol=1e-6, atol=1e-9)


@RANDOM_MODELS
@given(models, st.sampled_from(NAMES))
def test_consistency_under_what_happened_all_is_what_happened(model, name):
    laws, columns, rng = build(model)
    found, _ = world(laws, columns, {name: columns[name]}, rng)
    for each in NAMES:
        same(found[each], columns[each])


@RANDOM_MODELS
@given(models, st.sampled_from(NAMES))
def test_effectiveness_what_is_set_is_what_it_is_set_to(model, name):
    laws, columns, rng = build(model)
    found, _ = world(laws, columns, {name: 1.0}, rng)
    same(found[name], 1.0)


@RANDOM_MODELS
@given(models, st.sampled_from(["b", "c"]))
def test_composition_setting_what_would_have_been_anyway_changes_nothing(model, name):
    laws, columns, rng = build(model)
    units = abducted(laws, KEYS, columns, ranks=spread_ranks(rng))
    once = predicted(laws, KEYS, NAMES, {"a": 1.0}, columns, units)
    twice = predicted(laws, KEYS, NAMES, {"a": 1.0, name: once[name]}, columns, units)
    for each in NAMES:
        same(twice[each], once[each])


@RANDOM_MODELS
@given(models, st.sampled_from([("b", "c"), ("b", "d"), ("c", "d")]))
def test_reversibility_two_values_that_bring_each_other_about_are_those_without_either(model, pair):
    """Galles and Pearl (1998), axiom 3: if W is w once Y is set to y, and Y is y once W is set to w, then Y is y."""
    laws, columns, rng = build(model)
    units = abducted(laws, KEYS, columns, ranks=spread_ranks(rng))
    first, second = pair
    free = predicted(laws, KEYS, NAMES, {"a": 1.0}, columns, units)
    by_second = predicted(laws, KEYS, NAMES, {"a": 1.0, second: free[second]}, columns, units)
    by_first = predicted(laws, KEYS, NAMES, {"a": 1.0, first: by_second[first]}, columns, units)
    same(by_first[second], free[second])
    same(by_second[first], free[first])


@RANDOM_MODELS
@given(models, st.sampled_from(NAMES))
def test_do_twice_is_do_once(model, name):
    laws, columns, rng = build(model)
    once, _ = world(laws, columns, {name: 1.0}, rng)
    again, _ = world(laws, once, {name: 1.0}, rng)
    for each in NAMES:
        same(again[each], once[each])


@RANDOM_MODELS
@given(models)
def test_whatever_the_action_does_not_reach_is_as_it_was(model):
    laws, columns, rng = build(model)
    found, _ = world(laws, columns, {"c": 1.0}, rng)
    for each in ("a", "b"):
        same(found[each], columns[each])


@RANDOM_MODELS
@given(models)
def test_names_change_nothing(model):
    laws, columns, _ = build(model)
    units = abducted(laws, KEYS, columns, ranks=spread_ranks(np.random.default_rng(1)))
    found = predicted(laws, KEYS, NAMES, {"a": 1.0}, columns, units)
    other = dict(zip(NAMES, ("q", "p", "z", "o"), strict=True))
    renamed = _renamed(laws, other)
    keys = {new: new for new in other.values()}
    mapped = {other[name]: column for name, column in columns.items()}
    units = abducted(renamed, keys, mapped, ranks=spread_ranks(np.random.default_rng(1)))
    again = predicted(renamed, keys, tuple(other.values()), {"q": 1.0}, mapped, units)
    for name in NAMES:
        np.testing.assert_array_equal(again[other[name]], found[name])


def _renamed(laws, other):
    tasks = {
        other[name]: MechanismDesign(
            other[name],
            other[name],
            task.mechanism,
            tuple(Term((Factor(other[term.variables[0]]),)) for term in task.terms),
            tuple(other[name] for name in task.columns),
            task.centres,
            task.scales,
            {},
        )
        for name, task in laws.design.mechanisms.items()
    }
    return Laws(Design(tasks, {}, {}), {other[name]: drawn for name, drawn in laws.parameters.items()})


@pytest.mark.parametrize("coupling", ["comonotone", "independent"])
def test_over_units_the_law_under_an_action_is_the_law_of_the_mechanism(coupling):
    """Whatever the coupling: noise given the outcome, averaged over outcomes, is anybody's noise."""
    family = find("bayescause.scm.mechanisms", "poisson")()
    task = MechanismDesign("y", "y", family, (Term((Factor("x"),)),), ("x",), np.zeros(1), np.ones(1), {})
    laws = Laws(Design({"y": task}, {}, {}), {"y": Parameters(np.array([[0.5, 0.4]]), {})})
    rng = np.random.default_rng(4)
    columns = {"x": np.zeros(20_000), "y": rng.poisson(np.exp(0.5), 20_000).astype(float)}
    units = abducted(laws, {"y": "y"}, columns, ranks=rng.random, coupling=coupling)
    moved = predicted(laws, {"y": "y"}, ["y"], {"x": 1.0}, columns, units)["y"]
    rate = np.exp(0.9)
    # Means and variances of 20,000 counts: five standard errors.
    assert moved.mean() == pytest.approx(rate, abs=5 * np.sqrt(rate / 20_000))
    assert moved.var() == pytest.approx(rate, rel=5 * np.sqrt((2 + 1 / rate) / 20_000))
