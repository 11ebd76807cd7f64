import numpy as np
import pymc as pm
import pytensor.tensor as pt
import pytest
from pytensor.graph.replace import clone_replace

from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.equations import equations
from bayescause.compilation.plan import Block, Plan
from bayescause.compilation.pymc_model import to_pymc
from bayescause.inference.equation_pair import sum_up_pair
from bayescause.inference.error_law import log_correlation_prior, log_likelihood
from bayescause.inference.pair_chains import errors_of
from bayescause.scm.priors import draw, log_density
from bayescause.scm.structural_model import StructuralModel

BLOCK = Block("joint law of x and y", "joint_normal", ("x", "y"), {"x": ("z", "age"), "y": ("x", "age")})
TEXT = "x ~ z*age; y ~ x + square(age); x <-> y"


def case(*, missing=False, frequency=None, priors=None):
    random = np.random.default_rng(3)
    columns = dict(zip(("z", "age", "x", "y"), random.normal(2, 1, size=(4, 50)), strict=True))
    if missing:
        columns["y"][::4] = np.nan
    if frequency:
        columns["n"] = random.integers(1, 4, 50)
    model = StructuralModel.parse(TEXT, priors=priors)
    return model, tabulate(model, columns, frequency=frequency, missing="drop" if missing else "error")


CASES = {
    "plain": case,
    "counted rows and missing outcomes": lambda: case(missing=True, frequency="n"),
    "own priors": lambda: case(priors={"y": {"x": "laplace(0, 1)", "sd": "half_normal(2)"}}),
}


def compiled_of(model, table):
    return to_pymc(model, table, Plan((), blocks=(BLOCK,)))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")
def test_the_density_of_pymc_is_that_of_the_sufficient_statistics(name, uncompiled):
    model, table = CASES[name]()
    declared = equations(model, BLOCK)
    design = derive(model, table, declared)
    tasks = tuple(design.mechanisms[task.key] for task in declared)
    pair = sum_up_pair(tasks, design, table)
    compiled = compiled_of(model, table)
    density = compiled.compile_logp(jacobian=False, mode=uncompiled)
    random = np.random.default_rng(8)
    for _ in range(4):
        values = [{key: float(draw(prior, random)) for key, prior in task.priors.items()} for task in tasks]
        correlation = random.uniform(-0.9, 0.9)
        here = _own_density(pair, values, correlation)
        assert here == pytest.approx(density(_point(compiled, tasks, values, correlation, uncompiled)), rel=1e-10)


def _own_density(pair, values, correlation):
    coefficients = [one[name] for task, one in zip(pair.tasks, values, strict=True) for name in task.coefficients]
    sds = [np.array([one["sd"]]) for one in values]
    errors = errors_of(pair, *sds, np.array([correlation]))
    priors = sum(
        float(log_density(task.priors[name], one[name]))
        for task, one in zip(pair.tasks, values, strict=True)
        for name in task.priors
    )
    # The free parameter of the compiled model is (1 + correlation) / 2.
    law = log_correlation_prior(correlation) + np.log(2)
    return float(log_likelihood(pair, np.array([coefficients]), errors)[0] + law) + priors


def _point(compiled, tasks, values, correlation, mode):
    natural = {f"{BLOCK.key}_error_tie": (1 + correlation) / 2}
    for task, one in zip(tasks, values, strict=True):
        base = f"{BLOCK.key}_{task.variable}"
        natural |= {f"{base}_{name}": value for name, value in one.items()}
        natural[f"{base}_coefficient"] = np.array([one[name] for name in task.coefficients])
    point = {}
    for variable in compiled.free_RVs:
        transform, value = compiled.rvs_to_transforms[variable], natural[variable.name]
        moved = value if transform is None else transform.forward(value, *variable.owner.inputs).eval(mode=mode)
        point[compiled.rvs_to_values[variable].name] = np.asarray(moved)
    return point


def test_names_and_dims_are_those_of_the_block():
    model, table = case()
    compiled = compiled_of(model, table)
    assert compiled.named_vars_to_dims["joint law of x and y_y_coefficient"] == ("joint law of x and y_y_term",)
    assert compiled.coords["joint law of x and y_y_term"] == ("intercept", "x", "square(age)")
    assert compiled.named_vars_to_dims["joint law of x and y_x"] == ("unit",)


def test_setting_the_treatment_moves_the_outcome_along_its_own_line():
    model, table = case()
    compiled = compiled_of(model, table)
    treatment, outcome = compiled["joint law of x and y_x"], compiled["joint law of x and y_y"]
    mean, slope = outcome.owner.inputs[2], compiled["joint law of x and y_y_coefficient"][1]
    worlds = [clone_replace(mean, {treatment: pt.as_tensor(np.full(50, level))}) for level in (0.0, 1.0)]
    gap, expected = pm.draw([worlds[1] - worlds[0], slope], random_seed=1, mode="FAST_COMPILE")
    assert gap == pytest.approx(np.full(50, expected))
