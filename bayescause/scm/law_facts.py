"""Closed forms of laws that PyMC leaves out: means and variances, and what the asymmetric Laplace law lacks.

Each takes a PyTensor random variable and gives a PyTensor expression of its parameters, or None where there is no such
form here: then the number is found from the density. PyMC is imported by whoever made the random variable.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

__all__ = ["TwoMoments", "log_cumulative_of", "moments_of", "quantile_of"]


class TwoMoments(NamedTuple):
    """Mean and variance of a random variable, as PyTensor expressions."""

    mean: Any
    variance: Any


def moments_of(variable: Any) -> TwoMoments | None:
    """Mean and variance of ``variable``; None where no closed form is known here.

    A mixture has those of its components: the law of total variance.

    Parameters
    ----------
    variable : PyTensor random variable

    Examples
    --------
    >>> import pymc as pm
    >>> found = moments_of(pm.Gamma.dist(alpha=3.0, beta=2.0))
    >>> float(found.mean.eval()), float(found.variance.eval())
    (1.5, 0.75)
    """
    node = variable.owner
    family = type(node.op).__name__
    if any(kind.__name__ == "_BaseMixtureRV" for kind in type(node.op).__mro__):
        return _of_mixture(*node.op.dist_params(node))
    if family == "TruncatedRV":
        return _of_truncated(node)
    rule = MOMENTS.get(family)
    return None if rule is None else rule(*node.op.dist_params(node))


def log_cumulative_of(variable: Any, value: Any) -> Any | None:
    """Log-probability of a response no larger than ``value``; None where nobody gives one.

    Examples
    --------
    >>> import pymc as pm
    >>> round(float(log_cumulative_of(pm.Normal.dist(), 0.0).eval()), 4)
    -0.6931
    """
    import pymc as pm

    own = CUMULATIVE.get(type(variable.owner.op).__name__)
    if own is not None:
        return own(value, *variable.owner.op.dist_params(variable.owner))
    try:
        return pm.logcdf(variable, value)
    except (NotImplementedError, ValueError):
        return None


def quantile_of(variable: Any, probability: Any) -> Any | None:
    """The value whose cumulative probability is ``probability``; None where nobody gives it in closed form.

    Examples
    --------
    >>> import pymc as pm
    >>> round(float(quantile_of(pm.Normal.dist(), 0.975).eval()), 2)
    1.96
    """
    import pymc as pm
    from pytensor.tensor.random.op import RandomVariable

    own = QUANTILES.get(type(variable.owner.op).__name__)
    if own is not None:
        return own(probability, *variable.owner.op.dist_params(variable.owner))
    # Of laws made of others PyMC's inverse is not always a number.
    if not isinstance(variable.owner.op, RandomVariable):
        return None
    try:
        return pm.icdf(variable, probability)
    except (NotImplementedError, ValueError):
        return None


def _of_mixture(weights: Any, *components: Any) -> TwoMoments | None:
    import pytensor.tensor as pt

    found = [moments_of(component) for component in components]
    known = [each for each in found if each is not None]
    if len(known) < len(found):
        return None
    if len(known) == 1:  # one batched component, the last axis of which is mixed over
        means, variances = known[0]
    else:
        means, variances = (pt.stack(pt.broadcast_arrays(*each), axis=-1) for each in zip(*known, strict=True))
    mean = (weights * means).sum(axis=-1)
    return TwoMoments(mean, (weights * (variances + means**2)).sum(axis=-1) - mean**2)


def _of_truncated(node: Any) -> TwoMoments | None:
    """Of counts from one on, the part of a hurdle that is not zero: what was cut off adds nothing to the moments."""
    import pymc as pm
    from pytensor.graph.basic import Constant

    *inputs, lower, upper = node.inputs
    base = node.op.base_rv_op.make_node(*inputs).default_output()
    is_hurdle = isinstance(lower, Constant) and isinstance(upper, Constant) and (lower.data, upper.data) == (1, np.inf)
    found = moments_of(base) if is_hurdle and type(base.owner.op).__name__ in COUNTS else None
    if found is None:
        return None
    share = -pm.math.expm1(pm.logp(base, 0))
    mean = found.mean / share
    return TwoMoments(mean, (found.variance + found.mean**2) / share - mean**2)


def _student_t(nu: Any, mu: Any, sigma: Any) -> TwoMoments:
    import pytensor.tensor as pt

    spread = sigma**2 * pt.switch(pt.gt(nu, 2), nu / pt.maximum(nu - 2, 1e-12), np.inf)
    return TwoMoments(pt.switch(pt.gt(nu, 1), mu + 0 * sigma, np.nan), spread)


def _beta(alpha: Any, beta: Any) -> TwoMoments:
    whole = alpha + beta
    return TwoMoments(alpha / whole, alpha * beta / (whole**2 * (whole + 1)))


def _beta_binomial(n: Any, alpha: Any, beta: Any) -> TwoMoments:
    share, _ = _beta(alpha, beta)
    whole = alpha + beta
    return TwoMoments(n * share, n * share * (1 - share) * (whole + n) / (whole + 1))


def _inverse_gamma(alpha: Any, beta: Any) -> TwoMoments:
    import pytensor.tensor as pt

    mean = pt.switch(pt.gt(alpha, 1), beta / pt.maximum(alpha - 1, 1e-12), np.inf)
    spread = beta**2 / (pt.maximum(alpha - 1, 1e-12) ** 2 * pt.maximum(alpha - 2, 1e-12))
    return TwoMoments(mean, pt.switch(pt.gt(alpha, 2), spread, np.inf))


def _weibull(alpha: Any, beta: Any) -> TwoMoments:
    import pytensor.tensor as pt

    first, second = pt.gamma(1 + 1 / alpha), pt.gamma(1 + 2 / alpha)
    return TwoMoments(beta * first, beta**2 * (second - first**2))


def _lognormal(mu: Any, sigma: Any) -> TwoMoments:
    import pytensor.tensor as pt

    mean = pt.exp(mu + sigma**2 / 2)
    return TwoMoments(mean, mean**2 * pt.expm1(sigma**2))


def _skew_normal(mu: Any, sigma: Any, alpha: Any) -> TwoMoments:
    import pytensor.tensor as pt

    tilt = alpha / pt.sqrt(1 + alpha**2)
    return TwoMoments(mu + sigma * tilt * np.sqrt(2 / np.pi), sigma**2 * (1 - 2 * tilt**2 / np.pi))


def _categorical(p: Any) -> TwoMoments:
    import pytensor.tensor as pt

    codes = pt.arange(p.shape[-1])
    mean = (p * codes).sum(axis=-1)
    return TwoMoments(mean, (p * codes**2).sum(axis=-1) - mean**2)


def _asymmetric_laplace(b: Any, kappa: Any, mu: Any) -> TwoMoments:
    return TwoMoments(mu + (1 / kappa - kappa) / b, (1 + kappa**4) / (b * kappa) ** 2)


def _asymmetric_cumulative(value: Any, b: Any, kappa: Any, mu: Any) -> Any:
    import pytensor.tensor as pt

    distance, odds = b * (value - mu), kappa**2
    below = pt.log(odds / (1 + odds)) + pt.minimum(distance, 0.0) / kappa
    return pt.switch(distance <= 0, below, pt.log1p(-pt.exp(-kappa * pt.maximum(distance, 0.0)) / (1 + odds)))


def _asymmetric_quantile(probability: Any, b: Any, kappa: Any, mu: Any) -> Any:
    import pytensor.tensor as pt

    odds = kappa**2
    left = kappa * pt.log(probability * (1 + odds) / odds)
    return mu + pt.switch(probability <= odds / (1 + odds), left, -pt.log((1 - probability) * (1 + odds)) / kappa) / b


MOMENTS: Mapping[str, Callable[..., TwoMoments]] = MappingProxyType(
    {
        "AsymmetricLaplaceRV": _asymmetric_laplace,
        "BernoulliRV": lambda p: TwoMoments(p, p * (1 - p)),
        "BetaBinomialRV": _beta_binomial,
        "BetaRV": _beta,
        "BinomialRV": lambda n, p: TwoMoments(n * p, n * p * (1 - p)),
        "CategoricalRV": _categorical,
        "DiracDeltaRV": lambda c: TwoMoments(c, 0 * c),
        "DiscreteUniformRV": lambda low, high: TwoMoments((low + high) / 2, ((high - low + 1) ** 2 - 1) / 12),
        "ExponentialRV": lambda scale: TwoMoments(scale, scale**2),
        "ExGaussianRV": lambda mu, sigma, nu: TwoMoments(mu + nu, sigma**2 + nu**2),
        "GammaRV": lambda shape, scale: TwoMoments(shape * scale, shape * scale**2),
        "GeometricRV": lambda p: TwoMoments(1 / p, (1 - p) / p**2),
        "GumbelRV": lambda mu, beta: TwoMoments(mu + np.euler_gamma * beta, (np.pi * beta) ** 2 / 6),
        "HalfNormalRV": lambda loc, sigma: TwoMoments(loc + sigma * np.sqrt(2 / np.pi), sigma**2 * (1 - 2 / np.pi)),
        "InvGammaRV": _inverse_gamma,
        "LaplaceRV": lambda mu, b: TwoMoments(mu + 0 * b, 2 * b**2),
        "LogNormalRV": _lognormal,
        "LogisticRV": lambda mu, s: TwoMoments(mu + 0 * s, (np.pi * s) ** 2 / 3),
        "NegBinomialRV": lambda n, p: TwoMoments(n * (1 - p) / p, n * (1 - p) / p**2),
        "NormalRV": lambda mu, sigma: TwoMoments(mu + 0 * sigma, sigma**2 + 0 * mu),
        "PoissonRV": lambda rate: TwoMoments(rate, rate),
        "SkewNormalRV": _skew_normal,
        "StudentTRV": _student_t,
        "UniformRV": lambda low, high: TwoMoments((low + high) / 2, (high - low) ** 2 / 12),
        "WaldRV": lambda mu, lam, alpha: TwoMoments(mu + alpha, mu**3 / lam),
        "WeibullBetaRV": _weibull,
    }
)
"""Mean and variance of the laws of PyMC and PyTensor, by the name of their operator; its parameters in its order."""

COUNTS = ("BinomialRV", "NegBinomialRV", "PoissonRV")
"""Laws on 0, 1, 2 and so on."""

CUMULATIVE: Mapping[str, Callable[..., Any]] = MappingProxyType({"AsymmetricLaplaceRV": _asymmetric_cumulative})
"""Kozubowski and Podgorski (2000), A multivariate and asymmetric generalization of Laplace distribution, section 2."""

QUANTILES: Mapping[str, Callable[..., Any]] = MappingProxyType({"AsymmetricLaplaceRV": _asymmetric_quantile})
"""The inverse of the same."""
