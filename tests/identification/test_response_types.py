"""Bounds against closed forms, against models whose effect is known, and against programs that are not split."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from bayescause.errors import GraphError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import descendants, topological_order
from bayescause.identification.bounds import number_of_types, response_model
from bayescause.identification.evaluation import DiscreteLaw
from bayescause.identification.general import is_identifiable
from bayescause.identification.response_types import (
    bounds_of_law,
    effect_bounds,
    is_allowed,
    observed_laws,
    response_constraints,
)

INSTRUMENT = CausalGraph.parse("z -> x -> y; x <-> y")
BOW = CausalGraph.parse("x -> y; x <-> y")
CHOLESTYRAMINE = np.array([[[0.919, 0.081], [0.0, 0.0]], [[0.315, 0.073], [0.139, 0.473]]])
"""P(dose, response | assigned), dims (assigned, dose, response): Efron and Feldman (1991), as in Pearl (1995)."""


def balke_pearl(law):
    """Closed form for a binary instrument, Balke and Pearl (1997), equations 15 and 16; p[y, x, z]."""
    p = {(y, x, z): law[z, x, y] for y in (0, 1) for x in (0, 1) for z in (0, 1)}
    low = max(
        p[1, 1, 1] + p[0, 0, 0] - 1,
        p[1, 1, 0] + p[0, 0, 1] - 1,
        p[1, 1, 0] - p[1, 1, 1] - p[1, 0, 1] - p[0, 1, 0] - p[1, 0, 0],
        p[1, 1, 1] - p[1, 1, 0] - p[1, 0, 0] - p[0, 1, 1] - p[1, 0, 1],
        -p[0, 1, 1] - p[1, 0, 1],
        -p[0, 1, 0] - p[1, 0, 0],
        p[0, 0, 1] - p[0, 1, 1] - p[1, 0, 1] - p[0, 1, 0] - p[0, 0, 0],
        p[0, 0, 0] - p[0, 1, 0] - p[1, 0, 0] - p[0, 1, 1] - p[0, 0, 1],
    )
    high = min(
        1 - p[0, 1, 1] - p[1, 0, 0],
        1 - p[0, 1, 0] - p[1, 0, 1],
        -p[0, 1, 0] + p[0, 1, 1] + p[0, 0, 1] + p[1, 1, 0] + p[0, 0, 0],
        -p[0, 1, 1] + p[1, 1, 1] + p[0, 0, 1] + p[0, 1, 0] + p[0, 0, 0],
        p[1, 1, 1] + p[0, 0, 1],
        p[1, 1, 0] + p[0, 0, 0],
        -p[1, 0, 1] + p[1, 1, 1] + p[0, 0, 1] + p[1, 1, 0] + p[1, 0, 0],
        -p[1, 0, 0] + p[1, 1, 0] + p[0, 0, 0] + p[1, 1, 1] + p[1, 0, 1],
    )
    return low, high


def laws_of_types(chances):
    """P(x, y | z), dims (law, z, x, y), from chances of the 4 x 4 response types, dims (law, x type, y type)."""
    law = np.zeros((len(chances), 2, 2, 2))
    for x_type, y_type, z in np.ndindex(4, 4, 2):
        x = x_type >> z & 1
        law[:, z, x, y_type >> x & 1] += chances[:, x_type, y_type]
    return law


@pytest.fixture(scope="module")
def chances():
    return np.random.default_rng(0).dirichlet(np.full(16, 0.3), size=500).reshape(-1, 4, 4)


def simulated(graph, *, laws=4, levels=2, causes=3, seed=0):
    """Joint laws of random models of ``graph`` with one hidden cause a double arrow, and a function to intervene."""
    rng = np.random.default_rng(seed)
    hidden = {pair: rng.dirichlet(np.full(causes, 0.5), size=laws) for pair in graph.bidirected}
    behind = {name: [pair for pair in hidden if name in pair] for name in graph.nodes}
    axes = {key: place for place, key in enumerate((*graph.nodes, *hidden), start=1)}
    tables = {
        name: rng.dirichlet(
            np.full(levels, 0.5), size=(laws, *[levels] * len(graph.parents(name)), *[causes] * len(behind[name]))
        )
        for name in topological_order(graph)
    }

    def joint(**fixed):
        operands = [part for pair, law in hidden.items() for part in (law, [0, axes[pair]])]
        for name, table in tables.items():
            if name in fixed:
                operands += [np.repeat(np.eye(levels)[[fixed[name]]], laws, axis=0), [0, axes[name]]]
            else:
                keys = (*graph.parents(name), *behind[name], name)
                operands += [table, [0, *(axes[key] for key in keys)]]
        return np.einsum(*operands, [0, *(axes[name] for name in graph.nodes)], optimize="greedy")

    return joint


def effect_in(graph, joint, of, on):
    outer = tuple(place for place, name in enumerate(graph.nodes, start=1) if name != on)
    means = [joint(**{of: level}).sum(axis=outer) @ np.arange(joint().shape[1]) for level in (0, 1)]
    return means[1] - means[0]


def test_an_instrument_has_the_bounds_of_balke_and_pearl(chances):
    law = laws_of_types(chances)
    low, high = bounds_of_law(INSTRUMENT, "x", "y", DiscreteLaw(("z", "x", "y"), law / 2))
    closed = np.array([balke_pearl(one) for one in law])
    assert low == pytest.approx(closed[:, 0], abs=1e-9)
    assert high == pytest.approx(closed[:, 1], abs=1e-9)


def test_cholestyramine_helps_between_392_and_780_in_a_thousand():
    low, high = bounds_of_law(INSTRUMENT, "x", "y", DiscreteLaw(("z", "x", "y"), CHOLESTYRAMINE / 2))
    assert (low[0], high[0]) == pytest.approx((0.392, 0.780), abs=1e-9)
    assert (low[0], high[0]) == pytest.approx(balke_pearl(CHOLESTYRAMINE), abs=1e-9)


def test_a_bow_has_the_bounds_of_no_assumption():
    joint = np.random.default_rng(1).dirichlet(np.ones(4), size=50).reshape(-1, 2, 2)
    low, high = bounds_of_law(BOW, "x", "y", DiscreteLaw(("x", "y"), joint))
    # Manski (1990): whoever was not seen at a level may respond in any way.
    assert low == pytest.approx(-joint[:, 1, 0] - joint[:, 0, 1], abs=1e-12)
    assert high == pytest.approx(joint[:, 1, 1] + joint[:, 0, 0], abs=1e-12)


def test_a_bow_of_several_levels_reaches_from_the_worst_to_the_best_response():
    joint = np.random.default_rng(2).dirichlet(np.ones(12)).reshape(3, 4)
    worth = np.array([0.0, 1.0, 2.0, 10.0])
    low, high = bounds_of_law(BOW, "x", "y", DiscreteLaw(("x", "y"), joint, {"y": worth}), contrast=(0, 2))
    seen = joint @ worth
    unseen = 1 - joint.sum(axis=1)
    assert low[0] == pytest.approx(seen[2] - (seen[0] + 10 * unseen[0]), abs=1e-9)
    assert high[0] == pytest.approx(seen[2] + 10 * unseen[2] - seen[0], abs=1e-9)


def test_the_laws_that_an_instrument_allows_keep_the_instrumental_inequality():
    law = np.random.default_rng(3).dirichlet(np.full(4, 0.25), size=(500, 2)).reshape(-1, 2, 2, 2)
    model = response_model(INSTRUMENT, "x", "y")
    laws = observed_laws(model, DiscreteLaw(("z", "x", "y"), law / 2))
    allowed, _ = is_allowed(model, response_constraints(model, laws.levels), laws, {})
    # Pearl (1995): for each dose, the largest chances of dose and response over assignments add up to at most one.
    keeps = law.max(axis=1).sum(axis=-1).max(axis=-1) <= 1
    assert 0 < keeps.mean() < 1
    assert (allowed == keeps).all()


def test_an_identified_effect_has_no_room_between_its_bounds():
    front_door = CausalGraph.parse("x -> m -> y; x <-> y")
    joint = simulated(front_door)
    low, high = bounds_of_law(front_door, "x", "y", DiscreteLaw(front_door.nodes, joint()))
    assert low == pytest.approx(effect_in(front_door, joint, "x", "y"), abs=1e-9)
    assert high == pytest.approx(low, abs=1e-9)


def test_strata_solved_apart_give_what_one_program_gives():
    graph = CausalGraph.parse("c -> {x y}; z -> x -> y; x <-> y")
    law = DiscreteLaw(graph.nodes, simulated(graph)())
    split = response_model(graph, "x", "y")
    whole = replace(split, strata=(), settings=("c", "z"))
    assert split.strata == ("c",)
    apart = effect_bounds(split, observed_laws(split, law), (0, 1), (0.0, 1.0))
    together = effect_bounds(whole, observed_laws(whole, law), (0, 1), (0.0, 1.0))
    assert np.array(apart) == pytest.approx(np.array(together), abs=1e-9)


def test_the_effect_of_every_random_model_lies_between_its_bounds():
    rng = np.random.default_rng(4)
    tried = 0
    while tried < 40:
        names = "abcde"[: rng.integers(3, 6)]
        pairs = list(combinations(names, 2))
        arrows = [f"{a} -> {b}" for a, b in pairs if rng.random() < 0.5]
        hidden = [f"{a} <-> {b}" for a, b in pairs if rng.random() < 0.35]
        graph = CausalGraph.parse("; ".join((*names, *arrows, *hidden)))
        of, on = rng.choice(list(names), size=2, replace=False).tolist()
        if on not in descendants(graph, [of]) or is_identifiable(graph, [of], [on]):
            continue
        model = response_model(graph, of, on)
        if (
            isinstance(model, str)
            or number_of_types(model.graph, model.district, model.strata, dict.fromkeys(names, 2)) > 600
        ):
            continue
        tried += 1
        joint = simulated(graph, seed=tried)
        truth = effect_in(graph, joint, of, on)
        low, high = bounds_of_law(graph, of, on, DiscreteLaw(graph.nodes, joint()))
        assert (low <= truth + 1e-9).all()
        assert (truth <= high + 1e-9).all()


def test_an_effect_without_bounds_says_why():
    law = DiscreteLaw(("x", "y"), np.full((8, 8), 1 / 64))
    with pytest.raises(GraphError, match="Units can respond in"):
        bounds_of_law(BOW, "x", "y", law)
