"""The direct effect: what a treatment does to the outcome past mediators that stay as without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from bayescause.query.keys import names_its_keys
from bayescause.query.mediated_effects import MediatedEffect

__all__ = ["NaturalDirectEffect"]


@names_its_keys
@dataclass(frozen=True)
class NaturalDirectEffect(MediatedEffect):
    """Effect of a treatment on an outcome past mediators, which stay as they would be at the reference level.

    ``E[Y(high, M(low))] - E[Y(low, M(low))]``.

    Parameters
    ----------
    through : tuple of str
        Mediators, taken together: the effect asked for goes past all of them.

    References
    ----------
    Pearl (2001), Direct and indirect effects; Robins and Greenland (1992), Identifiability and exchangeability for
    direct and indirect effects; VanderWeele, Vansteelandt and Robins (2014) for the interventional kind.

    Examples
    --------
    >>> question = NaturalDirectEffect(of="promo", on="sales", through=("traffic",))
    >>> str(question.query)
    'natural direct effect of promo on sales past traffic'
    """

    short: ClassVar[str] = "nde"
    formula: ClassVar[str] = "E[{on}({of} = {high}, M({low}))] - E[{on}({of} = {low}, M({low}))], M: {through}"
    part: ClassVar[Literal["direct", "indirect"]] = "direct"
