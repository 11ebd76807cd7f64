"""A PyMC model whose numbers can all be swapped: what is compiled for it serves every model of the same structure.

Data are ``pm.Data`` already. Centres, knots and the parameters of priors are derived from a table, and are constants of
the graph; lifted into shared variables they are swapped like data. Two models have one structure if their graphs then
agree, operation by operation. Whole numbers, which say how many columns or levels there are, belong to the structure.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Swappable", "swappable"]

ADDRESS = re.compile(r" at 0x[0-9a-f]+")
"""Where an object lies in memory, as Python prints it."""


@dataclass(frozen=True, eq=False)
class Swappable:
    """A model with its constants as shared variables.

    Parameters
    ----------
    model : pymc.Model
    structure : tuple of str
        Equal for models that differ in numbers and rows only.
    numbers : mapping of str to array
        Values of the lifted constants.
    places : mapping of str to shared variable
        Where ``model`` keeps them.
    """

    model: Any
    structure: tuple[str, ...]
    numbers: Mapping[str, npt.NDArray[Any]]
    places: Mapping[str, Any]


def swappable(model: Any) -> Swappable:
    """``model`` with its constants lifted.

    Parameters
    ----------
    model : pymc.Model
        Whose rows have the dim ``unit``.

    Examples
    --------
    >>> import pymc as pm
    >>> def normal(mean, rows):
    ...     with pm.Model(coords={"unit": range(rows)}) as model:
    ...         seen = pm.Data("y_data", np.zeros(rows), dims="unit")
    ...         pm.Normal("y", pm.Normal("mean", np.array(mean), np.array(2.0)), observed=seen, dims="unit")
    ...     return swappable(model)
    >>> first, second = normal(2.5, 3), normal(0.1, 4)
    >>> first.structure == second.structure, [float(one) for one in first.numbers.values()][:2]
    (True, [2.5, 2.0])
    """
    import pytensor
    from pymc.model.fgraph import fgraph_from_model, model_from_fgraph

    graph, _ = fgraph_from_model(model)
    told = _Told()
    sizes = (f"{name}: {len(labels)}" for name, labels in model.coords.items() if name != "unit" and labels is not None)
    structure = (*sizes, *told.lines(graph))
    lifted = {name: pytensor.shared(one.data, name=name, shape=one.type.shape) for one, name in told.numbers.items()}
    graph.replace_all([(one, lifted[name]) for one, name in told.numbers.items()], import_missing=True)
    numbers = {name: np.asarray(one.data) for one, name in told.numbers.items()}
    return Swappable(model_from_fgraph(graph, mutate_fgraph=True), structure, numbers, lifted)


@dataclass(frozen=True, eq=False)
class _Told:
    """A graph line by line; variables are called by when they are met with."""

    is_inner: bool = False
    numbers: dict[Any, str] = field(default_factory=dict)
    places: dict[Any, int] = field(default_factory=dict)

    def lines(self, graph: Any) -> Iterator[str]:
        for node in graph.toposort():
            inputs = [self._called(variable) for variable in node.inputs]
            made = [f"{self._called(variable)} {variable.name} {variable.type}" for variable in node.outputs]
            yield ADDRESS.sub("", f"{made} = {type(node.op).__name__} {_particulars(node.op)} {inputs}")
            inner = getattr(node.op, "fgraph", None)
            # Numbers inside an operation stay where they are: they are part of the structure.
            yield from () if inner is None else _Told(is_inner=True).lines(inner)

    def _called(self, variable: Any) -> str:
        from pytensor.graph.basic import Constant

        place = self.places.setdefault(variable, len(self.places))
        if not isinstance(variable, Constant):
            return f"{place}" if variable.owner is not None else f"{place} {variable.name} {variable.type}"
        data = variable.data
        if not self.is_inner and _is_number(data):
            self.numbers.setdefault(variable, f"number_{len(self.numbers)}")
            return f"{place} {variable.type}"
        return f"{variable.type} {data.tolist() if isinstance(data, np.ndarray) else data}"


def _is_number(data: Any) -> bool:
    """Whether a constant may be any other: an infinite one decides which transformation a bound needs."""
    return isinstance(data, np.ndarray) and data.dtype == np.float64 and bool(np.isfinite(data).all())


def _particulars(op: Any) -> str:
    return f"{op} {[str(getattr(op, name)) for name in getattr(op, '__props__', None) or ()]}"
