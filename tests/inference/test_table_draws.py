"""Tables of probabilities are drawn exactly: Dirichlet laws with the counts added, and the evidence in closed form."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import gammaln

from bayescause.errors import SpecError
from bayescause.inference.fitting import fit
from bayescause.inference.posterior import parameters
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.scm.mechanisms.saturated import Saturated
from bayescause.scm.structural_model import StructuralModel

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")
X = np.repeat([0, 0, 0, 1, 1], [10, 4, 6, 1, 9])
MOOD = np.repeat(["a", "b", "c", "a", "b"], [10, 4, 6, 1, 9])
COUNTS = np.array([[10, 4, 6], [1, 9, 0]])


def fitted(mass=1.0, **facts):
    model = StructuralModel.parse("mood ~ x", mechanisms={"mood": Saturated(mass=mass)}, **facts)
    return fit(model, {"x": X, "mood": MOOD}, draws=5_000, seed=2)


def chances(posterior):
    weights = np.exp(parameters(posterior, "mood").coefficients).reshape(-1, 3, 2)
    return np.moveaxis(weights / weights.sum(axis=1, keepdims=True), 1, 2)


def test_rows_of_probabilities_are_dirichlet_given_the_counts():
    posterior = fitted()
    assert posterior.engines["mood"] == "exact"
    drawn, shapes = chances(posterior), COUNTS + 1 / 3
    for row, level in np.ndindex(2, 3):
        law = stats.beta(shapes[row, level], shapes[row].sum() - shapes[row, level])
        # The Kolmogorov distance of 20,000 independent draws exceeds .0138 in one of a thousand cases.
        assert stats.kstest(drawn[:, row, level], law.cdf).statistic < 0.0138


def test_the_weight_of_a_row_as_a_whole_keeps_its_prior():
    weights = np.exp(parameters(fitted(mass=2.0), "mood").coefficients).reshape(-1, 3, 2).sum(axis=1)
    assert stats.kstest(weights[:, 1], stats.gamma(2.0).cdf).statistic < 0.0138


def test_the_evidence_is_that_of_two_dirichlet_multinomial_laws():
    alpha = np.full(3, 1 / 3)
    expected = sum(
        gammaln(1.0) - gammaln(1.0 + row.sum()) + (gammaln(alpha + row) - gammaln(alpha)).sum() for row in COUNTS
    )
    assert float(fitted().sample_stats["mood_log_evidence"]) == pytest.approx(expected)


def test_a_cell_may_have_a_number_of_its_own():
    posterior = fitted(priors={"mood": {"c.x[1]": "log_gamma(20)"}})
    # Dirichlet(1.333, 9.333, 20): the mean of the last is 20 / 30.67; its sd is .084, that of 20,000 draws .0006.
    assert chances(posterior)[:, 1, 2].mean() == pytest.approx(20 / (30 + 2 / 3), abs=0.003)


def test_a_yes_or_no_outcome_in_a_table_gives_the_difference_of_its_rows():
    rng = np.random.default_rng(3)
    z = rng.integers(0, 3, 600)
    x = rng.random(600) < 0.2 + 0.3 * z
    y = rng.random(600) < 0.1 + 0.2 * x + 0.3 * (z == 1)
    model = StructuralModel.parse("x ~ z; y ~ x + z", kinds={"categorical": ["z"]}, families={"y": "saturated"})
    posterior = fit(model, {"x": x, "y": y, "z": z}, [AverageEffect(of="x", on="y", population="sample")], seed=4)
    from bayescause.query.estimating import estimate

    effect = estimate(posterior, AverageEffect(of="x", on="y", population="sample"))
    rows = {(at, of): y[(x == at) & (z == of)] for at in (0, 1) for of in range(3)}
    mean = {key: (0.5 + one.sum()) / (1 + len(one)) for key, one in rows.items()}
    expected = sum((mean[1, of] - mean[0, of]) * (z == of).mean() for of in range(3))
    assert float(effect.mean()) == pytest.approx(expected, abs=4 * effect.diagnostics.mcse_mean)


def test_a_cause_without_levels_is_refused():
    model = StructuralModel.parse("mood ~ x", families={"mood": "saturated"})
    with pytest.raises(SpecError, match="its cause 'x' is continuous: a table needs levels"):
        fit(model, {"x": X + 0.5, "mood": MOOD})
