"""A prior is a named family with numbers, written as ``normal(0, 5)``, in the unit of the data."""

import math
import re
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from bayescause.arguments import shown
from bayescause.errors import SpecError
from bayescause.graph.names import nearest
from bayescause.notebooks import by_its_words
from bayescause.scm.exact_text import exact_text
from bayescause.scm.prior_families import FAMILIES, Family

__all__ = [
    "Prior",
    "draw",
    "emit",
    "emit_log_gamma",
    "is_gaussian",
    "is_proper",
    "log_density",
    "moments",
    "support",
]

type FloatArray = npt.NDArray[np.float64]

CALL = re.compile(r"\s*(?P<family>[A-Za-z_]\w*)\s*\((?P<arguments>[^()]*)\)\s*")


@dataclass(frozen=True)
class Prior:
    """A family of distributions and its parameters.

    ``fixed(1)`` holds a parameter at a value; ``flat()`` is improper. ``exponential(rate)`` has mean 1 / rate.

    Parameters
    ----------
    family : str
        One of ``FAMILIES``: normal, student_t, cauchy, laplace, half_normal, half_student_t, half_cauchy,
        exponential, gamma, inverse_gamma, lognormal, uniform, beta, flat, fixed.
    parameters : tuple of float
        In the order in which the family names them.

    Raises
    ------
    SpecError
        If there is no such family, a number is missing or left over, a scale is not above zero, or bounds are swapped.

    Examples
    --------
    >>> print(Prior("normal", (0, 5)))
    normal(0, 5)
    """

    family: str
    parameters: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", tuple(map(float, self.parameters)))
        SpecError.raise_if(_faults(self))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``normal(0, 5)`` or ``normal(mean=0, sd=5)``.

        Raises
        ------
        SpecError
            If the text is not a family with numbers, or describes an impossible prior.

        Examples
        --------
        >>> Prior.parse("normal(sd=5, mean=0)")
        Prior(family='normal', parameters=(0.0, 5.0))
        """
        call = CALL.fullmatch(text) if isinstance(text, str) else None  # type: ignore[redundant-expr]
        if call is None:
            raise SpecError(f"{shown(text)} is not a prior. Write a family with numbers, such as 'normal(0, 5)'.")
        family = _family(call["family"])
        written = [part.strip() for part in call["arguments"].split(",")] if call["arguments"].strip() else []
        if any("=" in part for part in written):
            written = _in_order(text, call["family"], family, written)
        return cls(call["family"], tuple(_number(text, part) for part in written))

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        return f"{self.family}({', '.join(map(exact_text, self.parameters))})"


def support(prior: Prior) -> tuple[float, float]:
    """Lowest and highest value that ``prior`` allows.

    Examples
    --------
    >>> support(Prior("half_normal", (1,)))
    (0.0, inf)
    """
    return FAMILIES[prior.family].support(*prior.parameters)


def log_density(prior: Prior, x: npt.ArrayLike) -> FloatArray:
    """Logarithm of the density at ``x``, dims of ``x``; minus infinity outside the support.

    It is 0 for ``flat``, and for ``fixed`` at its value.

    Examples
    --------
    >>> log_density(Prior("exponential", (1,)), [-1.0, 2.0]).tolist()
    [-inf, -2.0]
    """
    values = np.asarray(x, dtype=np.float64)
    low, high = support(prior)
    inside = (values >= low) & (values <= high)
    with np.errstate(all="ignore"):
        density = FAMILIES[prior.family].log_density(values, *prior.parameters)
    return np.where(inside & ~np.isnan(density), density, -np.inf)


def draw(prior: Prior, rng: np.random.Generator, size: int | tuple[int, ...] | None = None) -> FloatArray:
    """Independent draws, dims ``size``.

    Raises
    ------
    SpecError
        If the prior is flat: nothing can be drawn from it.

    Examples
    --------
    >>> draw(Prior("fixed", (2,)), np.random.default_rng(0), 3).tolist()
    [2.0, 2.0, 2.0]
    """
    if not is_proper(prior):
        raise SpecError("Nothing can be drawn from flat(). Give a proper prior, such as 'normal(0, 10)'.")
    return np.asarray(FAMILIES[prior.family].draw(rng, size, *prior.parameters), dtype=np.float64)


def moments(prior: Prior) -> tuple[float, float]:
    """Mean and sd.

    Raises
    ------
    SpecError
        If the prior has no finite mean and sd, as ``cauchy`` and ``flat``.

    Examples
    --------
    >>> moments(Prior("exponential", (0.1,)))
    (10.0, 10.0)
    """
    mean, sd = FAMILIES[prior.family].moments(*prior.parameters)
    if math.isnan(mean):
        raise SpecError(f"{prior} has no finite mean and sd.")
    return mean, sd


def is_gaussian(prior: Prior) -> bool:
    """Whether the prior is a normal distribution with positive sd (``fixed`` is not one)."""
    return prior.family == "normal"


def is_proper(prior: Prior) -> bool:
    """Whether the prior is a probability distribution."""
    return prior.family != "flat"


def emit(prior: Prior, name: str, *, dims: str | None = None) -> Any:
    """Add a parameter called ``name`` with this prior to the open PyMC model.

    A fixed parameter becomes a constant ``pm.Deterministic``, so that it stands in the trace as well.
    """
    import pymc as pm

    family = FAMILIES[prior.family]
    if prior.family == "fixed":
        shape = () if dims is None else pm.modelcontext(None).dim_lengths[dims].eval()
        return pm.Deterministic(name, pm.math.constant(np.full(shape, prior.parameters[0])), dims=dims)
    if prior.family == "log_gamma":
        return emit_log_gamma(name, np.array(prior.parameters[0]), dims=dims)
    # Arrays, because PyTensor keeps a Python float such as 2.0 in single precision.
    arguments = {key: np.array(value) for key, value in zip(family.arguments, prior.parameters, strict=True)}
    return getattr(pm, family.distribution)(name, **arguments, dims=dims)


def emit_log_gamma(name: str, shape: FloatArray, *, dims: str | None = None) -> Any:
    """Add logarithms of independent ``gamma(shape, 1)`` parameters to the open PyMC model, which has no such law."""
    import pymc as pm
    import pytensor.tensor as pt

    def log_density(value: Any, shape: Any) -> Any:
        return shape * value - pt.exp(value) - pt.gammaln(shape)

    def drawn(shape: Any, rng: Any = None, size: Any = None) -> Any:
        return FAMILIES["log_gamma"].draw(rng, size, shape)

    return pm.CustomDist(name, shape, logp=log_density, random=drawn, dims=dims)


def _family(name: str) -> Family:
    if name in FAMILIES:
        return FAMILIES[name]
    raise SpecError(f"There is no prior family {name!r}.{nearest(name, FAMILIES)} Known: {', '.join(FAMILIES)}.")


def _in_order(text: str, name: str, family: Family, written: list[str]) -> list[str]:
    given = dict(part.partition("=")[::2] for part in written)
    given = {key.strip(): value.strip() for key, value in given.items()}
    faults = []
    for key in given:
        if key not in family.parameters:
            hint = nearest(key, family.parameters)
            faults.append(f"{text!r}: {name} has no parameter {key!r}.{hint} It is written {_shape(name)}.")
    faults += [f"{text!r}: {key!r} is missing. Write {_shape(name)}." for key in family.parameters if key not in given]
    if len(given) < len(written):
        faults.append(f"{text!r}: a parameter is given twice. Write {_shape(name)}.")
    SpecError.raise_if(faults)
    return [given[key] for key in family.parameters]


def _number(text: str, part: str) -> float:
    try:
        return float(part)
    except ValueError:
        raise SpecError(f"{text!r}: {part!r} is not a number.") from None


def _faults(prior: Prior) -> list[str]:
    family = _family(prior.family)
    if len(prior.parameters) != len(family.parameters):
        return [f"{prior} does not have {len(family.parameters)} numbers. Write {_shape(prior.family)}."]
    named = dict(zip(family.parameters, prior.parameters, strict=True))
    faults = [f"{prior}: {key} must be a finite number." for key, value in named.items() if not math.isfinite(value)]
    faults += [
        f"{prior}: {key} must be above zero. To hold a parameter at a value write 'fixed(value)'."
        for key in family.positive
        if named[key] <= 0
    ]
    if prior.family == "uniform" and not faults and prior.parameters[0] >= prior.parameters[1]:
        low, high = prior.parameters
        faults.append(f"{prior}: low must be below high. Write uniform({exact_text(high)}, {exact_text(low)}).")
    return faults


def _shape(name: str) -> str:
    return f"{name}({', '.join(FAMILIES[name].parameters)})"
