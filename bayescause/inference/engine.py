"""What an engine must be able to do: say which tasks it can draw, and draw them.

To add one, put a file into ``bayescause/inference/engines/`` that holds one frozen class with the members below.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

import numpy.typing as npt

from bayescause.compilation.plan import Plan
from bayescause.compilation.table import Table
from bayescause.inference.telling import Tell, silent
from bayescause.scm.design import Design, MechanismDesign
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.structural_model import StructuralModel

__all__ = ["ENGINES", "Drawn", "Engine", "Job", "Uncertified"]

ENGINES = "bayescause.inference.engines"
"""The plug-in folder of engines."""


@dataclass(frozen=True, eq=False)
class Job:
    """What an engine is asked to draw.

    Parameters
    ----------
    model : StructuralModel
    table : Table
    plan : Plan
        Of the tasks to be drawn, and of no others.
    design : Design
        Of all tasks.
    seed : int
    chains, draws, tune : int
    attempts : int
        How often a sampler may try in all, each time with more care.
    progress : bool
        Whether a sampler may show its progress on stderr.
    tell : function
        Told in words what takes long, as often as it should hear of it.
    """

    model: StructuralModel
    table: Table
    plan: Plan
    design: Design
    seed: int = 0
    chains: int = 4
    draws: int = 1000
    tune: int = 1000
    attempts: int = 3
    progress: bool = False
    tell: Tell = silent

    @property
    def tasks(self) -> Mapping[str, MechanismDesign]:
        """The tasks to be drawn, by key."""
        return {task.key: self.design.mechanisms[task.key] for task in self.plan.tasks}


@dataclass(frozen=True, eq=False)
class Drawn:
    """Draws of one task.

    Parameters
    ----------
    coefficients : array, dims (chain, draw, coefficient)
        In data units, intercept first.
    dispersion : mapping of str to array, dims (chain, draw)
    log_likelihood : array, dims (chain, draw)
        Joint, of all units.
    stats : mapping of str to array, dims (chain, draw) or ()
        What else the engine recorded: ``log_evidence``, ``diverging``, ``energy``; ``pareto_k``, ``importance_ess`` and
        ``expected_copies`` where draws were chosen by importance weights.
    notes : tuple of str
        Choices that the engine made, in words.
    """

    coefficients: FloatArray
    dispersion: Mapping[str, FloatArray]
    log_likelihood: FloatArray
    stats: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Uncertified:
    """What an engine gives instead of draws that it cannot vouch for: the reason, in words that follow "because"."""

    reason: str


class Engine(Protocol):
    """A way to draw posteriors."""

    short: ClassVar[str]
    """Name in files and in ``fit(engine=...)``."""
    rank: ClassVar[int]
    """``engine="auto"`` asks engines in this order and takes the first that can."""
    is_independent: ClassVar[bool]
    """Whether draws are independent by construction, so that R-hat is shown but proves nothing."""

    def can_draw(self, task: MechanismDesign) -> str | None:
        """Why ``task`` cannot be drawn, in words that follow the task's name; None if it can."""
        ...

    def draw(self, job: Job) -> Mapping[str, Drawn | Uncertified]:
        """Draw every task of the job; the draws of a task do not depend on what else is in the job, if that can be."""
        ...

    def prepare(self, job: Job) -> Callable[[Job], Mapping[str, Drawn | Uncertified]]:
        """Do once what jobs of these tasks may share; gives what draws any of them, designs of other data included."""
        ...
