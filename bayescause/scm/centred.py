"""Products that a design takes around the means of their columns, in words."""

from collections.abc import Iterator

from bayescause.graph.formula import Term
from bayescause.scm.design import Design, MechanismDesign

__all__ = ["told_centred"]


def told_centred(task: MechanismDesign, design: Design) -> tuple[str, ...]:
    """A sentence for each product or square that is taken around means, with these means.

    Examples
    --------
    >>> from bayescause.graph.formula import Factor
    >>> from bayescause.scm.constants import Constants
    >>> from bayescause.scm.mechanisms.gaussian import Gaussian
    >>> import numpy as np
    >>> year = Factor("year", is_centred=True)
    >>> task = MechanismDesign("y", "y", Gaussian(), (Term((Factor("x"), year)),), (), np.zeros(0), np.zeros(0), {})
    >>> told_centred(task, Design({}, {year: Constants(center=2020.0)}, {}))[0]
    'x:year is taken around year = 2020: coefficients of its lower terms hold there'
    """
    return tuple(
        f"{term} is taken around {' and '.join(_means(term, design))}: coefficients of its lower terms hold there"
        for term in task.terms
        if any(factor.is_centred for factor in term.factors)
    )


def _means(term: Term, design: Design) -> Iterator[str]:
    for factor in dict.fromkeys(each for each in term.factors if each.is_centred):
        written = factor.variable if factor.function == "square" else str(factor)
        yield f"{written} = {design.constants[factor].center:.6g}"
