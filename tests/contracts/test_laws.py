"""Whatever joint law is in the folder: its draws have names and a seed, and what it cannot draw it says in words."""

import numpy as np
import pytest

import bayescause as bc
from bayescause.compilation.checking import tabulate
from bayescause.compilation.joint_model import JOINT_MODELS
from bayescause.compilation.planning import plan_for
from bayescause.inference.law import LAWS, BlockJob
from bayescause.plugins import find, names

BLOCKS = {
    "saturated": ("x -> m -> y; x <-> y", "binary"),
    "joint_normal": ("z -> x -> y; x <-> y", "continuous"),
    "response_types": ("x -> y; x <-> y; m; z", "binary"),
}
"""A graph and the kind of its columns for which a block of each law is planned."""


@pytest.fixture(params=names(LAWS))
def law(request):
    return find(LAWS, request.param)()


def job_of(law, **options):
    text, kind = BLOCKS[law.short]
    u, v, z, a, b = np.random.default_rng(1).normal(size=(5, 300))
    x = z + u + a
    columns = {"z": z, "x": x, "m": x + b, "y": 0.5 * x + u + v}
    if kind == "binary":
        columns = {name: (values > 0).astype(int) for name, values in columns.items()}
    model, question = bc.StructuralModel.parse(text), bc.AverageEffect(of="x", on="y")
    table = tabulate(model, {name: columns[name] for name in model.graph.nodes}, questions=[question])
    (block,) = plan_for(model, table, [question]).blocks
    return BlockJob(model, table, block, **{"chains": 2, "draws": 250, **options})


def test_draws_are_named_finite_and_as_many_as_were_asked_for(law):
    found = law.draw(job_of(law))
    assert found.block.law == law.short
    assert {"chain": 2, "draw": 250}.items() <= found.draws.sizes.items()
    assert all(np.isfinite(found.draws[name]).all() for name in found.draws.data_vars)


def test_the_same_seed_gives_the_same_draws_and_another_gives_others(law):
    first, again, other = (law.draw(job_of(law, seed=seed)).draws for seed in (3, 3, 4))
    assert first.equals(again)
    assert not first.equals(other)


def test_it_can_draw_its_own_block_and_refuses_an_unknown_engine_in_words(law):
    assert law.can_draw(job_of(law)) is None
    assert "engine" in law.can_draw(job_of(law, engine="laplace"))


def test_every_joint_model_is_that_of_a_law():
    assert set(names(JOINT_MODELS)) <= set(names(LAWS))
