"""Overlap asks whether every kind of unit was seen under both treatments, so that like can be compared with like."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from bayescause.compilation.conditions import Comparison, opposite_of
from bayescause.compilation.particulars import particulars
from bayescause.notebooks import by_its_words
from bayescause.query.contrasts import sides_of
from bayescause.query.selection import units_of
from bayescause.scm.counted_quantiles import quantiles_between
from bayescause.scm.kinds import LEVELLED

if TYPE_CHECKING:
    from bayescause.analysis.treatment_model import TreatmentModel
    from bayescause.compilation.table import Table
    from bayescause.inference.posterior import Posterior
    from bayescause.query.effect import Effect

__all__ = ["Overlap", "diagnostic_model", "overlap"]

FEW = 0.01
"""Share of units outside up to which overlap is good."""

HALF = 0.5
"""Share of units outside from which there is no overlap to speak of."""


@dataclass(frozen=True)
class Overlap:
    """Whether units of one treatment have comparable units under the other.

    Parameters
    ----------
    verdict : str
        ``"good"``, ``"limited"``, ``"none"`` or ``"unknown"`` (with the reason in ``words``).
    units : int
        Units looked at: those of the question or slice, whatever their treatment.
    treated : int
        Those at the contrast's second value (of a continuous treatment: nearer to it than to the first).
    untreated : int
        Those at its first value, or nearer to that.
    share_outside : float
        Share of the units whose kind is hardly ever seen under one of the two treatments, 0 to 1.
    lowest, highest : float
        Smallest and largest estimated probability of the second treatment among the units.
    region : tuple of str
        Where comparable units are missing, in the user's columns: ``("age > 70",)``.
    comparable : str
        Condition that leaves the region out: ``"age <= 70"``; empty if no column tells it apart.
    words : str
        One sentence.

    Examples
    --------
    >>> Overlap("good", units=100, treated=40, untreated=60, share_outside=0.0, lowest=0.2, highest=0.7).is_good
    True
    """

    verdict: str
    units: int
    treated: int
    untreated: int
    share_outside: float
    lowest: float = float("nan")
    highest: float = float("nan")
    region: tuple[str, ...] = ()
    comparable: str = ""
    words: str = ""

    @property
    def is_good(self) -> bool:
        """Whether like is compared with like everywhere."""
        return self.verdict == "good"

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        return self.words


def overlap(
    effect: "Effect", mask: npt.NDArray[np.bool_] | None = None, treatment: "TreatmentModel | None" = None
) -> Overlap:
    """Overlap of the two treatments of ``effect`` among the rows of ``mask``.

    Parameters
    ----------
    effect : Effect
    mask : bool array, dims (row,), optional
        Rows to look at; all of them by default.
    treatment : TreatmentModel, optional
        The diagnostic model, if it is known already.

    Returns
    -------
    Overlap
        ``"good"`` where at most 1 in 100 units is outside, ``"none"`` where one treatment was not seen at all or half
        of the units are outside, ``"limited"`` in between; ``"unknown"`` for an effect without a number.
    """
    from bayescause.query.selection import units_meant

    posterior = effect.posterior
    if posterior is None:
        return Overlap("unknown", 0, 0, 0, 0.0, words="Nothing was fitted, so overlap was not looked at.")
    whole = posterior.table
    if particulars(effect.estimand).contrast is None:
        return _of_regimes(effect, round(whole.units))
    # Of a table that is read in blocks, the rows chosen at random stand for all.
    posterior = replace(posterior, table=whole.sample)
    times = whole.units / posterior.table.units
    found = diagnostic_model(effect, posterior) if treatment is None else treatment
    table = posterior.table
    group = units_meant(effect.estimand, table) & (True if mask is None else mask)
    counts = np.where(group, table.counts, 0.0)
    units, treated = (float(counts[kept].sum()) for kept in (group, found.is_treated & found.is_compared))
    untreated = float(counts[~found.is_treated & found.is_compared].sum())
    # An effect on the treated needs comparable units for the treated only, but it needs them among all units.
    rows = group & units_of(effect.estimand, table)
    share = float(table.counts[rows & found.is_outside].sum() / max(1.0, table.counts[rows].sum()))
    region = _region(table, found.covariates, rows & found.is_outside, rows & ~found.is_outside)
    told = tuple(_told(one) for one in region)
    compared = found.probability[rows & found.is_compared]
    verdict = _verdict(share, min(treated, untreated))
    return Overlap(
        verdict,
        round(times * units),
        round(times * treated),
        round(times * untreated),
        share,
        float(compared.min()) if len(compared) else float("nan"),
        float(compared.max()) if len(compared) else float("nan"),
        told if verdict != "good" else (),
        " and ".join(str(opposite_of(one)) for one in region) if verdict != "good" else "",
        _words(effect, verdict, share, told, (treated, untreated)),
    )


def _of_regimes(effect: "Effect", units: int) -> Overlap:
    from bayescause.analysis.regime_support import SOME, strangest

    found = strangest(effect)
    if found is None:
        words = f"The {effect.estimand.name} compares no two levels; values that were never seen are among its reasons."
        return Overlap("unknown", units, 0, 0, 0.0, words=words)
    share, told = found
    verdict = "good" if share <= SOME else "limited" if share <= HALF else "none"
    words = f"What is given was seen for units of every kind, at least {100 * (1 - SOME):.0f} in 100 of them."
    if verdict != "good":
        words = f"Under {told}, {100 * share:.0f} in 100 units are given what was hardly ever seen for their kind."
    return Overlap(verdict, units, 0, 0, share, words=words)


def diagnostic_model(effect: "Effect", posterior: "Posterior") -> "TreatmentModel":
    """The diagnostic treatment model of ``effect``: fitted for overlap only."""
    from bayescause.analysis.treatment_model import model_treatment
    from bayescause.query.contrasts import resolve_contrast
    from bayescause.query.routing import route_of

    contrast = resolve_contrast(posterior.table, effect.estimand)
    route = route_of(posterior, effect.estimand)
    # At the front door each kind of mediator has to be met with under each treatment.
    has_groups = posterior.table.kinds[contrast.of] in LEVELLED
    between = route.order[:-1] if route.natural and has_groups else ()
    # In nested worlds too: what one value of the treatment does to a mediator meets the other value at the outcome.
    names = dict.fromkeys((*route.covariates, *between, *route.met))
    kept = tuple(name for name in names if name in posterior.table.columns and name != contrast.of)
    return model_treatment(posterior.table, contrast, kept)


def _verdict(share: float, smaller: float) -> str:
    if smaller == 0.0 or share > HALF:
        return "none"
    return "good" if share <= FEW else "limited"


def _words(effect: "Effect", verdict: str, share: float, region: tuple[str, ...], sides: tuple[float, float]) -> str:
    low, high = sides_of(effect.estimand)
    of = effect.estimand.of
    kinds = {} if effect.posterior is None else effect.posterior.table.kinds
    sign = "=" if kinds.get(of) in LEVELLED else "near"
    if min(sides) == 0.0:
        missing = high if sides[0] == 0.0 else low
        return f"No unit was seen with {of} {sign} {missing}, so nothing is compared."
    if verdict == "good":
        return f"Units of every kind were seen under both {of} {sign} {low} and {of} {sign} {high}."
    where = f", mostly where {' or '.join(region)}" if region else ""
    hardly = f"hardly ever seen under one of {of} {sign} {low} and {high}"
    return f"{100 * share:.0f} in 100 units are of a kind {hardly}{where}."


def _region(
    table: "Table", covariates: Sequence[str], outside: npt.NDArray[np.bool_], inside: npt.NDArray[np.bool_]
) -> tuple[Comparison, ...]:
    """Conditions on single columns that most units outside meet and few others do."""
    if not outside.any() or not inside.any():
        return ()
    found = (_condition(table, name, outside, inside) for name in covariates)
    return tuple(condition for condition in found if condition is not None)[:3]


def _told(comparison: Comparison) -> str:
    value = f"{comparison.value:g}" if isinstance(comparison.value, float) else comparison.value
    return f"{comparison.column} {comparison.operator.replace('==', '=')} {value}"


def _condition(
    table: "Table", name: str, outside: npt.NDArray[np.bool_], inside: npt.NDArray[np.bool_]
) -> Comparison | None:
    values, counts = table.columns[name], table.counts
    if name in table.levels or len(np.unique(values)) <= 2:
        shares = {code: _share(values == code, outside, counts) for code in np.unique(values[outside]).tolist()}
        code = max(shares, key=lambda one: shares[one])
        if shares[code] < HALF or _share(values == code, inside, counts) > shares[code] / 3.0:
            return None
        return Comparison(name, "==", table.levels[name][int(code)] if name in table.levels else float(code))
    known = np.isfinite(values) & (counts > 0)
    if not (known & outside).any() or not (known & inside).any():
        return None
    ends = (quantiles_between(values[known & side], counts[known & side], (0.1, 0.9)) for side in (outside, inside))
    (lowest, highest), (low, high) = (each.tolist() for each in ends)
    if lowest > high:
        return Comparison(name, ">", float(f"{high:.3g}"))
    if highest < low:
        return Comparison(name, "<", float(f"{low:.3g}"))
    return None


def _share(met: npt.NDArray[np.bool_], among: npt.NDArray[np.bool_], counts: npt.NDArray[np.float64]) -> float:
    """Part of the units ``among`` that ``met`` something."""
    return float(counts[met & among].sum() / counts[among].sum())
