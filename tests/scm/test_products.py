"""A product in parts is the product."""

import numpy as np
import pytest

from bayescause.scm.products import SMALL, product


@pytest.mark.parametrize(
    ("samples", "rows", "columns"),
    [(7, 30, 3), (401, 1_000, 56), (5, SMALL, 2), (1, 10, 1), (6, 10, 0)],
    ids=["one part", "many parts and a rest", "each row too large", "one sample", "no columns"],
)
def test_a_product_in_parts_is_the_product(samples, rows, columns):
    rng = np.random.default_rng(5)
    left, right = rng.normal(size=(samples, rows)), rng.normal(size=(rows, columns))
    # Sums of `rows` products of standard normals, in another order: some roundings of their size.
    np.testing.assert_allclose(product(left, right), left @ right, rtol=0, atol=1e-14 * rows)
