"""An effect taken apart: how much goes past the mediators, how much through them, and which share that is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from bayescause.arguments import require
from bayescause.calling import names_its_arguments
from bayescause.errors import RefusedEffectError
from bayescause.graph.surgery import project
from bayescause.identification.copies import Copy, reference_of
from bayescause.inference.convergence import interval_of, tail_k
from bayescause.notebooks import by_its_words
from bayescause.query.digits import decimals_for_sentence, format_number
from bayescause.query.interval import Interval
from bayescause.query.mediated_questions import manner_of
from bayescause.query.settling import MAX_TAIL_K

if TYPE_CHECKING:
    import pandas as pd

    from bayescause.query.effect import Effect

__all__ = ["PARTS", "Decomposition", "decompose", "told_parts", "ways_of_parts"]

PARTS = ("direct", "indirect", "together", "apart")
"""They add up to the total effect."""

SURE = 0.95
"""Posterior probability of the sign of the total effect from which a share of it has a meaning."""


@dataclass(frozen=True, eq=False)
class Decomposition:
    """The total effect and its parts, draw by draw.

    Parameters
    ----------
    total, direct, indirect : DataArray, dims (chain, draw)
        In the unit of the outcome: the total effect of the change of the treatment; the part past the mediators, or
        along the other paths; the part through the mediators, or along the paths asked for.
    together : DataArray, dims (chain, draw)
        What neither does alone, where treatment and mediators strengthen or weaken each other: the mediated
        interaction.
    apart : DataArray, dims (chain, draw)
        What is lost where mediators or twins are drawn by lot: the total effect less that in a world of such draws. No
        natural effect loses any. All four parts add up to the total.
    share : DataArray, dims (chain, draw), optional
        Indirect over total. None where the sign of the total effect is open, for then it means nothing.
    share_has_mean : bool
        Whether the tails of the share's draws allow a mean; if not, read its median and interval.

    References
    ----------
    VanderWeele (2014), A unification of mediation and interaction: a four-way decomposition. Vo, Williams, Liu, Rudolph
    and Diaz (2024), Recanting twins: the parameter of intermediate confounding.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0, 1] * 30, "m": [float(i % 2 + i % 3) for i in range(60)]}
    >>> rows["y"] = [m + i % 2 + i % 5 for i, m in enumerate(rows["m"])]
    >>> question = bc.NaturalIndirectEffect(of="x", on="y", through=("m",))
    >>> parts = bc.decompose(bc.ask(bc.StructuralModel.parse("m ~ x; y ~ x + m"), rows, question))
    >>> parts.indirect.dims, round(float(parts.share.median()), 1)
    (('chain', 'draw'), 0.5)
    >>> print(parts)
    part        median   89 % ETI
    total          2.0   1.3 to 2.7
    direct         1.0   0.3 to 1.7
    indirect       1.0   0.5 to 1.6
    together       0.0   0.0 to 0.0
    apart          0.0   0.0 to 0.0
    share         0.50   0.26 to 0.80
    """

    total: xr.DataArray
    direct: xr.DataArray
    indirect: xr.DataArray
    together: xr.DataArray
    apart: xr.DataArray
    share: xr.DataArray | None
    share_has_mean: bool = True

    def interval(self, part: str, ci_prob: float | None = None, ci_kind: str | None = None) -> Interval:
        """Credible interval of one part, in the unit of the outcome; of the share without unit.

        Parameters
        ----------
        part : str
            ``"total"``, ``"direct"``, ``"indirect"``, ``"together"`` or ``"share"``.
        ci_prob : float, optional
            Probability inside, between 0 and 1.
        ci_kind : str, optional
            ``"eti"`` (equal tails) or ``"hdi"`` (highest density).

        Raises
        ------
        RefusedEffectError
            If there is no share.
        """
        draws = getattr(self, part)
        if draws is None:
            raise RefusedEffectError("The sign of the total effect is open, so no share of it is told. Read the parts.")
        kind, prob, bounds = interval_of(draws.to_numpy(), ci_prob, ci_kind)
        low, high = (xr.DataArray(bounds[..., side]) for side in (0, 1))
        return Interval(kind, prob, low, high)

    def to_dataframe(self) -> "pd.DataFrame":
        """One row a part, then the share: part, mean, median, sd, interval bounds with kind and probability.

        The share is without unit, all else in the unit of the outcome. A share without a mean has NaN there.
        """
        import pandas as pd

        return pd.DataFrame([self._row(part) for part in ("total", *PARTS, "share") if getattr(self, part) is not None])

    def _row(self, part: str) -> dict[str, object]:
        draws, interval = getattr(self, part), self.interval(part)
        has_mean = part != "share" or self.share_has_mean
        return {
            "part": part,
            "mean": float(draws.mean()) if has_mean else np.nan,
            "median": float(draws.median()),
            "sd": float(draws.std(ddof=1)) if has_mean else np.nan,
            "interval_kind": interval.kind,
            "interval_prob": interval.prob,
            "interval_low": float(interval.low),
            "interval_high": float(interval.high),
        }

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        decimals = decimals_for_sentence(float(self.total.std()), float("nan"), float(self.total.median()))
        found = self.to_dataframe()
        lines = [f"{'part':<10}{'median':>8}   {self.interval('total').name}"]
        for row in found.to_dict("records"):
            places = 2 if row["part"] == "share" else decimals
            middle, low, high = (format_number(row[key], places) for key in ("median", "interval_low", "interval_high"))
            lines.append(f"{row['part']:<10}{middle:>8}   {low} to {high}")
        return "\n".join(lines)


@names_its_arguments
def decompose(effect: "Effect") -> Decomposition | None:
    """Take apart the total effect of which ``effect`` is a part: past or through mediators, or along paths.

    Parameters
    ----------
    effect : Effect

    Returns
    -------
    Decomposition, optional
        None for other estimands, without draws, and where the parts are functionals of a joint law.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0, 1] * 30, "m": [float(i % 2 + i % 3) for i in range(60)]}
    >>> rows["y"] = [m + i % 2 + i % 5 for i, m in enumerate(rows["m"])]
    >>> question = bc.NaturalIndirectEffect(of="x", on="y", through=("m",))
    >>> parts = decompose(bc.ask(bc.StructuralModel.parse("m ~ x; y ~ x + m"), rows, question))
    >>> bool(abs(parts.total - parts.direct - parts.indirect - parts.together - parts.apart).max() < 1e-9)
    True
    """
    from bayescause.query.effect import EFFECT
    from bayescause.query.selection import over_units

    require(effect=(effect, EFFECT))
    posterior, route, query = effect.posterior, effect.route, effect.estimand.query
    if posterior is None or route is None or not route.copies or not query.is_mediated:
        return None
    is_direct = query.kind.endswith("_direct")
    reference = reference_of(project(posterior.model.graph), query.of[0])
    asked, other = route.copies, tuple(_swapped(copy, query.of[0], reference) for copy in route.copies)
    through, past = (other, asked) if is_direct else (asked, other)
    worlds = (_as_one(route.copies), through, past, tuple(_all_moved(copy, query.of[0]) for copy in route.copies))
    total, indirect, direct, drawn = (
        over_units(effect.estimand, posterior, replace(route, copies=copies)) for copies in worlds
    )
    share = indirect / total if _is_sure(total) else None
    has_mean = share is not None and tail_k(share.to_numpy()) < MAX_TAIL_K
    return Decomposition(total, direct, indirect, drawn - direct - indirect, total - drawn, share, has_mean)


def told_parts(effect: "Effect", label: Callable[[str], str] = str) -> str:
    """The total and its parts in one line, to the digits that the effect's own spread supports; empty without them."""
    parts = decompose(effect)
    if parts is None:
        return ""
    sd = max(float(each.std()) for each in (parts.total, parts.direct, parts.indirect))
    means = {name: float(getattr(parts, name).median()) for name in ("total", *PARTS)}
    decimals = decimals_for_sentence(sd, effect.diagnostics.mcse_mean, means["total"])
    said = {name: format_number(mean, decimals) for name, mean in means.items()}
    manner, others = ways_of_parts(effect, label)
    told = f"of the total {said['total']}: {others} {said['direct']}, {manner} {said['indirect']}"
    if parts.share is not None:
        interval = parts.interval("share")
        low, high = (f"{100 * float(end):.0f}" for end in (interval.low, interval.high))
        told += f" ({100 * float(parts.share.median()):.0f} %, {interval.name} {low} to {high} %)"
    if abs(means["together"]) > 0.5 * 10.0**-decimals:
        told += f", by both together {said['together']}"
    if abs(means["apart"]) > 0.5 * 10.0**-decimals:
        told += f", lost by drawing anew {said['apart']}"
    return told


