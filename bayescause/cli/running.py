"""``bayescause run`` and ``bayescause demo``: the main job, from a model file to a page."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bayescause.cli.arguments import DATA, JSON, MODEL, QUIET, SEED
from bayescause.cli.speaking import say, say_json
from bayescause.errors import ConvergenceError, EvidenceError, IdentificationError

if TYPE_CHECKING:
    from bayescause.query.effect import Effect
    from bayescause.reporting.findings import Findings

__all__ = ["demo", "exit_code_of", "run"]

FORMATS = (".html", ".md", ".json")
"""What ``--out`` gets."""


@click.command(short_help="Answer a model file's questions and write the page.")
@MODEL
@DATA
@click.option("--out", metavar="DIR", help="Folder for report.html, report.md and report.json.")
@SEED
@JSON
@QUIET
@click.option(
    "--fail-on",
    type=click.Choice(["weak", "refused"]),
    help="End with 5 if an answer is weak or refused, or only if one is refused, for whatever reason.",
)
@click.option(
    "--concordance", is_flag=True, help="Compute every answer once more by another route, as [concordance] does."
)
def run(
    model: str,
    *,
    data: str | None,
    out: str | None,
    seed: int,
    as_json: bool,
    quiet: bool,
    fail_on: str | None,
    concordance: bool,
) -> int:
    """Validate, identify, fit, estimate, analyse and report MODEL: a model file, or a name from `bayescause models`.

    Without --out the page is written into this folder, under MODEL's name; with --json and without --out nothing is
    written. The report is written even if some questions cannot be answered: the exit code says so.
    """
    from bayescause.study.zoo import model_file

    path = model_file(model)
    findings = _found(path, data, seed, quiet=quiet, concordance=concordance)
    page = _written(findings, path, out, as_json=as_json)
    if as_json:
        from bayescause.reporting.exporting import to_json

        say_json(to_json(findings))
    else:
        _say(findings, page)
    return exit_code_of(findings, fail_on)


@click.command(short_help="Run the first model that comes with bayescause.")
@click.option("--out", metavar="DIR", help="Folder for report.html, report.md and report.json.")
@QUIET
def demo(out: str | None, quiet: bool) -> int:
    """Run the first model that comes with bayescause, and say where its page is."""
    from bayescause.study.zoo import FIRST, model_file

    path = model_file(FIRST)
    findings = _found(path, None, 0, quiet=quiet, concordance=False)
    _say(findings, _written(findings, path, out, as_json=False))
    return exit_code_of(findings, None)


def exit_code_of(findings: "Findings", fail_on: str | None) -> int:
    """What the process ends with: 3 before 4 before 5.

    Parameters
    ----------
    findings : Findings
    fail_on : str, optional
        ``"weak"`` or ``"refused"``: end with 5 as well where an answer is that, or worse. A question to which there is
        no way ends with 4 in any case; what its draws refuse (they are no numbers, or speak against an assumption)
        ends with 0 without this.
    """
    effects = [answer.effect for answer in findings.answers]
    if any(one.is_impossible for one in findings.counterfactuals):
        return EvidenceError.exit_code
    if any(one.draws is None for one in findings.counterfactuals):
        return IdentificationError.exit_code
    if any(effect.draws is None and _has_no_way(findings, effect) for effect in effects):
        return IdentificationError.exit_code
    if not all(one.is_converged for posterior in findings.posteriors for one in posterior.convergence.values()):
        return ConvergenceError.exit_code
    failing = {"weak": ("weak", "refused"), "refused": ("refused",)}.get(fail_on or "", ())
    return ConvergenceError.exit_code if findings.status in failing else 0


def _has_no_way(findings: "Findings", effect: "Effect") -> bool:
    """Whether it was known before anything was drawn that there would be no answer, as `check` says too."""
    from bayescause.compilation.planning import plan_for

    if not effect.verdict.is_identified or findings.model is None or findings.table is None:
        return not effect.verdict.is_identified
    return plan_for(findings.model, findings.table, [effect.estimand]).routes[0].refusal is not None


def _found(path: Path, data: str | None, seed: int, *, quiet: bool, concordance: bool) -> "Findings":
    from bayescause.cli.progress import telling
    from bayescause.study.running import run as answer
    from bayescause.study.study import CrossCheck, Study

    study = Study.read(path)
    if concordance and study.concordance is None:
        study = replace(study, concordance=CrossCheck())
    with telling(quiet=quiet) as tell:
        return answer(study, data, seed=seed, progress=tell)


def _written(findings: "Findings", path: Path, out: str | None, *, as_json: bool) -> Path | None:
    from bayescause.cli.writing import write_whole
    from bayescause.reporting.publishing import report

    if out is None and as_json:
        return None
    names = [Path(f"{path.stem}.html")] if out is None else [Path(out) / f"report{suffix}" for suffix in FORMATS]
    for name in names:
        write_whole(name, lambda to: report(findings, to=to))
    return names[0]


def _say(findings: "Findings", page: Path | None) -> None:
    say(f"{findings}")
    for effect in dict.fromkeys(answer.effect for answer in findings.answers if answer.effect.draws is None):
        question = effect.estimand
        say(f"No number for {question.short} of {question.of} on {question.on}: {' '.join(effect.reasons[:1])}")
    say(f"Page: {page}")
