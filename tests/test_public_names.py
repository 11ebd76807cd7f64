"""The names that users may rely on."""

import ast
import inspect
import logging
import subprocess
import sys

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
