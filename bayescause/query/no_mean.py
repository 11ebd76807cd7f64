"""What is said of an effect whose mean may not exist: that it is not learnt, why, and what to ask instead."""

from typing import TYPE_CHECKING

from bayescause.compilation.particulars import particulars
from bayescause.query.estimand import OfUnits
from bayescause.query.proviso import parametric_of

if TYPE_CHECKING:
    from bayescause.query.effect import Effect
    from bayescause.query.estimand import Estimand

__all__ = ["instead", "is_of_mean", "reason_of_tails", "why_not_learnt"]


def is_of_mean(question: "Estimand") -> bool:
    """Whether ``question`` compares means of the outcome, and not chances, quantiles or outcomes of single units.

    Examples
    --------
    >>> from bayescause.query.estimands.average_effect import AverageEffect
    >>> is_of_mean(AverageEffect(of="x", on="y")), is_of_mean(AverageEffect(of="x", on="y", level="high"))
    (True, False)
    """
    asked = particulars(question)
    return asked.is_of_mean and asked.level is None and not asked.is_of_law and not isinstance(question, OfUnits)


def why_not_learnt(effect: "Effect") -> str:
    """Why the mean of ``effect`` tells nothing, as a clause."""
    if parametric_of(effect) is not None:
        return "the instrument hardly moves the treatment, and a few draws decide the average"
    if is_of_mean(effect.estimand):
        return "a few very large values decide the average, which may not exist"
    return "a few draws decide it"


def instead(effect: "Effect") -> str:
    """What to ask, or to do, instead."""
    if parametric_of(effect) is not None:
        return "Read its range, or find an instrument that moves the treatment more."
    if is_of_mean(effect.estimand):
        return "Ask for the effect on a quantile, such as the median, or on the whole distribution."
    return "Read its range; more rows or narrower priors would tell more."


def reason_of_tails(effect: "Effect") -> str:
    """What heavy tails say against ``effect``, in the words of a reviewer."""
    told = "The tails of the effect's draws are so heavy that it may have no mean: read its median and interval."
    return f"{told} {instead(effect)}" if is_of_mean(effect.estimand) and parametric_of(effect) is None else told
