"""What a saved effect says about itself, as one JSON string: netCDF knows neither mappings nor booleans."""

import json
from importlib.metadata import version
from typing import TYPE_CHECKING

from bayescause.compilation.particulars import particulars

if TYPE_CHECKING:
    from bayescause.query.effect import Effect

__all__ = ["describe_effect"]


def describe_effect(effect: "Effect") -> str:
    """Question, verdict, interval and versions of ``effect`` as JSON."""
    interval = effect.interval()
    question = effect.estimand
    told = particulars(question)
    verdict = effect.verdict
    return json.dumps(
        {
            "estimand": question.short,
            "of": question.of,
            "on": question.on,
            "contrast": told.contrast,
            "sides": told.sides,
            "scale": question.scale,
            "coupling": told.coupling,
            "population": question.population,
            "where": question.where,
            "given": told.given,
            "status": effect.status,
            "reasons": list(effect.reasons),
            "is_identified": verdict.is_identified,
            "strategy": getattr(verdict, "strategy", None),
            "functional": getattr(verdict, "functional", None),
            "ci_kind": interval.kind,
            "ci_prob": interval.prob,
            "assumed": list(effect.assumed),
            "versions": {"bayescause": version("bayescause")},
        }
    )
