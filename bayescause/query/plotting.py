"""Pictures of effects through arviz-plots: densities, curves with bands, and units side by side.

Every function gives back the ``PlotCollection``, so that it can be changed and saved with arviz-plots; none shows it.
"""

from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from bayescause.arguments import NUMBER, one_of, optional, require
from bayescause.calling import names_its_arguments
from bayescause.errors import MissingPackageError, RefusedEffectError
from bayescause.query.curves import axis_of, response_of
from bayescause.query.splitting import split
from bayescause.query.wording import quantified
from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.query.effect import Effect
    from bayescause.query.interval import Interval

__all__ = ["BACKENDS", "plot_dose_response", "plot_effect", "plot_individual_effects"]

BACKENDS: Mapping[str, str] = {"matplotlib": "matplotlib", "bokeh": "bokeh", "plotly": "plotly"}
"""Libraries that draw, with the packages that they need."""

BLUE, RED, GREY = "#2a6f97", "#a4343a", "#6c757d"

INKS = (BLUE, RED)
"""Of the curves of several worlds, the reference first."""

MOST_UNITS = 500
"""Units that are drawn side by side; of more, as many evenly spread ones stand for all."""

MOST_TICKS = 400
"""Marks of a rug; of more values, quantiles stand for all."""


@names_its_arguments
def plot_effect(
    effect: "Effect", *, threshold: float | None = None, ci_prob: float | None = None, backend: str = "matplotlib"
) -> Any:
    """Density of an effect with its interval, a line at no effect, and marks at the threshold and the plain difference.

    Parameters
    ----------
    effect : Effect
        With draws; of several groups one panel each.
    threshold : float, optional
        Where to draw a line, in the unit of the effect; by default its ``worthwhile``, if the question has one.
    ci_prob : float, optional
        Probability inside the interval.
    backend : str
        ``"matplotlib"``, ``"bokeh"`` or ``"plotly"``.

    Returns
    -------
    arviz_plots.PlotCollection

    Raises
    ------
    RefusedEffectError
        If the effect was refused, or is a curve.
    MissingPackageError
        If arviz-plots or the backend is not installed.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0.0, 1.0, 0.0, 1.0], "y": [1.1, 2.9, 1.2, 2.8]}
    >>> effect = bc.ask(bc.StructuralModel.parse("y ~ x"), rows, bc.AverageEffect(of="x", on="y"))
    >>> plot_effect(effect).backend
    'matplotlib'
    """
    plots = _loaded(backend, effect)
    require(threshold=(threshold, optional(NUMBER)))
    if effect.curve is not None:
        raise RefusedEffectError(f"The {effect.estimand.name} is a curve, not one density: use plot_dose_response.")
    interval = effect.interval(ci_prob)
    title = {} if "group" in effect.median().dims else {"title": {"text": _title(effect)}}
    drawn = plots.plot_dist(
        effect.to_datatree(),
        group="causal_effect",
        ci_prob=interval.prob,
        ci_kind=interval.kind,
        point_estimate="mean" if effect.moments_exist else "median",
        backend=backend,
        visuals=title,
    )
    marks = _marks(effect, threshold)
    return plots.add_lines(drawn, values=marks) if marks else drawn


