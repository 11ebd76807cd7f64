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
    of : str
        Treatment.
    on : str
        Outcome.
    through : tuple of str
        Mediators, taken together: the effect asked for goes past all of them.
    contrast : tuple of two levels
        Reference level and level of interest, as values in the unit of the data or as the names of levels.
    kind : str
        ``"natural"``: mediators are each unit's own, which rests on cross-world independence. ``"interventional"``:
        mediators are drawn by lot as they fall out under a level of the treatment among units that are alike in what
        comes before; it needs no unit in two worlds, and exists where the treatment moves a cause of mediator and
        outcome.
    population : str
        ``"superpopulation"``: the rows are draws from a larger population, and that uncertainty is in the interval.
        ``"sample"``: these rows and no others.
    where : str, optional
        Condition that selects the units: ``"age > 50"``.
    worthwhile : float, optional
        Smallest effect that matters, in the unit of the outcome.
    level : float or str, optional
        Level of the outcome, or value of a count: the effect is one on its chance, and not on the mean.

    Raises
    ------
    SpecError
        If the question makes no sense whatever the graph and the data are.

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
