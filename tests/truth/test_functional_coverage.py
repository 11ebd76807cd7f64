"""Posteriors of functionals cover the truth at their nominal rate: napkin and Verma graphs, discrete and linear.

Exact: truths drawn from the posterior's own prior, so that the rate is the nominal one whatever the size of the table.
Not exact: truths from random models with hidden causes, which the prior was not made for; there the tables are large.
"""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy.stats import binomtest

import bayescause as bc
from bayescause.compilation.table import Table
from bayescause.inference.law import BlockJob
from bayescause.inference.laws.saturated import Saturated
from bayescause.query.functional_effects import discrete_contrast
from bayescause.query.joint_laws import discrete_law
from bayescause.query.routing import route_of

pytestmark = [pytest.mark.long, pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")]

REPLICATIONS, LEVEL = 1_000, 0.9

GRAPHS = {
    "napkin": ("w -> z -> x -> y; w <-> x; w <-> y", ("wx", "wy")),
    "verma": ("a -> x -> m -> y; x <-> y", ("xy",)),
}
QUESTION = bc.AverageEffect(of="x", on="y")


def agree(covered):
    """Whether as many intervals hold the truth as their name says; a right procedure fails once in a hundred tests."""
    return binomtest(int(np.sum(covered)), len(covered), LEVEL).pvalue > 0.01


def hold(draws, truth):
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return low < truth < high


def table_of(names, counts):
    codes = np.indices(counts.shape).reshape(len(names), -1).astype(float)
    kinds = dict.fromkeys(names, "binary")
    return Table(dict(zip(names, codes, strict=True)), kinds, {}, frequency=counts.ravel().astype(float))


def fitted(text):
    """A posterior whose draws can be put in the place of others: what is planned depends on the kinds alone."""
    model = bc.StructuralModel.parse(text)
    return bc.fit(model, table_of(model.graph.nodes, np.ones((2,) * len(model.graph.nodes))), [QUESTION], draws=10)


def redrawn(posterior, table, seed):
    (block,) = posterior.plan.blocks
    drawn = Saturated().draw(BlockJob(posterior.model, table, block, seed=seed, chains=1, draws=1_000))
    chains = posterior.draws.isel(chain=[0], draw=[0]).pad(draw=(0, 999))
    return replace(posterior, draws=chains, blocks={block.key: drawn})


def effects_of(posterior):
    return discrete_contrast(posterior, route_of(posterior, QUESTION), QUESTION).effect[:, 0]


@pytest.mark.parametrize("name", GRAPHS)
def test_discrete_posteriors_cover_laws_from_their_own_prior(name):
    posterior = fitted(GRAPHS[name][0])
    names = route_of(posterior, QUESTION).order
    prior = redrawn(posterior, table_of(names, np.zeros((2,) * len(names))), seed=1)
    truths, laws = effects_of(prior), discrete_law(prior, route_of(prior, QUESTION), slice(None)).probability
    rng = np.random.default_rng(2)
    covered = []
    for number in range(REPLICATIONS):
        counts = rng.multinomial(100, laws[number].ravel()).reshape(laws[number].shape)
        found = redrawn(posterior, table_of(names, counts), seed=number)
        covered.append(hold(effects_of(found), truths[number]))
    assert agree(covered)


def observed_law(model, hidden, rng):
    """Joint probabilities of a random model with hidden causes of pairs, and its effect of x on y, by enumeration."""
    nodes = model.graph.nodes
    causes = {name: (*model.graph.parents(name), *(pair for pair in hidden if name in pair)) for name in nodes}
    chance = {name: rng.uniform(0.1, 0.9, (2,) * len(causes[name])) for name in nodes}
    joint, means = np.zeros((2,) * len(nodes)), np.zeros(2)
    for unseen in product((0, 1), repeat=len(hidden)):
        for values in product((0, 1), repeat=len(nodes)):
            at = {**dict(zip(hidden, unseen, strict=True)), **dict(zip(nodes, values, strict=True))}
            ones = {name: chance[name][tuple(at[cause] for cause in causes[name])] for name in nodes}
            shares = {name: one if at[name] else 1 - one for name, one in ones.items()}
            weight = 0.5 ** len(hidden)
            joint[values] += weight * np.prod(list(shares.values()))
            means[at["x"]] += weight * at["y"] * np.prod([share for name, share in shares.items() if name != "x"])
    return joint, means[1] - means[0]


@pytest.mark.parametrize("name", GRAPHS)
def test_discrete_posteriors_cover_models_with_hidden_causes_where_the_table_is_large(name):
    text, hidden = GRAPHS[name]
    posterior, rng = fitted(text), np.random.default_rng(3)
    names = posterior.model.graph.nodes
    covered = []
    for number in range(REPLICATIONS):
        joint, truth = observed_law(posterior.model, hidden, rng)
        counts = rng.multinomial(20_000, joint.ravel()).reshape(joint.shape)
        covered.append(hold(effects_of(redrawn(posterior, table_of(names, counts), seed=number)), truth))
    assert agree(covered)


def linear_rows(text, hidden, rng, units):
    """A table of a random straight-line model with hidden causes of pairs, and its slope of y on x."""
    graph = bc.CausalGraph.parse(text)
    unseen = {pair: rng.normal(size=units) for pair in hidden}
    rows, total = {}, {}
    for name in graph.nodes:
        slopes = {cause: rng.uniform(0.4, 1.2) * rng.choice([-1, 1]) for cause in graph.parents(name)}
        pushes = [slope * rows[cause] for cause, slope in slopes.items()]
        pushes += [rng.uniform(-1, 1) * values for pair, values in unseen.items() if name in pair]
        rows[name] = sum(pushes, start=rng.normal(size=units))
        total[name] = 1.0 if name == "x" else sum(slope * total[cause] for cause, slope in slopes.items())
    return rows, total["y"]


@pytest.mark.parametrize("name", GRAPHS)
def test_linear_posteriors_cover_parameters_from_their_own_prior(name):
    text, hidden = GRAPHS[name]
    rows, _ = linear_rows(text, hidden, np.random.default_rng(4), 100)
    found = bc.calibrate(bc.StructuralModel.parse(text), rows, [QUESTION], replications=REPLICATIONS, draws=400)
    ranks = found.of_kind("effect")[0].ranks
    assert agree((ranks > (1 - LEVEL) / 2) & (ranks < (1 + LEVEL) / 2))
    assert found.of_kind("effect")[0].passes


@pytest.mark.parametrize("name", GRAPHS)
def test_linear_posteriors_cover_models_with_hidden_causes_where_the_table_is_large(name):
    text, hidden = GRAPHS[name]
    model, rng = bc.StructuralModel.parse(text), np.random.default_rng(5)
    covered = []
    for number in range(REPLICATIONS):
        rows, truth = linear_rows(text, hidden, rng, 2_000)
        effect = bc.estimate(bc.fit(model, rows, [QUESTION], seed=number, chains=2, draws=500), QUESTION)
        covered.append(hold(effect.draws.to_numpy(), truth))
    assert agree(covered)
