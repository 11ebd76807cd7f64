"""What is no model, question, posterior, number or name is told in words, with what to write instead."""

import numpy as np
import pytest

import bayescause as bc

QUESTION = bc.AverageEffect(of="x", on="y")
ROWS = {"x": [0, 0, 0, 1, 1, 1], "y": [1.0, 1.2, 0.7, 2.1, 2.2, 1.8]}
WRONG = [None, 1.5, True, "2", (None,), {}, object()]


@pytest.fixture(scope="module")
def posterior():
    return bc.fit(bc.StructuralModel.parse("x -> y"), ROWS, [QUESTION])


@pytest.mark.parametrize("given", WRONG)
@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda given, _: bc.ask(given, ROWS, QUESTION), "The model is"),
        (lambda given, _: bc.ask(bc.StructuralModel.parse("x -> y"), ROWS, given), "is no question"),
        (lambda given, _: bc.estimate(given, QUESTION), "The posterior is"),
        (lambda given, posterior: bc.estimate(posterior, given), "is no question"),
        (
            lambda given, posterior: bc.slice_by(bc.estimate(posterior, QUESTION), by=given),
            "`by` is|columns or conditions",
        ),
        (lambda given, posterior: bc.counterfactual(posterior, {"x": 1}, do={"x": 0}, on=given), "`on` is|'2' is not"),
    ],
)
def test_a_value_of_another_kind_is_told(given, call, words, posterior):
    with pytest.raises(bc.errors.BayescauseError, match=words):
        call(given, posterior)


@pytest.mark.parametrize("option", ["seed", "chains", "draws", "tune"])
@pytest.mark.parametrize("given", [None, 1.5, "2", True, (1,)])
def test_options_of_a_fit_are_whole_numbers_of_many_fits_too(option, given):
    model = bc.StructuralModel.parse("x -> y")
    with pytest.raises(bc.errors.SpecError, match=f"`{option}` is .*; it must be a whole number"):
        bc.fit(model, ROWS, [QUESTION], **{option: given})
    with pytest.raises(bc.errors.SpecError, match=f"`{option}` is .*; it must be a whole number"):
        next(bc.fit_many([(model, ROWS)], [QUESTION], workers=1, **{option: given}))


@pytest.mark.parametrize("given", [None, "twenty", np.nan, 20.0, [20]])
def test_replications_are_a_whole_number(given):
    with pytest.raises(bc.errors.SpecError, match="`replications` is .*; it must be a whole number of at least 20"):
        bc.calibrate(bc.StructuralModel.parse("x -> y"), ROWS, [QUESTION], replications=given)


@pytest.mark.parametrize("given", [None, 1.5, ("a -> b",), {}])
def test_a_graph_is_text(given):
    with pytest.raises(bc.errors.GraphError, match="The graph is .*Write it as text"):
        bc.StructuralModel.parse(given)


def test_an_engine_that_is_no_name_is_told_with_those_that_there_are():
    with pytest.raises(bc.errors.UnknownPluginError, match="No None among the engines.*Known: exact, laplace, nuts"):
        bc.fit(bc.StructuralModel.parse("x -> y"), ROWS, [QUESTION], engine=None)


def test_what_an_effect_may_exceed_and_what_is_worthwhile_are_numbers(posterior):
    with pytest.raises(bc.errors.SpecError, match="`above` is 'much'"):
        bc.estimate(posterior, QUESTION).probability(above="much")
    with pytest.raises(bc.errors.SpecError, match="worthwhile is 'much'"):
        bc.AverageEffect(of="x", on="y", worthwhile="much")


@pytest.mark.parametrize("given", [None, True, "print"])
def test_somebody_who_is_told_is_a_function(given):
    model = bc.StructuralModel.parse("x -> y")
    for call in (lambda: bc.fit(model, ROWS, tell=given), lambda: bc.ask(model, ROWS, QUESTION, tell=given)):
        with pytest.raises(bc.errors.SpecError, match="`tell` is .*such as print"):
            call()


def test_what_is_identified_is_a_question_in_a_graph():
    model = bc.StructuralModel.parse("x -> y")
    for graph, words in ((model, "Write model.graph"), ("x -> y", "Write CausalGraph.parse")):
        with pytest.raises(bc.errors.GraphError, match=words):
            bc.identify(graph, QUESTION)
    for question in ("ate", None, bc.AverageEffect):
        with pytest.raises(bc.errors.GraphError, match="is no question"):
            bc.identify(model.graph, question)


def test_a_line_to_count_above_is_a_number():
    with pytest.raises(bc.errors.SpecError, match="count_above is 'mid'. Write a number"):
        bc.AverageEffect(of="x", on="y", count_above="mid")


def test_a_variable_that_is_the_same_in_every_row_is_named_as_such():
    rows = {**ROWS, "h": [4.0] * 6}
    with (
        pytest.raises(bc.errors.DataError, match="'h' is the same in every row"),
        pytest.warns(bc.errors.DataQualityWarning),
    ):
        bc.fit(bc.StructuralModel.parse("y ~ x + h"), rows)
    with pytest.warns(bc.errors.DataQualityWarning, match="only as an offset does it stay"):
        bc.ask(bc.StructuralModel.parse("y ~ x + offset(h)"), rows, QUESTION)
