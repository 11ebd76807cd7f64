"""A sensitivity analysis says how wrong an assumption would have to be for the answer to change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayescause.analysis.omitted_variable import adjusted_effect
from bayescause.arguments import NAMES, NUMBER, TEXT, optional, require
from bayescause.calling import names_its_arguments
from bayescause.errors import RefusedEffectError
from bayescause.notebooks import by_its_words
from bayescause.plugins import find
from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    import pandas as pd

    from bayescause.query.effect import Effect
    from bayescause.query.interval import Interval

__all__ = ["Benchmark", "Bound", "RobustnessValue", "Sensitivity", "sensitivity"]

SENSITIVITY = "bayescause.analysis.sensitivity"
"""The plug-in folder of sensitivity analyses."""


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

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"z": [0, 1] * 30, "x": [0, 0, 1, 1, 0, 1] * 10}
    >>> rows["y"] = [2 * x + z + i % 5 for i, (x, z) in enumerate(zip(rows["x"], rows["z"]))]
    >>> effect = bc.ask(bc.StructuralModel.parse("x ~ z; y ~ x + z"), rows, bc.AverageEffect(of="x", on="y"))
    >>> [measured] = bc.sensitivity(effect, benchmarks=["z"]).benchmarks
    >>> as_strong = measured.bounds[0]
    >>> as_strong.multiple, bool(as_strong.adjusted_mean < effect.mean())
    (1.0, True)
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
        How many times as strong an unmeasured cause has to be to bring the effect to ``against``, plug-in. Infinite
        where the yardstick is tied to only one of treatment and outcome; None where there is no ``against``.
    multiple_to_reach_zero : float, optional
        The same for an effect of zero.
    reason : str
        Why there is no bound, in words; empty if there is one.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"z": [0, 1] * 30, "x": [0, 0, 1, 1, 0, 1] * 10}
    >>> rows["y"] = [2 * x + z + i % 5 for i, (x, z) in enumerate(zip(rows["x"], rows["z"]))]
    >>> effect = bc.ask(bc.StructuralModel.parse("x ~ z; y ~ x + z"), rows, bc.AverageEffect(of="x", on="y"))
    >>> [measured] = bc.sensitivity(effect, benchmarks=["z"]).benchmarks
    >>> measured.name, [bound.multiple for bound in measured.bounds]
    ('z', [1.0, 2.0, 3.0])
    """

    name: str
    bounds: tuple[Bound, ...]
    multiple_to_reach_against: float | None
    multiple_to_reach_zero: float | None
    reason: str = ""


