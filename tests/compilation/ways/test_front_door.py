"""Which laws the front door needs, and where the user's own mechanisms serve as them."""

from bayescause.compilation.planning import plan
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.scm.structural_model import StructuralModel


def keys(text):
    return [task.key for task in plan(StructuralModel.parse(text), [AverageEffect(of="x", on="y")]).tasks]


def test_declared_terms_and_priors_of_a_mediator_serve_and_those_of_the_outcome_do_not():
    model = StructuralModel.parse("m ~ square(x); y ~ m; x <-> y", priors={"m": {"square(x)": "normal(0, 1)"}})
    mediator, outcome = plan(model, [AverageEffect(of="x", on="y")]).tasks
    assert mediator.is_declared
    assert mediator.priors
    assert not outcome.is_declared
    assert [str(term) for term in outcome.terms] == ["m", "x", "x:center(m)"]


def test_mediators_with_a_hidden_common_cause_are_fitted_one_given_the_other():
    assert keys("x -> {a b}; {a b} -> y; a <-> b; x <-> y") == ["a", "b given x, a", "y given x, a, b"]


def test_a_mediator_in_series_serves_alone():
    assert keys("x -> a -> b -> y; x <-> y") == ["a", "y given x, a"]


def test_a_mediator_whose_cause_lies_between_is_fitted_given_the_treatment():
    assert keys("x -> u -> m -> y; latent u; x <-> y") == ["m given x", "y given x, m"]


def test_a_cause_of_one_mediator_alone_is_averaged_over():
    model = StructuralModel.parse("w -> m; x -> m -> y; x <-> y")
    planned = plan(model, [AverageEffect(of="x", on="y")])
    assert [task.key for task in planned.tasks] == ["m", "y given x, m"]
    assert planned.routes[0].covariates == ("w",)


def test_a_cause_that_only_some_mediators_would_see_is_left_out_of_all():
    text = "w -> {a b}; x -> {a b}; {a b} -> y; a <-> b; x <-> y"
    assert keys(text) == ["a given x", "b given x, a", "y given x, a, b"]


def test_a_condition_is_refused_in_words():
    model = StructuralModel.parse("x -> m -> y; x <-> y; w -> x")
    route = plan(model, [AverageEffect(of="x", on="y", where="w > 1")]).routes[0]
    assert "`where` is not available" in route.refusal