@names_its_arguments
def plot_dose_response(effect: "Effect", *, ci_prob: float | None = None, backend: str = "matplotlib") -> Any:
    """A curve: its median, the interval of each point, the band of the whole, and a rug of what was seen.

    Of any effect that is a curve: of doses, quantiles, values that are exceeded, or a modifier. Of `distribution` both
    functions are drawn, the reference in blue and the other in red, with one band for the two.

    Parameters
    ----------
    effect : Effect
    ci_prob : float, optional
        Probability inside interval and band.
    backend : str
        ``"matplotlib"``, ``"bokeh"`` or ``"plotly"``.

    Returns
    -------
    arviz_plots.PlotCollection

    Raises
    ------
    RefusedEffectError
        If the effect was refused, or is no curve.
    MissingPackageError
        If arviz-plots or the backend is not installed.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0.0, 1.0, 2.0, 3.0], "y": [1.1, 2.9, 5.2, 6.8]}
    >>> effect = bc.ask(bc.StructuralModel.parse("y ~ x"), rows, bc.DoseResponse(of="x", on="y"))
    >>> "band" in plot_dose_response(effect).viz
    True
    """
    plots = _loaded(backend, effect)
    dim, question = effect.curve or "", effect.estimand
    whole = effect.band(ci_prob)
    points = whole.low[dim].to_numpy()
    names = points.tolist() if points.dtype.kind in "OUS" else []
    places = np.arange(float(len(points))) if names else points.astype(float)
    drawn = plots.PlotCollection.wrap(_scalar(0.0), backend=backend)
    for number, (part, ends) in enumerate(_worlds(effect, whole)):
        alone, after, color = part.interval(ci_prob), f"_{number}" if number else "", INKS[number % len(INKS)]
        _filled(plots, drawn, f"band{after}", places, ends, alpha=0.2, color=color)
        inner = (alone.low.to_numpy(), alone.high.to_numpy())
        _filled(plots, drawn, f"interval{after}", places, inner, alpha=0.35, color=color)
        _through(drawn, f"line{after}", plots.visuals.line_xy, places, part.median().to_numpy(), color=color)
    if question.scale == "difference":
        drawn.map(plots.visuals.hline, "no_effect", data=_scalar(question.null), color=GREY)
    _rug(plots, drawn, effect, places, names, float(whole.low.min()))
    apart = f" ({', '.join(map(str, whole.low['group'].to_numpy()))})" if "group" in whole.low.dims else ""
    _labelled(plots, drawn, axis_of(question, dim), f"{response_of(question, question.on)}{apart}")
    return drawn


@names_its_arguments
def plot_individual_effects(effect: "Effect", *, ci_prob: float | None = None, backend: str = "matplotlib") -> Any:
    """Effects of units, sorted by their medians, each with its interval.

    Of an average they are given the units' covariates; of individual effects (`ite`) all that was seen of them.

    Parameters
    ----------
    effect : Effect
    ci_prob : float, optional
        Probability inside each interval.
    backend : str
        ``"matplotlib"``, ``"bokeh"`` or ``"plotly"``.

    Returns
    -------
    arviz_plots.PlotCollection

    Raises
    ------
    RefusedEffectError
        If units have no effects of their own.
    MissingPackageError
        If arviz-plots or the backend is not installed.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0.0, 1.0, 0.0, 1.0], "y": [1.1, 2.9, 1.2, 2.8]}
    >>> effect = bc.ask(bc.StructuralModel.parse("y ~ x"), rows, bc.AverageEffect(of="x", on="y"))
    >>> "intervals" in plot_individual_effects(effect).viz
    True
    """
    plots = _loaded(backend, effect)
    low, middle, high = _by_unit(effect, effect.interval(ci_prob).prob)
    order = np.argsort(middle, kind="stable")
    if len(order) > MOST_UNITS:
        order = order[np.linspace(0, len(order) - 1, MOST_UNITS).astype(int)]
    ranks = np.arange(1.0, len(order) + 1)
    drawn = plots.PlotCollection.wrap(_scalar(0.0), backend=backend)
    # Every unit's line goes from one end to the other; the gaps between them are no numbers.
    across = np.stack([ranks, ranks, np.full_like(ranks, np.nan)], axis=1).ravel()
    ends = np.stack([low[order], high[order], np.full_like(ranks, np.nan)], axis=1).ravel()
    _through(drawn, "intervals", plots.visuals.line_xy, across, ends, alpha=0.4)
    _through(drawn, "medians", plots.visuals.scatter_xy, ranks, middle[order], size=9)
    drawn.map(plots.visuals.hline, "no_effect", data=_scalar(effect.estimand.null), color=GREY)
    _labelled(plots, drawn, "units, sorted", f"effect of {effect.estimand.of} on {effect.estimand.on}")
    return drawn


