"""For a reviewer: the answer by two routes from the same draws, and how far apart they are."""

from typing import TYPE_CHECKING

from bayescause.analysis.concordance import MOST
from bayescause.reporting.proof.blocks import Prose, Section, Table, told
from bayescause.reporting.proof.digits import significant
from bayescause.reporting.wording.cleaning import clean

if TYPE_CHECKING:
    from bayescause.analysis.concordance import Agreement, Concordance
    from bayescause.query.effect import Effect
    from bayescause.reporting.findings import Answer

__all__ = ["agreements_of", "concordance_section"]

TITLE = "Two routes to the answer"


def concordance_section(answer: "Answer", name: str) -> Section | None:
    """Both routes with their gap; that nobody looked, where there is a number and nobody did."""
    found, effect = answer.concordance, answer.effect
    if effect.draws is None or effect.posterior is None:
        return None
    if found is None:
        said = "Not cross-checked: the answer was computed by one route only. `concordance` computes it by a second."
        return Section(name, TITLE, (Prose(said),))
    if found.is_refused:
        return Section(name, TITLE, (Prose(f"Not cross-checked. {clean(found.reason, 300)}"),))
    said = (
        f"From {found.draws:,} of the posterior draws and for {found.rows:,} units the answer was computed twice: by "
        f"{clean(found.routes[0])}; and by {clean(found.routes[1])}. The two {found.status}: a gap counts from "
        f"{MOST:g} Monte Carlo standard errors of its own."
    )
    rows = tuple(
        (clean(one.label) or "the effect", significant(one.first), significant(one.second), significant(one.gap, 2),
         significant(one.mcse, 2), f"{one.ratio:.1f}", "● agree" if one.is_good else "○ differ")
        for one in agreements_of(effect, found)
    )  # fmt: skip
    head = ("What", "First route", "Second route", "Gap", "Its MCSE", "Gap / MCSE", "Verdict")
    return Section(name, TITLE, told(Prose(said), Table("Draw by draw", head, rows, (1, 2, 3, 4, 5))))


def agreements_of(effect: "Effect", found: "Concordance") -> "tuple[Agreement, ...]":
    """What of ``found`` is about ``effect``: its own group, if it is one of several that were split."""
    own = tuple(one for one in found.agreements if one.label == effect.group)
    return own if effect.group is not None and own else found.agreements
