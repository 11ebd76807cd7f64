"""A counterfactual of one unit for the reviewer: its numbers, what was observed, its coupling, and its verdict."""

from typing import TYPE_CHECKING

from bayescause.query.counterfactual_wording import told_action
from bayescause.reporting.proof.blocks import Bullets, Code, Prose, Section, Table, told
from bayescause.reporting.proof.digits import significant
from bayescause.reporting.wording.cleaning import clean, clean_lines

if TYPE_CHECKING:
    from bayescause.query.counterfactual import Counterfactual

__all__ = ["imagined_sections"]


def imagined_sections(found: "Counterfactual", name: str) -> tuple[Section, ...]:
    """The sections of one counterfactual."""
    unit = Section(f"{name}-unit", "What was observed of the unit", (_observed(found),))
    verdict = Section(f"{name}-verdict", "Can averages be told?", (Code("The verdict", clean_lines(found.verdict)),))
    if found.draws is None:
        why = Bullets(tuple(clean(one, 400) for one in found.reasons))
        return (Section(f"{name}-why", "Why there is no number", (why,)), unit, verdict)
    assumed = tuple(clean(one, 400) for one in found.assumed)
    rests = Section(f"{name}-rests", "What it rests on", told(_coupling(found), Bullets(assumed) if assumed else None))
    return (Section(f"{name}-numbers", "Abduction, action, prediction", (_numbers(found),)), rests, unit, verdict)


def _numbers(found: "Counterfactual") -> Table:
    interval, quality = found.interval(), found.diagnostics
    rows = [
        ("Mean", significant(found.mean())),
        (interval.name, f"{significant(float(interval.low))} to {significant(float(interval.high))}"),
        ("Sd", significant(found.sd())),
        ("Sd from the parameters, which more data would lower", significant(found.parameter_sd)),
        ("Sd from the unit's own noise, which no data on others would lower", significant(found.noise_sd)),
        ("R-hat, ESS bulk, MCSE of the mean", f"{quality.r_hat:.3f}, {quality.ess_bulk:,.0f}, {quality.mcse_mean:.2g}"),
    ]
    if found.bounds is not None:
        low, high = (significant(float(end.mean())) for end in (found.bounds.low, found.bounds.high))
        ends = found.bounds.interval()
        rows += [
            ("Mean under any coupling (sharp range)", f"{low} to {high}"),
            (
                f"{100 * ends.prob:g} % range of it",
                f"{significant(float(ends.low))} to {significant(float(ends.high))}",
            ),
        ]
    return Table(f"{clean(found.on)}, had {clean(told_action(found.do))} been", ("What", "Value"), tuple(rows), (1,))


def _observed(found: "Counterfactual") -> Table | Prose:
    if not found.unit:
        return Prose("Nothing was observed of it.")
    rows = tuple((clean(name), _told(value)) for name, value in found.unit.items())
    return Table(clean(found.who) or "As it was", ("Variable", "Value"), rows, (1,))


def _coupling(found: "Counterfactual") -> Prose | None:
    if found.coupling is None:
        return None
    return Prose(f"Coupling of discrete values: {found.coupling}. No data can tell which coupling holds.")


def _told(value: float | str) -> str:
    return clean(value) if isinstance(value, str) else f"{value:g}"
