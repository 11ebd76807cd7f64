"""A report is written to a page, a text or a file for programs: the ending of its name says which."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bayescause.analysis.calibration import Calibration
from bayescause.analysis.concordance import Concordance
from bayescause.analysis.deciding import Decision
from bayescause.analysis.doubting import Sensitivity
from bayescause.analysis.graph_checks import Falsification
from bayescause.analysis.graph_doubts import with_graph
from bayescause.analysis.predictive_checks import PredictiveChecks
from bayescause.analysis.prior_share import PriorShare
from bayescause.analysis.slices import Slices
from bayescause.arguments import PATH, TEXT, require, shown
from bayescause.calling import names_its_arguments
from bayescause.errors import ArtifactError, SpecError
from bayescause.query.counterfactual import Counterfactual
from bayescause.query.effect import Effect
from bayescause.reporting.exporting import to_json
from bayescause.reporting.findings import Findings, gather
from bayescause.reporting.html import page
from bayescause.reporting.markdown import to_markdown

__all__ = ["report"]

type Result = (
    Findings
    | Effect
    | Slices
    | Sensitivity
    | Calibration
    | Decision
    | PredictiveChecks
    | Falsification
    | Counterfactual
    | Concordance
    | PriorShare
)


@names_its_arguments
def report(*results: Result, to: str | Path, title: str = "") -> Path:
    """Write ``results`` to a file.

    Parameters
    ----------
    *results : Findings, or any Effect, Counterfactual, Slices, Sensitivity, Calibration, Decision, PredictiveChecks,
        Falsification, Concordance, PriorShare
        What was found. The first effect is the page's own; overlap and predictive checks are looked at here if they
        were left out.
    to : str or Path
        ``"x.html"``, ``"x.md"`` or ``"x.json"``.
    title : str, optional
        The owner's question.

    Returns
    -------
    Path
        Where it was written.

    Raises
    ------
    SpecError
        If there is nothing to report, something that is not a result, or an ending that is not known.
    ArtifactError
        If the file cannot be written.

    Examples
    --------
    >>> report(to="page.pdf")
    Traceback (most recent call last):
        ...
    bayescause.errors.SpecError: A report ends in .html, .md or .json, not in '.pdf' (page.pdf).
    """
    require(to=(to, PATH), title=(title, TEXT))
    target = Path(to)
    write = _WRITERS.get(target.suffix.lower())
    if write is None:
        raise SpecError(f"A report ends in .html, .md or .json, not in {target.suffix!r} ({target.name}).")
    text = write(_findings(results, title))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    except OSError as fault:
        raise ArtifactError(f"The report could not be written to {target}: {fault.strerror}.") from fault
    return target


def _as_json(findings: Findings) -> str:
    return json.dumps(to_json(findings), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


_WRITERS: Mapping[str, Callable[[Findings], str]] = {
    ".html": page,
    ".htm": page,
    ".md": to_markdown,
    ".json": _as_json,
}


def _findings(results: Sequence[Result], title: str) -> Findings:
    whole = [one for one in results if isinstance(one, Findings)]
    if whole and len(results) == 1:
        return whole[0]
    if not results or whole:
        raise SpecError(
            "Give `report` either one Findings, or effects, counterfactuals, slices, sensitivities, calibrations and "
            "decisions."
        )
    kinds = (
        *(Effect, Slices, Sensitivity, Decision, PredictiveChecks, Calibration),
        *(Falsification, Counterfactual, Concordance, PriorShare),
    )
    sorted_out = {kind: _of(results, kind) for kind in kinds}
    strange = [one for one in results if not isinstance(one, tuple(sorted_out))]
    if strange:
        raise SpecError(
            f"{shown(strange[0])} is not a result that can be reported. Give effects as `ask` gives them, what `run` "
            "gave, or what was found about effects (slices, sensitivities, decisions, ...)."
        )
    calibration, graph = (_only(sorted_out[kind], kind) for kind in (Calibration, Falsification))
    return gather(
        [with_graph(effect, graph) for effect in sorted_out[Effect]] if graph else sorted_out[Effect],
        title=title,
        slices=sorted_out[Slices],
        sensitivities=sorted_out[Sensitivity],
        counterfactuals=sorted_out[Counterfactual],
        decisions=sorted_out[Decision],
        checks=sorted_out[PredictiveChecks] or None,
        calibration=calibration,
        graph=graph,
        concordances=sorted_out[Concordance],
        priors=sorted_out[PriorShare],
    )


def _only(results: Sequence[Any], kind: type[Any]) -> Any:
    if len(results) > 1:
        raise SpecError(f"A report holds one {kind.__name__.lower()}, not {len(results)}.")
    return results[0] if results else None


def _of(results: Sequence[Any], kind: type[Any]) -> list[Any]:
    return [one for one in results if isinstance(one, kind)]
