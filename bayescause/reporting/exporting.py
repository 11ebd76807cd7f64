"""Findings as one object for programs: the same facts as the page, no number where there is none."""

from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any

from bayescause.compilation.particulars import particulars
from bayescause.query.curve_wording import unit_of
from bayescause.query.decomposition import PARTS, decompose
from bayescause.query.keys import written_question
from bayescause.query.mediated_questions import manner_of
from bayescause.query.number_needed import number_needed
from bayescause.query.wording import quantified
from bayescause.reporting.proof.concordance import agreements_of
from bayescause.reporting.schema import Report
from bayescause.reporting.verdicts import SCHEMA, verdict_to_json
from bayescause.reporting.wording.headline import first_sentence, headline
from bayescause.reporting.wording.imagined import imagined_headline

if TYPE_CHECKING:
    from bayescause.analysis.calibration import Calibration
    from bayescause.analysis.counting import CountedArm
    from bayescause.analysis.deciding import Decision
    from bayescause.analysis.doubting import Sensitivity
    from bayescause.analysis.graph_checks import Falsification, GraphCheck
    from bayescause.analysis.predictive_checks import PredictiveCheck
    from bayescause.analysis.slices import Slice
    from bayescause.analysis.suspects import Suspect
    from bayescause.query.bounds import Bounds
    from bayescause.query.counterfactual import Counterfactual
    from bayescause.query.effect import Effect
    from bayescause.query.interval import Interval
    from bayescause.reporting.findings import Answer, Findings

__all__ = ["calibration_to_json", "to_json"]


def to_json(findings: "Findings") -> dict[str, Any]:
    """``findings`` as plain dictionaries, lists, strings and finite numbers, as ``schema.json_schema()`` says.

    Numbers are full, not rounded: rounding belongs to the page.
    """
    table = findings.table
    numbered = list(enumerate(findings.answers))
    decisions = [(place, one.decision) for place, one in numbered if one.decision is not None]
    told = Report.model_validate(
        {
            "schema": SCHEMA,
            "title": findings.title,
            "unit": findings.unit,
            "status": findings.status,
            "headline": headline(findings),
            "model": None if findings.model is None else str(findings.model.graph),
            "data": None
            if table is None
            else {
                "rows": table.rows,
                "units": table.units,
                "sha256": table.sha256,
                "source": table.source,
                "collected": findings.collected,
            },
            "seed": findings.seed,
            "versions": dict(findings.versions),
            "questions": [_question(findings, answer) for answer in findings.answers],
            "counterfactuals": [_imagined(findings, one) for one in findings.counterfactuals],
            "slices": [_slice(place, one) for place, answer in numbered for some in answer.slices for one in some],
            "sensitivity": [_doubt(place, one) for place, answer in numbered for one in answer.sensitivities],
            "calibration": None if findings.calibration is None else calibration_to_json(findings.calibration),
            "decision": _decision(*decisions[0]) if decisions else None,
            "graph_checks": None if findings.graph is None else _graph(findings.graph),
            "checks": [_checked(check) for checks in findings.checks for check in checks],
            "assumed": list(findings.assumed),
            "warnings": list(findings.warnings),
        }
    )
    return told.model_dump(mode="json", by_alias=True)


def _checked(check: "PredictiveCheck") -> dict[str, Any]:
    return {name: value for name, value in asdict(check).items() if name != "otherwise"}


def _question(findings: "Findings", answer: "Answer") -> dict[str, Any]:
    effect, question = answer.effect, answer.effect.estimand
    asked = particulars(question)
    told = {
        "estimand": question.short,
        "asked": written_question(question),
        "of": question.of,
        "on": question.on,
        "contrast": None if asked.contrast is None else list(asked.contrast),
        "sides": None if asked.sides is None else list(asked.sides),
        "scale": question.scale,
        "quantity": quantified(question, question.on) if asked.quantity else None,
        "null": question.null,
        "coupling": asked.coupling,
        "manner": manner_of(question) or None,
        "population": question.population,
        "where": question.where,
        "slice": effect.group,
        "verdict": verdict_to_json(effect.verdict),
        "status": effect.status,
        "words": first_sentence(findings, answer),
        "reasons": list(effect.reasons),
        "unit": unit_of(effect) or None,
    }
    if effect.draws is None:
        return told | {"bounds": None if effect.bounds is None else _bounds(effect.bounds)}
    if effect.curve is not None:
        return told | _curve(answer, effect.curve)
    return told | _numbers(answer)


