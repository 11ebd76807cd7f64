"""A mechanism written as a Python function: what it says is read by calling it once on columns that stand for any.

``function(name, parents, dims)`` gets its causes as PyTensor vectors, makes what parameters it needs, and returns a
PyMC random variable called ``name`` with dims ``dims``. Names of parameters begin with the variable's when the model is
compiled, so that two functions may both have a ``b``.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bayescause.errors import SpecError
from bayescause.scm.mechanism import OwnFunction
from bayescause.scm.names import parameter_names, safe_names
from bayescause.scm.row_law import RowLaw, interpreted

__all__ = ["Parameter", "Reading", "emit_function", "read_function"]

UNIT = "unit"
"""The dimension of the rows."""

TAKEN = ("coefficient", "term", "data", "weight_data", "repeats", "column")
"""What compiled models put behind a variable's name themselves."""

FEW, MANY = 3, 5
"""Numbers of rows on which a function is tried."""

TRIES = 8
"""Draws of its priors on which a function's density is tried."""


@dataclass(frozen=True)
class Parameter:
    """A free parameter of a function: its name without the variable's, its shape, and its dims as the function says."""

    name: str
    shape: tuple[int, ...]
    dims: tuple[str, ...] | None


@dataclass(frozen=True, eq=False)
class Reading:
    """What a function says.

    Parameters
    ----------
    law : RowLaw
    parameters : tuple of Parameter
    by_row : frozenset of str
        Names of its deterministics with one value a row: they are left out of compiled models.
    """

    law: RowLaw
    parameters: tuple[Parameter, ...]
    by_row: frozenset[str]


def read_function(function: OwnFunction, variable: str, parents: Sequence[str]) -> Reading:
    """Call ``function`` once, and say what it is made of.

    Parameters
    ----------
    function : function
    variable : str
        The response.
    parents : sequence of str
        Its causes in the graph.

    Raises
    ------
    SpecError
        If the function fails, does not return a random variable of that name with one value a row, leaves out a cause
        or uses something else, holds data, has parameters that NUTS cannot draw or that belong to rows, or a law whose
        density PyMC does not know.

    Examples
    --------
    >>> import pymc as pm
    >>> def sales(name, parents, dims):
    ...     return pm.Normal(name, pm.Normal("a") + pm.Normal("b") * parents["promo"], pm.HalfNormal("s"), dims=dims)
    >>> [parameter.name for parameter in read_function(sales, "sales", ["promo"]).parameters]
    ['a', 'b', 's']
    """
    import pymc as pm
    import pytensor.tensor as pt

    rows = pt.lscalar("rows")
    nodes = {parent: pt.vector(parent, dtype="float64") for parent in parents}
    with pm.Model() as model, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of transforms that a response with data does not need
        model.add_coord(UNIT, length=rows)
        try:
            response = function(variable, dict(nodes), UNIT)
        except Exception as error:
            raise SpecError(_failed(variable, error, nodes)) from error
    faults = _response_faults(variable, model, response) or _content_faults(variable, model, response, nodes, rows)
    SpecError.raise_if(faults)
    free = {_own_name(node.name, variable): node for node in model.free_RVs if node is not response}
    law = RowLaw(response, nodes, free, rows)
    reading = _sized(variable, model, law)
    _tried(variable, law)
    return reading


def emit_function(
    function: OwnFunction, reading: Reading, name: str, parents: Mapping[str, Any], dims: str, observed: Any
) -> Any:
    """Call ``function`` inside the open PyMC model: its response is ``name``, its parameters begin with it.

    Parameters
    ----------
    function : function
    reading : Reading
        Of the same function.
    name : str
        Safe name of the variable.
    parents : mapping of str to PyTensor variable, dims (row,)
    dims : str
    observed : PyTensor variable, optional
        What was observed of the response.
    """
    import pymc as pm

    class Prefixed(pm.Model):  # type: ignore[misc]
        """A part of the open model, in which every name but the response's begins with the response's."""

        def name_for(self, given: str) -> str:
            own = _own_name(given, name)
            return name if given == name else named.get(own, f"{name}_{own}")

        def register_rv(self, rv_var: Any, name: str, **options: Any) -> Any:
            is_response = self.name_for(name) == outer
            return super().register_rv(rv_var, name, **options | ({"observed": observed} if is_response else {}))

        def add_named_variable(self, var: Any, dims: Any = None) -> None:
            if any(var is each for each in self.deterministics):
                if var.name.removeprefix(f"{outer}_") in reading.by_row:
                    return
                self.parent.deterministics.append(var)
            super().add_named_variable(var, dims)

    outer, named = name, parameter_names(name, [parameter.name for parameter in reading.parameters])
    with Prefixed() as part:
        part.deterministics = []  # the open model gets those that have no value a row
        return function(name, dict(parents), dims)


