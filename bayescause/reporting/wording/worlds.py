"""Answers that are one: the curves of both worlds that one question compares."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayescause.reporting.findings import Answer, Findings

__all__ = ["worlds_of"]


def worlds_of(findings: "Findings", answer: "Answer") -> "tuple[Answer, ...]":
    """The answers that tell the same curve in each world, the reference first; ``answer`` alone if it is none."""
    effect = answer.effect
    if effect.curve is None or effect.group is None:
        return (answer,)
    return tuple(
        other
        for other in findings.answers
        if other.effect.estimand == effect.estimand
        and other.effect.posterior is effect.posterior
        and other.effect.curve is not None
    )
