"""By which way an effect goes, as an owner would say it."""

from typing import TYPE_CHECKING

from bayescause.query.mediated_questions import manner_of

if TYPE_CHECKING:
    from bayescause.query.estimand import Estimand
    from bayescause.reporting.wording.names import Names

__all__ = ["way_of"]

PAST = "past "


def way_of(question: "Estimand", names: "Names") -> str:
    """``through traffic``, or ``other than through traffic``; empty for the whole effect."""
    manner = manner_of(question, names.label)
    return f"other than through {manner.removeprefix(PAST)}" if manner.startswith(PAST) else manner
