"""What every file in the folder of mechanisms must keep to."""

import os
import pickle
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from bayescause.plugins import find, names
from bayescause.scm.abilities import KnownByMean, OfExponential, OfLevels, SeparateDrives, SummedDensity
from bayescause.scm.consistency import KINDS
from bayescause.scm.mechanism import Moments
from bayescause.scm.noise import chance_up_to, has_atoms
from bayescause.scm.priors import support

FOLDER = "bayescause.scm.mechanisms"
FAMILIES = [find(FOLDER, short)() for short in names(FOLDER)]
LINKED = [replace(family, link=link) for family in FAMILIES for link in family.links]
BINOMIAL = find(FOLDER, "binomial")
WITH_OPTIONS = [BINOMIAL(trials="n"), BINOMIAL(trials=300, link="probit"), BINOMIAL(trials="n", link="cloglog")]
WITH_OPTIONS += [
    find(FOLDER, short)(exposure="n") for short in ("poisson", "negative_binomial", "hurdle", "zero_inflated")
]
OF_LEVELS = [family for family in LINKED if isinstance(family, OfLevels)]
WITH_OPTIONS += [family.with_levels(tuple("abcde"[:count])) for family in OF_LEVELS for count in (2, 5)]
SUMMED = [one for one in (*LINKED, *WITH_OPTIONS) if isinstance(one, SummedDensity)]
SEPARATE = [one for one in (*LINKED, *WITH_OPTIONS) if isinstance(one, SeparateDrives)]
BY_EXPONENTIAL = [one for one in (*LINKED, *WITH_OPTIONS) if isinstance(one, OfExponential) and one.has_exponential]
BY_MEAN = [one for one in LINKED if isinstance(one, KnownByMean)]
INPUTS = {"n": np.array([3.0, 1.0, 8.0, 20.0, 150.0, 2.0])}
ROWS = 6


def each(mechanisms=(*LINKED, *WITH_OPTIONS)):
    return pytest.mark.parametrize("mechanism", mechanisms, ids=repr)


def drives_of(mechanism, *, seed=1, samples=()):
    rng = np.random.default_rng(seed)
    return {name: rng.normal(0.3, 1.0, (*samples, ROWS)) for name in mechanism.predictors}


def dispersion_of(mechanism, *, seed=2, samples=()):
    rng, shape = np.random.default_rng(seed), (*samples, 1) if samples else ()
    return {
        name: 0.5 + 8 * rng.random(shape) if name == "df" else 0.5 + rng.random(shape) for name in mechanism.dispersion
    }


def values_of(mechanism, drives, dispersion, *, seed=3):
    return mechanism.quantile(np.random.default_rng(seed).random(ROWS), drives, dispersion, INPUTS)


def at(mechanism, point):
    """Drives and dispersion at unconstrained points (row, p)."""
    drives = {name: point[:, place] for place, name in enumerate(mechanism.predictors)}
    rest = enumerate(mechanism.dispersion, start=len(mechanism.predictors))
    return drives, {name: np.exp(point[:, place]) for place, name in rest}


def point_of(mechanism, seed=4):
    rng = np.random.default_rng(seed)
    columns = [rng.normal(0.3, 1.0, ROWS) for _ in mechanism.predictors]
    columns += [rng.normal(1.0 if name == "df" else 0.0, 0.4, ROWS) for name in mechanism.dispersion]
    return np.stack(columns, axis=-1)


@each(FAMILIES)
def test_it_can_be_built_without_arguments_and_sent_to_a_worker(mechanism):
    assert pickle.loads(pickle.dumps(mechanism)) == mechanism


@each(SUMMED)
@pytest.mark.parametrize("counts", [np.ones(ROWS), np.arange(1.0, ROWS + 1)])
@pytest.mark.parametrize("scale", [1.0, 30.0])
def test_rows_added_up_together_are_those_added_up_one_by_one(mechanism, counts, scale):
    drives, dispersion = drives_of(mechanism, samples=(4,)), dispersion_of(mechanism, samples=(4,))
    values = values_of(mechanism, {name: drive[0] for name, drive in drives.items()}, dispersion)
    drives = {name: scale * drive for name, drive in drives.items()}
    found = mechanism.log_likelihood(values, drives, dispersion, INPUTS, counts)
    one_by_one = mechanism.log_density(values, drives, dispersion, INPUTS) @ counts
    np.testing.assert_allclose(found, one_by_one, rtol=1e-12)


