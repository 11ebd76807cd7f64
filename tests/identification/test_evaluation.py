import numpy as np
import pytest

from bayescause.errors import DataError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.evaluation import DiscreteLaw, NamedArray, averaged, discrete_mean, discrete_value
from bayescause.identification.functional import Law, Mean, Product, Ratio, Sum
from bayescause.identification.general import functional_of

RNG = np.random.default_rng(1)


def random_law(names, *shape, laws=()):
    return DiscreteLaw(names, RNG.dirichlet(np.ones(np.prod(shape)), laws).reshape(*laws, *shape))


def front_door():
    """The observed law of z <- x, y <- z with a hidden cause of x and y, and the law of y under do(x)."""
    hidden, x, z, y = (
        RNG.dirichlet(np.ones(levels), given) for levels, given in [(4, ()), (2, 4), (3, 2), (2, (3, 4))]
    )
    observed = np.einsum("u,ux,xz,zuy->xzy", hidden, x, z, y)
    return DiscreteLaw(("x", "z", "y"), observed, {"y": [-1, 3]}), np.einsum("u,xz,zuy->xy", hidden, z, y)


def test_the_front_door_formula_gives_the_law_under_intervention():
    law, truth = front_door()
    functional = functional_of(CausalGraph.parse("x -> z -> y; x <-> y"), ["x"], ["y"])
    found = discrete_value(functional, law)
    assert found.names == ("x", "y")
    np.testing.assert_allclose(found.values, truth, rtol=1e-12)
    np.testing.assert_allclose(discrete_mean(functional, law, "y").values, truth @ [-1, 3], rtol=1e-12)


def test_a_level_that_is_held_gets_no_axis_and_leaves_sums_over_it_alone():
    law, truth = front_door()
    functional = functional_of(CausalGraph.parse("x -> z -> y; x <-> y"), ["x"], ["y"])
    found = discrete_value(functional, law, {"x": 1})
    assert found.names == ("y",)
    np.testing.assert_allclose(found.values, truth[1], rtol=1e-12)


def test_many_laws_are_evaluated_as_each_alone(monkeypatch):
    law = random_law(("a", "b", "y"), 2, 3, 2, laws=(4, 5))
    functional = Sum(("b",), Product((Law(("y",), ("a", "b")), Law(("b",)))))
    together = discrete_value(functional, law).values
    alone = discrete_value(functional, DiscreteLaw(law.names, law.probability[3, 2])).values
    np.testing.assert_allclose(together[3, 2], alone, rtol=1e-13)
    monkeypatch.setattr("bayescause.identification.evaluation.LARGEST", 50)
    np.testing.assert_allclose(discrete_value(functional, law).values, together, rtol=1e-13)


def test_a_mean_is_the_sum_of_what_levels_are_worth():
    law = DiscreteLaw(("y", "x"), np.array([[0.1, 0.3], [0.4, 0.2]]), {"y": [0, 10]})
    np.testing.assert_allclose(discrete_value(Mean("y", ("x",)), law).values, [8, 4])
    np.testing.assert_allclose(discrete_mean(Law(("y",), ("x",)), law, "y").values, [8, 4])


def test_what_a_sum_does_not_depend_on_counts_once_a_level():
    law = random_law(("a", "b"), 2, 3)
    assert discrete_value(Sum(("b",), Product(())), law).values == 3


def test_a_law_that_does_not_exist_counts_as_nothing_where_its_weight_is_zero():
    law = DiscreteLaw(("z", "y"), np.array([[0.25, 0.75], [0.0, 0.0]]))
    standardized = Sum(("z",), Product((Law(("y",), ("z",)), Law(("z",)))))
    np.testing.assert_allclose(discrete_value(standardized, law).values, [0.25, 0.75])


def test_a_law_that_does_not_exist_is_nan_where_it_matters():
    law = DiscreteLaw(("z", "x", "y"), np.array([[[0.25, 0.25], [0.25, 0.05]], [[0.2, 0.0], [0.0, 0.0]]]))
    standardized = Sum(("z",), Product((Law(("y",), ("x", "z")), Law(("z",)))))
    found = discrete_value(standardized, law).values
    assert np.isnan(found).tolist() == [[False, False], [True, True]]
    assert np.isnan(discrete_value(Ratio(Law(("z", "x", "y")), Law(("z", "x"))), law).values).sum() == 2


def test_values_are_averaged_over_the_law_of_a_free_variable():
    law = random_law(("z", "x"), 3, 2, laws=(5,))
    found = NamedArray(("z", "x"), RNG.normal(size=(5, 3, 2)))
    expected = np.einsum("szx,sz->sx", found.values, law.probability.sum(axis=2))
    np.testing.assert_allclose(averaged(found, law, ["z"]).values, expected, rtol=1e-13)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda law: discrete_value(Law(("c",)), law), "`c` stands in the functional and not in the law"),
        (lambda law: discrete_value(Law(("a",)), law, {"b": 0}), "`b` cannot be held at a level"),
        (lambda law: discrete_mean(Law(("b",)), law, "b"), "mean of `b` needs a number for each of its levels"),
        (lambda law: DiscreteLaw(("a", "b", "c"), law.probability), "3 variables needs as many axes; it has 2"),
        (lambda law: DiscreteLaw(law.names, law.probability, {"a": [1]}), "`a` has 2 levels"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(ask, message):
    with pytest.raises(DataError, match=message):
        ask(random_law(("a", "b"), 2, 2))
