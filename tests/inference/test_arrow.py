import numpy as np
import pytest

from bayescause.inference.arrow import Arrow, arrow_ascent, rooted
from bayescause.inference.newton import ascent

LEVELS, EFFECTS, AXES = 7, 2, 3


def dense(arrow):
    size = arrow.blocks.shape[-3] * arrow.blocks.shape[-1]
    found = np.zeros((size + arrow.rest.shape[-1],) * 2)
    for level, (block, edge) in enumerate(zip(arrow.blocks, arrow.edges, strict=True)):
        own = slice(level * len(block), (level + 1) * len(block))
        found[own, own], found[own, size:], found[size:, own] = block, edge, edge.T
    found[size:, size:] = arrow.rest
    return found


def arrow(seed, shift=0.0):
    """Positive definite without a shift: a sum of rows that have effects of one level each."""
    rng = np.random.default_rng(seed)
    level, x, z = np.arange(40) % LEVELS, rng.normal(size=(40, AXES)), rng.normal(size=(40, EFFECTS))
    blocks = np.stack([z[level == each].T @ z[level == each] for each in range(LEVELS)])
    edges = np.stack([z[level == each].T @ x[level == each] for each in range(LEVELS)])
    return Arrow(blocks + (0.1 - shift) * np.eye(EFFECTS), edges, x.T @ x + 0.1 * np.eye(AXES))


def test_root_and_determinant_are_those_of_the_dense_matrix():
    one, other = arrow(1), arrow(2)
    both = rooted(Arrow(*(np.stack(parts) for parts in zip(one, other, strict=True))))
    for place, single in enumerate((one, other)):
        matrix = dense(single)
        assert both.log_determinant[place] == pytest.approx(np.linalg.slogdet(matrix)[1], rel=1e-12)
        size = LEVELS * EFFECTS
        root = np.linalg.cholesky(matrix)
        np.testing.assert_allclose(both.rest[place], root[size:, size:], atol=1e-9)
        np.testing.assert_allclose(both.edges[place].reshape(size, AXES), root[size:, :size].T, atol=1e-9)


def test_newton_s_step_is_that_of_the_dense_matrix():
    single, gradient = arrow(3), 0.1 * np.random.default_rng(0).normal(size=LEVELS * EFFECTS + AXES)
    effects, rest = arrow_ascent(single, gradient[:-AXES].reshape(LEVELS, EFFECTS), gradient[-AXES:])
    np.testing.assert_allclose([*effects.ravel(), *rest], ascent(-dense(single), gradient), atol=1e-9)


def test_a_step_goes_up_where_the_density_bends_up():
    single, gradient = arrow(4, shift=5.0), np.random.default_rng(0).normal(size=LEVELS * EFFECTS + AXES)
    assert rooted(single) is None
    effects, rest = arrow_ascent(single, gradient[:-AXES].reshape(LEVELS, EFFECTS), gradient[-AXES:])
    assert gradient @ [*effects.ravel(), *rest] > 0
