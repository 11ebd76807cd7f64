import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayescause.errors import DataError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.functional import Law, Mean, Product, Sum
from bayescause.identification.gaussian_evaluation import GaussianLaw, gaussian_mean
from bayescause.identification.general import functional_of

PAIRS = [(a, b) for a in range(5) for b in range(a + 1, 5)]


def linear_model(graph, seed):
    """Effects of direct causes, and the observed law of a linear model with correlated normal errors."""
    rng = np.random.default_rng(seed)
    width, place = len(graph.nodes), {name: index for index, name in enumerate(graph.nodes)}
    effects, errors = np.zeros((width, width)), np.diag(rng.uniform(0.5, 2, width))
    for a, b in graph.directed:
        effects[place[b], place[a]] = rng.normal()
    for a, b in graph.bidirected:
        shared = rng.normal(size=2)
        at = np.ix_([place[a], place[b]], [place[a], place[b]])
        errors[at] += np.outer(shared, shared)
    total = np.linalg.inv(np.eye(width) - effects)
    return effects, GaussianLaw(graph.nodes, rng.normal(size=width), total @ errors @ total.T)


@st.composite
def questions(draw):
    names = tuple("abcde")
    arrows = draw(st.sets(st.sampled_from(PAIRS), min_size=4))
    double = draw(st.sets(st.sampled_from(PAIRS), max_size=4))
    graph = CausalGraph(
        names, tuple((names[a], names[b]) for a, b in arrows), tuple((names[a], names[b]) for a, b in double)
    )
    ends = draw(st.permutations(names))
    return graph, ends[: draw(st.integers(1, 2))], ends[2], draw(st.integers(0, 1_000))


@settings(deadline=None)
@given(questions())
def test_an_identified_effect_is_the_sum_of_products_of_path_coefficients(question):
    graph, of, on, seed = question
    functional = functional_of(graph, of, [on])
    if functional is None:
        return
    effects, law = linear_model(graph, seed)
    found = gaussian_mean(functional, law, on)
    acted = effects * np.isin(graph.nodes, of, invert=True)[:, np.newaxis]
    total = np.linalg.inv(np.eye(5) - acted)[graph.nodes.index(on)]
    expected = [total[graph.nodes.index(name)] if name in of else 0.0 for name in found.names]
    # Rounding alone, in the inverses of correlation matrices.
    np.testing.assert_allclose(found.slopes, expected, atol=1e-7)


def test_adjustment_is_the_slope_of_the_regression():
    law = linear_model(CausalGraph.parse("z -> {x y}; x -> y"), 1)[1]
    found = gaussian_mean(Sum(("z",), Product((Mean("y", ("x", "z")), Law(("z",))))), law, "y")
    z, x, y = (law.names.index(name) for name in "zxy")
    slopes = np.linalg.solve(law.covariance[np.ix_([x, z], [x, z])], law.covariance[[x, z], y])
    assert found.names == ("x",)
    assert found.slopes == pytest.approx(slopes[:1])
    assert found.at({"x": law.mean[x]}) == pytest.approx(law.mean[y])


def test_many_laws_are_evaluated_as_each_alone():
    graph = CausalGraph.parse("x -> z -> y; x <-> y")
    laws = [linear_model(graph, seed)[1] for seed in range(6)]
    functional = functional_of(graph, ["x"], ["y"])
    means, covariances = np.array([law.mean for law in laws]), np.array([law.covariance for law in laws])
    together = GaussianLaw(graph.nodes, means.reshape(2, 3, 3), covariances.reshape(2, 3, 3, 3))
    found, alone = gaussian_mean(functional, together, "y"), gaussian_mean(functional, laws[4], "y")
    assert found.slopes[1, 1] == pytest.approx(alone.slopes)
    assert found.intercept[1, 1] == pytest.approx(alone.intercept)


def test_units_do_not_matter():
    graph = CausalGraph.parse("w -> z -> x -> y; w <-> x; w <-> y")
    law = linear_model(graph, 3)[1]
    scale = np.array([1e-6, 1.0, 1e3, 1e6])
    larger = GaussianLaw(law.names, law.mean * scale, law.covariance * np.outer(scale, scale))
    functional = functional_of(graph, ["x"], ["y"])
    found = gaussian_mean(functional, larger, "y").slopes * scale[[1, 2]] / 1e6
    np.testing.assert_allclose(found, gaussian_mean(functional, law, "y").slopes, atol=1e-10)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda law: gaussian_mean(Law(("c",)), law, "c"), "`c` stands in the functional and not in the law"),
        (lambda law: gaussian_mean(Law(("a",)), law, "b"), "says nothing of `b`"),
        (lambda law: GaussianLaw(("a",), law.mean, law.covariance), "A law of 1 variables"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(ask, message):
    with pytest.raises(DataError, match=message):
        ask(GaussianLaw(("a", "b"), np.zeros(2), np.eye(2)))