def _imagined(findings: "Findings", found: "Counterfactual") -> dict[str, Any]:
    variable = None if findings.model is None else findings.model.variables.get(found.on)
    told = _some(found, "on who status coupling") | {
        "do": dict(found.do),
        "observed": dict(found.unit),
        "was": found.unit.get(found.on),
        "verdict": verdict_to_json(found.verdict),
        "reasons": list(found.reasons),
        "words": imagined_headline(findings, found),
        "unit": None if variable is None else variable.unit,
        "assumed": list(found.assumed),
    }
    if found.draws is None:
        return told
    bounds = found.bounds
    anything = None
    if bounds is not None:
        ends = {"low": float(bounds.low.mean()), "high": float(bounds.high.mean())}
        anything = ends | {"interval": _range(bounds.interval()), "is_sharp": bounds.is_sharp}
    return (
        told
        | _some(found, "parameter_sd noise_sd")
        | _some(found.diagnostics, "r_hat ess_bulk ess_tail mcse_mean")
        | {"mean": found.mean(), "sd": found.sd(), "interval": _range(found.interval()), "any_coupling": anything}
    )


def _curve(answer: "Answer", dim: str) -> dict[str, Any]:
    effect = answer.effect
    alone, band, mean, median, sd = effect.interval(), effect.band(), effect.mean(), effect.median(), effect.sd()
    return {
        "curve": [
            {
                "at": at,
                "mean": float(mean[place]),
                "median": float(median[place]),
                "sd": float(sd[place]),
                "interval": _range(replace(alone, low=alone.low[place], high=alone.high[place])),
                "band": _range(replace(band, low=band.low[place], high=band.high[place])),
            }
            for place, at in enumerate(median[dim].to_numpy().tolist())
        ],
        "diagnostics": _quality(effect),
        "looked_at": [asdict(check) for check in effect.checks],
        "concordance": _concordance(answer),
    }


def _quality(effect: "Effect") -> dict[str, Any]:
    found = _some(effect.diagnostics, "r_hat ess_bulk ess_tail mcse_mean")
    return found | {"engines": _engines(effect), "pareto_k": effect.pareto_k}


def _bounds(bounds: "Bounds") -> dict[str, Any]:
    ends = {"low": bounds.low, "high": bounds.high}
    quality = bounds.diagnostics
    return _some(bounds, "method is_sharp share_rejected share_rejected_before") | {
        "interval": _range(bounds.interval()),
        "words": bounds.evidence,
        **{
            name: _some(quality[name], "r_hat ess_bulk ess_tail mcse_mean")
            | {"mean": float(end.mean()), "sd": float(end.std()), "interval": _range(bounds.end_interval(name))}
            for name, end in ends.items()
        },
    }


def _numbers(answer: "Answer") -> dict[str, Any]:
    effect, worthwhile = answer.effect, answer.effect.estimand.worthwhile
    return {
        "has_mean": effect.moments_exist,
        "mean": float(effect.mean()),
        "median": float(effect.median()),
        "sd": float(effect.sd()),
        "unadjusted": effect.unadjusted,
        "interval": _range(effect.interval()),
        "probability_above_zero": float(effect.probability()) if effect.estimand.scale == "difference" else None,
        "probability_above_null": float(effect.probability()),
        "probability_worthwhile": None if worthwhile is None else float(effect.probability(worthwhile)),
        "diagnostics": _quality(effect),
        "overlap": None
        if answer.overlap is None
        else _some(answer.overlap, "verdict units treated share_outside words"),
        "looked_at": [asdict(check) for check in effect.checks],
        "concordance": _concordance(answer),
        "prior": _prior(answer),
        "parts": _parts(effect),
        "number_needed": _number_needed(effect),
        "counts": None
        if answer.counts is None
        else _some(answer.counts, "threshold passes basis words") | {"arms": [_arm(arm) for arm in answer.counts.arms]},
    }


