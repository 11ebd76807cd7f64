"""An effect taken apart: how much goes past the mediators, how much through them, and which share that is."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from bayescause.errors import RefusedEffectError
from bayescause.graph.surgery import project
from bayescause.identification.copies import copies_of
from bayescause.inference.convergence import interval_of, tail_k
from bayescause.query.digits import decimals_for_sentence, format_number
from bayescause.query.interval import Interval
from bayescause.query.settling import MAX_TAIL_K

if TYPE_CHECKING:
    from bayescause.query.effect import Effect

__all__ = ["Decomposition", "decompose", "told_parts"]

SURE = 0.95
"""Posterior probability of the sign of the total effect from which a share of it has a meaning."""


@dataclass(frozen=True, eq=False)
class Decomposition:
    """The total effect and its parts, draw by draw.

    Parameters
    ----------
    total, direct, indirect : DataArray, dims (chain, draw)
        In the unit of the outcome: the natural direct and indirect effects of the same change of the treatment.
    together : DataArray, dims (chain, draw)
        What neither does alone, where treatment and mediators strengthen or weaken each other: the mediated
        interaction. The parts add up to the total.
    share : DataArray, dims (chain, draw), optional
        Indirect over total. None where the sign of the total effect is open, for then it means nothing.
    share_has_mean : bool
        Whether the tails of the share's draws allow a mean; if not, read its median and interval.

    References
    ----------
    VanderWeele (2014), A unification of mediation and interaction: a four-way decomposition.
    """

    total: xr.DataArray
    direct: xr.DataArray
    indirect: xr.DataArray
    together: xr.DataArray
    share: xr.DataArray | None
    share_has_mean: bool = True

    def interval(self, part: str, ci_prob: float | None = None, ci_kind: str | None = None) -> Interval:
        """Credible interval of the part called ``total``, ``direct``, ``indirect``, ``together`` or ``share``.

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


def decompose(effect: "Effect") -> Decomposition | None:
    """Take apart the total effect of which ``effect`` is the natural direct or indirect part.

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
    >>> bool(abs(parts.total - parts.direct - parts.indirect - parts.together).max() < 1e-9)
    True
    """
    from bayescause.query.selection import over_units

    posterior, route, query = effect.posterior, effect.route, effect.estimand.query
    if posterior is None or route is None or not route.copies or query.kind not in _PARTS:
        return None
    projected = project(posterior.model.graph)
    worlds = {kind: copies_of(projected, replace(query, kind=kind)) or () for kind in _PARTS}
    worlds["total"] = tuple(replace(copy, reads={}) for copy in route.copies)
    total, direct, indirect = (
        over_units(effect.estimand, posterior, replace(route, copies=worlds[name])) for name in ("total", *_PARTS)
    )
    share = indirect / total if _is_sure(total) else None
    has_mean = share is not None and tail_k(share.to_numpy()) < MAX_TAIL_K
    return Decomposition(total, direct, indirect, total - direct - indirect, share, has_mean)


def told_parts(effect: "Effect", label: Callable[[str], str] = str) -> str:
    """The total and its parts in one line, to the digits that the effect's own spread supports; empty without them."""
    parts = decompose(effect)
    if parts is None:
        return ""
    sd = max(float(each.std()) for each in (parts.total, parts.direct, parts.indirect))
    means = {name: float(getattr(parts, name).median()) for name in ("total", "direct", "indirect", "together")}
    decimals = decimals_for_sentence(sd, effect.diagnostics.mcse_mean, means["total"])
    said = {name: format_number(mean, decimals) for name, mean in means.items()}
    mediators = " and ".join(map(label, effect.estimand.query.through))
    told = f"of the total {said['total']}: past {mediators} {said['direct']}, through {mediators} {said['indirect']}"
    if parts.share is not None:
        interval = parts.interval("share")
        low, high = (f"{100 * float(end):.0f}" for end in (interval.low, interval.high))
        told += f" ({100 * float(parts.share.median()):.0f} %, {interval.name} {low} to {high} %)"
    if abs(means["together"]) > 0.5 * 10.0**-decimals:
        told += f", by both together {said['together']}"
    return told


_PARTS = ("natural_direct", "natural_indirect")


def _is_sure(draws: xr.DataArray) -> bool:
    above = float((draws > 0).mean())
    return bool(np.isfinite(draws).all()) and max(above, 1 - above) >= SURE