def _own_name(given: str, variable: str) -> str:
    """Name of a parameter without the variable's, of letters that every format bears."""
    plain = given.removeprefix(f"{variable}_") or given
    return plain if safe_names([f"v_{plain}"])[f"v_{plain}"] == f"v_{plain}" else plain.encode().hex()


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"


def _failed(variable: str, error: Exception, nodes: Mapping[str, Any]) -> str:
    if isinstance(error, KeyError) and error.args and error.args[0] not in nodes:
        known = ", ".join(nodes) or "none"
        return (
            f"The function of {variable!r} asks for the cause {error.args[0]!r}, which {variable!r} does not have in "
            f"the graph (its causes: {known}). Add the arrow, or take it out of the function."
        )
    return f"The function of {variable!r} failed: {_said(error)}"


def _response_faults(variable: str, model: Any, response: Any) -> list[str]:
    named = model.named_vars.get(variable)
    if response is None or named is None or response is not named:
        return [_not_returned(variable, response)]
    if not any(response is each for each in model.basic_RVs):
        return [f"What the function of {variable!r} returns is no random variable: PyMC cannot give its density."]
    if type(response.owner.op).__name__ == "SimulatorRV":
        return [f"The function of {variable!r} returns a pm.Simulator, which has no density to rank or to weight by."]
    if any(response is each for each in model.observed_RVs):
        return [f"The function of {variable!r} gives `observed` itself. Leave it out: the table has the data."]
    if model.named_vars_to_dims.get(variable) != (UNIT,):
        return [f"The function of {variable!r} must give one value a row. Pass `dims=dims` to what it returns."]
    return []


def _not_returned(variable: str, response: Any) -> str:
    return (
        f"The function of {variable!r} must return the PyMC random variable that it calls by the name it is given, "
        f"such as `return pm.Normal(name, mu, sigma, dims=dims)`; it returned {_kind_of(response)}."
    )


def _kind_of(response: Any) -> str:
    return "nothing" if response is None else repr(getattr(response, "name", None) or type(response).__name__)


def _content_faults(variable: str, model: Any, response: Any, nodes: Mapping[str, Any], rows: Any) -> list[str]:
    whose = f"The function of {variable!r}"
    faults = [
        f"{whose} holds data ({each.name!r}). Columns come as parents: give the variable an arrow from them."
        for each in (*model.data_vars, *model.observed_RVs)
    ]
    faults += [
        f"{whose} has the potential {each.name!r}, which is no part of a law by row." for each in model.potentials
    ]
    before = _ancestors([response])
    unused = [name for name, node in nodes.items() if node not in before]
    faults += [f"{whose} leaves out its cause {name!r}. Use it, or take away its arrow." for name in unused]
    strange = [node for node in before if _is_strange(node, nodes, rows)]
    faults += [f"{whose} uses {node.name or 'a tensor'!r}, which is not a cause of {variable!r}." for node in strange]
    names: list[str] = []
    for node in (each for each in model.free_RVs if each is not response):
        name = _own_name(node.name, variable)
        names.append(name)
        faults += _parameter_faults(whose, name, node, model, nodes, response)
    faults += [f"{whose} has two parameters {name!r}." for name in sorted(set(names)) if names.count(name) > 1]
    return faults


def _parameter_faults(
    whose: str, name: str, node: Any, model: Any, nodes: Mapping[str, Any], response: Any
) -> list[str]:
    before = _ancestors([node])
    if response in before:
        return [f"{whose} has {name!r}, which depends on the response: it must come before it."]
    if name in TAKEN:
        return [f"{whose} calls a parameter {name!r}, a name that compiled models need. Call it otherwise."]
    if UNIT in (model.named_vars_to_dims.get(node.name) or ()):
        return [_one_a_row(whose, name)]
    if any(each in before for each in nodes.values()):
        return [f"{whose} has {name!r}, whose prior depends on a column. Let the column meet it in the response."]
    if not str(node.dtype).startswith("float"):
        return [f"{whose} has {name!r}, which takes whole numbers: NUTS cannot draw it. Sum it out with pm.Mixture."]
    return []


