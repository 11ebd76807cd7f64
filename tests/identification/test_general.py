from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors, descendants, districts, topological_order
from bayescause.graph.surgery import cut_incoming, project, subgraph
from bayescause.identification.adjustment import minimal_adjustment_sets
from bayescause.identification.front_door import front_door_functional, front_door_listing
from bayescause.identification.functional import Law, Mean, Product, Ratio, Sum
from bayescause.identification.functional_text import text_of
from bayescause.identification.general import find_hedge, functional_of, is_identifiable
from bayescause.identification.simple_functionals import (
    adjustment_functional,
    path_variables,
    truncated_functional,
)
from bayescause.identification.verdict import CausalQuery

PAIRS = list(combinations(range(5), 2))


@st.composite
def questions(draw):
    names = tuple("abcde")
    arrows = draw(st.sets(st.sampled_from(PAIRS), min_size=4))
    double = draw(st.sets(st.sampled_from(PAIRS), max_size=4))
    graph = CausalGraph(
        names, tuple((names[a], names[b]) for a, b in arrows), tuple((names[a], names[b]) for a, b in double)
    )
    ends = draw(st.permutations(names))
    return graph, sorted(ends[: draw(st.integers(1, 2))]), ends[2:3], ends[3 : draw(st.integers(3, 4))]


def is_identified_line_by_line(graph, of, on):
    """The recursion of Shpitser and Pearl (2006, figure 3), decision only."""
    nodes, of, on = set(graph.nodes), set(of), set(on)
    upstream = ancestors(graph, on)
    if not of:
        return True
    if nodes - upstream:
        return is_identified_line_by_line(subgraph(graph, upstream), of & upstream, on)
    needless = nodes - of - ancestors(cut_incoming(graph, of), on)
    if needless:
        return is_identified_line_by_line(graph, of | needless, on)
    parts = districts(graph, nodes - of)
    if len(parts) > 1:
        return all(is_identified_line_by_line(graph, nodes - set(part), part) for part in parts)
    whole = districts(graph)
    if len(whole) == 1:
        return False
    if parts[0] in whole:
        return True
    around = next(set(part) for part in whole if set(parts[0]) < set(part))
    return is_identified_line_by_line(subgraph(graph, around), of & around, on)


@settings(deadline=None, max_examples=300)
@given(questions())
def test_decisions_are_those_of_the_recursion_line_by_line(question):
    graph, of, on, _ = question
    assert is_identifiable(graph, of, on) == is_identified_line_by_line(graph, of, on)


@settings(deadline=None)
@given(questions())
def test_a_hedge_is_one(question):
    graph, of, on, _ = question
    hedge = find_hedge(graph, of, on)
    if hedge is not None:
        assert set(hedge.inner) < set(hedge.nodes)
        assert set(hedge.nodes) & set(of)
        assert not set(hedge.inner) & set(of)
        assert len(districts(graph, hedge.nodes)) == len(districts(graph, hedge.inner)) == 1
        assert ancestors(graph, hedge.inner, within=hedge.nodes) == set(hedge.nodes)
        assert set(hedge.inner) <= ancestors(cut_incoming(graph, of), on)


@settings(deadline=None)
@given(questions())
def test_what_adjustment_answers_is_identified(question):
    graph, of, on, _ = question
    assert is_identifiable(graph, of, on) or not minimal_adjustment_sets(graph, of, on)


class Binary:
    """A random law over binary variables that obeys a graph; double arrows are fair hidden coins."""

    def __init__(self, graph, seed):
        rng = np.random.default_rng(seed)
        self.graph, self.order = graph, topological_order(graph)
        self.inputs = {v: [*graph.parents(v), *(pair for pair in graph.bidirected if v in pair)] for v in graph.nodes}
        self.chance = {v: rng.uniform(0.1, 0.9, [2] * len(self.inputs[v])) for v in graph.nodes}

    def law(self, done=()):
        done, table = dict(done), {}
        for coins in product((0, 1), repeat=len(self.graph.bidirected)):
            for values in product((0, 1), repeat=len(self.order)):
                world = dict(zip(self.order, values, strict=True))
                if all(world[name] == value for name, value in done.items()):
                    seen = world | dict(zip(self.graph.bidirected, coins, strict=True))
                    key = tuple(world[name] for name in self.graph.nodes)
                    table[key] = table.get(key, 0.0) + self.weight(seen, done) * 0.5 ** len(coins)
        return table

    def weight(self, seen, done):
        chances = [self.chance[v][tuple(seen[name] for name in self.inputs[v])] for v in self.order if v not in done]
        ones = [seen[v] for v in self.order if v not in done]
        return np.prod([chance if one else 1 - chance for chance, one in zip(chances, ones, strict=True)])


