"""Fit many models, or one model to many tables: the same posteriors as one by one, spread over processes."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bayescause.arguments import Seed, seed_of, shown
from bayescause.calling import names_its_arguments
from bayescause.compilation.asked import check_asked, is_question
from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.plan import Plan
from bayescause.compilation.planning import plan_for
from bayescause.compilation.table import Table
from bayescause.errors import BayescauseError, SpecError
from bayescause.inference.choosing import Drawing
from bayescause.inference.compiling import drawing_of_a_run
from bayescause.inference.fitting import check_options, fit_plan
from bayescause.inference.posterior import Posterior
from bayescause.inference.spreading import spread
from bayescause.scm.structural_model import StructuralModel

__all__ = ["Case", "Fitting", "fit_many", "fit_some", "numbered"]

type Case = tuple[int, StructuralModel, Any]
"""Number, model and data."""


@dataclass(frozen=True, eq=False)
class Fitting:
    """How each of many models is fitted.

    Parameters
    ----------
    questions : tuple of Estimand
        Empty: everything that may be fitted.
    seed : int
        Of the first; each following one has the next whole number.
    engine : str
    chains, draws, tune : int
    drawing : function
        How engines draw: what each process compiles for these fits is kept there.
    """

    questions: tuple[Any, ...] = ()
    seed: int = 0
    engine: str = "auto"
    chains: int = 4
    draws: int = 1000
    tune: int = 1000
    drawing: Drawing = field(default_factory=drawing_of_a_run)

    def __post_init__(self) -> None:
        check_options(seed=self.seed, chains=self.chains, draws=self.draws, tune=self.tune)


@names_its_arguments
def fit_many(
    cases: Iterable[tuple[StructuralModel, Any]],
    questions: Sequence[Any] | None = None,
    *,
    seed: Seed = 0,
    engine: str = "auto",
    chains: int = 4,
    draws: int = 1000,
    tune: int = 1000,
    executor: Executor | None = None,
    workers: int | None = None,
) -> Iterator[Posterior]:
    """Draw the posterior of each case: one model and many tables, or one table and many models, priors or graphs.

    Parameters
    ----------
    cases : iterable of pairs
        A model, and whatever ``tabulate`` takes.
    questions : sequence of Estimand, optional
        The same for all cases.
    seed : int or NumPy Generator
        Of the first case; the case number k has the seed ``seed + k``, so that the numbers do not depend on who does
        the work, and are those of ``fit``.
    engine : str
    chains, draws, tune : int
        As in ``fit``.
    executor : concurrent.futures.Executor, optional
        Who does the work; a pool of fresh processes by default. A script then needs ``if __name__ == "__main__":``.
    workers : int, optional
        Processes of that pool; 1 does the work in this process.

    Returns
    -------
    iterator of Posterior
        In the order of the cases. R-hat is not computed of draws that are independent by construction. NUTS compiles
        once in each process for all cases of one structure: the same terms, numbers of columns and levels, families of
        priors, and row weights in all or none. Rows, data, priors' parameters and centres are swapped.

    Raises
    ------
    SpecError, DataError
        If an option is impossible, at once; if a case is, when its turn comes.
    SamplerCrashError
        If a worker dies.

    Examples
    --------
    >>> import numpy as np
    >>> model = StructuralModel.parse("sales ~ price")
    >>> price = np.arange(9.0)
    >>> tables = [{"price": price, "sales": slope * price + np.sin(price)} for slope in (1, 2)]
    >>> posteriors = fit_many([(model, table) for table in tables], seed=1, workers=1)
    >>> [round(float(one.draws["sales_coefficient"].sel(sales_term="price").mean())) for one in posteriors]
    [1, 2]
    """
    asked = check_asked(questions)
    how = Fitting(asked, seed_of(seed), engine, chains, draws, tune)
    return spread(partial(fit_some, how), numbered(how.questions, cases), executor=executor, workers=workers)


def numbered(questions: Sequence[Any], cases: Iterable[Any]) -> Iterator[Case]:
    """``cases`` with their numbers.

    Raises
    ------
    SpecError
        If a question is none, or a case, when its turn comes.
    """
    strange = [question for question in questions if not is_question(question)]
    if strange or not isinstance(cases, Iterable):
        what = f"{shown(strange[0])} is no question." if strange else f"`cases` is {shown(cases)}."
        raise SpecError(f"{what} Write cases as [(model, data), ...], and a question as AverageEffect(of=..., on=...).")
    return _each(cases)


def _each(cases: Iterable[Any]) -> Iterator[Case]:
    for number, case in enumerate(cases):
        if not (isinstance(case, tuple | list) and len(case) == 2 and isinstance(case[0], StructuralModel)):
            raise SpecError(f"Case {number} is no pair of a model and data. Write cases as [(model, data), ...].")
        yield (number, *case)


def fit_some(how: Fitting, cases: Sequence[Case]) -> Iterator[Posterior]:
    """The posteriors of some numbered cases; one model and columns of the same kinds share a plan."""
    plans: dict[Any, Plan] = {}
    for number, model, data in cases:
        try:
            table = tabulate(model, data, questions=how.questions)
            yield _fitted(how, model, table, _planned(how, model, table, plans, number), number)
        except BayescauseError as error:
            error.add_note(f"This is case {number}, counted from 0.")
            raise


def _planned(how: Fitting, model: StructuralModel, table: Table, plans: dict[Any, Plan], number: int) -> Plan:
    place = (id(model), str(table.kinds), str(table.levels), table.identities, table.experiment is None or number)
    if place not in plans:
        plans[place] = plan_for(model, table, how.questions or None)
    return plans[place]


def _fitted(how: Fitting, model: StructuralModel, table: Table, planned: Plan, number: int) -> Posterior:
    return fit_plan(
        model,
        table,
        planned,
        derive(model, table, planned.tasks),
        seed=how.seed + number,
        engine=how.engine,
        chains=how.chains,
        draws=how.draws,
        tune=how.tune,
        is_assessed=False,
        drawing=how.drawing,
    )
