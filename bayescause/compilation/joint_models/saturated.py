"""Saturated laws of discrete variables in PyMC."""

from dataclasses import dataclass
from typing import ClassVar

from bayescause.compilation.plan import Block
from bayescause.compilation.saturated_model import emit_saturated
from bayescause.compilation.table import Table
from bayescause.scm.structural_model import StructuralModel

__all__ = ["SaturatedModel"]


@dataclass(frozen=True)
class SaturatedModel:
    """Tables with Dirichlet rows, and variables that look their row up."""

    short: ClassVar[str] = "saturated"

    def emit(self, model: StructuralModel, table: Table, block: Block, safe: str) -> None:
        """Add the block to the open PyMC model; names begin with ``safe``."""
        del model
        emit_saturated(table, block, safe)
