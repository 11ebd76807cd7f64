"""Tables of probabilities are drawn from their Dirichlet laws, whatever else is drawn."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from bayescause.compilation.plan import Block
from bayescause.compilation.table import Table
from bayescause.inference.dirichlet_rows import dirichlet_rows
from bayescause.inference.law import BlockJob
from bayescause.inference.laws.saturated import Saturated
from bayescause.scm.structural_model import StructuralModel

MODEL = StructuralModel.parse("x -> y", kinds={"categorical": ["x"]}, levels={"x": ("a", "b", "c")})
TABLE = Table(
    {"x": np.array([0.0, 0.0, 1.0]), "y": np.array([0.0, 1.0, 1.0])},
    {"x": "categorical", "y": "binary"},
    {"x": ("a", "b", "c")},
    frequency=np.array([6.0, 2.0, 4.0]),
)
BLOCK = Block("joint law P(x) P(y | x)", "saturated", ("x", "y"), {"x": (), "y": ("x",)})


def drawn(block=BLOCK, **options):
    return Saturated().draw(BlockJob(MODEL, TABLE, block, **options))


def test_each_row_is_drawn_from_its_dirichlet_law():
    table = drawn().draws["y_probability"].to_numpy().reshape(-1, 3, 2)[..., 1]
    # Beta(1/2 + successes, 1/2 + failures); a row without units comes from the prior. 4,000 independent draws each.
    for place, shapes in enumerate([(2.5, 6.5), (4.5, 0.5), (0.5, 0.5)]):
        assert stats.kstest(table[:, place], stats.beta(*shapes).cdf).pvalue > 1e-3


def test_the_prior_of_a_row_weighs_one_unit_however_many_levels_it_has():
    mean = drawn().draws["x_probability"].mean(("chain", "draw")).to_numpy()[0]
    exact = (np.array([8.0, 4.0, 0.0]) + 1 / 3) / 13
    # Four standard errors of the mean of 4,000 draws; their sd is at most .14.
    np.testing.assert_allclose(mean, exact, atol=4 * 0.14 / np.sqrt(4_000))


def test_a_table_does_not_depend_on_what_else_is_in_the_block_or_in_which_order():
    swapped = Block(BLOCK.key, "saturated", ("y", "x"), dict(BLOCK.given))
    assert drawn().draws["y_probability"].equals(drawn(swapped).draws["y_probability"])
    assert not drawn().draws["y_probability"].equals(drawn(seed=1).draws["y_probability"])


def test_tiny_shapes_do_not_underflow():
    logs = dirichlet_rows(np.full((1, 200), 1 / 200), 1_000, np.random.default_rng(2))
    assert np.isfinite(logs).all()
    np.testing.assert_allclose(np.exp(logs).sum(axis=-1), 1.0, rtol=1e-12)


def test_the_likelihood_is_that_of_the_counts():
    found = drawn(chains=1, draws=2)
    x, y = (found.draws[f"{name}_probability"].to_numpy()[0, 0] for name in "xy")
    by_hand = (
        8 * np.log(x[0, 0]) + 4 * np.log(x[0, 1]) + 6 * np.log(y[0, 0]) + 2 * np.log(y[0, 1]) + 4 * np.log(y[1, 1])
    )
    assert found.stats["log_likelihood"][0, 0] == pytest.approx(by_hand)


def test_another_engine_is_refused_in_words():
    assert "Use engine='auto'" in Saturated().can_draw(BlockJob(MODEL, TABLE, BLOCK, engine="laplace"))
    assert Saturated().can_draw(BlockJob(MODEL, TABLE, BLOCK)) is None


@pytest.mark.long
def test_nuts_draws_the_same_law_where_somebody_insists():
    many = replace(TABLE, frequency=np.array([60.0, 20.0, 40.0]))
    block = Block("joint law of y", "saturated", ("y",), {"y": ()})
    sampled, exact = (Saturated().draw(BlockJob(MODEL, many, block, engine=name)) for name in ("nuts", "exact"))
    assert sampled.engine == "nuts"
    assert sampled.convergence.is_converged
    chances = [one.draws["y_probability"].to_numpy()[..., 1] for one in (sampled, exact)]
    # Four Monte Carlo errors of two means, of at least 1,000 effective draws each.
    assert abs(chances[0].mean() - chances[1].mean()) < 4 * np.sqrt(2 / 1_000) * chances[1].std()
    assert chances[0].std() == pytest.approx(chances[1].std(), rel=0.1)
