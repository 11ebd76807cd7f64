"""What all answers share: practice runs, fit, how it was computed, warnings, and everything that was assumed."""

from typing import TYPE_CHECKING

from bayescause.reporting.figures.ranks import Panel, picture_ranks
from bayescause.reporting.proof.blocks import Block, Bullets, Code, Prose, Section, Table, told
from bayescause.reporting.proof.digits import significant
from bayescause.reporting.proof.graph import graph_section
from bayescause.reporting.wording.cleaning import clean, clean_lines
from bayescause.reporting.wording.paragraph import COMPUTED
from bayescause.scm.describing import describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayescause.analysis.calibration import Calibration
    from bayescause.analysis.predictive_checks import PredictiveCheck
    from bayescause.inference.posterior import Posterior
    from bayescause.query.counterfactual import Counterfactual
    from bayescause.query.effect import Effect
    from bayescause.reporting.findings import Findings

__all__ = ["shared_sections"]

LINES = 40
"""Quantities that share a panel, so that a page with many parameters stays small."""

PANELS = 5
"""Quantities with a panel of their own; the rest share one."""

BOUNDED = "Only the observed law was drawn, as far as the drawing allows it; what follows from it stands above."
"""Said where there is a range and no mechanism."""


def shared_sections(findings: "Findings") -> tuple[Section, ...]:
    """Sections that stand once on a page."""
    sections = (
        graph_section(findings.graph),
        _practice(findings.calibration),
        _fit(findings),
        _computed(findings),
        _listed("warnings", "Warnings", findings.warnings),
        _listed("assumed", "What we assumed", findings.assumed),
    )
    return tuple(section for section in sections if section is not None)


def _practice(found: "Calibration | None") -> Section | None:
    if found is None:
        return None
    if found.status != "ok":
        return Section("practice", "Practice runs", (Prose(f"Not possible. {clean(found.reason, 400)}"),))
    verdict = (
        "All ranks stay within the band" if found.passes else f"{len(found.failing)} of {len(found)} leave the band"
    )
    intro = (
        f"{found.replications:,} data sets were drawn from the prior, each was fitted, and each truth was ranked among "
        f"its posterior draws. {verdict} that chance allows, corrected for {len(found)} quantities."
    )
    rows = tuple(
        (clean(one.name), one.kind.replace("_", "-"), "within" if one.passes else "leaves", significant(one.distance),
         f"{one.coverage:.2f}")
        for one in sorted(found.quantities, key=lambda one: one.passes)[:20]
    )  # fmt: skip
    table = Table("Ranks and coverage", ("Quantity", "Kind", "Band", "Distance", "Coverage of 95 %"), rows, (3, 4))
    skipped = Bullets(tuple(clean(one, 300) for one in found.skipped)) if found.skipped else None
    return Section("practice", "Practice runs", told(Prose(intro), _ranks(found), table, skipped))


def _ranks(found: "Calibration") -> Block:
    alone = [one for one in found.quantities if one.kind != "parameter"][:PANELS]
    panels = [Panel(clean(one.name), [one.difference], one.passes) for one in alone]
    rest = [one for one in found.quantities if one not in alone]
    if rest:
        farthest = sorted(rest, key=lambda one: -one.distance)[:LINES]
        shown = f"{len(rest)}" if len(rest) == len(farthest) else f"the farthest {LINES} of {len(rest):,}"
        title = f"{shown} {'parameters' if all(one.kind == 'parameter' for one in rest) else 'others'}"
        panels.append(Panel(title, [one.difference for one in farthest], all(one.passes for one in rest)))
    failing = ", ".join(clean(one.name) for one in found.failing[:3])
    caption = f"Leaving the band: {failing}." if failing else "Every line stays within the band that chance allows."
    return picture_ranks(panels, found.grid, found.low, found.high, caption=caption, name="ranks")


def _fit(findings: "Findings") -> Section | None:
    rows = tuple(
        (
            f"{clean(check.variable)}: {clean(check.statistic)}",
            "● good" if check.is_good else "○ off",
            significant(check.observed),
            f"{significant(check.low)} to {significant(check.high)}",
            significant(check.p_value, 2),
            clean(check.words, 200),
        )
        for checks in findings.checks
        for check in _told_once(tuple(checks))
    )
    if not rows:
        return None
    head = ("What was looked at", "Fit", "Seen", "Replicated, 95 %", "p", "In words")
    return Section("fit", "Fit", (Table("What was seen, and what the fitted model would give", head, rows, (2, 3, 4)),))


def _told_once(checks: "Sequence[PredictiveCheck]") -> "tuple[PredictiveCheck, ...]":
    """One check a statistic: of levels without an order, which are looked at one by one, the one that fits worst."""
    worst: dict[tuple[str, str], PredictiveCheck] = {}
    for check in checks:
        place = (check.key, check.statistic)
        worst[place] = min(worst.get(place, check), check, key=lambda one: (one.is_good, one.p_value))
    return tuple(worst.values())


def _computed(findings: "Findings") -> Section:
    rows = tuple(row for posterior in findings.posteriors for row in _tasks(posterior))
    head = ("Fitted", "Engine", "R-hat", "ESS bulk", "ESS tail", "Divergences", "E-BFMI", "Verdict")
    versions = ", ".join(f"{name} {number}" for name, number in findings.versions.items())
    facts = [f"Seed {findings.seed}.", f"Versions: {versions}."]
    if findings.table is not None:
        facts.insert(
            0, f"Data: {clean(findings.table.source)}, {findings.table.rows:,} rows, SHA-256 {findings.table.sha256}."
        )
    nothing = "Nothing was fitted." if all(one.effect.bounds is None for one in findings.answers) else BOUNDED
    asked: tuple[Effect | Counterfactual, ...] = (
        *(answer.effect for answer in findings.answers),
        *findings.counterfactuals,
    )
    reasons = tuple(dict.fromkeys(clean(why, 400) for one in asked for why in one.reasons))
    return Section(
        "computed",
        COMPUTED,
        told(
            Prose("What weakens the answer:") if reasons else None,
            Bullets(reasons) if reasons else None,
            Table("Mechanisms that were fitted", head, rows, (2, 3, 4, 5, 6)) if rows else Prose(nothing),
            tuple(_priors(posterior) for posterior in findings.posteriors),
            Bullets(tuple(facts)),
        ),
    )


def _priors(posterior: "Posterior") -> Code:
    told_text = clean_lines(describe(posterior.model, posterior.design), limit=20_000)
    return Code("What was fitted, with every prior in the unit of the data", told_text)


def _tasks(posterior: "Posterior") -> list[tuple[str, ...]]:
    return [
        (
            clean(key),
            clean(posterior.engines.get(key, "–")),
            f"{found.r_hat:.3f}",
            f"{found.ess_bulk:,.0f}",
            f"{found.ess_tail:,.0f}",
            str(found.divergences),
            "–" if found.e_bfmi is None else f"{found.e_bfmi:.2f}",
            "● settled" if found.is_converged else "○ " + clean("; ".join(found.reasons), 200),
        )
        for key, found in posterior.convergence.items()
    ]


def _listed(name: str, title: str, items: tuple[str, ...]) -> Section | None:
    if not items:
        return None
    return Section(name, title, (Bullets(tuple(clean(one, 400) for one in items)),))
