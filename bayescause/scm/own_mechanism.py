"""A mechanism of the user's own: a Python function that emits PyMC, with all that the families offer.

It is fitted by NUTS. Its parents take the place of the drives and its free parameters that of the dispersion, so that
everything behind a posterior deals with it as with a family: means in closed form where there is one, quantiles and
ranks by PyMC's, and by numbers elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from bayescause.errors import SpecError
from bayescause.scm.mechanism import FloatArray, OwnFunction
from bayescause.scm.numerical_law import Tabulated, inverted, spaced_nodes, tabulated, uniform_nodes
from bayescause.scm.own_function import Reading, emit_function, read_function
from bayescause.scm.row_law import RowLaw

__all__ = ["OwnMechanism"]

NODES = 129
"""Points of the quadrature over a continuous response, or whole numbers that are summed one by one."""

FINE = 385
"""The same for a mean that has no closed form."""

MOST = 2_001
"""Whole numbers that a mean without a closed form sums one by one, at most."""

TAIL = 1e-12
"""Chance on either side that a sum over whole numbers leaves out."""

TRUTHS = 20
"""Draws from the priors under which a law is looked at."""

HIGHEST, LOWEST = 1 - 2.0**-53, 1e-300
"""Ranks between which quantiles are sought."""

type Arrays = Mapping[str, FloatArray]


@dataclass(frozen=True)
class OwnMechanism:
    """The mechanism of ``variable`` as a function ``(name, parents, dims)`` that returns a PyMC random variable.

    ``StructuralModel.parse(text, mechanisms={"sales": function})`` makes it; the function creates its own parameters,
    with their priors, and uses every cause of the variable and nothing else.

    Parameters
    ----------
    function : function
    variable : str
    parents : tuple of str

    Raises
    ------
    SpecError
        As ``read_function`` does; from the function's own error, if that is the cause.

    Examples
    --------
    >>> import pymc as pm
    >>> def sales(name, parents, dims):
    ...     drive = pm.Normal("b", 0, 1) * parents["promo"] + pm.Normal("a", 0, 5)
    ...     return pm.AsymmetricLaplace(name, b=1, kappa=pm.HalfNormal("k"), mu=drive, dims=dims)
    >>> own = OwnMechanism(sales, "sales", ("promo",))
    >>> own.dispersion
    ('b', 'a', 'k')
    >>> given = {"b": np.array([2.0]), "a": np.array([1.0]), "k": np.array([1.0])}
    >>> own.mean({"promo": np.array([0.0, 1.0])}, given, {}).tolist()
    [1.0, 3.0]
    """

    kinds: ClassVar[tuple[str, ...]] = ("continuous", "binary", "count", "proportion", "categorical", "ordinal")
    default_for: ClassVar[tuple[str, ...]] = ()
    links: ClassVar[tuple[str, ...]] = ("own",)
    predictors: ClassVar[tuple[str, ...]] = ()
    is_affine: ClassVar[bool] = False
    inputs: ClassVar[tuple[str, ...]] = ()
    link: ClassVar[str] = "own"

    function: OwnFunction
    variable: str
    parents: tuple[str, ...]

    def __post_init__(self) -> None:
        self.__dict__["reading"] = read_function(self.function, self.variable, self.parents)

    def __reduce__(self) -> tuple[Any, ...]:
        # Compiled functions stay here; whoever gets the function compiles it again.
        return type(self), (self.function, self.variable, self.parents)

    @property
    def short(self) -> str:
        """What results call it: ``"function sales"``."""
        return f"function {self.called}"

    @cached_property
    def reading(self) -> Reading:
        """What the function says."""
        return read_function(self.function, self.variable, self.parents)

    @property
    def law(self) -> RowLaw:
        """The law by row, to be evaluated."""
        return self.reading.law

    @property
    def called(self) -> str:
        """What the user calls it."""
        return str(getattr(self.function, "__name__", None) or type(self.function).__name__)

    @property
    def dispersion(self) -> tuple[str, ...]:
        """Names of the free parameters, without the variable's."""
        return tuple(parameter.name for parameter in self.reading.parameters)

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Shape of each free parameter."""
        return {parameter.name: parameter.shape for parameter in self.reading.parameters}

    @property
    def dims(self) -> Mapping[str, tuple[str, ...] | None]:
        """Dims of each free parameter, as the function names them."""
        return {parameter.name: parameter.dims for parameter in self.reading.parameters}

    def prior_draws(self, samples: int, random: np.random.Generator) -> dict[str, FloatArray]:
        """Draws of the free parameters from their priors, dims (sample, *shape)."""
        columns = [np.zeros(1) for _ in self.parents]
        drawn = [self.law.drawn(columns, 1, int(seed)) for seed in random.integers(2**32, size=samples)]
        return {name: np.stack([each[place] for each in drawn]) for place, name in enumerate(self.dispersion)}

    @property
    def node_count(self) -> int:
        """Points of ``nodes``, or so."""
        return 2 if self.span[1] == 1 else NODES // 3 if self.law.is_discrete else NODES

    @cached_property
    def span(self) -> tuple[float, float]:
        """Smallest and largest whole number that a discrete law can give, as far as zero and one go."""
        if not self.law.is_discrete:
            return -np.inf, np.inf
        given = {name: draws[:, None] for name, draws in self.prior_draws(TRUTHS, np.random.default_rng(0)).items()}
        drives = {parent: np.arange(2.0) for parent in self.parents}
        ends = (self.cumulative(np.full(1, end), drives, given, {}) for end in (-1.0, 1.0))
        below, most = next(ends), next(ends)
        lowest = 0.0 if (below[np.isfinite(below)] == 0).all() else -np.inf
        return lowest, 1.0 if lowest == 0 and (np.abs(most[np.isfinite(most)] - 1) < 1e-12).all() else np.inf

    @cached_property
    def has_atoms(self) -> bool:
        """Whether single values have a chance: whole numbers, or a number that comes up again and again."""
        if self.law.is_discrete:
            return True
        columns = [np.arange(16.0) % 2 for _ in self.parents]
        drawn = np.concatenate([self.law.drawn(columns, 16, seed)[-1] for seed in range(16)])
        return len(np.unique(drawn)) < len(drawn)

    def faults(self, values: FloatArray, inputs: Arrays) -> str | None:
        """Infinite values, and other numbers than whole ones of a discrete law."""
        known = values[~np.isnan(values)]
        strange = known[np.isinf(known) | (self.law.is_discrete & (known != np.round(known)))]
        if not len(strange):
            return None
        must = "be whole numbers" if self.law.is_discrete else "be finite"
        return (
            f"must {must} for the function {self.called}; it also holds {strange[:3].tolist()}. Mend or drop the rows "
            "that are not."
        )

    def respond(
        self,
        name: str,
        drives: Mapping[str, Any],
        dims: str,
        *,
        dispersion: Mapping[str, Any],
        inputs: Mapping[str, Any],
        observed: Any = None,
    ) -> Any:
        """Call the function in the open PyMC model: ``drives`` are the parents, the parameters are its own."""
        return emit_function(self.function, self.reading, name, drives, dims, observed)

    def log_density(self, values: FloatArray, drives: Arrays, dispersion: Arrays, inputs: Arrays) -> FloatArray:
        """Log-likelihood, dims (..., row), by PyMC's ``logp``."""
        found = self.law.log_density(values, drives, dispersion)
        return np.where(np.round(values) == values, found, -np.inf) if self.law.is_discrete else found

    def mean(self, drives: Arrays, dispersion: Arrays, inputs: Arrays) -> FloatArray:
        """Expected value, dims (..., row): in closed form, as a sum over whole numbers, or by quadrature."""
        closed = self.law.mean
        return closed(0.0, drives, dispersion) if closed else self._moments(drives, dispersion)[0]

    def variance(self, drives: Arrays, dispersion: Arrays, inputs: Arrays) -> FloatArray:
        """Variance, dims (..., row), in the same ways."""
        closed = self.law.variance
        return closed(0.0, drives, dispersion) if closed else self._moments(drives, dispersion)[1]

    def quantile(self, probability: FloatArray, drives: Arrays, dispersion: Arrays, inputs: Arrays) -> FloatArray:
        """Smallest value whose cumulative probability reaches ``probability``, dims (..., row)."""
        ranks = np.clip(probability, LOWEST, HIGHEST)
        if self.law.quantile is not None and not self.law.is_discrete:
            found = self.law.quantile(ranks, drives, dispersion)
            # Inverses of PyMC are not always numbers where its distribution functions are.
            if self.law.log_cumulative is None or not np.isnan(found).any():
                return found
        if self.law.log_cumulative is None:
            return self._table(drives, dispersion).quantile(ranks)
        centre = self.law.typical(0.0, drives, dispersion)
        scale = np.sqrt(self.law.variance(0.0, drives, dispersion)) if self.law.variance else 1.0 + np.abs(centre)
        return inverted(
            lambda values: self.cumulative(values, drives, dispersion, inputs),
            ranks,
            centre,
            scale,
            is_discrete=self.law.is_discrete,
        )

    def cumulative(self, values: FloatArray, drives: Arrays, dispersion: Arrays, inputs: Arrays) -> FloatArray:
        """Chance of a response no larger than ``values``, dims (..., row)."""
        if self.law.log_cumulative is None:
            return self._table(drives, dispersion).cumulative(values)
        return np.exp(self.law.log_cumulative(values, drives, dispersion))

    def nodes(self, drives: Arrays, dispersion: Arrays, inputs: Arrays) -> tuple[FloatArray, FloatArray]:
        """Values (node, ..., row) and weights: all whole numbers where they are few, otherwise a quadrature."""
        if self.law.is_discrete:
            return self._whole_numbers(drives, dispersion, NODES)
        if self.has_atoms or self.law.quantile is not None or self.law.unbounded is None:
            return self._at_ranks(NODES, drives, dispersion)
        return spaced_nodes(self.law.unbounded, self._typical(drives, dispersion), drives, dispersion, NODES)

    def _typical(self, drives: Arrays, dispersion: Arrays) -> FloatArray:
        return np.broadcast_to(self.law.typical(0.0, drives, dispersion), self._dims(drives, dispersion))

    def _at_ranks(self, number: int, drives: Arrays, dispersion: Arrays) -> tuple[FloatArray, FloatArray]:
        ranks, weights = uniform_nodes(number)
        spread = (1,) * len(self._dims(drives, dispersion))
        values = self.quantile(ranks.reshape(-1, *spread), drives, dispersion, {})
        return values, np.broadcast_to(weights.reshape(-1, *spread), values.shape)

    def _whole_numbers(self, drives: Arrays, dispersion: Arrays, most: int) -> tuple[FloatArray, FloatArray]:
        """Whole numbers that have a chance, and it; from the ``most // 2``-th on by stretches, if they are too many."""
        low, high = self._bulk(drives, dispersion, most)
        number, single = int((high - low).max()) + 1, most // 2
        steps = np.arange(float(min(number, single + 1 if number > most else number)))
        ends = low + steps.reshape(-1, *(1,) * low.ndim)
        if number > most:
            further = np.linspace(0.0, 1.0, most - single).reshape(-1, *(1,) * low.ndim)[1:] ** 2
            ends = np.concatenate([ends, np.round(ends[-1] + further * np.maximum(high - ends[-1], 0.0))])
        starts = np.concatenate([ends[:1] - 1, ends[:-1]])
        chances = self.cumulative(np.concatenate([starts[:1], ends]), drives, dispersion, {})
        weights = np.maximum(np.diff(chances, axis=0), 0.0)
        weights = weights / weights.sum(axis=0)
        carry = weights.reshape(len(weights), -1).max(axis=1) > TAIL
        # A stretch stands for its middle.
        values = (starts + 1 + ends) / 2 if number > most else np.broadcast_to(ends, weights.shape)
        return values[carry], weights[carry]

    def _bulk(self, drives: Arrays, dispersion: Arrays, most: int) -> tuple[FloatArray, FloatArray]:
        """Whole numbers between which all but a chance of ``TAIL`` is: by the moments, where they are few."""
        if self.law.mean is not None and self.law.variance is not None:
            mean = self.law.mean(0.0, drives, dispersion)
            reach = 20 * np.sqrt(self.law.variance(0.0, drives, dispersion)) + 5
            low, high = (
                np.maximum(np.floor(mean - reach), self.span[0]),
                np.minimum(np.ceil(mean + reach), self.span[1]),
            )
            first, last = np.full_like(low, low.min()), np.full_like(high, high.max())
            if last.max() - first.min() < most:
                return first, last
        low, high = (self.quantile(np.full(1, end), drives, dispersion, {}) for end in (TAIL, 1 - TAIL))
        return low, high

    def _moments(self, drives: Arrays, dispersion: Arrays) -> tuple[FloatArray, FloatArray]:
        """Mean and variance without a closed form."""
        if self.law.is_discrete:
            values, weights = self._whole_numbers(drives, dispersion, MOST)
        elif not self.has_atoms:
            found = self._table(drives, dispersion)
            return found.mean, found.variance
        else:
            values, weights = self._at_ranks(FINE, drives, dispersion)
        mean = (weights * values).sum(axis=0)
        return mean, (weights * (values - mean) ** 2).sum(axis=0)

    def _table(self, drives: Arrays, dispersion: Arrays) -> Tabulated:
        law = None if self.law.is_discrete or self.has_atoms else self.law.unbounded
        if law is None:
            raise SpecError(
                f"PyMC knows no distribution function of what the function of {self.variable!r} returns, so that no "
                "ranks and draws can be had. Give it one (`logcdf` of a pm.CustomDist), or make it of parts that "
                "have one."
            )
        return tabulated(law, self._typical(drives, dispersion), drives, dispersion)

    def _dims(self, drives: Arrays, dispersion: Arrays) -> tuple[int, ...]:
        """Sizes of an answer."""
        leading = [np.shape(each)[: np.ndim(each) - len(self.shapes[name])] for name, each in dispersion.items()]
        return np.broadcast_shapes((1,), *(np.shape(each) for each in drives.values()), *leading)
