"""A curve for a reviewer: the picture with both bands, and every point in numbers."""

from typing import TYPE_CHECKING

import numpy as np

from bayescause.query.curve_wording import curve_table, unit_of
from bayescause.query.curves import axis_of, response_of
from bayescause.reporting.figures.curve import Curve, picture_curve
from bayescause.reporting.proof.blocks import Prose, Section, Table, told
from bayescause.reporting.proof.digits import significant
from bayescause.reporting.wording.cleaning import clean
from bayescause.reporting.wording.curve import curve_axis
from bayescause.reporting.wording.names import names_of

if TYPE_CHECKING:
    from bayescause.query.effect import Effect
    from bayescause.reporting.figures.canvas import Picture
    from bayescause.reporting.findings import Answer, Findings
    from bayescause.reporting.wording.names import Names

__all__ = ["curve_section"]


def curve_section(findings: "Findings", answer: "Answer", name: str) -> Section | None:
    """The curve; None where the answer is none."""
    effect = answer.effect
    if effect.curve is None:
        return None
    names, band, quality = names_of(findings, answer), effect.band(), effect.diagnostics
    what = response_of(effect.estimand, names.outcome)
    what = what if effect.estimand.scale == "level" else f"change in {what}"
    table = Table(
        f"{effect.estimand.name}, {effect.estimand.population}",
        (
            curve_axis(names, effect),
            f"{what}, median",
            effect.interval().name,
            f"{100 * band.prob:g} % band of the whole curve",
        ),
        tuple(tuple(map(clean, row)) for row in curve_table(effect)),
        numeric=(1, 2, 3),
    )
    drawn = (
        f"At the worst of its points: R-hat {quality.r_hat:.3f}, {quality.ess_bulk:,.0f} and {quality.ess_tail:,.0f} "
        f"effective draws (bulk and tail), Monte Carlo standard error {significant(quality.mcse_mean, 2)}."
    )
    return Section(name, "The curve", told(_picture(effect, names, what, name), table, Prose(drawn)))


def _picture(effect: "Effect", names: "Names", what: str, name: str) -> "Picture":
    dim, alone, band = effect.curve or "", effect.interval(), effect.band()
    middle = effect.median()
    levels = effect.posterior.table.levels if effect.posterior is not None else {}
    axis, seen = axis_of(effect.estimand, dim), np.zeros(0)
    if effect.posterior is not None and axis in effect.posterior.table.sample.columns and not levels.get(axis):
        values = effect.posterior.table.sample.columns[axis]
        seen = values[np.isfinite(values)]
    curve = Curve(
        middle[dim].to_numpy().tolist(),
        middle.to_numpy(),
        low=alone.low.to_numpy(),
        high=alone.high.to_numpy(),
        band_low=band.low.to_numpy(),
        band_high=band.high.to_numpy(),
        seen=seen,
        no_effect=None if effect.estimand.scale == "level" else effect.estimand.null,
    )
    unit = unit_of(effect)
    unit = f", {clean(unit, 40)}" if unit else ""
    caption = (
        f"Line: the median. Dark: {alone.name} of each point alone. Light: the band that holds the whole curve with "
        f"probability {band.prob:g}."
    )
    if len(seen):
        caption += " Ticks: values that were seen; hatched: beyond them."
    return picture_curve(curve, across=curve_axis(names, effect), up=f"{what}{unit}", caption=caption, name=name)
