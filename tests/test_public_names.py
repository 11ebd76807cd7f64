"""The names that users may rely on."""

import ast
import importlib
import inspect
import logging
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

import bayescause

PINNED = (
    "AverageEffect CausalGraph ConditionalCurve ConditionalEffect ControlledDirectEffect Distribution DoseResponse "
    "EffectOnTreated EffectOnUntreated Exceedance Findings IndividualEffect NaturalDirectEffect "
    "NaturalIndirectEffect NumberNeededToTreat OddsRatio PathSpecificEffect PolicyEffect ProbabilityOfBoth "
    "ProbabilityOfNecessity ProbabilityOfSufficiency QuantileEffect RiskRatio ShiftEffect StructuralModel "
    "Study __version__ ask ask_many calibrate check_predictive concordance counterfactual decide decompose "
    "errors estimate falsify fit fit_many identify implications number_needed plan plot_dose_response "
    "plot_effect plot_individual_effects prior_share report run sensitivity slice_by tabulate to_pymc unit_in"
).split()


def test_the_public_names_are_these_and_no_others():
    assert sorted(bayescause.__all__) == PINNED
    assert dir(bayescause) == PINNED


@pytest.mark.parametrize("name", PINNED)
def test_a_public_name_is_there_and_documented(name):
    value = getattr(bayescause, name)
    assert name == "__version__" or inspect.getdoc(value)


@pytest.mark.parametrize("name", [name for name in PINNED if inspect.isfunction(getattr(bayescause, name))])
def test_a_public_verb_says_what_it_takes_gives_and_shows(name):
    told = inspect.getdoc(getattr(bayescause, name))
    missing = [part for part in ("Parameters", "Returns", "Examples") if f"{part}\n{'-' * len(part)}" not in told]
    assert not missing


def test_type_checkers_and_python_find_each_name_in_the_same_place():
    tree = ast.parse(inspect.getsource(bayescause))
    typed = {
        alias.name: node.module.removeprefix("bayescause.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("bayescause.")
        for alias in node.names
    }
    assert typed == dict(bayescause._HOMES)


def test_an_unknown_name_is_an_ordinary_attribute_error():
    with pytest.raises(
        AttributeError, match="'bayescause' has no attribute 'CausalModel'. Public names: AverageEffect"
    ):
        bayescause.CausalModel  # noqa: B018


def test_the_library_is_silent_unless_asked():
    assert any(isinstance(handler, logging.NullHandler) for handler in logging.getLogger("bayescause").handlers)


def test_a_loaded_name_is_not_looked_up_again():
    assert bayescause.CausalGraph is vars(bayescause)["CausalGraph"]


def test_a_submodule_does_not_hide_a_function():
    probe = (
        "import bayescause.identification.identify, bayescause.study, bayescause.analysis, bayescause as bc;"
        "assert all(callable(getattr(bc, n)) for n in bc.__all__ if n not in ('errors', '__version__'))"
    )
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0


REFERENCE = (Path(__file__).resolve().parent.parent / "docs" / "reference" / "index.md").read_text(encoding="utf-8")
LISTED = re.findall(r"\.\. auto(class|function):: (\S+)(\n   :members:)?", REFERENCE)


def listed(kind):
    return [name if "." in name else f"bayescause.{name}" for one, name, _ in LISTED if one == kind]


def found(name):
    module, _, own = name.rpartition(".")
    return getattr(importlib.import_module(module), own)


def untold(value, names):
    """Those of ``names`` that stand neither in a list of the docstring nor in backticks."""
    told = inspect.getdoc(value) or ""
    return [
        name for name in names if not re.search(rf"^\*?(\w+, \*?)*{name}\b.* :|``{name}\b", told, flags=re.MULTILINE)
    ]


@pytest.mark.parametrize("name", listed("function"))
def test_a_verb_of_the_reference_tells_each_argument_and_shows_an_example(name):
    assert untold(found(name), inspect.signature(found(name)).parameters) == []
    assert ">>> " in inspect.getdoc(found(name))


@pytest.mark.parametrize("name", listed("class"))
def test_a_noun_of_the_reference_tells_each_field_and_shows_an_example(name):
    assert untold(found(name), [one.name for one in fields(found(name)) if one.init]) == []
    assert ">>> " in inspect.getdoc(found(name))


@pytest.mark.parametrize("name", [n if "." in n else f"bayescause.{n}" for _, n, members in LISTED if members])
def test_each_method_of_a_noun_of_the_reference_tells_its_arguments(name):
    methods = {own: value for own, value in vars(found(name)).items() if not own.startswith("_")}
    silent = {own for own in methods if not inspect.getdoc(getattr(found(name), own))}
    calls = {own: inspect.unwrap(getattr(value, "__func__", value)) for own, value in methods.items()}
    silent |= {
        own
        for own, call in calls.items()
        if inspect.isfunction(call) and untold(call, list(inspect.signature(call).parameters)[1:])
    }
    assert silent - {one.name for one in fields(found(name))} == set()


def test_the_reference_lists_every_public_name():
    assert {f"bayescause.{name}" for name in PINNED} - {*listed("function"), *listed("class")} == {
        "bayescause.__version__",
        "bayescause.errors",
    }
