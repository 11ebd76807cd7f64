"""On random graphs with hidden causes, posteriors of very large discrete tables are at the interventional truth."""

from itertools import combinations, product

import numpy as np
import pytest

import bayescause as bc
from bayescause.compilation.planning import plan
from bayescause.compilation.table import Table
from bayescause.graph.relations import ancestors
from bayescause.inference.fitting import fit_plan
from bayescause.scm.design import Design

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")

UNITS = 1e9
QUESTION = bc.AverageEffect(of="x", on="y")


def random_graph(rng):
    """Five variables, x before y, random arrows in their order, two or three hidden pairs."""
    names = [*"abc"]
    for name, place in (("x", rng.integers(0, 3)), ("y", 4)):
        names.insert(place, name)
    arrows = [f"{a} -> {b}" for a, b in combinations(names, 2) if rng.random() < 0.5]
    pairs = list(combinations(names, 2))
    hidden = [pairs[place] for place in rng.choice(len(pairs), rng.integers(2, 4), replace=False)]
    text = "; ".join([*names, *arrows, *(f"{a} <-> {b}" for a, b in hidden)])
    return bc.CausalGraph.parse(text), hidden


def law_and_effect(graph, hidden, rng):
    """Joint probabilities of a random model on ``graph``, and its effect of x on y, by enumeration."""
    nodes, unseen = graph.nodes, [frozenset(pair) for pair in hidden]
    causes = {name: (*graph.parents(name), *(pair for pair in unseen if name in pair)) for name in nodes}
    chance = {name: rng.uniform(0.2, 0.8, (2,) * len(causes[name])) for name in nodes}
    joint, means = np.zeros((2,) * len(nodes)), np.zeros(2)
    for values in product((0, 1), repeat=len(nodes) + len(unseen)):
        at = dict(zip((*nodes, *unseen), values, strict=True))
        ones = {name: chance[name][tuple(at[cause] for cause in causes[name])] for name in nodes}
        shares = {name: one if at[name] else 1 - one for name, one in ones.items()}
        weight = 0.5 ** len(unseen)
        joint[values[: len(nodes)]] += weight * np.prod(list(shares.values()))
        means[at["x"]] += weight * at["y"] * np.prod([share for name, share in shares.items() if name != "x"])
    return joint, means[1] - means[0]


def hidden_cases(count):
    """Random graphs whose effect is computed from a saturated law."""
    rng = np.random.default_rng(11)
    while count:
        graph, hidden = random_graph(rng)
        if "x" not in ancestors(graph, ["y"]):
            continue
        model = bc.StructuralModel(graph)
        planned = plan(model, [QUESTION], kinds=dict.fromkeys(graph.nodes, "binary"))
        if planned.blocks and planned.blocks[0].law == "saturated":
            count -= 1
            yield model, planned, law_and_effect(graph, hidden, rng)


def test_effects_of_random_graphs_are_those_of_the_model_that_made_the_table():
    gaps = []
    for model, planned, (joint, truth) in hidden_cases(40):
        nodes = model.graph.nodes
        codes = np.indices(joint.shape).reshape(len(nodes), -1).astype(float)
        table = Table(dict(zip(nodes, codes, strict=True)), dict.fromkeys(nodes, "binary"), {}, UNITS * joint.ravel())
        posterior = fit_plan(model, table, planned, Design({}, {}, {}), draws=10)
        gaps.append(float(bc.estimate(posterior, QUESTION).mean()) - truth)
    # With a billion units a posterior sd is at most a few 1e-4, ratios of small probabilities included.
    assert len(gaps) == 40
    assert np.abs(gaps).max() < 1e-3
