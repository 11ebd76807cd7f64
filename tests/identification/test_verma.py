from itertools import combinations

import numpy as np
import pytest

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors, district_of, topological_order
from bayescause.graph.surgery import project
from bayescause.identification.evaluation import DiscreteLaw, discrete_value
from bayescause.identification.functional import free_variables
from bayescause.identification.implications import implications
from bayescause.identification.verma import constraint_of, verma_constraints

VERMA = "v1 -> v2 -> v3 -> v4; v2 <-> v4"
NAPKIN = "w -> r -> x -> y; w <-> x; w <-> y"


def random_graph(rng, variables):
    names = tuple("abcdef"[:variables])
    chances = rng.uniform(0.3, 0.7), rng.uniform(0.1, 0.5)
    pairs = list(combinations(names, 2))
    return CausalGraph(
        names,
        tuple(pair for pair in pairs if rng.random() < chances[0]),
        tuple(pair for pair in pairs if rng.random() < chances[1]),
    )


def exact_law(graph, rng):
    """The observed law of binary variables, each hidden common cause a binary variable of its own."""
    letters = {name: chr(97 + index) for index, name in enumerate((*graph.nodes, *graph.bidirected))}
    terms, arrays = [], []
    for name in graph.nodes:
        causes = [*graph.parents(name), *(pair for pair in graph.bidirected if name in pair)]
        terms.append("".join(letters[cause] for cause in (name, *causes)))
        arrays.append(rng.dirichlet([1.0, 1.0], size=(2,) * len(causes)).transpose(-1, *range(len(causes))))
    for pair in graph.bidirected:
        terms.append(letters[pair])
        arrays.append(rng.dirichlet([1.0, 1.0]))
    observed = "".join(letters[name] for name in graph.nodes)
    return DiscreteLaw(graph.nodes, np.einsum(f"{','.join(terms)}->{observed}", *arrays, optimize=True))


def free_law(graph, rng):
    """Any law of binary variables."""
    return DiscreteLaw(graph.nodes, rng.dirichlet(np.ones(2 ** len(graph.nodes))).reshape((2,) * len(graph.nodes)))


def violation(constraint, law):
    """How far the constraint's law moves with the variables that it is said to be free of."""
    found = discrete_value(constraint.law, law)
    axes = tuple(found.names.index(name) for name in constraint.free_of)
    return float(np.ptp(found.values, axis=axes).max())


def dependence(one, law):
    """The largest difference between P(a, b | given) and the product of its margins."""
    joint = np.moveaxis(
        law.probability.sum(
            axis=tuple(place for place, name in enumerate(law.names) if name not in one.variables), keepdims=True
        ),
        [law.names.index(one.a), law.names.index(one.b)],
        [0, 1],
    )
    joint = joint / joint.sum(axis=(0, 1), keepdims=True)
    return float(np.abs(joint - joint.sum(axis=0, keepdims=True) * joint.sum(axis=1, keepdims=True)).max())


def codimension(graph, rng):
    """Constraints on the covariances of linear models of the graph: by the rank of the Jacobian at a random point."""
    size, place = len(graph.nodes), {name: index for index, name in enumerate(graph.nodes)}
    slopes, errors = np.zeros((size, size)), np.diag(rng.uniform(3.0, 5.0, size))
    for cause, effect in graph.directed:
        slopes[place[effect], place[cause]] = rng.normal()
    for one, other in graph.bidirected:
        errors[place[one], place[other]] = errors[place[other], place[one]] = rng.uniform(-0.9, 0.9)
    total = np.linalg.inv(np.eye(size) - slopes)
    covariance, upper = total @ errors @ total.T, np.triu_indices(size)
    moves = []
    for cause, effect in graph.directed:
        moved = np.outer(total[:, place[effect]], covariance[place[cause]])
        moves.append((moved + moved.T)[upper])
    for one, other in (*graph.bidirected, *((name, name) for name in graph.nodes)):
        moved = np.outer(total[:, place[one]], total[:, place[other]])
        moves.append((moved + moved.T)[upper])
    return len(upper[0]) - np.linalg.matrix_rank(np.array(moves), tol=1e-7)


def is_arid(graph):
    """Whether of every variable's district it alone is left when all that can be is summed out."""
    for name in graph.nodes:
        left = frozenset(graph.nodes)
        while (smaller := district_of(graph, name, ancestors(graph, [name], within=left))) != left:
            left = smaller
        if left != {name}:
            return False
    return True