@each(SEPARATE)
def test_each_drive_says_its_part_of_the_density_and_none_bends_along_two(mechanism):
    drives, dispersion = drives_of(mechanism, samples=(4,)), dispersion_of(mechanism, samples=(4,))
    values = values_of(mechanism, drives_of(mechanism), dispersion_of(mechanism))
    parts = [mechanism.log_density_of(name, values, drive, dispersion, INPUTS) for name, drive in drives.items()]
    np.testing.assert_allclose(sum(parts), mechanism.log_density(values, drives, dispersion, INPUTS), rtol=1e-12)
    several = len(mechanism.predictors)
    found = mechanism.kernel(values, drives, dispersion, INPUTS).hessian[..., :several, :several]
    assert not (found * (1 - np.eye(several))).any()


@each(BY_EXPONENTIAL)
def test_a_mean_by_the_exponential_of_the_drive_is_the_mean(mechanism):
    drives, dispersion = drives_of(mechanism, samples=(4,)), dispersion_of(mechanism, samples=(4,))
    found = mechanism.mean_of_exponential(np.exp(drives["mean"]), dispersion, INPUTS)
    np.testing.assert_allclose(found, mechanism.mean(drives, dispersion, INPUTS), rtol=1e-14)


@each(BY_MEAN)
def test_a_law_that_is_known_by_its_mean_has_the_same_nodes(mechanism):
    drives, dispersion = drives_of(mechanism, samples=(4,)), dispersion_of(mechanism, samples=(4,))
    values, weights = mechanism.nodes_of_mean(mechanism.mean(drives, dispersion, INPUTS))
    expected_values, expected_weights = mechanism.nodes(drives, dispersion, INPUTS)
    np.testing.assert_array_equal(values, expected_values)
    np.testing.assert_array_equal(weights, expected_weights)


@each(FAMILIES)
def test_it_names_known_kinds(mechanism):
    assert set(mechanism.default_for) <= set(mechanism.kinds) <= set(KINDS)


def test_a_kind_has_one_default_family_at_most():
    kinds = [kind for mechanism in FAMILIES for kind in mechanism.default_for]
    assert len(kinds) == len(set(kinds))


@each(FAMILIES)
def test_an_unknown_link_is_refused(mechanism):
    with pytest.raises(ValueError, match="has no link 'nonsense'. It has"):
        replace(mechanism, link="nonsense")


@each()
@pytest.mark.parametrize("mean", [0.0, 3.0])
@pytest.mark.parametrize("sd", [0.0, 2.0])
def test_default_priors_exist_whatever_the_data(mechanism, mean, sd):
    defaults = mechanism.default_priors(Moments(mean, sd, 5))
    assert set(defaults.dispersion) == set(mechanism.dispersion)
    assert all(support(prior)[0] >= 0 for prior in defaults.dispersion.values())
    assert 0 < defaults.slope_scale < np.inf


@each()
def test_it_accepts_what_it_draws(mechanism):
    drives, dispersion = drives_of(mechanism), dispersion_of(mechanism)
    values = values_of(mechanism, drives, dispersion)
    assert mechanism.faults(values, INPUTS) is None
    assert mechanism.faults(np.where(np.arange(ROWS) == 0, np.nan, values), INPUTS) is None


@each()
def test_it_refuses_the_infinite_in_a_clause_that_goes_on_after_a_name(mechanism):
    fault = mechanism.faults(np.array([np.inf, 0, 0, 0, 0, 0]), INPUTS)
    assert fault.startswith("must be ")
    assert fault.endswith(".")


