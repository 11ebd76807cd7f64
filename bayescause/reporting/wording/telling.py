"""What may be told of one answer: its size as a person would say it, how sure its sign is, and whose money it is."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayescause.compilation.particulars import particulars
from bayescause.errors import RefusedEffectError
from bayescause.query.proviso import parametric_of
from bayescause.query.wording import SIGNED, centre, quantified, share_without
from bayescause.reporting.wording.formulas import through_of
from bayescause.reporting.wording.names import Names, Size, capital, names_of
from bayescause.reporting.wording.spread import spread_of
from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    from bayescause.analysis.calibration import Calibration
    from bayescause.analysis.deciding import Decision
    from bayescause.identification.verdict import Parametric
    from bayescause.query.effect import Effect
    from bayescause.query.estimand import Estimand
    from bayescause.reporting.findings import Answer, Findings

__all__ = ["IF_IT_HOLDS", "SURE", "Told", "tell"]

IF_IT_HOLDS = "if this weak answer holds"
"""On what advice rests where the answer is weak."""

SURE = 0.95
"""Posterior probability of the sign from which a sentence says raises or lowers."""


@dataclass(frozen=True)
class Told:
    """The numbers of one answer, ready for sentences.

    Parameters
    ----------
    question : Estimand
    names : Names
    size : Size
    draws : array, dims (chain, draw)
    mean, low, high : float
        In the unit of the outcome; the median where the mean does not exist.
    spread : float
        Posterior sd, or what stands for it.
    above_null : float
        Posterior probability that there is more than no effect: more than 0, or than 1 for ratios.
    unadjusted : float, optional
        The plain difference.
    worthwhile, above_worthwhile : float, optional
        Smallest effect that matters, and the probability of one at least as large: in the good direction, or in either
        where nobody said which is good.
    decision : Decision, optional
        Only one that was reached.
    calibration : Calibration, optional
    through : tuple of str, optional
        Mediators of a front door, none for a general formula; None where causes are held alike.
    parametric : Parametric, optional
        What is taken for granted about the shape of effects, where the drawing alone gives no answer.
    has_mean : bool
        Whether the draws have a mean: if not, neither size nor direction is told.
    without : float
        Posterior probability of exactly no effect.
    is_weak : bool
        Whether the answer is weak, so that no advice may stand on it without a word of caution.
    """

    question: "Estimand"
    names: Names
    size: Size
    draws: FloatArray
    mean: float
    low: float
    high: float
    spread: float
    above_null: float
    unadjusted: float | None
    worthwhile: float | None
    above_worthwhile: float | None
    decision: "Decision | None"
    calibration: "Calibration | None"
    parametric: "Parametric | None" = None
    through: tuple[str, ...] | None = None
    has_mean: bool = True
    without: float = 0.0
    is_weak: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether the sign is as good as known."""
        return max(self.above_null, 1 - self.above_null - self.without) >= SURE

    @property
    def outcome(self) -> str:
        """The outcome, or what of it the question is about: ``the risk of relapse``."""
        return quantified(self.question, self.names.outcome)

    @property
    def subject(self) -> str:
        """What changes the outcome: the treatment, or the regime that is followed."""
        return self.names.treatment if particulars(self.question).sides is None else f"“{self.names.high}”"

    @property
    def has_sign(self) -> bool:
        """Whether more and less than no effect have a meaning: not for a level or a probability."""
        return self.question.scale in SIGNED

    @property
    def verb(self) -> str:
        """Raises or lowers."""
        return "raises" if self.mean > self.question.null else "lowers"

    @property
    def is_for_better(self) -> bool | None:
        """Whether the effect is good; None where nobody said which direction is."""
        if self.names.better is None:
            return None
        return (self.mean > self.question.null) == (self.names.better == "higher")

    @property
    def is_about_money(self) -> bool:
        """Whether a decision in money was reached: then the page opens with what to do."""
        return self.decision is not None and bool(self.decision.money)

    @property
    def turn(self) -> float:
        """The effect at which the decision turns; no effect where there is no decision."""
        null = self.question.null
        return null if self.decision is None else self.decision.threshold or null

    def hedged(self, advice: str) -> str:
        """``advice`` as the beginning of a sentence, on condition where the answer is weak."""
        return f"{capital(IF_IT_HOLDS)}: {advice}" if self.is_weak else capital(advice)

    @property
    def pays_below(self) -> bool:
        """Whether less of the outcome is what pays."""
        return self.decision is not None and self.decision.gain < 0

    @property
    def pays_where(self) -> str:
        """From which effect on acting pays, in words."""
        if self.turn == 0:
            return "from any fall on" if self.pays_below else "from any rise on"
        return (
            f"at {self.size.signed(self.turn)} or less" if self.pays_below else f"from {self.size.signed(self.turn)} on"
        )

    @property
    def may_give_chances(self) -> bool:
        """Whether a chance may be printed: not if the practice runs failed."""
        ran = self.calibration is not None and self.calibration.status == "ok"
        return not ran or (self.calibration is not None and self.calibration.passes)


def tell(findings: "Findings", answer: "Answer") -> Told:
    """The numbers of ``answer``.

    Raises
    ------
    RefusedEffectError
        If it has none.
    """
    effect, names = answer.effect, names_of(findings, answer)
    if effect.draws is None:
        raise RefusedEffectError(f"There is no number to tell: {' '.join(effect.reasons)}")
    interval = effect.interval()
    low, high = float(interval.low), float(interval.high)
    spread, error = spread_of(effect)
    size = names.size(spread, error, effect.estimand.scale)
    reached = answer.decision if answer.decision is not None and answer.decision.status != "refused" else None
    return Told(
        question=effect.estimand,
        names=names,
        size=size,
        draws=effect.draws.to_numpy(),
        mean=centre(effect),
        low=low,
        high=high,
        spread=spread,
        above_null=float(effect.probability()),
        # That of everybody is none of a group's.
        unadjusted=None if effect.group else effect.unadjusted,
        worthwhile=effect.estimand.worthwhile,
        above_worthwhile=_beyond(effect, names.better),
        decision=reached,
        calibration=findings.calibration,
        parametric=parametric_of(effect),
        through=through_of(effect),
        has_mean=effect.moments_exist,
        without=share_without(effect),
        is_weak=effect.status == "weak",
    )


def _beyond(effect: "Effect", better: str | None) -> float | None:
    least = effect.estimand.worthwhile
    if least is None:
        return None
    if effect.estimand.scale != "difference":
        return float(effect.probability(least))
    above, below = float(effect.probability(least)), 1 - float(effect.probability(-least))
    return {"higher": above, "lower": below}.get(better or "", above + below)
