"""What is no model, question, posterior, number or name is told in words, with what to write instead."""

import inspect
import warnings
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
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
        with pytest.raises(bc.errors.SpecError, match="`tell` is .*Write tell=print"):
            call()


def test_what_is_identified_is_a_question_in_a_graph():
    model = bc.StructuralModel.parse("x -> y")
    for graph, words in ((model, "Write model.graph"), ("x -> y", "Write CausalGraph.parse")):
        with pytest.raises(bc.errors.GraphError, match=words):
            bc.identify(graph, QUESTION)
    for question in ("ate", None, bc.AverageEffect):
        with pytest.raises(bc.errors.GraphError, match="is no question"):
            bc.identify(model.graph, question)


def test_a_line_to_count_above_is_a_number_or_a_level_with_another_above_it():
    model = bc.StructuralModel.parse("y ~ x", kinds={"ordinal": ["y"]}, levels={"y": ["low", "mid", "high"]})
    rows = {"x": [0, 1] * 6, "y": ["low", "mid", "high", "mid"] * 3}
    for line, words in (("none", "'y' has no level 'none'. It has low, mid"), ("high", "nothing exceeds 'high'")):
        with pytest.raises(bc.errors.DataError, match=f"`count_above`: {words}"):
            bc.tabulate(model, rows, questions=[bc.AverageEffect(of="x", on="y", count_above=line)])
    with pytest.raises(bc.errors.DataError, match="It has no named levels: give a number"):
        bc.tabulate(bc.StructuralModel.parse("x -> y"), ROWS, questions=[replace(QUESTION, count_above="mid")])
    with pytest.raises(bc.errors.SpecError, match="count_above is nan. Write a number"):
        bc.AverageEffect(of="x", on="y", count_above=np.nan)


def test_a_variable_that_is_the_same_in_every_row_is_named_as_such():
    rows = {**ROWS, "h": [4.0] * 6}
    with (
        pytest.raises(bc.errors.DataError, match="'h' is .* in every row: there is nothing to explain"),
        pytest.warns(bc.errors.DataQualityWarning),
    ):
        bc.fit(bc.StructuralModel.parse("y ~ x + h"), rows)
    with pytest.warns(bc.errors.DataQualityWarning, match="only as an offset does it stay"):
        bc.ask(bc.StructuralModel.parse("y ~ x + offset(h)"), rows, QUESTION)


FRAME = pd.DataFrame(ROWS)
STRANGERS = (5, None, np.nan, "nonsense", (None,), {1: 2}, object(), int, FRAME)

SLOW = {"chains", "draws", "tune", "replications", "engine", "progress", "tell", "executor", "workers", "rows", "fit"}
"""Arguments whose strangers are looked at above, or that would make a fit of many draws."""


def _sound_calls(posterior):
    """A call of each public function that would go through, by its name."""
    model, effect = posterior.model, bc.estimate(posterior, QUESTION)
    return {
        "ask": (bc.ask, (model, ROWS, QUESTION)),
        "calibrate": (partial(bc.calibrate, replications=20), (model, ROWS, [QUESTION])),
        "check_predictive": (bc.check_predictive, (posterior,)),
        "concordance": (bc.concordance, (effect,)),
        "counterfactual": (bc.counterfactual, (posterior, {"x": 1, "y": 2.0}, {"x": 0}, "y")),
        "decide": (bc.decide, (effect, "do", "leave", 1.0)),
        "decompose": (bc.decompose, (effect,)),
        "estimate": (bc.estimate, (posterior, QUESTION)),
        "falsify": (bc.falsify, (model, ROWS)),
        "fit": (bc.fit, (model, ROWS, [QUESTION])),
        "identify": (bc.identify, (model.graph, QUESTION)),
        "implications": (bc.implications, (model.graph,)),
        "number_needed": (bc.number_needed, (effect,)),
        "plan": (bc.plan, (model, [QUESTION])),
        "plot_effect": (bc.plot_effect, (effect,)),
        "prior_share": (bc.prior_share, (effect,)),
        "report": (partial(bc.report, effect, to="page.md"), ()),
        "run": (bc.run, (None,)),
        "sensitivity": (bc.sensitivity, (effect, "hidden_confounder")),
        "slice_by": (bc.slice_by, (effect, ["x > 0"])),
        "tabulate": (bc.tabulate, (model, ROWS)),
        "to_pymc": (bc.to_pymc, (model, ROWS)),
        "unit_in": (bc.unit_in, (posterior, 0)),
        "StructuralModel": (bc.StructuralModel, (model.graph,)),
        "StructuralModel.parse": (bc.StructuralModel.parse, ("y ~ x",)),
        "CausalGraph": (bc.CausalGraph, (("x", "y"), (("x", "y"),))),
        "CausalGraph.parse": (bc.CausalGraph.parse, ("x -> y",)),
        "CausalGraph.from_networkx": (bc.CausalGraph.from_networkx, (None,)),
        "Study.read": (bc.Study.read, ("none.toml",)),
        "Effect.interval": (effect.interval, ()),
        "Effect.probability": (effect.probability, ()),
        **{
            name: (getattr(bc, name), ("x", "y"))
            for name in bc.__all__
            if hasattr(getattr(bc, name), "short") and name != "DoseResponse"
        },
    }


@pytest.fixture(scope="module")
def sound_calls(posterior):
    return _sound_calls(posterior)


def test_wrong_arguments_of_every_public_function_are_told_in_words_of_ours(sound_calls, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a report is written wherever its name says
    raw = []
    for name, (function, given) in sound_calls.items():
        named = inspect.signature(function).parameters.values()
        names = [one.name for one in named if one.kind not in (one.VAR_KEYWORD, one.VAR_POSITIONAL)]
        sound = dict(zip(names, given, strict=False))
        for argument in [one for one in names if one not in SLOW]:
            for stranger in STRANGERS[argument == "seed" :]:  # five is a seed
                told = _told_of(function, {**sound, argument: stranger})
                raw += [f"{name}({argument} = {type(stranger).__name__}): {told}"] if told else []
    assert not raw


def _told_of(function, arguments):
    """What comes out of a call, if it is neither a result nor an error of ours in a few words; else nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            function(**arguments)
        except bc.errors.BayescauseError as error:
            told = str(error)
            return told[:160] if " object at 0x" in told or "<class" in told or len(told) > 700 else ""
        except Exception as error:  # noqa: BLE001 (whatever it is, it is none of ours)
            return f"{type(error).__name__}: {error}"[:160]
    return ""