@each()
def test_it_draws_one_value_per_unit(mechanism, uncompiled):
    import pymc as pm

    drives, dispersion = drives_of(mechanism), dispersion_of(mechanism)
    with pm.Model(coords={"unit": range(ROWS)}) as model:
        response = mechanism.respond("y", drives, "unit", dispersion=dispersion, inputs=INPUTS)
    assert model.named_vars_to_dims["y"] == ("unit",)
    assert pm.draw(response, mode=uncompiled).shape == (ROWS,)


@each()
def test_the_density_is_that_of_pymc(mechanism, uncompiled):
    import pymc as pm
    import pytensor

    drives, dispersion = drives_of(mechanism), dispersion_of(mechanism)
    values = values_of(mechanism, drives, dispersion)
    with pm.Model(coords={"unit": range(ROWS)}):
        data = pm.Data("y_data", values, dims="unit")
        response = mechanism.respond("y", drives, "unit", dispersion=dispersion, inputs=INPUTS, observed=data)
        expected = pytensor.function([], pm.logp(response, data), mode=uncompiled)()
    np.testing.assert_allclose(mechanism.kernel(values, drives, dispersion, INPUTS).value, expected, rtol=1e-10)


@each()
def test_the_kernel_and_the_density_agree(mechanism):
    drives, dispersion = drives_of(mechanism), dispersion_of(mechanism)
    values = values_of(mechanism, drives, dispersion)
    kernel, density = (f(values, drives, dispersion, INPUTS) for f in (mechanism.kernel, mechanism.log_density))
    np.testing.assert_array_equal(kernel.value, density)


@each()
def test_the_derivatives_are_those_of_the_density(mechanism):
    point = point_of(mechanism)
    values = values_of(mechanism, *at(mechanism, point))
    kernel = mechanism.kernel(values, *at(mechanism, point), INPUTS)
    for place in range(point.shape[1]):
        step = 1e-5 * np.eye(point.shape[1])[place]
        above, below = (mechanism.kernel(values, *at(mechanism, point + sign * step), INPUTS) for sign in (1, -1))
        # Central differences err by step^2 times a third derivative, and by rounding over the step: 1e-9 of the size.
        size = 1 + np.abs(kernel.value).max() + np.abs(kernel.hessian).max()
        np.testing.assert_allclose(
            kernel.gradient[:, place], (above.value - below.value) / 2e-5, rtol=1e-7, atol=1e-9 * size
        )
        np.testing.assert_allclose(
            kernel.hessian[:, place], (above.gradient - below.gradient) / 2e-5, rtol=1e-7, atol=1e-9 * size
        )


@each()
@pytest.mark.parametrize("far", [-40.0, 40.0])
def test_the_kernel_stays_finite_far_out(mechanism, far):
    drives = {name: np.full(ROWS, far) for name in mechanism.predictors}
    near = {name: np.zeros(ROWS) for name in mechanism.predictors}
    values = values_of(mechanism, near, dispersion_of(mechanism))
    kernel = mechanism.kernel(values, drives, dispersion_of(mechanism), INPUTS)
    assert all(np.isfinite(part).all() for part in kernel)


@each()
def test_a_small_step_far_out_is_still_seen(mechanism):
    values = values_of(mechanism, {name: np.zeros(ROWS) for name in mechanism.predictors}, dispersion_of(mechanism))
    for far in (-30.0, 30.0):
        drives = {name: np.full(ROWS, far) for name in mechanism.predictors}
        moved = {name: drive + 1e-4 for name, drive in drives.items()}
        before, after = (mechanism.kernel(values, each, dispersion_of(mechanism), INPUTS) for each in (drives, moved))
        drives_only = slice(len(mechanism.predictors))
        slope = (before.gradient[:, drives_only] + after.gradient[:, drives_only]).sum(axis=-1) / 2
        rounding = 1e-15 * np.abs(before.value) / 1e-4
        np.testing.assert_array_less(
            np.abs((after.value - before.value) / 1e-4 - slope), 1e-6 * np.abs(slope) + 4 * rounding + 1e-12
        )


