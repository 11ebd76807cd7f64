"""What an owner is told where the data contradict the drawing."""

from typing import TYPE_CHECKING

from bayescause.analysis.graph_doubts import GRANTED, RESTS
from bayescause.identification.independences import Independence
from bayescause.reporting.wording.cleaning import clean
from bayescause.reporting.wording.names import Names, names_of
from bayescause.reporting.wording.paragraph import Paragraph

if TYPE_CHECKING:
    from bayescause.reporting.findings import Answer, Findings

__all__ = ["contradiction"]


def contradiction(findings: "Findings", answer: "Answer") -> Paragraph | None:
    """One sentence if the data contradict the drawing; None if they do not."""
    found = findings.graph
    if found is None or not found.is_contradicted:
        return None
    said = _said(names_of(findings, answer), found.against[0].statement)
    if any(reason.startswith(RESTS) for reason in answer.effect.reasons):
        return Paragraph("The drawing.", said, strong="The answer above rests on that: have the drawing checked first.")
    return Paragraph("The drawing.", f"{said} The answer above does not hang on that{_provided(findings, answer)}.")


def _provided(findings: "Findings", answer: "Answer") -> str:
    if not any(told.startswith(GRANTED) for told in answer.effect.assumed):
        return ""
    names = names_of(findings, answer)
    of = " and ".join(clean(names.label(name), 80) for name in answer.effect.estimand.query.of)
    return f", as long as what makes them hang together does not also move {of}"


def _said(names: Names, statement: object) -> str:
    if not isinstance(statement, Independence):
        return "The data contradict what this answer takes for granted about hidden causes."
    a, b = (clean(names.label(name), 80) for name in (statement.a, statement.b))
    return f"The data contradict what this answer takes for granted: {b} and {a} hang together more than it allows."
