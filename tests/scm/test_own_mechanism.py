"""A Python function is a mechanism: it equals the family that it spells out, and what it cannot say is told."""

import pickle
from functools import cache

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import pytest
from scipy import stats

from bayescause.errors import SpecError
from bayescause.scm.law_facts import MOMENTS, moments_of
from bayescause.scm.mechanisms.bernoulli import Bernoulli
from bayescause.scm.mechanisms.gaussian import Gaussian
from bayescause.scm.mechanisms.negative_binomial import NegativeBinomial
from bayescause.scm.mechanisms.poisson import Poisson
from bayescause.scm.noise import has_atoms, noise_of, response_to
from bayescause.scm.own_mechanism import OwnMechanism
from bayescause.scm.row_law import interpreted
from bayescause.scm.structural_model import StructuralModel

DRAWS, ROWS = 10, 4
RANKS = np.array([1e-4, 0.1, 0.5, 0.8, 1 - 1e-5]).reshape(-1, 1, 1)


def line(parents):
    return pm.Normal("a", 0, 1) + pm.Normal("b", 0, 1) * parents["x"]


def normal(name, parents, dims):
    return pm.Normal(name, line(parents), pm.HalfNormal("sd", 1), dims=dims)


def coin(name, parents, dims):
    return pm.Bernoulli(name, logit_p=line(parents), dims=dims)


def count(name, parents, dims):
    return pm.Poisson(name, pt.exp(line(parents)), dims=dims)


def wide_count(name, parents, dims):
    return pm.NegativeBinomial(name, mu=pt.exp(line(parents)), alpha=pm.HalfNormal("shape", 1), dims=dims)


def skewed(name, parents, dims):
    return pm.AsymmetricLaplace(name, b=1 / pm.HalfNormal("s"), kappa=pm.LogNormal("k"), mu=line(parents), dims=dims)


def bent(name, parents, dims):
    return pm.SkewNormal(name, mu=line(parents), sigma=pm.HalfNormal("s"), alpha=3.0, dims=dims)


def above_zero(name, parents, dims):
    return pm.Rice(name, nu=pt.exp(line(parents)), sigma=pm.HalfNormal("s"), dims=dims)


def two_humps(name, parents, dims):
    humps = [pm.Normal.dist(line(parents), 1.0), pm.Normal.dist(pm.Normal("far", 5, 1), pm.HalfNormal("s"))]
    return pm.Mixture(name, [0.3, 0.7], humps, dims=dims)


def cut_off(name, parents, dims):
    return pm.Truncated(name, pm.Normal.dist(line(parents), 1.0), lower=0.0, dims=dims)


def mostly_zero(name, parents, dims):
    return pm.HurdleGamma(name, psi=0.6, alpha=2.0, beta=pt.exp(line(parents)), dims=dims)


@cache
def own(function):
    return OwnMechanism(function, "y", ("x",))


def setting(mechanism):
    random = np.random.default_rng(0)
    given = {name: np.abs(random.normal(size=(DRAWS, 1, *shape))) + 0.3 for name, shape in mechanism.shapes.items()}
    return {"x": np.linspace(-1.0, 1.0, ROWS)}, given, {}


def as_family(arguments):
    """The same law for a family: its drive, and whatever the function calls by the family's names."""
    drives, given, _ = arguments
    rest = {name: draws for name, draws in given.items() if name not in ("a", "b")}
    return {"mean": given["a"] + given["b"] * drives["x"]}, rest, {}


TWINS = pytest.mark.parametrize(
    ("function", "family"),
    [(normal, Gaussian()), (coin, Bernoulli()), (count, Poisson()), (wide_count, NegativeBinomial())],
    ids=["normal", "coin", "count", "wide_count"],
)
SMOOTH = pytest.mark.parametrize("function", [skewed, above_zero, two_humps, cut_off])


@TWINS
def test_a_function_that_spells_out_a_family_has_its_density_mean_variance_and_quantiles(function, family):
    mechanism = own(function)
    arguments = setting(mechanism)
    twin = as_family(arguments)
    values = family.quantile(RANKS, *twin)
    np.testing.assert_allclose(mechanism.log_density(values, *arguments), family.log_density(values, *twin), rtol=1e-10)
    np.testing.assert_allclose(mechanism.mean(*arguments), family.mean(*twin), rtol=1e-10)
    np.testing.assert_allclose(mechanism.variance(*arguments), family.variance(*twin), rtol=1e-10)
    np.testing.assert_allclose(mechanism.quantile(RANKS, *arguments), values, rtol=1e-9, atol=1e-9)


