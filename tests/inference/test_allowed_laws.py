"""Draws of the observed law, restricted to what response types could have made."""

import numpy as np
import pandas as pd
import pytest

from bayescause.compilation.checking import tabulate
from bayescause.identification.bounds import response_model
from bayescause.inference.allowed_laws import draw_allowed, rejected_before, sampler_of
from bayescause.scm.structural_model import StructuralModel


def sampler(text, counts, **columns):
    model = StructuralModel.parse(text)
    rows = pd.DataFrame(columns).loc[lambda frame: frame.index.repeat(counts)]
    return sampler_of(tabulate(model, rows), response_model(model.graph, "x", "y"))


def cells(laws):
    """P(x, y | ...), dims (draw, ..., x, y), of an instrument or a bow."""
    return laws["x"][..., None] * laws["y"].reshape(*laws["x"].shape, -1)


def test_without_a_restriction_the_cells_have_a_dirichlet_law_of_mass_one():
    laws, rejected = draw_allowed(
        sampler("x -> y; x <-> y", [3, 1, 1, 5], x=[0, 0, 1, 1], y=[0, 1, 0, 1]), np.random.default_rng(0), 20_000
    )
    found, weight = cells(laws), np.array([[3.25, 1.25], [1.25, 5.25]]) / 11
    # The sd of a mean of 20,000 draws is below 0.0011, that of an sd below 0.0008.
    assert found.mean(axis=0) == pytest.approx(weight, abs=0.005)
    assert found.std(axis=0) == pytest.approx(np.sqrt(weight * (1 - weight) / 12), abs=0.004)
    assert rejected == 0


def test_what_is_kept_obeys_the_instrumental_inequality():
    few = sampler("z -> x -> y; x <-> y", [2, 1, 1, 2], z=[0, 0, 1, 1], x=[0, 1, 1, 0], y=[0, 1, 0, 1])
    laws, rejected = draw_allowed(few, np.random.default_rng(1), 2_000)
    assert rejected > 0.5
    assert (cells(laws).max(axis=1).sum(axis=-1).max(axis=-1) <= 1 + 1e-9).all()


def test_the_share_rejected_is_the_chance_of_an_impossible_law():
    few = sampler("z -> x -> y; x <-> y", [2, 1, 1, 2], z=[0, 0, 1, 1], x=[0, 1, 1, 0], y=[0, 1, 0, 1])
    free = cells(few.draw(np.random.default_rng(2), 20_000))
    _, rejected = draw_allowed(few, np.random.default_rng(3), 5_000)
    impossible = (free.max(axis=1).sum(axis=-1).max(axis=-1) > 1).mean()
    # 5,000 draws and more: an sd below 0.007.
    assert rejected == pytest.approx(impossible, abs=0.03)


def test_strata_are_drawn_anew_one_by_one():
    one = {"z": [0, 0, 1, 1], "x": [0, 1, 1, 0], "y": [0, 1, 0, 1]}
    three = {name: values * 3 for name, values in one.items()} | {"c": ["a"] * 4 + ["b"] * 4 + ["d"] * 4}
    alone = sampler("z -> x -> y; x <-> y", [2, 1, 1, 2], **one)
    among = sampler("c -> {z x y}; z -> x -> y; x <-> y", [2, 1, 1, 2] * 3, **three)
    _, single = draw_allowed(alone, np.random.default_rng(4), 4_000)
    _, together = draw_allowed(among, np.random.default_rng(5), 4_000)
    assert 1 - together == pytest.approx((1 - single) ** 3, abs=0.02)
    assert 1 - rejected_before(among, np.random.default_rng(6)) == pytest.approx(
        (1 - rejected_before(alone, np.random.default_rng(7))) ** 3, abs=0.02
    )


def test_a_table_that_no_response_could_make_is_given_up():
    wrong = sampler("z -> x -> y; x <-> y", [900, 100, 900, 100], z=[0, 0, 1, 1], x=[0, 1, 0, 1], y=[0, 0, 1, 1])
    assert draw_allowed(wrong, np.random.default_rng(8), 500)[1] == 1
