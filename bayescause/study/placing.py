"""Faults that only the table, or the model as a whole, can show are told with the line that they are about."""

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bayescause.errors import BayescauseWarning, DataError, SpecError
from bayescause.study.places import Path, line_of

if TYPE_CHECKING:
    from bayescause.compilation.plan import Plan
    from bayescause.compilation.table import Table
    from bayescause.scm.design import Design
    from bayescause.study.study import Study

__all__ = ["designed", "placed", "placed_in_model", "variable_in"]


def placed(study: "Study", faults: Sequence[str], tabulated: Callable[[tuple[Any, ...]], "Table"]) -> tuple[str, ...]:
    """``faults``, those of a question with the file and the line at which it stands.

    Parameters
    ----------
    study : Study
    faults : sequence of str
        Of the table with all questions.
    tabulated : function
        Reads the table for the questions that it is given.
    """
    from bayescause.compilation.contrasts import contrast_faults

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", BayescauseWarning)
            table = tabulated(())
    except DataError:
        return tuple(faults)  # the table itself is at fault
    asked = [
        *zip(study.questions, study.lines, strict=False),
        *zip(study.unit_questions, study.unit_lines, strict=False),
    ]
    lines = {fault: line for question, line in reversed(asked) for fault in contrast_faults(table, [question])}
    return tuple(_with_line(study.path.name, lines.get(fault), fault) for fault in faults)


def designed(study: "Study", table: "Table", questions: Sequence[Any], plan: "Plan") -> "Design":
    """What ``plan`` takes from ``table``, as ``fit`` derives it before it draws.

    Parameters
    ----------
    study : Study
    table : Table
    questions : sequence of Estimand
        Some of those of ``study``.
    plan : Plan
        With a route for each of them.

    Raises
    ------
    SpecError
        If priors or terms have no meaning, each with the line of its variable; or questions, each with its own line.
    """
    from bayescause.compilation.deriving import derive
    from bayescause.compilation.settled_questions import settled_faults

    with placed_in_model(study):
        design = derive(study.model, table, plan.tasks)
    lines = {id(question): line for question, line in zip(study.questions, study.lines, strict=False)}
    told = [
        _with_line(study.path.name, lines.get(id(question)), words)
        for question, route in zip(questions, plan.routes, strict=True)
        for words in settled_faults(question, route, design)
    ]
    SpecError.raise_if(list(dict.fromkeys(told)))
    return design


@contextmanager
def placed_in_model(study: "Study") -> Iterator[None]:
    """Faults of a variable, or of one of its priors, that come up inside get the line at which it stands in the file.

    Only faults of the model may come up there: one of a question names variables too.

    Raises
    ------
    SpecError
        The same faults, with their lines.
    """
    try:
        yield
    except SpecError as error:
        places = (variable_in(words, study.key_lines) for words in error.faults)
        lines = [line_of(place, study.key_lines) for place in places]
        told = (_with_line(study.path.name, line, words) for line, words in zip(lines, error.faults, strict=True))
        raise type(error)(*told) from error.__cause__


def variable_in(words: str, paths: Iterable[Path]) -> Path:
    """The path of the variable that a fault names, or of the prior of it; empty if it names none of ``paths``.

    Examples
    --------
    >>> paths = [("variables", "sales"), ("variables", "sales", "priors", "promo")]
    >>> variable_in("'sales' has no coefficient 'promo'.", paths)
    ('variables', 'sales', 'priors', 'promo')
    >>> variable_in("'price' has no coefficient 'promo'.", paths)
    ()
    """
    known = [path for path in paths if path[0] == "variables" and len(path) > 1]
    for name in dict.fromkeys(path[1] for path in known):
        if _names(words, name):
            priors = (path for path in known if path[:3] == ("variables", name, "priors") and len(path) == 4)
            return next((path for path in priors if _names(words, path[3])), ("variables", name))
    return ()


def _names(words: str, name: str | int) -> bool:
    return f"{name!r}" in words or f"`{name}`" in words


def _with_line(name: str, line: int | None, words: str) -> str:
    return words if line is None else f"{name}, line {line}: {words}"
