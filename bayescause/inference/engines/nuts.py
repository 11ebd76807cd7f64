"""NUTS for whatever no cheaper engine can draw: one joint model, tried again with more care where it fails."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from bayescause.inference.engine import Drawn, Job
from bayescause.scm.design import MechanismDesign

__all__ = ["Nuts"]


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
        """Compile the joint model; another table is swapped in without compiling again."""
        from bayescause.inference.hamiltonian import compile_nuts
        from bayescause.inference.ladder import climb

        return partial(climb, compile_nuts(job.model, job.table, job.plan, job.design))
