"""NUTS for whatever no cheaper engine can draw: one joint model, tried again with more care where it fails."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from bayescause.inference.engine import Drawn, Job
from bayescause.scm.design import MechanismDesign

if TYPE_CHECKING:
    from bayescause.inference.compiled_nuts import CompiledNuts

__all__ = ["Nuts"]

type Compiled = dict[tuple[str, ...], "CompiledNuts"]
"""Samplers by structure."""


@dataclass(frozen=True)
class Nuts:
    """Hamiltonian Monte Carlo by nutpie, or by PyMC's own sampler where nutpie is missing."""

    short: ClassVar[str] = "nuts"
    rank: ClassVar[int] = 9
    is_independent: ClassVar[bool] = False

    def can_draw(self, task: MechanismDesign) -> str | None:
        """Whatever PyMC can say, NUTS can draw."""
        return None

    def draw(self, job: Job) -> Mapping[str, Drawn]:
        """Draw all tasks of the job from one joint model.

        Raises
        ------
        ConvergenceError
            If no starting point has a finite log-likelihood.
        SamplerCrashError
            If the sampler dies.
        """
        return self.prepare(job)(job)

    def prepare(self, job: Job) -> Callable[[Job], Mapping[str, Drawn]]:
        """Compile the joint model; jobs of the same structure swap data and numbers in without compiling again."""
        known: Compiled = {}
        _compiled(known, job)
        return partial(_drawn, known)


def _compiled(known: Compiled, job: Job) -> "CompiledNuts":
    from bayescause.inference.compiled_nuts import compiled_once

    return compiled_once(known, job.model, job.table, job.plan, job.design)


def _drawn(known: Compiled, job: Job) -> Mapping[str, Drawn]:
    from bayescause.inference.ladder import climb

    return climb(_compiled(known, job), job)
