"""Offsets: what is added to the drive as it is, since its coefficient is known to be 1."""

from collections.abc import Sequence

from bayescause.graph.formula import Term
from bayescause.scm.mechanism import Mechanism
from bayescause.scm.priors import Prior

__all__ = ["family_fault", "offset_prior", "product_faults"]

MOVED = "mean"
"""The drive to which offsets are added; others of the same family, such as that of presence, go without."""


def offset_prior(predictor: str) -> Prior:
    """What holds the coefficient of an offset.

    Examples
    --------
    >>> print(offset_prior("mean"), offset_prior("presence"))
    fixed(1) fixed(0)
    """
    return Prior("fixed", (1.0 if predictor == MOVED else 0.0,))


def family_fault(variable: str, terms: Sequence[Term], mechanism: Mechanism) -> str | None:
    """That a family has no drive that an offset could be added to, and what to do."""
    first = next((term for term in terms if term.is_offset), None)
    if first is None or MOVED in mechanism.predictors:
        return None
    return (
        f"{variable!r}: the {mechanism.short} family has a drive for each level and none of the mean, so that {first} "
        f"has nothing to be added to. Write {', '.join(first.variables)} as an ordinary term."
    )


def product_faults(variable: str, terms: Sequence[Term]) -> tuple[str, ...]:
    """That an offset stands in a product, a sentence each."""
    return tuple(
        f"{variable!r}: {term}: an offset is only added, and in no product. Let it stand alone."
        for term in terms
        if term.is_offset and len(term.factors) > 1
    )
