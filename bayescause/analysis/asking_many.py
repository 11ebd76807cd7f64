"""Ask one question of many models, or of many tables: the same effects as one by one, spread over processes."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any

from bayescause.arguments import Seed, seed_of
from bayescause.calling import names_its_arguments
from bayescause.inference.fitting_many import Case, Fitting, fit_some, numbered
from bayescause.inference.spreading import spread
from bayescause.query.effect import Effect
from bayescause.query.estimand import Estimand
from bayescause.query.estimating import estimate
from bayescause.scm.structural_model import StructuralModel

__all__ = ["ask_many"]


@names_its_arguments
def ask_many(
    cases: Iterable[tuple[StructuralModel, Any]],
    question: Estimand,
    *,
    seed: Seed = 0,
    engine: str = "auto",
    chains: int = 4,
    draws: int = 1000,
    executor: Executor | None = None,
    workers: int | None = None,
) -> Iterator[Effect]:
    """Answer ``question`` for each case: one model and many tables, or one table and many models, priors or graphs.

    Parameters
    ----------
    cases : iterable of pairs
        A model, and whatever ``tabulate`` takes.
    question : Estimand
    seed : int or NumPy Generator
        Of the first case; the case number k has the seed ``seed + k``, so that the draws do not depend on who does the
        work, and are those of ``ask``.
    engine : str
        As in ``ask``.
    chains, draws : int
    executor : concurrent.futures.Executor, optional
        Who does the work; a pool of fresh processes by default. A script then needs ``if __name__ == "__main__":``.
    workers : int, optional
        Processes of that pool; 1 does the work in this process.

    Returns
    -------
    iterator of Effect
        In the order of the cases; refused where the graph does not let the data answer. Overlap and fit are not looked
        at: ``ask`` does that for the case that matters.

    Raises
    ------
    SpecError, DataError
        If an option is impossible, at once; if a case is, when its turn comes.
    SamplerCrashError
        If a worker dies.

    Examples
    --------
    >>> import bayescause as bc
    >>> table = {"promo": [0, 1, 0, 1, 0, 1], "sales": [9.5, 14.0, 10.5, 12.5, 10.0, 13.0]}
    >>> priors = [{"sales": {"promo": f"normal(0, {sd})"}} for sd in (10, 0.1)]
    >>> wide, narrow = (bc.StructuralModel.parse("sales ~ promo", priors=each) for each in priors)
    >>> question = bc.AverageEffect(of="promo", on="sales")
    >>> effects = ask_many([(wide, table), (narrow, table)], question, workers=1)
    >>> [round(float(effect.mean())) for effect in effects]
    [3, 0]
    """
    how = Fitting((question,), seed_of(seed), engine, chains, draws)
    return spread(partial(_answered, how), numbered(how.questions, cases), executor=executor, workers=workers)


def _answered(how: Fitting, cases: Sequence[Case]) -> Iterator[Effect]:
    [question] = how.questions
    for posterior in fit_some(how, cases):
        yield estimate(posterior, question)