def mass(table, nodes, event):
    return sum(p for key, p in table.items() if all(key[nodes.index(n)] == value for n, value in event.items()))


def value(expression, table, nodes, world):
    match expression:
        case Law(variables, given_):
            both = {name: world[name] for name in (*variables, *given_)}
            return mass(table, nodes, both) / mass(table, nodes, {name: world[name] for name in given_})
        case Mean(variable, given_):
            return value(Law((variable,), given_), table, nodes, world | {variable: 1})
        case Product(factors):
            return np.prod([value(factor, table, nodes, world) for factor in factors])
        case Ratio(top, bottom):
            return value(top, table, nodes, world) / value(bottom, table, nodes, world)
        case Sum(over, body):
            worlds = (world | dict(zip(over, values, strict=True)) for values in product((0, 1), repeat=len(over)))
            return sum(value(body, table, nodes, each) for each in worlds)


@settings(deadline=None, max_examples=60)
@given(questions(), st.integers(0, 1_000))
def test_a_functional_of_the_observed_law_is_the_law_under_intervention(question, seed):
    graph, of, on, conditions = question
    functional = functional_of(graph, of, on, conditions)
    if functional is None:
        return
    scm = Binary(graph, seed)
    world = dict.fromkeys(graph.nodes, 1)
    acted = scm.law(dict.fromkeys(of, 1))
    event = dict.fromkeys((*on, *conditions), 1)
    truth = mass(acted, graph.nodes, event) / mass(acted, graph.nodes, dict.fromkeys(conditions, 1))
    # Sums of a few hundred products of doubles: rounding alone.
    assert value(functional, scm.law(), graph.nodes, world) == pytest.approx(truth, rel=1e-9)


@settings(deadline=None, max_examples=200)
@given(questions(), st.integers(0, 1_000), st.booleans())
def test_simple_strategies_give_the_law_under_intervention(question, seed, two_outcomes):
    graph, of, on, conditions = question
    query = CausalQuery(tuple(of), (*on, *conditions), ()) if two_outcomes else CausalQuery(*map(tuple, question[1:]))
    if not descendants(graph, of) & set(query.on) or set(query.given) & descendants(graph, of):
        return
    sets = minimal_adjustment_sets(graph, query.of, query.on, required=query.given)
    functionals = [adjustment_functional(graph, query, adjusted) for adjusted in sets]
    if not any(graph.siblings(name) for name in path_variables(graph, query)):
        functionals.append(truncated_functional(graph, query))
    if not query.given:
        through = front_door_listing(graph, query.of, query.on).entries
        functionals += [front_door_functional(graph, query.of, query.on, names) for names in through]
    scm = Binary(graph, seed)
    acted = scm.law(dict.fromkeys(of, 1))
    event = dict.fromkeys((*query.on, *query.given), 1)
    truth = mass(acted, graph.nodes, event) / mass(acted, graph.nodes, dict.fromkeys(query.given, 1))
    for functional in functionals:
        found = value(functional, scm.law(), graph.nodes, dict.fromkeys(graph.nodes, 1))
        # Sums of a few hundred products of doubles: rounding alone.
        assert found == pytest.approx(truth, rel=1e-9)


def test_the_front_door_formula_comes_out_as_published():
    functional = functional_of(CausalGraph.parse("x -> z -> y; x <-> y"), ["x"], ["y"])
    assert text_of(functional, fixed="xy") == "sum over z of P(z | x) sum over x' of P(y | x', z) P(x')"


def test_a_hidden_cause_may_be_drawn_or_be_a_double_arrow():
    drawn = CausalGraph.parse("latent u; u -> {x y}; x -> y")
    assert find_hedge(drawn, ["x"], ["y"]) == find_hedge(project(drawn), ["x"], ["y"])


def test_a_condition_on_a_descendant_can_be_answered_by_the_general_algorithm():
    assert is_identifiable(CausalGraph.parse("x -> z -> y; x <-> z"), ["x"], ["y"], ["z"])


def test_what_only_the_treatment_joins_to_the_outcome_is_no_condition_once_the_treatment_is_set():
    functional = functional_of(CausalGraph.parse("y -> x -> z; x <-> z"), ["x"], ["y"], ["z"])
    assert text_of(functional, fixed="xyz") == "P(y)"
