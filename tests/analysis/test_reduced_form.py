import numpy as np
import pytest

from bayescause.analysis.reduced_form import multiply_out, obstacle
from bayescause.graph.formula import Factor, Term
from bayescause.inference.fitting import fit
from bayescause.query.drawn_laws import laws_of
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.query.routing import route_of
from bayescause.scm.structural_model import StructuralModel

QUESTION = AverageEffect(of="x", on="y")


def posterior_of(text: str):
    rng = np.random.default_rng(6)
    columns = {name: rng.normal(size=80) for name in "xzmwy"}
    return fit(StructuralModel.parse(text), columns, [QUESTION])


def test_c4_a_linear_mediator_gives_c_plus_ab_and_its_noise_times_b():
    posterior = posterior_of("x ~ z; m ~ x + z; y ~ m + x + w")
    laws = laws_of(posterior, route_of(posterior, QUESTION))
    reduced = multiply_out(laws, route_of(posterior, QUESTION))
    m, y = laws.parameters["m"], laws.parameters["y"]
    a, b, c = m.coefficients[:, 1], y.coefficients[:, 1], y.coefficients[:, 2]
    assert np.allclose(reduced.slopes[Term((Factor("x"),))][:, 0], c + a * b)
    assert np.allclose(reduced.noise**2, y.dispersion["sd"] ** 2 + (b * m.dispersion["sd"]) ** 2)
    assert {str(term) for term in reduced.terms} == {"x", "w", "z"}


def test_a_standardized_mediator_is_put_back_on_its_own_scale():
    posterior = posterior_of("x ~ z; m ~ x + z; y ~ standardize(m) + x")
    route = route_of(posterior, QUESTION)
    laws = laws_of(posterior, route)
    scale = posterior.design.constants[Factor("m", "standardize")].scale
    y, m = laws.parameters["y"].coefficients, laws.parameters["m"].coefficients
    assert np.allclose(
        multiply_out(laws, route).slopes[Term((Factor("x"),))][:, 0], y[:, 2] + m[:, 1] * y[:, 1] / scale
    )


@pytest.mark.parametrize("formula", ["y ~ m:w + x", "y ~ square(m) + x"])
def test_a_bend_on_the_way_is_an_obstacle_that_names_the_variable(formula):
    posterior = posterior_of(f"x ~ z; m ~ x + z; {formula}")
    assert "'y' bends in 'm'" in (obstacle(posterior.design, route_of(posterior, QUESTION)) or "")


def test_products_of_treatment_and_covariate_are_none():
    posterior = posterior_of("x ~ z; m ~ x*z; y ~ m + x*w")
    assert obstacle(posterior.design, route_of(posterior, QUESTION)) is None
