"""Two straight lines with correlated errors in PyMC."""

from dataclasses import dataclass
from typing import ClassVar

from bayescause.compilation.pair_model import emit_pair
from bayescause.compilation.plan import Block
from bayescause.compilation.table import Table
from bayescause.scm.structural_model import StructuralModel

__all__ = ["JointNormalModel"]


@dataclass(frozen=True)
class JointNormalModel:
    """Two equations, and the law of their errors."""

    short: ClassVar[str] = "joint_normal"

    def emit(self, model: StructuralModel, table: Table, block: Block, safe: str) -> None:
        """Add the block to the open PyMC model; names begin with ``safe``."""
        emit_pair(model, table, block, safe)
