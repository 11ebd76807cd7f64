"""The PyMC model of a saturated law is the law that is drawn exactly, and ``pm.do`` reaches through its tables."""

import numpy as np
import pytest
from scipy import stats

import bayescause as bc
from bayescause.compilation.checking import tabulate
from bayescause.compilation.contingency import contingency
from bayescause.compilation.planning import plan_for

TEXT = "x -> m -> y; x <-> y"
QUESTION = bc.AverageEffect(of="x", on="y")
ROWS = {"x": [0, 0, 1, 1, 1], "m": [0, 1, 0, 1, 1], "y": [0, 1, 0, 0, 1], "n": [4, 3, 2, 5, 6]}


@pytest.fixture(scope="module")
def compiled():
    model = bc.StructuralModel.parse(TEXT)
    table = tabulate(model, ROWS, questions=[QUESTION], frequency="n")
    planned = plan_for(model, table, [QUESTION])
    return bc.to_pymc(model, table, planned), table, planned.blocks[0]


def tables(block, table, rng):
    return {
        name: rng.dirichlet(np.ones(2), size=contingency(table, name, block.given[name]).size // 2)
        for name in block.variables
    }


def name_of(compiled, variable):
    return next(one.name for one in compiled.free_RVs if one.name.endswith(f"_{variable}_probability"))


def test_its_density_is_that_of_the_dirichlet_posteriors(compiled, uncompiled):
    from pymc.model.transform.conditioning import remove_value_transforms

    model, table, block = compiled
    density, rng = remove_value_transforms(model).compile_logp(mode=uncompiled), np.random.default_rng(1)
    gaps = []
    for drawn in (tables(block, table, rng) for _ in range(3)):
        point = {name_of(model, variable): values for variable, values in drawn.items()}
        exact = 0.0
        for variable, values in drawn.items():
            counts = contingency(table, variable, block.given[variable]).reshape(-1, 2)
            exact += sum(stats.dirichlet(row + 0.5).logpdf(one) for row, one in zip(counts, values, strict=True))
        gaps.append(float(density(point)) - exact)
    # Up to the evidence, which is the same everywhere.
    np.testing.assert_allclose(gaps, gaps[0], rtol=1e-8)


def test_an_intervention_moves_what_comes_after(compiled, uncompiled):
    import pymc as pm

    model, _, _ = compiled
    names = {variable: name_of(model, variable).removesuffix("_probability") for variable in "xmy"}
    with pm.do(model, {names["x"]: np.ones(5, dtype=int)}) as acted:
        table = acted[f"{names['m']}_probability"]
        chance, seen = pm.draw([table, acted[names["m"]]], draws=4_000, random_seed=1, mode=uncompiled)
    # Each draw has five units with the treatment: their mean is that row's chance. Four standard errors.
    assert abs(seen.mean() - chance[:, 1, 1].mean()) < 4 * 0.5 / np.sqrt(4_000)


def test_rows_and_levels_have_names_and_observations_can_be_swapped(compiled):
    model, _, _ = compiled
    name = name_of(model, "y").removesuffix("_probability")
    assert tuple(model.coords[f"{name}_given"]) == ("x = 0, m = 0", "x = 0, m = 1", "x = 1, m = 0", "x = 1, m = 1")
    assert f"{name}_data" in {variable.name for variable in model.data_vars}


def test_a_law_that_has_no_pymc_model_says_so():
    from bayescause.compilation.joint_model import joint_model_of
    from bayescause.compilation.plan import Block
    from bayescause.errors import SpecError

    with pytest.raises(SpecError, match="has no PyMC model"):
        joint_model_of(Block("joint law", "nothing of the kind", ("x",)))