@dataclass(frozen=True, eq=False)
class RobustnessValue:
    """Partial R2, with treatment and with outcome, that something unmeasured needs to move the effect to a target.

    Parameters
    ----------
    target : float
        In the unit of the effect.
    plug_in : float
        At the flat-prior limit (Cinelli and Hazlett 2020, section 4).
    plug_in_significant : float
        What brings the limit of the plug-in's 95 % interval to the target (alpha = .05).
    draws : array, dims (sample,)
        Posterior of the robustness value; 0 in draws whose effect lies on the target's other side already.
    mean : float
    interval : Interval

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"z": [0, 1] * 30, "x": [0, 0, 1, 1, 0, 1] * 10}
    >>> rows["y"] = [2 * x + z + i % 5 for i, (x, z) in enumerate(zip(rows["x"], rows["z"]))]
    >>> effect = bc.ask(bc.StructuralModel.parse("x ~ z; y ~ x + z"), rows, bc.AverageEffect(of="x", on="y"))
    >>> [value] = bc.sensitivity(effect).robustness
    >>> value.target, round(value.plug_in, 2)
    (0.0, 0.48)
    """

    target: float
    plug_in: float
    plug_in_significant: float
    draws: FloatArray
    mean: float
    interval: "Interval"


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
        The effect and the factor of the largest bias at the flat-prior limit, in the unit of the effect: a confounder
        moves the effect by ``scale * sqrt(outcome_r2 * treatment_r2 / (1 - treatment_r2))`` at most.
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
    notes : tuple of str
        What the reader has to know, such as "products make the bound that of the average effect".

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"z": [0, 1] * 30, "x": [0, 0, 1, 1, 0, 1] * 10}
    >>> rows["y"] = [2 * x + z + i % 5 for i, (x, z) in enumerate(zip(rows["x"], rows["z"]))]
    >>> effect = bc.ask(bc.StructuralModel.parse("x ~ z; y ~ x + z"), rows, bc.AverageEffect(of="x", on="y"))
    >>> doubt = bc.sensitivity(effect, benchmarks=["z"], against=1.0)
    >>> doubt.status, [goal.target for goal in doubt.robustness], [one.name for one in doubt.benchmarks]
    ('ok', [1.0, 0.0], ['z'])
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
    notes: tuple[str, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether there is no bound, only a reason."""
        return self.status == "refused"

    def adjusted(self, treatment_r2: FloatArray | float, outcome_r2: FloatArray | float) -> FloatArray:
        """The effect that would remain, moved towards zero by something unmeasured of these partial R2s, plug-in.

        Parameters
        ----------
        treatment_r2, outcome_r2 : float or array
            Between 0 and 1, the first below 1; they broadcast.

        Returns
        -------
        array
            In the unit of the effect; past zero where the confounder is strong enough to turn its sign.

        Raises
        ------
        RefusedEffectError
            If the analysis was refused.
        """
        if self.estimate is None or self.scale is None:
            raise RefusedEffectError(f"There is no bound on hidden causes: {self.reason}")
        return adjusted_effect(self.estimate, self.scale, treatment_r2, outcome_r2)

    def to_dataframe(self) -> "pd.DataFrame":
        """One row a benchmark and multiple, with both strengths, the adjusted effect and the tipping multiples."""
        import pandas as pd

        rows = [
            {
                "benchmark": benchmark.name,
                "multiple": bound.multiple,
                "treatment_r2": bound.treatment_r2,
                "outcome_r2": bound.outcome_r2,
                "adjusted": bound.adjusted,
                "multiple_to_reach_against": benchmark.multiple_to_reach_against,
                "multiple_to_reach_zero": benchmark.multiple_to_reach_zero,
            }
            for benchmark in self.benchmarks
            for bound in benchmark.bounds
        ]
        return pd.DataFrame(rows)

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        if self.is_refused:
            return f"No bound on hidden causes: {self.reason}"
        of, on = self.effect.estimand.of, self.effect.estimand.on
        lines = [_told(value, of, on) for value in self.robustness]
        lines += [_compared(benchmark, self.against) for benchmark in self.benchmarks]
        return "\n".join((*lines, *self.notes))


def _told(value: RobustnessValue, of: str, on: str) -> str:
    return (
        f"To bring the effect to {value.target:g}, something unmeasured would have to explain "
        f"{100 * value.plug_in:.1f} % of what is left of {of} and of {on} (posterior mean {100 * value.mean:.1f} %)."
    )


def _compared(benchmark: Benchmark, against: float | None) -> str:
    if benchmark.reason:
        return f"{benchmark.name}: {benchmark.reason}"
    zero = f"{_times(benchmark.multiple_to_reach_zero)} times to remove it"
    if benchmark.multiple_to_reach_against is None:
        return f"As strong as {benchmark.name}: {zero}."
    there = f"{_times(benchmark.multiple_to_reach_against)} times to reach {against:g}"
    return f"As strong as {benchmark.name}: {there}, {zero}."


def _times(multiple: float | None) -> str:
    if multiple is None:
        return "no number of"
    return f"{multiple:,.0f}" if multiple >= 100 else f"{multiple:.2g}"


@names_its_arguments
def sensitivity(
    effect: "Effect",
    kind: str = "hidden_confounder",
    *,
    benchmarks: Sequence[str] = (),
    against: float | None = None,
) -> Sensitivity:
    """Ask the plug-in ``kind`` how wrong its assumption has to be for the effect to change.

    Parameters
    ----------
    effect : Effect
        One effect; a conditional one, which is several, is refused.
    kind : str
        A file of ``bayescause/analysis/sensitivity/``.
    benchmarks : sequence of str
        Measured causes, or groups of them, as yardsticks for an unmeasured one.
    against : float, optional
        Effect at which the decision turns, in the unit of the effect.

    Returns
    -------
    Sensitivity
        Refused, with the reason, where no bound is known.

    Raises
    ------
    UnknownPluginError
        If there is no such ``kind``.
    SpecError
        If a benchmark is no measured cause.

    Examples
    --------
    >>> import numpy as np
    >>> import bayescause as bc
    >>> z, noise = np.random.default_rng(1).normal(size=(2, 200))
    >>> x = (z + noise[::-1] > 0).astype(float)
    >>> model = bc.StructuralModel.parse("x ~ z; y ~ x + z")
    >>> effect = bc.ask(model, {"x": x, "z": z, "y": 2 * x + z + noise}, bc.AverageEffect(of="x", on="y"))
    >>> sensitivity(effect, benchmarks=["z"]).method
    'one coefficient'
    """
    from bayescause.query.effect import EFFECT

    require(
        effect=(effect, EFFECT), kind=(kind, TEXT), benchmarks=(benchmarks, NAMES), against=(against, optional(NUMBER))
    )
    plugin = find(SENSITIVITY, kind)(benchmarks=tuple(benchmarks), against=against)
    found: Sensitivity = plugin.doubt(effect)
    return found