def _prior(answer: "Answer") -> dict[str, Any] | None:
    found = answer.prior
    if found is None:
        return None
    return _some(found, "status reason words at is_prior_driven share held removable") | {
        "directions": [str(one) for one in found.directions],
        "outside": None if found.extrapolation is None else asdict(found.extrapolation),
        "scaled": [asdict(one) for one in found.scaled],
    }


def _concordance(answer: "Answer") -> dict[str, Any] | None:
    found = answer.concordance
    if found is None:
        return None
    own = agreements_of(answer.effect, found)
    return _some(found, "status reason words draws rows") | {
        "routes": list(found.routes),
        "agreements": [_some(one, "label first second gap mcse ratio") for one in own],
    }


def _parts(effect: "Effect") -> dict[str, Any] | None:
    parts = decompose(effect)
    if parts is None:
        return None
    told = {name: float(getattr(parts, name).median()) for name in ("total", *PARTS)}
    if parts.share is None:
        return told | {"share": None, "share_interval": None}
    return told | {"share": float(parts.share.median()), "share_interval": _range(parts.interval("share"))}


def _number_needed(effect: "Effect") -> dict[str, Any] | None:
    found = number_needed(effect)
    if found is None:
        return None
    ends = {name: _some(getattr(found, name), "number direction") for name in ("middle", "best", "worst")}
    return ends | _some(found, "passes_infinity better probability words")


def _graph(found: "Falsification") -> dict[str, Any]:
    names = "kind verdict method units p_value adjusted strength detectable reason words"
    return {
        "headline": found.headline,
        "is_contradicted": found.is_contradicted,
        "level": found.level,
        "is_whole": found.is_whole,
        "rows": found.rows,
        "seed": found.seed,
        "statements": [
            _some(one, names)
            | {"statement": str(one.statement), "variables": list(one.statement.variables)}
            | {"suspects": [suspect.arrow for suspect in found.suspects if _accounts(found, suspect, one)]}
            for one in found
        ],
    }


def _accounts(found: "Falsification", suspect: "Suspect", check: "GraphCheck") -> bool:
    return any(found.against[place] is check for place in suspect.accounts_for)


def _arm(arm: "CountedArm") -> dict[str, Any]:
    return _some(arm, "label per_100 observed predicted") | {"interval": _range(arm.interval)}


def _engines(effect: "Effect") -> dict[str, str]:
    posterior, route = effect.posterior, effect.route
    if posterior is None or route is None:
        return {}
    keys = (*route.keys.values(), *((route.block,) if route.block else ()))
    return {key: posterior.engines[key] for key in keys if key in posterior.engines}


def _slice(place: int, one: "Slice") -> dict[str, Any]:
    return _some(one, "by label units treated status reason words mean") | {
        "question": place,
        "overlap": one.overlap.verdict,
        "interval": None if one.interval is None else _range(one.interval),
    }


def _doubt(place: int, one: "Sensitivity") -> dict[str, Any]:
    return _some(one, "kind status reason method against treatment_r2") | {
        "question": place,
        "robustness": [
            _some(value, "target plug_in mean") | {"interval": _range(value.interval)} for value in one.robustness
        ],
        "benchmarks": [
            _some(mark, "name multiple_to_reach_against multiple_to_reach_zero reason")
            | {"bounds": [_some(bound, "multiple treatment_r2 outcome_r2 adjusted") for bound in mark.bounds]}
            for mark in one.benchmarks
        ],
        "notes": list(one.notes),
    }


def calibration_to_json(found: "Calibration") -> dict[str, Any]:
    """A calibration as an object for programs: its verdict and one entry a quantity."""
    return _some(found, "status reason passes replications draws seed") | {
        "engines": dict(found.engines),
        "quantities": [_some(one, "name kind passes distance coverage") for one in found.quantities],
        "skipped": list(found.skipped),
    }


def _decision(place: int, decision: "Decision") -> dict[str, Any]:
    names = (field.name for field in fields(decision) if field.name != "effect")
    return {name: getattr(decision, name) for name in names} | {"question": place}


def _range(interval: "Interval") -> dict[str, Any]:
    return {"kind": interval.kind, "prob": interval.prob, "low": float(interval.low), "high": float(interval.high)}


def _some(noun: object, names: str) -> dict[str, Any]:
    return {name: getattr(noun, name) for name in names.split()}
