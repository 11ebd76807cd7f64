"""The state of what the answer rests on, as sign and words: likeness, fit, age of the data, practice runs."""

from typing import TYPE_CHECKING

from bayescause.analysis.basis import basis_of_effect
from bayescause.analysis.graph_doubts import RESTS
from bayescause.analysis.predictive_checks import PRIOR_SCALE
from bayescause.query.proviso import parametric_of
from bayescause.reporting.wording.cleaning import clean
from bayescause.reporting.wording.formulas import formula_light, through_of
from bayescause.reporting.wording.names import names_of, plural
from bayescause.reporting.wording.paragraph import Light

if TYPE_CHECKING:
    from bayescause.analysis.overlap import Overlap
    from bayescause.reporting.findings import Answer, Findings

__all__ = ["lights"]

_OVERLAP = {
    "good": ("good", "good"),
    "limited": ("partly", "not for everyone"),
    "none": ("open", "hardly possible"),
    "unknown": ("open", "could not be looked at"),
}


def lights(findings: "Findings", answer: "Answer", said: str = "") -> tuple[Light, ...]:
    """The four lights below an answer.

    Parameters
    ----------
    findings : Findings
    answer : Answer
    said : str
        The chance that the page gives, ``"95 in 100"``; empty if it gives none.
    """
    return (_first(answer), _fit(findings, answer), _age(findings.collected), _practice(findings, said))


def _first(answer: "Answer") -> Light:
    """On what the comparison rests: an instrument, a formula, or like compared with like."""
    if parametric_of(answer.effect) is not None:
        return _instrument(answer)
    if through_of(answer.effect) is not None:
        return formula_light(answer.effect, answer.overlap)
    return _likeness(answer.overlap)


def _likeness(overlap: "Overlap | None") -> Light:
    state, words = ("open", "not looked at") if overlap is None else _OVERLAP[overlap.verdict]
    if overlap is not None and overlap.verdict == "limited":
        words = f"not for everyone ({max(1, round(100 * overlap.share_outside))} in 100 have no counterpart)"
    return Light("Like compared with like", state, words)


def _instrument(answer: "Answer") -> Light:
    """Instruments make like of unlike: what counts is whether they move the treatment, and agree."""
    looked = {check.name: check for check in answer.effect.checks}
    strength, agreement = (looked.get(name) for name in ("instrument strength", "instruments agree"))
    graph = looked.get("graph")
    if graph is not None and not graph.is_good and any(one.startswith(RESTS) for one in answer.effect.reasons):
        return Light("Instrument", "open", "the data speak against the drawing")
    if strength is None or not strength.is_good:
        return Light("Instrument", "open", "too weak to rely on")
    if agreement is not None and not agreement.is_good:
        return Light("Instrument", "open", clean(agreement.words, 100))
    return Light("Instrument", "partly", "moves the treatment; whether by no other way is not for data to say")


def _fit(findings: "Findings", answer: "Answer") -> Light:
    basis = basis_of_effect(answer.effect)
    rested = findings.checks if basis is None else tuple(some.about(basis) for some in findings.checks)
    checks = [check for some in rested for check in some if check.statistic != PRIOR_SCALE]
    if not checks:
        posterior = answer.effect.posterior
        free = posterior is not None and any(drawn.block.law == "saturated" for drawn in posterior.blocks.values())
        return Light("Fit", "partly", "any table would fit") if free else Light("Fit", "open", "not looked at")
    off = [check for check in checks if not check.is_good]
    if any(check.is_of_mean for check in off):
        return Light("Fit", "open", "poor, even for the average")
    counted = _counted(findings, answer)
    if off:
        return Light("Fit", "partly", f"good for the average{counted}; some details differ")
    return Light("Fit", "good", f"good{counted}")


def _counted(findings: "Findings", answer: "Answer") -> str:
    counts = answer.counts
    if counts is None:
        return ""
    unit = plural(names_of(findings, answer).unit)
    return (
        f", checked for “more than {counts.level or f'{counts.threshold:,.6g} {unit}'.strip()}”"
        if counts.passes
        else ", but not for counts"
    )


def _age(collected: str) -> Light:
    if not collected:
        return Light("Age of the data", "open", "not said")
    return Light("Age of the data", "partly", clean(collected, 60))


def _practice(findings: "Findings", said: str) -> Light:
    found = findings.calibration
    if found is None:
        return Light("Practice runs", "open", "not done")
    if found.status != "ok":
        return Light("Practice runs", "open", "not possible for this model")
    if not found.passes:
        return Light("Practice runs", "open", "failed: do not rely on how sure this page sounds")
    return Light("Practice runs", "good", f"passed, so “{said}” means what it says" if said else "passed")
