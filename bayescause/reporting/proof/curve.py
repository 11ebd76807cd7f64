"""A curve as a picture with both bands, and for a reviewer every point of it in numbers."""

from typing import TYPE_CHECKING

import numpy as np

from bayescause.query.curve_wording import curve_table, unit_of
from bayescause.query.curves import axis_of, response_of
from bayescause.reporting.figures.curve import Curve, picture_curve, picture_pair
from bayescause.reporting.proof.blocks import Prose, Section, Table, told
from bayescause.reporting.proof.digits import significant
from bayescause.reporting.wording.cleaning import clean
from bayescause.reporting.wording.curve import compared_levels, curve_axis, curve_size, world_names
from bayescause.reporting.wording.names import capital, names_of
from bayescause.reporting.wording.worlds import worlds_of

if TYPE_CHECKING:
    from bayescause.query.effect import Effect
    from bayescause.reporting.figures.canvas import Picture
    from bayescause.reporting.findings import Answer, Findings
    from bayescause.reporting.wording.names import Names

__all__ = ["curve_picture", "curve_section"]


def curve_section(findings: "Findings", answer: "Answer", name: str) -> Section | None:
    """The numbers of the curve, or of those of both worlds; None where the answer is none."""
    if answer.effect.curve is None:
        return None
    names, worlds = names_of(findings, answer), worlds_of(findings, answer)
    words = world_names(names) if len(worlds) > 1 else ("",)
    blocks = (
        block
        for world, word in zip(worlds, words, strict=True)
        for block in (_table(world.effect, names, word), _drawn(world.effect))
    )
    return Section(name, "The curve" if len(worlds) == 1 else "Both curves", told(*blocks))


def curve_picture(findings: "Findings", answer: "Answer", name: str) -> "Picture | None":
    """The curve, or those of both worlds in one picture; None where the answer is none."""
    if answer.effect.curve is None or answer.is_nothing:
        return None
    names, worlds = names_of(findings, answer), [one.effect for one in worlds_of(findings, answer)]
    effect, unit = answer.effect, unit_of(answer.effect)
    size = curve_size(names, effect)
    unit = size.unit if size.scale != 1 else clean(unit, 40)
    is_share = effect.curve == "probability"
    across = f"of 100 {names.many}, how many lie below" if is_share else curve_axis(names, effect)
    up = f"{_what(effect, names)}{f', {unit}' if unit else ''}"
    curves = [_curve(world, size.scale) for world in worlds]
    prob = f"{100 * effect.band().prob:g} in 100"
    if len(worlds) > 1:
        low, high = world_names(names)
        caption = f"{capital(low)} (blue) and {high} (orange): our best guess, and where each curve as a whole lies"
        labels = ("without", "with") if names.is_plain else (names.low, names.high)
        return picture_pair(
            curves, labels, across=across, up=up, caption=f"{caption} with a chance of {prob}.", name=name
        )
    against = compared_levels(names, effect)
    caption = (
        f"Line: our best guess. Dark: where each point lies with a chance of {prob}. Light: where the whole curve lies "
        "with that chance."
    )
    caption = f"{capital(against)}. {caption}" if against else caption
    if len(curves[0].seen):
        caption += " Ticks: values that were seen; hatched: beyond them."
    return picture_curve(curves[0], across=across, up=up, caption=caption, name=name)


def _what(effect: "Effect", names: "Names") -> str:
    what = response_of(effect.estimand, names.outcome)
    return what if effect.estimand.scale == "level" else f"change in {what}"


def _table(effect: "Effect", names: "Names", world: str) -> Table:
    under = "".join(f", {words}" for words in (world, compared_levels(names, effect)) if words)
    return Table(
        f"{effect.estimand.name}{under}, {effect.estimand.population}",
        (
            curve_axis(names, effect),
            f"{_what(effect, names)}, median",
            effect.interval().name,
            f"{100 * effect.band().prob:g} % band of the whole curve",
        ),
        tuple(tuple(map(clean, row)) for row in curve_table(effect)),
        numeric=(1, 2, 3),
    )


def _drawn(effect: "Effect") -> Prose:
    quality = effect.diagnostics
    return Prose(
        f"At the worst of its points: R-hat {quality.r_hat:.3f}, {quality.ess_bulk:,.0f} and {quality.ess_tail:,.0f} "
        f"effective draws (bulk and tail), Monte Carlo standard error {significant(quality.mcse_mean, 2)}."
    )


def _curve(effect: "Effect", scale: float) -> Curve:
    """The curve as it is drawn: chances are counted as the sentences beside it count them."""
    dim, alone, band = effect.curve or "", effect.interval(), effect.band()
    middle = effect.median()
    levels = effect.posterior.table.levels if effect.posterior is not None else {}
    axis, seen = axis_of(effect.estimand, dim), np.zeros(0)
    if effect.posterior is not None and axis in effect.posterior.table.sample.columns and not levels.get(axis):
        values = effect.posterior.table.sample.columns[axis]
        seen = values[np.isfinite(values)]
    points = middle[dim].to_numpy()
    return Curve(
        (100 * points if dim == "probability" else points).tolist(),
        middle.to_numpy() * scale,
        low=alone.low.to_numpy() * scale,
        high=alone.high.to_numpy() * scale,
        band_low=band.low.to_numpy() * scale,
        band_high=band.high.to_numpy() * scale,
        seen=seen,
        no_effect=None if effect.estimand.scale == "level" else effect.estimand.null * scale,
    )
