"""Faults that only the table can show are told with the line of the question that asks for it."""

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from bayescause.errors import BayescauseWarning, DataError

if TYPE_CHECKING:
    from bayescause.compilation.table import Table
    from bayescause.study.study import Study

__all__ = ["placed"]


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


def _with_line(name: str, line: int | None, words: str) -> str:
    return words if line is None else f"{name}, line {line}: {words}"
