"""What a joint law must be able to do: say which blocks it can draw, and draw them.

To add one, put a file into ``bayescause/inference/laws/`` that holds one frozen class with the members below.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy.typing as npt
import xarray as xr

from bayescause.compilation.plan import Block
from bayescause.compilation.table import Table
from bayescause.scm.structural_model import StructuralModel

if TYPE_CHECKING:
    from bayescause.inference.posterior import Convergence

__all__ = ["LAWS", "BlockJob", "DrawnBlock", "JointLaw"]

LAWS = "bayescause.inference.laws"
"""The plug-in folder of joint laws."""


@dataclass(frozen=True, eq=False)
class BlockJob:
    """What a law is asked to draw.

    Parameters
    ----------
    model : StructuralModel
    table : Table
    block : Block
    engine : str
        ``"auto"``, or the engine that the user insists on.
    seed : int
    chains, draws, tune : int
    progress : bool
        Whether a sampler may show its progress on stderr.
    """

    model: StructuralModel
    table: Table
    block: Block
    engine: str = "auto"
    seed: int = 0
    chains: int = 4
    draws: int = 1000
    tune: int = 1000
    progress: bool = False


@dataclass(frozen=True, eq=False)
class DrawnBlock:
    """Draws of one block.

    Parameters
    ----------
    block : Block
    draws : Dataset, dims (chain, draw, ...)
        Parameters of the joint law, in data units.
    engine : str
        Which engine drew them.
    convergence : Convergence
    stats : mapping of str to array, dims (chain, draw) or ()
        What the engine recorded: ``log_likelihood``, ``pareto_k``.
    notes : tuple of str
        Choices that were made, in words: for "assumed".
    doubts : tuple of str
        What weakens every effect that rests on the block, in words: a table too sparse, a weak instrument.
    """

    block: Block
    draws: xr.Dataset
    engine: str
    convergence: "Convergence"
    stats: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


class JointLaw(Protocol):
    """A family of joint laws of several variables."""

    short: ClassVar[str]
    """Name in ``Block.law``."""

    def can_draw(self, job: BlockJob) -> str | None:
        """Why the block cannot be drawn from this table, as a sentence; None if it can."""
        ...

    def draw(self, job: BlockJob) -> DrawnBlock:
        """Draw the block; the draws depend on the job alone."""
        ...