def ways_of_parts(effect: "Effect", label: Callable[[str], str]) -> tuple[str, str]:
    """By which ways the part goes that is asked for, or that goes through the mediators; and by which the other.

    Parameters
    ----------
    effect : Effect
    label : function
        The user's label of a variable.
    """
    query = effect.estimand.query
    if query.is_along_paths:
        return manner_of(effect.estimand, label), "by the other ways"
    mediators = " and ".join(map(label, query.through))
    return f"through {mediators}", f"past {mediators}"


def _as_one(copies: Sequence[Copy]) -> tuple[Copy, ...]:
    """The world in which everybody has the treatment, and each variable is drawn once."""
    once = {copy.variable: copy for copy in copies}
    return tuple(replace(copy, name=name, reads={}) for name, copy in once.items())


def _all_moved(copy: Copy, of: str) -> Copy:
    """``copy`` where it sees the value of the treatment that is asked for, and its own twins still."""
    return replace(copy, reads={name: other for name, other in copy.reads.items() if name != of})


def _swapped(copy: Copy, of: str, reference: str) -> Copy:
    """``copy`` where it sees the other value of the treatment."""
    moved = _all_moved(copy, of)
    is_starred = of not in copy.given or of in copy.reads
    return moved if is_starred else replace(moved, reads={**moved.reads, of: reference})


def _is_sure(draws: xr.DataArray) -> bool:
    above = float((draws > 0).mean())
    return bool(np.isfinite(draws).all()) and max(above, 1 - above) >= SURE
