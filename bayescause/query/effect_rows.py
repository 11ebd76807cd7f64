"""An effect as rows of a table: one a group, or one a point of a curve."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.query.effect import Effect

__all__ = ["row_of", "rows_along"]


def rows_along(effect: "Effect", draws: "xr.DataArray", dim: str) -> Iterator[dict[str, object]]:
    """A row for each point of ``draws`` along ``dim``: as ``row_of``, with the point and the ends of the whole band."""
    band = effect.band()
    for place, at in enumerate(draws[dim].to_numpy().tolist()):
        point = replace(effect, draws=draws.isel({dim: place}, drop=True))
        ends = {"band_low": float(band.low[place]), "band_high": float(band.high[place])}
        yield row_of(point) | {dim: at} | ends


def row_of(effect: "Effect") -> dict[str, object]:
    """What a table tells of one number: question, group and status; if it has draws, mean, sd, interval, chances."""
    facts = effect.estimand
    row: dict[str, object] = {
        "estimand": facts.short,
        "of": facts.of,
        "on": facts.on,
        "group": effect.group,
        "status": effect.status,
    }
    if effect.bounds is not None:
        return row | effect.bounds.row()
    if effect.draws is None:
        return row
    interval = effect.interval()
    return row | {
        "mean": float(effect.mean()),
        "sd": float(effect.sd()),
        "interval_kind": interval.kind,
        "interval_prob": interval.prob,
        "interval_low": float(interval.low),
        "interval_high": float(interval.high),
        "probability_above_zero": float(effect.probability()) if facts.scale == "difference" else np.nan,
        "probability_above_null": float(effect.probability()),
        "unadjusted": np.nan if effect.unadjusted is None else effect.unadjusted,
    }