def test_the_constraint_of_verma_is_the_published_one():
    (found,) = verma_constraints(CausalGraph.parse(VERMA), most=9).entries
    assert str(found) == "sum over v2 of P(v4 | v1, v2, v3) P(v2 | v1) does not depend on v1"
    assert found.variables == ("v4", "v1", "v3")


def test_the_constraint_of_the_napkin_is_the_published_one():
    (found,) = verma_constraints(CausalGraph.parse(NAPKIN), most=9).entries
    published = "[sum over w of P(x, y | w, r) P(w)] / [sum over w of P(x | w, r) P(w)] does not depend on r"
    assert str(found) == published


def test_a_graph_without_hidden_causes_has_independences_only():
    graph = CausalGraph.parse("a -> b -> c -> d; a -> d; b -> e")
    assert verma_constraints(graph, most=9).entries == ()


@pytest.mark.parametrize("text", ["x -> m -> y; x <-> y", "z -> x -> y; x <-> y", "x -> y; x <-> y"])
def test_front_door_instrument_and_bow_leave_no_equality(text):
    assert not implications(CausalGraph.parse(text)).is_testable


def test_a_latent_variable_is_projected_out():
    hidden = CausalGraph.parse("latent u; v1 -> v2 -> v3 -> v4; u -> {v2 v4}")
    assert verma_constraints(hidden, most=9) == verma_constraints(project(hidden), most=9)


def test_each_statement_holds_in_exact_laws_of_its_graph():
    rng = np.random.default_rng(0)
    seen = 0
    for _ in range(2_000):
        graph = random_graph(rng, int(rng.integers(3, 7)))
        found, law = implications(graph), exact_law(graph, rng)
        seen += len(found.constraints)
        # Sums of 32 probabilities are exact to some 1e-15; quotients of small ones lose a few digits more.
        assert all(dependence(one, law) < 1e-10 for one in found.independences)
        assert all(violation(one, law) < 1e-10 for one in found.constraints)
    assert seen > 20


def test_a_law_that_is_not_of_the_graph_breaks_each_constraint():
    rng = np.random.default_rng(1)
    for text in (VERMA, NAPKIN, "d -> w -> x; d <-> x; d <-> v"):
        graph = CausalGraph.parse(text)
        for constraint in implications(graph).constraints:
            assert violation(constraint, free_law(graph, rng)) > 1e-3


def test_a_constraint_says_more_than_the_independences():
    # With v2 and v4 in one district, v1 -> v4 leaves v3 ⊥ v1 | v2 as it is, and breaks the constraint.
    graph, more = CausalGraph.parse(VERMA), CausalGraph.parse(f"{VERMA}; v1 -> v4")
    law = exact_law(more, np.random.default_rng(2))
    found = implications(graph)
    assert all(dependence(one, law) < 1e-10 for one in found.independences)
    assert violation(found.constraints[0], law) > 1e-3


def test_no_more_is_told_than_covariances_of_linear_models_obey():
    rng = np.random.default_rng(3)
    with_constraint = 0
    for _ in range(1_500):
        graph = random_graph(rng, 5)
        pairs = list(combinations(topological_order(graph), 2))
        constrained = sum(constraint_of(graph, later, earlier) is not None for earlier, later in pairs)
        told = len(implications(graph).independences) + constrained
        missing = len(pairs) - len({*map(frozenset, graph.directed), *map(frozenset, graph.bidirected)})
        # Of other graphs linear models obey polynomials too, which say nothing of laws in general.
        is_maximal_arid = is_arid(graph) and told == missing
        assert told == codimension(graph, rng) if is_maximal_arid else told <= codimension(graph, rng)
        with_constraint += is_maximal_arid and constrained > 0
    assert with_constraint > 5


def test_the_list_is_cut_and_that_is_said():
    graph = CausalGraph.parse(f"{VERMA}; v3 <-> v5; v4 -> v5")
    found = verma_constraints(graph, most=1)
    assert (len(found.entries), found.is_whole) == (1, len(verma_constraints(graph, most=9).entries) == 1)


def test_what_a_constraint_is_free_of_is_mentioned_by_its_law():
    rng = np.random.default_rng(4)
    for _ in range(300):
        for one in implications(random_graph(rng, 6)).constraints:
            assert set(one.free_of) <= free_variables(one.law)
            assert one.variable not in one.free_of
