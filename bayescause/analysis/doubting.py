"""A sensitivity analysis says how wrong an assumption would have to be for the answer to change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    import pandas as pd

    from bayescause.query.effect import Effect, Interval

__all__ = ["Benchmark", "Bound", "Contour", "RobustnessValue", "Sensitivity", "sensitivity"]


@dataclass(frozen=True)
class Bound:
    """The effect if something unmeasured were ``multiple`` times as strong as a measured cause.

    Parameters
    ----------
    multiple : float
    treatment_r2, outcome_r2 : float
        Partial R2 of that something with treatment and with outcome, plug-in.
    adjusted : float, optional
        The effect that would remain, plug-in, in the unit of the effect; None where nothing can be that strong.
    adjusted_mean : float, optional
        Its posterior mean; None where some draws admit no such confounder.
    interval : Interval, optional
        Of its posterior.
    """

    multiple: float
    treatment_r2: float
    outcome_r2: float
    adjusted: float | None
    adjusted_mean: float | None = None
    interval: "Interval | None" = None


@dataclass(frozen=True)
class Benchmark:
    """A measured cause as a yardstick for an unmeasured one.

    Parameters
    ----------
    name : str
        The measured cause; all columns that its terms make count as one.
    bounds : tuple of Bound
        At one, two and three times its strength, moving the effect towards zero.
    multiple_to_reach_against : float, optional
        How many times as strong an unmeasured cause has to be to bring the effect to ``against``. Infinite where the
        yardstick explains nothing; None where there is no ``against``; 0 where the effect is past it already.
    multiple_to_reach_zero : float, optional
        The same for an effect of zero.
    reason : str
        Why there is no bound, in words; empty if there is one.
    """

    name: str
    bounds: tuple[Bound, ...]
    multiple_to_reach_against: float | None
    multiple_to_reach_zero: float | None
    reason: str = ""


@dataclass(frozen=True, eq=False)
class RobustnessValue:
    """Partial R2 with treatment and with outcome, both alike, that something unmeasured needs to move the effect to a target.

    Parameters
    ----------
    target : float
        In the unit of the effect.
    plug_in : float
        At the flat-prior limit (Cinelli and Hazlett 2020, section 4).
    plug_in_significant : float, optional
        What is needed to bring the plug-in's 95 % limit to the target (alpha = .05); None where the effect is not least squares.
    draws : array, dims (sample,)
        Posterior of the robustness value; 0 in draws in which the effect is past the target already.
    mean : float
    interval : Interval
    """

    target: float
    plug_in: float
    plug_in_significant: float | None
    draws: FloatArray
    mean: float
    interval: "Interval"


@dataclass(frozen=True, eq=False)
class Contour:
    """The effect over the two strengths of something unmeasured, for the picture.

    Parameters
    ----------
    treatment_r2 : array, dims (column,)
    outcome_r2 : array, dims (row,)
    adjusted : array, dims (row, column)
        The effect that would remain, moved towards zero, plug-in, in the unit of the effect.
    """

    treatment_r2: FloatArray
    outcome_r2: FloatArray
    adjusted: FloatArray


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """How strong a hidden common cause of treatment and outcome has to be to change the answer.

    Parameters
    ----------
    kind : str
        ``"hidden_confounder"``.
    effect : Effect
    status : str
        ``"ok"`` or ``"refused"``; a refused one has only ``kind``, ``effect`` and ``reason``.
    reason : str
        Why refused, in words; empty if not.
    method : str
        ``"one coefficient"``, ``"reduced form"`` or ``"riesz representer"``.
    estimate, scale : float, optional
        The effect and the largest bias's factor at the flat-prior limit, in the unit of the effect: a confounder moves the
        effect by ``scale * sqrt(outcome_r2 * treatment_r2 / (1 - treatment_r2))`` at most.
    standard_error, degrees_of_freedom : float, optional
        Of ``estimate`` by least squares.
    treatment_r2 : float, optional
        Partial R2 of treatment with outcome, plug-in.
    treatment_r2_draws : array, dims (sample,), optional
        Its posterior.
    against : float, optional
        The effect at which the decision turns, in the unit of the effect.
    robustness : tuple of RobustnessValue
        For ``against`` first (if any), then for zero.
    benchmarks : tuple of Benchmark
    contour : Contour, optional
    notes : tuple of str
        What the reader has to know, such as "products make the bound that of the average effect".
    """

    kind: str
    effect: "Effect"
    status: str
    reason: str = ""
    method: str = ""
    estimate: float | None = None
    scale: float | None = None
    standard_error: float | None = None
    degrees_of_freedom: float | None = None
    treatment_r2: float | None = None
    treatment_r2_draws: FloatArray | None = None
    against: float | None = None
    robustness: tuple[RobustnessValue, ...] = ()
    benchmarks: tuple[Benchmark, ...] = ()
    contour: Contour | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether there is no bound, only a reason."""
        return self.status == "refused"

    def to_dataframe(self) -> "pd.DataFrame":
        """One row a benchmark and multiple: name, multiple, treatment_r2, outcome_r2, adjusted."""
        raise NotImplementedError


def sensitivity(
    effect: "Effect",
    kind: str = "hidden_confounder",
    *,
    benchmarks: Sequence[str] = (),
    against: float | None = None,
) -> Sensitivity:
    """Ask the plug-in ``kind`` how wrong its assumption has to be for the effect to change."""
    raise NotImplementedError
