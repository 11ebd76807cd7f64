"""The range for a reviewer: both ends with their Monte Carlo error, the method, and what the data say of the graph."""

from typing import TYPE_CHECKING

from bayescause.query.bounded import NO_FAVOURITE, method_words
from bayescause.query.contrasts import sides_of
from bayescause.reporting.proof.blocks import Prose, Section, Table, told
from bayescause.reporting.proof.digits import Digits, probability, significant
from bayescause.reporting.wording.cleaning import clean
from bayescause.reporting.wording.names import capital

if TYPE_CHECKING:
    from bayescause.query.bounds import Bounds
    from bayescause.reporting.findings import Answer

__all__ = ["bounds_section"]


def bounds_section(answer: "Answer", name: str) -> Section | None:
    """The range in numbers; None where there is none."""
    bounds = answer.effect.bounds
    if bounds is None:
        return None
    method = getattr(answer.effect.verdict, "bounds", None)
    whose = ""
    if method is not None:
        strata = f", within groups of {', '.join(map(clean, method.strata))}" if method.strata else ""
        whose = f" The ways to respond of {', '.join(map(clean, method.district))} are counted{strata}."
    return Section(
        name,
        "What the data leave open",
        told(
            Prose(
                f"{capital(method_words(bounds))} (Balke and Pearl 1997): for each draw of the observed law, the "
                f"smallest and the largest effect that the drawing allows with it.{whose} {NO_FAVOURITE}"
            ),
            _numbers(answer, bounds),
            Prose(bounds.evidence),
        ),
    )


def _numbers(answer: "Answer", bounds: "Bounds") -> Table:
    quality, interval = bounds.diagnostics, bounds.interval()
    digits = Digits(max(quality["low"].mcse_mean, quality["high"].mcse_mean), float(bounds.high.mean()))
    ends = {"low": bounds.low, "high": bounds.high}
    rows = [
        ("Mean", *(digits(float(end.mean())) for end in ends.values())),
        ("Standard deviation", *(digits(float(end.std())) for end in ends.values())),
        (f"{100 * interval.prob:g} % range", digits(float(interval.low)), digits(float(interval.high))),
        (
            "Range above zero, below zero",
            f"P {probability(float(bounds.probability_all_above()))}",
            f"P {probability(float(bounds.probability_all_below()))}",
        ),
        ("Monte Carlo standard error", *(significant(quality[end].mcse_mean, 2) for end in ends)),
        (
            "Effective draws, bulk and tail",
            *(f"{quality[end].ess_bulk:,.0f} and {quality[end].ess_tail:,.0f}" for end in ends),
        ),
        ("R-hat", *(f"{quality[end].r_hat:.3f}" for end in ends)),
    ]
    question = answer.effect.estimand
    low, high = sides_of(question)
    asked = f"{question.name}, {high} against {low}, {question.population}"
    return Table(
        f"Both ends in numbers: {clean(asked, 200)}", ("What", "Lower end", "Upper end"), tuple(rows), numeric=(1, 2)
    )
