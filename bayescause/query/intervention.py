"""An intervention says what becomes of a variable: a value that can be written in TOML and JSON, never code."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np

from bayescause.arguments import shown
from bayescause.compilation.table import Table
from bayescause.errors import SpecError
from bayescause.plugins import find, names
from bayescause.scm.mechanism import FloatArray
from bayescause.surface import literal

__all__ = ["INTERVENTIONS", "Intervention", "Nodes", "read_intervention", "write_intervention"]

INTERVENTIONS = "bayescause.query.interventions"
"""The plug-in folder of interventions."""


@dataclass(frozen=True, eq=False)
class Nodes:
    """Values that an intervention gives to each unit, with their weights.

    Parameters
    ----------
    values : array, dims (node, row)
        In the unit of the data; codes for levels.
    weights : array, dims (node,)
        They add up to one.
    """

    values: FloatArray
    weights: FloatArray

    @classmethod
    def certain(cls, values: FloatArray) -> "Nodes":
        """One node: a value for each unit, dims (row,)."""
        return cls(np.asarray(values, dtype=float)[np.newaxis], np.ones(1))


@runtime_checkable
class Intervention(Protocol):
    """What a file in ``bayescause/query/interventions/`` has to offer: one frozen dataclass."""

    short: ClassVar[str]
    """Key in files and JSON: ``"shift"`` of ``{ shift = 5.0 }``."""

    @classmethod
    def read(cls, value: Any) -> "Intervention":
        """The intervention that a file writes as ``{ short = value }``."""
        ...

    @property
    def written(self) -> Any:
        """What stands behind the key in a file or in JSON."""
        ...

    @property
    def sees_natural(self) -> bool:
        """Whether it starts from the value that the unit would have anyway."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """Covariates that it looks at."""
        ...

    def told(self, variable: str) -> str:
        """What it does to ``variable``, in words: ``"price + 5"``."""
        ...

    def check(self, variable: str, table: Table) -> None:
        """Refuse, with a ``DataError``, what cannot be done to ``variable`` of any row of ``table``."""
        ...

    def nodes(self, variable: str, table: Table) -> Nodes:
        """Values for the rows of ``table``: its columns ``variable`` and ``columns``, where they are looked at."""
        ...


def read_intervention(value: Any) -> Intervention:
    """The intervention that ``value`` is, or that it writes as a table with one key.

    Parameters
    ----------
    value : Intervention, or mapping with one key, or number, or name of a level
        ``{"shift": 5.0}``, ``{"set": 1}``, ``{"draw": "normal(3, 1)"}``; a bare level is one to be set.

    Raises
    ------
    SpecError
        If it is none of these, or cannot be.

    Examples
    --------
    >>> print(read_intervention({"shift": 5.0}).told("price"))
    price + 5
    """
    if isinstance(value, Intervention):
        return value
    if isinstance(value, str | int | float):
        value = {"set": value}
    if not isinstance(value, Mapping) or len(value) != 1:
        known = ", ".join(names(INTERVENTIONS))
        raise SpecError(
            f"{shown(value)} is no intervention. "
            f"Write one key with its value, such as {literal({'shift': 5})}: {known}."
        )
    ((short, inner),) = value.items()
    if short not in names(INTERVENTIONS):
        raise SpecError(f"There is no intervention {shown(short)}. Known: {', '.join(names(INTERVENTIONS))}.")
    plugin: type[Intervention] = find(INTERVENTIONS, str(short))
    return plugin.read(inner)


def write_intervention(action: Intervention) -> dict[str, Any]:
    """What a file or JSON holds for ``action``: ``read_intervention`` gives it back.

    Examples
    --------
    >>> write_intervention(read_intervention({"draw": "normal( 3.0, 0.1)"}))
    {'draw': 'normal(3, 0.1)'}
    """
    return {action.short: action.written}