@each()
def test_leading_dims_go_through(mechanism):
    drives, dispersion = drives_of(mechanism, samples=(4,)), dispersion_of(mechanism, samples=(4,))
    values = values_of(mechanism, drives_of(mechanism), dispersion_of(mechanism))
    whole = mechanism.kernel(values, drives, dispersion, INPUTS)
    for sample in range(4):
        one = {name: drive[sample] for name, drive in drives.items()}
        own = {name: parameter[sample] for name, parameter in dispersion.items()}
        for part, expected in zip(whole, mechanism.kernel(values, one, own, INPUTS), strict=True):
            np.testing.assert_allclose(part[sample], expected, rtol=1e-12)
        for look in ("mean", "variance"):
            expected = getattr(mechanism, look)(one, own, INPUTS)
            np.testing.assert_allclose(getattr(mechanism, look)(drives, dispersion, INPUTS)[sample], expected)
        chances = np.linspace(0.05, 0.95, ROWS)
        expected = mechanism.quantile(chances, one, own, INPUTS)
        np.testing.assert_allclose(mechanism.quantile(chances, drives, dispersion, INPUTS)[sample], expected)


@each()
def test_everything_has_the_shape_of_samples_and_rows(mechanism):
    drives, dispersion = drives_of(mechanism), dispersion_of(mechanism, samples=(4,))
    wide = (4, ROWS) if mechanism.dispersion else (ROWS,)
    values, weights = mechanism.nodes(drives, dispersion, INPUTS)
    values = np.broadcast_to(values, (len(values), *wide))
    assert weights.shape == (len(values), *wide)
    assert mechanism.variance(drives, dispersion, INPUTS).shape == wide
    assert mechanism.log_density(values[0], drives, dispersion, INPUTS).shape == wide
    assert mechanism.quantile(np.full(wide, 0.5), drives, dispersion, INPUTS).shape == wide


@each()
def test_nodes_integrate_to_the_mean_and_the_variance(mechanism):
    drives = drives_of(mechanism)
    dispersion = {name: np.array(9.0 if name == "df" else 1.3) for name in mechanism.dispersion}
    values, weights = mechanism.nodes(drives, dispersion, INPUTS)
    mean, variance = (f(drives, dispersion, INPUTS) for f in (mechanism.mean, mechanism.variance))
    np.testing.assert_allclose(weights.sum(axis=0), 1)
    np.testing.assert_allclose((weights * values).sum(axis=0), mean, rtol=1e-9)
    np.testing.assert_allclose((weights * (values - mean) ** 2).sum(axis=0), variance, rtol=1e-8)


@each()
def test_uniform_noise_becomes_a_response_with_the_stated_moments(mechanism):
    drives = {name: drive[:, None] for name, drive in drives_of(mechanism).items()}
    # A lognormal response with a sd of 1.3 has a tenth of its variance beyond its highest 20,000th part.
    dispersion = {name: np.array(9.0 if name == "df" else 0.7) for name in mechanism.dispersion}
    inputs = {name: column[:, None] for name, column in INPUTS.items()}
    number = 20_000
    values = mechanism.quantile((np.arange(number) + 0.5) / number, drives, dispersion, inputs)
    mean, variance = (f(drives, dispersion, inputs)[:, 0] for f in (mechanism.mean, mechanism.variance))
    # Midpoints of 20,000 equal shares: the mean is off by the steps of the quantile, at most (range / number).
    np.testing.assert_allclose(values.mean(axis=1), mean, atol=1e-3 * np.sqrt(variance).max())
    np.testing.assert_allclose(values.var(axis=1), variance, rtol=1e-2)


@each()
def test_a_quantile_is_the_smallest_value_that_reaches_its_probability(mechanism):
    drives, dispersion = drives_of(mechanism), dispersion_of(mechanism)
    chances = np.array([1e-6, 0.2, 0.5, 0.77, 0.99, 1 - 1e-9])
    lower = mechanism.quantile(chances - 1e-9, drives, dispersion, INPUTS)
    upper = mechanism.quantile(chances + 5e-10, drives, dispersion, INPUTS)
    middle = mechanism.quantile(chances, drives, dispersion, INPUTS)
    assert np.all(lower <= middle)
    assert np.all(middle <= upper)


