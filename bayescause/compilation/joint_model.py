"""What the PyMC meaning of a joint law must be able to do, and the look-up of a block's.

To add one, put a file into ``bayescause/compilation/joint_models/`` whose ``short`` is that of the law in
``bayescause/inference/laws``.
"""

from typing import ClassVar, Protocol

from bayescause.compilation.plan import Block
from bayescause.compilation.table import Table
from bayescause.errors import SpecError
from bayescause.plugins import find, names
from bayescause.scm.structural_model import StructuralModel

__all__ = ["JOINT_MODELS", "JointModel", "joint_model_of"]

JOINT_MODELS = "bayescause.compilation.joint_models"
"""The plug-in folder of joint laws in PyMC."""


class JointModel(Protocol):
    """A joint law as a part of a PyMC model."""

    short: ClassVar[str]
    """Name in ``Block.law``."""

    def emit(self, model: StructuralModel, table: Table, block: Block, safe: str) -> None:
        """Add the block to the open PyMC model; names begin with ``safe``."""
        ...


def joint_model_of(block: Block) -> JointModel:
    """The PyMC meaning of ``block``.

    Raises
    ------
    SpecError
        If its law has none.

    Examples
    --------
    >>> joint_model_of(Block("joint law P(x)", "saturated", ("x",), {"x": ()})).short
    'saturated'
    """
    if block.law not in names(JOINT_MODELS):
        raise SpecError(
            f"{block.key!r} has no PyMC model: a law of the kind {block.law!r} is drawn in another way only. Compile "
            "the plan of other questions."
        )
    found: JointModel = find(JOINT_MODELS, block.law)()
    return found