def _loaded(backend: str, effect: "Effect") -> Any:
    from bayescause.query.effect import EFFECT

    require(effect=(effect, EFFECT), backend=(backend, one_of(BACKENDS)))
    for package in ("arviz_plots", BACKENDS[backend]):
        if find_spec(package) is None:
            extra = "pip install 'bayescause[plots]'" if package == "arviz_plots" else f"pip install {package}"
            raise MissingPackageError(f"Pictures need {package}, which is not installed. Run: {extra}.")
    import arviz_plots

    return arviz_plots


def _marks(effect: "Effect", threshold: float | None) -> list[float]:
    question = effect.estimand
    asked = question.worthwhile if threshold is None else threshold
    plain = None if "group" in effect.median().dims else effect.unadjusted
    null = question.null if question.scale in ("difference", "ratio") else None
    return list(dict.fromkeys(one for one in (null, asked, plain) if one is not None))


def _title(effect: "Effect") -> str:
    question = effect.estimand
    return f"{question.of} on {quantified(question, question.on)}"


def _by_unit(effect: "Effect", prob: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    chances = [(1 - prob) / 2, 0.5, (1 + prob) / 2]
    blocks = [np.quantile(draws, chances, axis=0) for _, draws in effect.by_unit()]
    if not blocks:
        raise RefusedEffectError(f"Nothing was fitted for the {effect.estimand.name}, so no unit has an effect.")
    low, middle, high = np.concatenate(blocks, axis=1)
    return low, middle, high


def _worlds(effect: "Effect", band: "Interval") -> "Iterator[tuple[Effect, tuple[FloatArray, FloatArray]]]":
    """Each curve alone, with its part of the band of all."""
    parts = split(effect)
    sides = [np.reshape(end.to_numpy(), (len(parts), -1)) for end in (band.low, band.high)]
    yield from zip(parts, zip(*sides, strict=True), strict=True)


def _scalar(value: float) -> "xr.Dataset":
    import xarray as xr

    return xr.Dataset({"effect": xr.DataArray(value)})


def _pairs(dim: str, names: tuple[str, ...], columns: tuple[FloatArray, ...]) -> "xr.Dataset":
    import xarray as xr

    return xr.Dataset({"effect": xr.DataArray(np.stack(columns), dims=(dim, "point"), coords={dim: list(names)})})


def _filled(
    plots: Any, drawn: Any, name: str, places: FloatArray, ends: tuple[FloatArray, FloatArray], **style: Any
) -> None:
    data = _pairs("kwarg", ("x", "y_bottom", "y_top"), (places, *ends))
    drawn.map(plots.visuals.fill_between_y, name, data=data, **style)


def _through(drawn: Any, name: str, visual: Callable[..., Any], x: FloatArray, y: FloatArray, **style: Any) -> None:
    drawn.map(visual, name, data=_pairs("plot_axis", ("x", "y"), (x, y)), **{"color": BLUE, **style})


def _rug(plots: Any, drawn: Any, effect: "Effect", places: FloatArray, names: list[str], bottom: float) -> None:
    axis = axis_of(effect.estimand, effect.curve or "")
    if names:
        drawn.map(plots.visuals.set_xticks, "ticks", data=_scalar(0.0), values=places.tolist(), labels=names)
    elif effect.posterior is not None and axis in effect.posterior.table.sample.columns:
        seen = effect.posterior.table.sample.columns[axis]
        seen = seen[np.isfinite(seen)]
        if len(seen) > MOST_TICKS:
            seen = np.quantile(seen, np.linspace(0, 1, MOST_TICKS))
        data = _pairs("plot_axis", ("x", "y"), (seen, np.full(len(seen), bottom)))
        drawn.map(plots.visuals.scatter_xy, "rug", data=data, color=GREY, marker="|")


def _labelled(plots: Any, drawn: Any, across: str, up: str) -> None:
    drawn.map(plots.visuals.labelled_x, "xlabel", data=_scalar(0.0), text=across)
    drawn.map(plots.visuals.labelled_y, "ylabel", data=_scalar(0.0), text=up)