@each()
def test_its_distribution_function_is_the_inverse_of_its_quantiles(mechanism):
    drives, dispersion = drives_of(mechanism), dispersion_of(mechanism)
    chances = np.array([1e-4, 0.2, 0.5, 0.77, 0.99, 1 - 1e-6])
    values = mechanism.quantile(chances, drives, dispersion, INPUTS)
    found = chance_up_to(mechanism, values, drives, dispersion, INPUTS)
    assert np.all(found >= chances - 2e-6)
    below = chance_up_to(mechanism, values - (1 if has_atoms(mechanism) else 0), drives, dispersion, INPUTS)
    assert np.all(below <= chances + 2e-6)


@each()
def test_its_distribution_function_runs_from_nothing_to_one(mechanism):
    drives, dispersion = drives_of(mechanism), dispersion_of(mechanism)
    low, high = (chance_up_to(mechanism, np.full(ROWS, end), drives, dispersion, INPUTS) for end in (-1e9, 1e9))
    np.testing.assert_allclose(low, 0.0, atol=1e-4)
    np.testing.assert_allclose(high, 1.0, atol=1e-4)


@pytest.fixture(scope="module")
def installation(tmp_path_factory, root):
    """A copy of the package with one more file in its folder of mechanisms, and nothing else edited."""
    place = tmp_path_factory.mktemp("installation")
    shutil.copytree(root / "bayescause", place / "bayescause", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "examples" / "mechanisms" / "exponential.py", place / "bayescause" / "scm" / "mechanisms")
    (place / "wards.toml").write_text(WARDS)
    (place / "wards.csv").write_text("urgent,nurse,wait\n" + "0,0,21.5\n1,1,3.25\n0,1,12\n1,0,8.5\n" * 5)
    return place


def run_in(installation, *arguments):
    environment = os.environ | {"PYTHONPATH": str(installation)}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=installation, env=environment, capture_output=True, text=True, check=False)


def test_a_file_dropped_into_the_folder_works_from_python(installation):
    done = run_in(installation, "-c", USES_DROPPED.format(model=FROM_PYTHON))
    assert done.stdout.splitlines() == [str(installation), "Exponential(link='log')", "True"], done.stderr


def test_a_file_dropped_into_the_folder_works_from_a_model_file(installation):
    done = run_in(installation, "-c", USES_DROPPED.format(model="bc.Study.read('wards.toml').model"))
    assert done.stdout.splitlines() == [str(installation), "Exponential(link='log')", "True"], done.stderr


def test_a_file_dropped_into_the_folder_works_on_the_command_line(installation):
    done = run_in(installation, "-m", "bayescause", "check", "wards.toml")
    assert done.returncode == 0, done.stderr
    assert "wards.csv: 20 rows fit the model." in done.stdout


def test_a_misspelt_name_is_met_with_that_of_the_dropped_file(installation):
    (installation / "misspelt.toml").write_text(WARDS.replace('"exponential"', '"exponental"'))
    done = run_in(installation, "-m", "bayescause", "check", "misspelt.toml")
    assert done.returncode == 3
    assert "Did you mean 'exponential'?" in done.stderr


WARDS = """schema = 1
title = "Does a nurse at the door shorten the wait?"
[data]
file = "wards.csv"
[graph]
edges = "nurse ~ urgent; wait ~ nurse + urgent"
[variables]
wait = { family = "exponential" }
[[questions]]
estimand = "ate"
of = "nurse"
on = "wait"
"""
FROM_PYTHON = "bc.StructuralModel.parse('nurse ~ urgent; wait ~ nurse + urgent', families={'wait': 'exponential'})"
USES_DROPPED = """
import pathlib, numpy as np, pytensor, bayescause as bc
model = {model}
print(pathlib.Path(bc.__file__).parent.parent)
print(model.variables["wait"].mechanism)
compiled = bc.to_pymc(model, "wards.csv", bc.plan(model, [bc.AverageEffect(of="nurse", on="wait")]))
point = compiled.initial_point()
density = compiled.compile_logp(mode="FAST_COMPILE")
print(bool(np.isfinite(density(point))))
"""
