"""The different rows that a question looks at in a table that is read in blocks, held in memory with their counts.

Averages are taken block by block. Whatever else is asked, curves and ratios, quantiles and regimes, looks at all units
at once: at as many different rows as their columns have, which may be few however long the table is.
"""

from dataclasses import replace

from bayescause.compilation.conditions import Condition
from bayescause.compilation.particulars import particulars
from bayescause.compilation.plan import Route
from bayescause.compilation.table import Table
from bayescause.inference.posterior import Posterior
from bayescause.query.dependence import needed_covariates
from bayescause.query.estimand import Assigning, Estimand
from bayescause.query.many_rows import MANY_ROWS
from bayescause.query.regimes import Regime

__all__ = ["with_its_rows"]


def with_its_rows(posterior: Posterior, question: Estimand, route: Route) -> Posterior:
    """The same posterior, with the rows of ``question`` in memory if its table is read in blocks.

    Parameters
    ----------
    posterior : Posterior
    question : Estimand
    route : Route
        One that is simulated.

    Returns
    -------
    Posterior
        As it was, if its rows are in memory or the question is averaged block by block.

    Raises
    ------
    DataError
        If the columns that the question looks at have more than ``MANY_ROWS`` different rows.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows, question = {"x": [0, 1] * 9, "y": [0, 0, 1, 1, 0, 1] * 3}, bc.RiskRatio(of="x", on="y")
    >>> posterior = bc.fit(bc.StructuralModel.parse("y ~ x"), rows, [question])
    >>> with_its_rows(posterior, question, posterior.plan.routes[0]) is posterior
    True
    """
    table = posterior.table
    if table.stream is None or particulars(question).is_by_blocks:
        return posterior
    names = _looked_at(posterior, question, route)
    held = table.stream.grouped(names, MANY_ROWS)
    if held is None:
        table.stream.refuse(names)
    rows = replace(table, columns=held.columns, frequency=held.frequency, some=table.sample, stream=None)
    return replace(posterior, table=rows)


def _looked_at(posterior: Posterior, question: Estimand, route: Route) -> tuple[str, ...]:
    """Columns that tell the units, what becomes of them, and whether the question is about them."""
    table, told = posterior.table, particulars(question)
    condition = () if question.where is None else Condition.parse(question.where).columns
    acted_on = (name for regime in _regimes(question, table) for name in (*regime.variables, *regime.columns))
    needed = needed_covariates(posterior.design, route, ())
    names = (question.of, *acted_on, *told.given, *condition, *needed)
    return tuple(dict.fromkeys(name for name in names if name in table.columns))


def _regimes(question: Estimand, table: Table) -> tuple[Regime, ...]:
    return question.regimes(table.sample) if isinstance(question, Assigning) else ()
