"""The indirect effect: what a treatment does to the outcome by moving mediators, all else as without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from bayescause.query.keys import names_its_keys
from bayescause.query.mediated_effects import MediatedEffect

__all__ = ["NaturalIndirectEffect"]


@names_its_keys
@dataclass(frozen=True)
class NaturalIndirectEffect(MediatedEffect):
    """Effect of a treatment on an outcome through mediators, all else as it would be at the reference level.

    ``E[Y(low, M(high))] - E[Y(low, M(low))]``.

    Parameters
    ----------
    through : tuple of str
        Mediators, taken together: the effect asked for goes through any of them.

    References
    ----------
    Pearl (2001), Direct and indirect effects; Robins and Greenland (1992), Identifiability and exchangeability for
    direct and indirect effects; VanderWeele, Vansteelandt and Robins (2014) for the interventional kind.

    Examples
    --------
    >>> question = NaturalIndirectEffect(of="promo", on="sales", through=("traffic",))
    >>> str(question.query)
    'natural indirect effect of promo on sales through traffic'
    """

    short: ClassVar[str] = "nie"
    formula: ClassVar[str] = "E[{on}({of} = {low}, M({high}))] - E[{on}({of} = {low}, M({low}))], M: {through}"
    part: ClassVar[Literal["direct", "indirect"]] = "indirect"
