import numpy as np

from bayescause.identification.tables import Table, conditional, divided, summed_product, weighted

RNG = np.random.default_rng(2)


def test_axes_are_matched_by_name():
    a, b = RNG.random((5, 2, 3)), RNG.random((5, 3, 4, 2))
    found = summed_product([Table(("x", "z"), a), Table(("z", "w", "x"), b)], {"z"})
    assert found.names == ("x", "w")
    np.testing.assert_allclose(found.values, np.einsum("sxz,szwx->sxw", a, b))


def test_a_quotient_has_the_axes_of_both():
    a, b = RNG.random((5, 2)), RNG.random((5, 3, 2))
    found = divided(Table(("x",), a), Table(("z", "x"), b))
    assert found.names == ("x", "z")
    np.testing.assert_allclose(found.values, a[:, :, np.newaxis] / b.transpose(0, 2, 1))


def test_an_undefined_cell_is_no_matter_beside_a_zero():
    law = conditional(Table(("z", "y"), np.array([[[0.5, 0.5], [0.0, 0.0]]])), ["z"])
    gone, there = Table(("z",), np.array([[1.0, 0.0]])), Table(("z",), np.array([[0.5, 0.5]]))
    assert summed_product([law, gone], {"z"}).undefined is None
    assert summed_product([law, there], {"z"}).undefined.all()


def test_a_mean_is_undefined_where_its_law_is():
    law = conditional(Table(("z", "y"), np.array([[[0.5, 0.5], [0.0, 0.0]]])), ["z"])
    found = weighted(law, "y", np.array([0.0, 4.0]))
    assert found.values.tolist() == [[2.0, 0.0]]
    assert found.undefined.tolist() == [[False, True]]
