"""The law of one variable by row, taken from a PyMC graph and evaluated in NumPy under many draws of its parameters.

Everything is compiled once, when it is first asked for, and by PyTensor's interpreter of NumPy functions: it is ready
after a tenth of a second, where numba or C take seconds, and as fast on arrays of more than a few hundred numbers.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from threading import RLock
from typing import Any

import numpy as np

from bayescause.scm.law_facts import log_cumulative_of, moments_of, quantile_of
from bayescause.scm.mechanism import FloatArray

__all__ = ["RowLaw", "Unbounded", "interpreted"]

CELLS = 200_000
"""Numbers of one array that are evaluated at once: they stay in the processor's cache."""

type Compiled = Callable[..., FloatArray]


@dataclass(frozen=True, eq=False)
class Unbounded:
    """A continuous law on a scale that runs from minus to plus infinity: its log-density there, and the way there.

    Each is called with ``(values, drives, parameters)``: dims (..., row).
    """

    log_density: Compiled
    backward: Compiled
    forward: Compiled


@dataclass(frozen=True, eq=False)
class RowLaw:
    """A random variable with one value a row, and what it depends on.

    Parameters
    ----------
    response : PyTensor random variable, dims (row,)
    parents : mapping of str to PyTensor vector, dims (row,)
        In its graph.
    parameters : mapping of str to PyTensor variable
        Its free parameters, in its graph, of any shape.
    rows : PyTensor scalar
        The number of rows, in its graph.
    """

    response: Any
    parents: Mapping[str, Any]
    parameters: Mapping[str, Any]
    rows: Any
    lock: Any = field(default_factory=RLock, repr=False)
    """Compiled functions keep their inputs in one place: two threads must not use one at once."""

    @property
    def is_discrete(self) -> bool:
        """Whether its values are whole numbers."""
        return str(self.response.dtype).startswith(("int", "uint", "bool"))

    @cached_property
    def log_density(self) -> Compiled:
        """Log-density by row: ``(values, drives, parameters)`` to dims (..., row)."""
        import pymc as pm

        return self._compiled(lambda value: pm.logp(self.response, value), self.response.dtype)

    @cached_property
    def log_cumulative(self) -> Compiled | None:
        """Log-probability of a response no larger than given; None where PyMC has none."""
        return self._perhaps(lambda value: log_cumulative_of(self.response, value), self.response.dtype)

    @cached_property
    def quantile(self) -> Compiled | None:
        """Inverse of the distribution function; None where PyMC has none."""
        return self._perhaps(lambda value: quantile_of(self.response, value), "float64")

    @cached_property
    def mean(self) -> Compiled | None:
        """Expected value of each row; None where no closed form is known. Its first argument is not used."""
        return self._perhaps(lambda _: getattr(moments_of(self.response), "mean", None), "float64")

    @cached_property
    def variance(self) -> Compiled | None:
        """Variance of each row; None where no closed form is known. Its first argument is not used."""
        return self._perhaps(lambda _: getattr(moments_of(self.response), "variance", None), "float64")

    @cached_property
    def typical(self) -> Compiled:
        """A value that is typical of each row, near the middle of its law. Its first argument is not used."""
        from pymc.distributions.distribution import support_point

        return self._compiled(lambda _: support_point(self.response), "float64")

    @cached_property
    def unbounded(self) -> "Unbounded | None":
        """The density on a scale without bounds; None where PyMC has no such scale for the law."""
        import pymc as pm
        from pymc.distributions.transforms import _default_transform

        response = self.response
        transform = _default_transform(response.owner.op, response)
        given = response.owner.inputs
        if transform is None:
            return Unbounded(self.log_density, lambda values, *_: values, lambda values, *_: values)
        if not transform.name.startswith(("log", "interval")):
            return None

        def density(value: Any) -> Any:
            change = transform.log_jac_det(value, *given)
            return pm.logp(response, transform.backward(value, *given)) + change

        return Unbounded(
            self._compiled(density, "float64"),
            self._compiled(lambda value: transform.backward(value, *given), "float64"),
            self._compiled(lambda value: transform.forward(value, *given), "float64"),
        )

    @cached_property
    def drawn(self) -> Compiled:
        """Draw parameters, and a response of each row under them: ``(drives, rows, seed)`` to a list with it last."""
        from pymc.pytensorf import compile as compile_random
        from pymc.pytensorf import find_rng_nodes, reseed_rngs

        outputs = [*self.parameters.values(), self.response]
        with self.lock:
            inputs = [*self.parents.values(), self.rows]
            function = compile_random(inputs, outputs, mode=interpreted(), on_unused_input="ignore")
        noises = find_rng_nodes(outputs)

        def draw(drives: Sequence[FloatArray], rows: int, seed: int) -> list[FloatArray]:
            with self.lock:
                reseed_rngs(noises, seed)
                return [np.array(each) for each in function(*drives, rows)]

        return draw  # type: ignore[return-value]

    def _perhaps(self, build: Callable[[Any], Any], dtype: str) -> Compiled | None:
        import pytensor.tensor as pt

        return None if build(pt.vector("value", dtype=dtype)) is None else self._compiled(build, dtype)

    def _compiled(self, build: Callable[[Any], Any], dtype: str) -> Compiled:
        import pytensor
        import pytensor.tensor as pt
        from pytensor.graph.replace import vectorize_graph

        value = pt.vector("value", dtype=dtype)
        graph = build(value)
        graph = graph + pt.zeros_like(value, dtype="float64")  # a number that no column moves has one value a row too
        inputs = {value: pt.matrix(dtype=dtype)}
        inputs |= {node: pt.matrix(f"{name}_rows", dtype=node.dtype) for name, node in self.parents.items()}
        inputs |= {
            node: pt.tensor(f"{name}_draws", shape=(None,) * (node.ndim + 1), dtype=node.dtype)
            for name, node in self.parameters.items()
        }
        with self.lock:
            function = pytensor.function(
                [*inputs.values(), self.rows],
                vectorize_graph(graph, inputs),
                mode=interpreted(),
                on_unused_input="ignore",
            )
        return partial(self._evaluated, function, dtype)

    def _evaluated(
        self,
        function: Any,
        dtype: str,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        parameters: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Evaluate at values and drives, dims (..., row), and parameters, dims (..., 1, *shape): dims (..., row)."""
        cores = {name: self.parameters[name].ndim for name in parameters}
        leading = {name: _leading(array, cores[name]) for name, array in parameters.items()}
        given = [np.asarray(values), *(np.asarray(drives[name]) for name in self.parents)]
        shape = np.broadcast_shapes((1,), *(each.shape for each in given), *leading.values())
        rows = shape[-1]
        flat = [np.broadcast_to(each, shape).reshape(-1, rows) for each in given]
        # A batch holds one draw of the parameters and all its rows.
        flat += [_batched(parameters[name], cores[name], shape) for name in self.parameters]
        count, size = flat[0].shape[0], max(1, CELLS // max(1, rows))
        found = np.empty((count, rows))
        for start in range(0, count, size):
            block = [each[start : start + size] for each in flat]
            block[0] = block[0].astype(dtype)
            with self.lock, np.errstate(all="ignore"):
                found[start : start + size] = function(*block, rows)
        return found.reshape(shape)


def interpreted() -> Any:
    """PyTensor's mode that runs NumPy functions one after another; impossible parameters give no error, but -inf."""
    from pytensor.compile.mode import Mode
    from pytensor.link.vm import VMLinker

    mode = Mode(linker=VMLinker(c_thunks=False), optimizer="fast_run").excluding("fusion", "inplace")
    return mode.including("local_check_parameter_to_ninf_switch")


def _leading(array: FloatArray, core: int) -> tuple[int, ...]:
    """Dims before the parameter's own, the place of the row included."""
    return np.shape(array)[: np.ndim(array) - core]


def _batched(array: FloatArray, core: int, shape: tuple[int, ...]) -> FloatArray:
    """One parameter with dims (batch, *shape)."""
    own = np.shape(array)[np.ndim(array) - core :]
    leading = _leading(array, core)
    flat = np.asarray(array, dtype=float).reshape((*leading[:-1], *own))  # the place of the row is one wide
    whole = np.broadcast_to(flat, (*shape[:-1], *own))
    return whole.reshape(math.prod(shape[:-1]), *own)
