"""Models that differ in numbers have one structure; models that differ in anything else do not."""

import numpy as np
import pymc as pm
import pytest
from pytensor.scalar.basic import autocast_float_as

import bayescause as bc
from bayescause.compilation.pymc_model import to_pymc
from bayescause.inference.swappable import swappable

FAMILIES = ("gaussian", "student_t", "poisson", "negative_binomial", "ordinal")


def rows(seed, number=40, levels=4):
    random = np.random.default_rng(seed)
    x = random.normal(seed, 1 + seed, size=number)
    shop = np.arange(number) % levels
    return {"x": x, "shop": [f"shop {one}" for one in shop], "y": np.concatenate([[0, 1, 2, 3], shop[4:] % 4])}


def structure(model, data):
    with autocast_float_as("float64"):
        return swappable(to_pymc(model, data)).structure


def model_of(text, family, **options):
    return bc.StructuralModel.parse(text, families={"y": family}, kinds={"continuous": ["x"]}, **options)


@pytest.mark.parametrize("family", FAMILIES)
def test_tables_of_any_number_of_rows_share_a_structure(family):
    model = model_of("y ~ spline(x, df=4)", family)
    assert structure(model, rows(1)) == structure(model, rows(2, number=60))


def test_groups_share_a_structure_if_they_have_as_many_levels():
    model = model_of("y ~ x + (x | shop)", "poisson")
    assert structure(model, rows(1)) == structure(model, rows(2))
    assert structure(model, rows(1)) != structure(model, rows(2, levels=5))


def test_parameters_of_priors_are_numbers_and_their_families_are_structure():
    narrow, wide, other = (
        model_of("y ~ x", "gaussian", priors={"y": {"x": prior}})
        for prior in ("normal(0, 0.5)", "normal(0, 0.3)", "laplace(0, 0.5)")
    )
    assert structure(narrow, rows(1)) == structure(wide, rows(1))
    assert structure(narrow, rows(1)) != structure(other, rows(1))


def test_the_density_is_that_of_the_model_as_it_stands():
    model = model_of("y ~ x + (1 | shop)", "negative_binomial")
    with autocast_float_as("float64"):
        joint = to_pymc(model, rows(1))
    point = {name: value + 0.1 for name, value in joint.initial_point().items()}
    lifted = swappable(joint).model
    assert lifted.compile_logp(mode="FAST_COMPILE")(point) == pytest.approx(
        float(joint.compile_logp(mode="FAST_COMPILE")(point)), rel=1e-12
    )


def test_an_infinite_bound_is_structure():
    def truncated(lower):
        with pm.Model() as model:
            pm.TruncatedNormal("y", np.array(0.0), np.array(1.0), lower=np.array(lower))
        return swappable(model).structure

    assert truncated(-1.0) == truncated(-2.0)
    assert truncated(-1.0) != truncated(-np.inf)