@TWINS
def test_a_unit_of_a_function_and_of_its_family_would_have_become_the_same(function, family):
    mechanism = own(function)
    before = setting(mechanism)
    after = ({"x": before[0]["x"] + 0.7}, *before[1:])
    seen = family.quantile(np.array([[0.3, 0.6, 0.9, 0.95]]), *as_family(before))
    found, expected = (
        response_to(each, noise_of(each, seen, *first).at(np.full(seen.shape, 0.4)), *then)
        for each, first, then in ((mechanism, before, after), (family, as_family(before), as_family(after)))
    )
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-7)


@SMOOTH
def test_ranks_and_quantiles_are_inverse_to_each_other(function):
    mechanism = own(function)
    arguments = setting(mechanism)
    found = mechanism.cumulative(mechanism.quantile(RANKS, *arguments), *arguments)
    np.testing.assert_allclose(found, np.broadcast_to(RANKS, found.shape), atol=1e-8)
    assert not has_atoms(mechanism)


@SMOOTH
def test_nodes_have_the_mean_and_variance_of_the_law(function):
    mechanism = own(function)
    arguments = setting(mechanism)
    values, weights = mechanism.nodes(*arguments)
    mean = (weights * values).sum(axis=0)
    sd = np.sqrt(mechanism.variance(*arguments))
    # The kinks and humps of these laws cost a quadrature of 129 points so much at most.
    assert np.abs((mean - mechanism.mean(*arguments)) / sd).max() < 2e-3
    spread = (weights * (values - mean) ** 2).sum(axis=0)
    np.testing.assert_allclose(spread, mechanism.variance(*arguments), rtol=5e-3)


def test_laws_without_a_distribution_function_in_pymc_have_scipys():
    given = {"a": np.array([[0.5]]), "b": np.array([[1.0]]), "s": np.array([[2.0]]), "k": np.array([[0.7]])}
    drives, values = {"x": np.array([0.0])}, np.array([1.3])
    found = [
        float(own(function).cumulative(values, drives, {key: given[key] for key in names}, {}).item())
        for function, names in ((skewed, "skab"), (bent, "sab"), (above_zero, "sab"))
    ]
    expected = [
        stats.laplace_asymmetric(kappa=0.7, loc=0.5, scale=2.0).cdf(1.3),
        stats.skewnorm(3.0, loc=0.5, scale=2.0).cdf(1.3),
        stats.rice(b=np.exp(0.5) / 2.0, scale=2.0).cdf(1.3),
    ]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_law_with_a_lump_at_zero_keeps_it():
    mechanism = own(mostly_zero)
    drives, given, _ = setting(mechanism)
    assert has_atoms(mechanism)
    np.testing.assert_allclose(mechanism.cumulative(np.zeros(1), drives, given, {}), 0.4, atol=1e-12)
    np.testing.assert_allclose(
        mechanism.mean(drives, given, {}), 0.6 * 2.0 * np.exp(-given["a"] - given["b"] * drives["x"]), rtol=1e-10
    )


PARAMETERS = {
    "AsymmetricLaplace": {"b": 1.3, "kappa": 0.7, "mu": 2.0},
    "BetaBinomial": {"n": 7, "alpha": 2.0, "beta": 3.0},
    "Beta": {"alpha": 2.0, "beta": 3.0},
    "Binomial": {"n": 7, "p": 0.3},
    "Categorical": {"p": [0.2, 0.3, 0.5]},
    "DiscreteUniform": {"lower": -2, "upper": 5},
    "Exponential": {"lam": 2.0},
    "ExGaussian": {"mu": 1.0, "sigma": 0.5, "nu": 2.0},
    "Gamma": {"alpha": 3.0, "beta": 2.0},
    "Geometric": {"p": 0.3},
    "Gumbel": {"mu": 1.0, "beta": 2.0},
    "HalfNormal": {"sigma": 2.0},
    "HurdlePoisson": {"psi": 0.6, "mu": 2.0},
    "InverseGamma": {"alpha": 6.0, "beta": 3.0},
    "Laplace": {"mu": 1.0, "b": 2.0},
    "LogNormal": {"mu": 0.3, "sigma": 0.5},
    "Logistic": {"mu": 1.0, "s": 0.5},
    "NegativeBinomial": {"mu": 3.0, "alpha": 2.0},
    "SkewNormal": {"mu": 1.0, "sigma": 2.0, "alpha": 3.0},
    "StudentT": {"nu": 9.0, "mu": 1.0, "sigma": 2.0},
    "Uniform": {"lower": -1.0, "upper": 2.0},
    "Wald": {"mu": 1.0, "lam": 2.0, "alpha": 0.3},
    "Weibull": {"alpha": 1.5, "beta": 2.0},
    "ZeroInflatedPoisson": {"psi": 0.6, "mu": 2.0},
}


