"""The density and its derivatives by level equal those of dense matrices with a column for every effect."""

import numpy as np
import pytest

from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan
from bayescause.inference.arrow import Arrow
from bayescause.inference.pooled_posterior import Inner, pooled_posterior
from bayescause.scm.design import design_matrix, drives_of
from bayescause.scm.structural_model import StructuralModel

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")

CASES = {
    "poisson": "y ~ x + (x | g) + (1 | h)",
    "student_t": "y ~ x + (1 | g)",
    "hurdle": "y ~ x + (1 | g) + (1 | h)",
    "zero_inflated": "y ~ x + (x | g)",
    "ordinal": "y ~ x + (1 | h) + (x | g)",
    "categorical": "y ~ x + (1 | g) + (1 | h)",
    "negative_binomial": "y ~ (1 | g)",
}


def target_of(family):
    rng = np.random.default_rng(2)
    data = {"x": rng.normal(size=90), "g": rng.integers(0, 6, 90), "h": rng.integers(0, 3, 90)}
    data |= {"y": rng.integers(0, 3, 90), "n": rng.integers(1, 4, 90)}
    kinds = {"ordinal": {"ordinal": ["y"]}, "categorical": {"categorical": ["y"]}}.get(family, {})
    model = StructuralModel.parse(CASES[family], kinds=kinds, families={"y": family})
    table = tabulate(model, data, frequency="n")
    tasks = tuple(task for task in plan(model, kinds=table.kinds).tasks if task.key == "y")
    design = derive(model, table, tasks)
    return pooled_posterior(design.mechanisms["y"], design, table)


def dense(target, point):
    """Value, gradient and Hessian of the log posterior in the inner axes, effects as columns of one wide matrix."""
    task, count = target.task, len(target.ordinary.axes)
    given = target.parameters(point[None])
    columns = target.table.columns
    drives = drives_of(task, given.coefficients[0], columns, target.design, np)
    dispersion = {name: given.dispersion[name] for name in task.mechanism.dispersion}
    kernel = task.mechanism.kernel(columns["y"], drives, dispersion, {})
    matrix, size = design_matrix(task, columns, target.design), len(task.mechanism.dispersion)
    # Derivative of each row's drives and log dispersion parameters along each axis, dims (row, drive, axis).
    natural = np.zeros((len(matrix), len(drives) + size, len(task.coefficients) + size))
    for at, name in enumerate(task.mechanism.predictors):
        own = [place for place, (drive, _) in enumerate(task.places.values()) if drive == name]
        natural[:, at, own] = matrix
    natural[:, len(drives) :, len(task.coefficients) :] = np.eye(size)
    names, axes = (*task.coefficients, *task.mechanism.dispersion), [axis.name for axis in target.ordinary.axes]
    along = np.zeros((len(names), target.inner))
    second = np.zeros((len(names), target.inner))
    for at, axis in enumerate(target.ordinary.axes):
        curve, is_log = axis.curve(float(point[at])), axis.name in task.mechanism.dispersion
        along[names.index(axis.name), at] = curve.first / curve.value if is_log else curve.first
        bend = curve.second / curve.value - (curve.first / curve.value) ** 2 if is_log else curve.second
        second[names.index(axis.name), at] = bend
    for pool in task.pools:
        for place in range(*task.effects_of(pool).indices(len(names))):
            along[place, place - len(task.fixed) + count] = given.dispersion[pool.name][0]
    moved = natural @ along
    weights = target.table.counts
    priors = [axis.prior_curve(float(point[at])) for at, axis in enumerate(target.ordinary.axes)]
    effects = point[count : target.inner]
    value = weights @ kernel.value + sum(prior.value for prior in priors)
    value += (-0.5 * effects**2 - 0.5 * np.log(2 * np.pi)).sum()
    slope = np.einsum("r,rd,rda->a", weights, kernel.gradient, moved)
    slope += [*(prior.first for prior in priors), *(-effects)]
    hessian = np.einsum("r,rda,rde,reb->ab", weights, moved, kernel.hessian, moved)
    hessian += np.diag(np.einsum("r,rd,rda->a", weights, kernel.gradient, natural @ second))
    hessian += np.diag([*(prior.second for prior in priors), *(-np.ones(len(effects)))])
    assert len(axes) == count
    return value, slope, hessian


@pytest.mark.parametrize("family", CASES)
def test_derivatives_by_level_are_those_of_the_dense_matrix(family):
    target = target_of(family)
    point = 0.3 * np.random.default_rng(1).normal(size=target.inner + len(target.scales))
    inner, places = Inner(point[target.nested], point[target.rest]), point[target.inner :]
    found = target.bend(inner, places)
    precision = target.precision(Arrow(*(part[None] for part in found.likelihood)), found.own[None], places[None])
    value, slope, hessian = dense(target, point)
    assert found.value == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(target.joined(found.gradient), slope, rtol=1e-9, atol=1e-9)
    blocks, edges, rest = (part[0] for part in precision)
    np.testing.assert_allclose(rest, -hessian[np.ix_(target.rest, target.rest)], rtol=1e-9, atol=1e-9)
    for own, block, edge in zip(target.nested, blocks, edges, strict=True):
        np.testing.assert_allclose(block, -hessian[np.ix_(own, own)], rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(edge, -hessian[np.ix_(own, target.rest)], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("family", CASES)
def test_the_value_at_many_points_is_that_of_the_derivatives(family):
    target = target_of(family)
    points = 0.3 * np.random.default_rng(3).normal(size=(4, target.inner + len(target.scales)))
    values = target.at(points).log_posterior
    for point, value in zip(points, values, strict=True):
        places = point[target.inner :]
        bend = target.bend(Inner(point[target.nested], point[target.rest]), places)
        assert value == pytest.approx(bend.value + target.log_prior_of_scales(places[None])[0], rel=1e-12)