def _one_a_row(whose: str, name: str) -> str:
    return (
        f"{whose} has {name!r} with one value a row, which nobody has of other rows. Put its law into the response's: "
        "a mixture, or a wider family."
    )


def _ancestors(nodes: Sequence[Any]) -> set[Any]:
    from pytensor.graph.traversal import ancestors

    return set(ancestors(nodes))


def _is_strange(node: Any, nodes: Mapping[str, Any], rows: Any) -> bool:
    """Whether a value comes into the graph from outside: neither a constant, nor a cause, nor random numbers."""
    from pytensor.compile.sharedvalue import SharedVariable
    from pytensor.graph.basic import Constant
    from pytensor.tensor.random.type import RandomType

    if node.owner is not None or isinstance(node, Constant) or isinstance(node.type, RandomType):
        return False
    # Lengths of dims are shared scalars that have the dim's name.
    is_length = isinstance(node, SharedVariable) and node.ndim == 0
    return node is not rows and not is_length and not any(node is each for each in nodes.values())


def _sized(variable: str, model: Any, law: RowLaw) -> Reading:
    """Shapes of the parameters, and which deterministics have one value a row: from two numbers of rows."""
    import pytensor

    nodes = [*law.parameters.values(), *model.deterministics]
    inputs = [*law.parents.values(), law.rows]
    try:
        shapes = pytensor.function(inputs, [node.shape for node in nodes], mode=interpreted(), on_unused_input="ignore")
        few, many = (
            [tuple(map(int, shape)) for shape in shapes(*_columns(law, number), number)] for number in (FEW, MANY)
        )
    except Exception as error:
        raise SpecError(_only_some_rows(variable, error)) from error
    varying = {node.name for node, one, other in zip(nodes, few, many, strict=True) if one != other}
    SpecError.raise_if(
        [
            _one_a_row(f"The function of {variable!r}", name)
            for name, node in law.parameters.items()
            if node.name in varying
        ]
    )
    parameters = tuple(
        Parameter(name, shape, model.named_vars_to_dims.get(node.name))
        for (name, node), shape in zip(law.parameters.items(), few, strict=False)
    )
    by_row = frozenset(_own_name(name, variable) for name in varying)
    return Reading(law, parameters, by_row)


def _columns(law: RowLaw, rows: int) -> list[np.ndarray]:
    """Columns on which a function is tried: zeros and ones, which every kind of variable may have."""
    return [np.arange(float(rows)) % 2 for _ in law.parents]


def _only_some_rows(variable: str, error: Exception) -> str:
    return (
        f"The function of {variable!r} fails on {FEW} rows: {_said(error)} A function is used on any number of rows, "
        "so arrays with one value a row cannot be part of it: make them columns, and causes."
    )


def _tried(variable: str, law: RowLaw) -> None:
    """Evaluate the density under draws of the priors: it must exist, and a row's must be its own."""
    try:
        law.log_density  # noqa: B018, it is compiled here so that what it cannot do is told now
    except Exception as error:
        raise SpecError(
            f"PyMC knows no density of what the function of {variable!r} returns: {_said(error)} Return a distribution "
            "of PyMC, or a pm.CustomDist with `logp`."
        ) from error
    columns = _columns(law, MANY)
    try:
        drawn = [law.drawn(columns, MANY, seed) for seed in range(TRIES)]
    except Exception as error:
        raise SpecError(
            f"PyMC cannot draw from the function of {variable!r}: {_said(error)} A pm.CustomDist needs `dist` or "
            "`random`; whatever has one value a row must be a cause."
        ) from error
    response = np.stack([each[-1] for each in drawn])
    given = {name: np.stack([each[place] for each in drawn])[:, None] for place, name in enumerate(law.parameters)}
    drives = dict(zip(law.parents, columns, strict=True))
    try:
        whole = law.log_density(response, drives, given)
        part = law.log_density(response[:, :1], {name: column[:1] for name, column in drives.items()}, given)
    except Exception as error:
        raise SpecError(_only_some_rows(variable, error)) from error
    known = np.isfinite(whole[:, :1]) & np.isfinite(part)
    if not np.allclose(whole[:, :1][known], part[known], rtol=1e-9, atol=1e-9):
        raise SpecError(
            f"In the function of {variable!r} the law of one row depends on the other rows, as through the mean of a "
            "column. Write such a number as a constant, or make it a column."
        )