@pytest.mark.parametrize("family", PARAMETERS)
def test_closed_moments_are_those_of_draws(family):
    law, given = getattr(pm, family), PARAMETERS[family]
    found = [float(each.eval(mode=interpreted())) for each in moments_of(law.dist(**given))]
    drawn = pm.draw(law.dist(**given, size=50_000), random_seed=1, mode=interpreted())
    centred = drawn - drawn.mean()
    # Four standard errors of a mean and of a variance.
    assert abs(drawn.mean() - found[0]) < 4 * drawn.std() / np.sqrt(drawn.size)
    assert abs(drawn.var() - found[1]) < 4 * (centred**2).std() / np.sqrt(drawn.size)


def test_the_table_of_moments_names_laws_that_exist():
    operators = {type(getattr(pm, family).dist(**given).owner.op).__name__ for family, given in PARAMETERS.items()}
    assert set(MOMENTS) - operators == {"BernoulliRV", "DiracDeltaRV", "NormalRV", "PoissonRV"}


def matrix(name, parents, dims):
    table = pm.Normal("table", 0, 1, shape=(3, 2))
    return pm.Normal(name, table[parents["x"].astype("int64"), 1], 1.0, dims=dims)


def test_parameters_may_be_vectors_and_matrices_and_codes_may_choose_among_them():
    mechanism = own(matrix)
    given = {"table": np.arange(12.0).reshape(2, 1, 3, 2)}
    assert mechanism.shapes == {"table": (3, 2)}
    found = mechanism.mean({"x": np.array([0.0, 2.0])}, given, {})
    np.testing.assert_allclose(found, [[1.0, 5.0], [7.0, 11.0]])
    assert mechanism.prior_draws(5, np.random.default_rng(0))["table"].shape == (5, 3, 2)


def refuses(function, words, text="y ~ x"):
    with pytest.raises(SpecError, match=words) as caught:
        StructuralModel.parse(text, mechanisms={"y": function})
    return caught.value


def test_an_error_inside_a_function_names_the_variable_and_keeps_its_cause():
    error = refuses(lambda *_: 1 / 0, "function of 'y' failed: ZeroDivisionError")
    assert isinstance(error.__cause__, ZeroDivisionError)


FAULTS = {
    "leaves out its cause 'x'": lambda name, _, dims: pm.Normal(name, 0, 1, dims=dims),
    "asks for the cause 'price'": lambda name, parents, dims: pm.Normal(name, parents["price"], 1, dims=dims),
    "Pass `dims=dims`": lambda name, parents, _: pm.Normal(name, parents["x"], 1),
    "must return the PyMC random variable": lambda *_: None,
    "returns is no random variable": lambda name, parents, dims: pm.Deterministic(name, parents["x"], dims=dims),
    "gives `observed` itself": lambda name, parents, dims: pm.Normal(
        name, parents["x"], 1, dims=dims, observed=np.ones(3)
    ),
    "holds data": lambda name, parents, dims: pm.Normal(name, parents["x"] + pm.Data("d", [1.0]), 1, dims=dims),
    "one value a row": lambda name, parents, dims: pm.Normal(name, parents["x"] + pm.Normal("e", dims=dims), dims=dims),
    "NUTS cannot draw it": lambda name, parents, dims: pm.Normal(name, parents["x"] * pm.Poisson("k", 3), dims=dims),
    "whose prior depends on a column": lambda name, parents, dims: pm.Normal(
        name, pm.Normal("m", parents["x"].mean()), dims=dims
    ),
    "depends on the other rows": lambda name, parents, dims: pm.Normal(name, parents["x"].mean(), dims=dims),
    "must be a cause": lambda name, parents, dims: pm.Normal(name, parents["x"] * np.arange(9.0), dims=dims),
    "a name that compiled models need": lambda name, parents, dims: pm.Normal(
        name, parents["x"] + pm.Normal("data"), dims=dims
    ),
}


@pytest.mark.parametrize("words", FAULTS)
def test_a_function_that_cannot_be_a_mechanism_is_refused_in_words(words):
    refuses(FAULTS[words], words)


def test_a_function_leaves_no_room_for_terms_and_priors():
    refuses(coin, "a function, which says itself how its causes act", "y ~ square(x)")
    with pytest.raises(SpecError, match="priors of 'y' are in its function"):
        StructuralModel.parse("y ~ x", mechanisms={"y": coin}, priors={"y": {"x": "normal(0, 1)"}})


def test_a_model_prints_a_function_with_its_parameters():
    model = StructuralModel.parse("y ~ x", mechanisms={"y": matrix})
    assert "# y: function matrix\n#   table  prior in the function  shape (3, 2)" in str(model)


def test_a_mechanism_is_sent_to_another_process_as_its_function():
    again = pickle.loads(pickle.dumps(own(normal)))
    assert again == own(normal)
    assert again.dispersion == ("a", "b", "sd")
