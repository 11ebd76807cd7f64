"""For a reviewer: how much of the width is prior, what more rows would remove, and what is extrapolated."""

from typing import TYPE_CHECKING

from bayescause.reporting.proof.blocks import Bullets, Prose, Section, Table, told
from bayescause.reporting.wording.cleaning import clean

if TYPE_CHECKING:
    from bayescause.analysis.prior_share import PriorShare
    from bayescause.reporting.findings import Answer

__all__ = ["prior_section"]

TITLE = "How much is prior"


def prior_section(answer: "Answer", name: str) -> Section | None:
    """Shares of the variance, silent directions, other powers of the prior; None if not looked at."""
    found = answer.prior
    if found is None:
        return None
    if found.is_refused:
        return Section(name, TITLE, (Prose(clean(found.words, 300)),))
    silent = tuple(f"Only the prior holds {clean(str(one), 200)}." for one in found.directions)
    return Section(
        name,
        TITLE,
        told(
            Prose(clean(found.words, 300)),
            Table("Of the variance of the effect", ("What", "Share"), _shares(found), (1,)),
            Bullets(silent) if silent else None,
        ),
    )


def _shares(found: "PriorShare") -> tuple[tuple[str, str], ...]:
    rows = [
        ("Held by the prior (what it would lose if the prior counted more)", _percent(found.share)),
        ("More rows like these would remove", _percent(found.removable)),
        ("No number of rows like these would remove", _percent(found.held)),
    ]
    if found.extrapolation is not None:
        outside = f"From units outside the observed support, {_percent(found.extrapolation.units)} of the units"
        rows.append((outside, _percent(found.extrapolation.share)))
    for one in found.scaled:
        head = f"If the prior counted {'half' if one.power < 1.0 else 'twice'}, the mean moves by, in sds"
        rows.append((head, f"{one.shift:+.2f}"))
    return tuple(rows)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
