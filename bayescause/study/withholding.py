"""What cannot be told of one question is withheld with its reason, so that all other answers stand."""

from collections.abc import Callable

from bayescause.errors import BayescauseWarning, DataError, GraphError, IdentificationError, SpecError, warn

__all__ = ["left_out", "withheld"]

FAULTS = (DataError, GraphError, IdentificationError, SpecError)
"""What is wrong with something that was asked; a sampler that dies is no such thing, and stops everything."""


def withheld[Found](find: Callable[[], Found], refused: Callable[[str], Found]) -> Found:
    """What ``find`` gives, or what ``refused`` makes of the reason why it gives nothing.

    Parameters
    ----------
    find : function
        Computes something about one question.
    refused : function
        Gives the same noun without numbers, for a reason in words.

    Examples
    --------
    >>> def find() -> str:
    ...     raise SpecError("'age' cannot be a benchmark.")
    >>> withheld(find, lambda reason: f"Refused: {reason}")
    "Refused: 'age' cannot be a benchmark."
    """
    try:
        return find()
    except FAULTS as error:
        return refused(" ".join(error.faults))


def left_out[Found](find: Callable[[], Found], what: str) -> Found | None:
    """What ``find`` gives; None, and a warning that ``what`` is left out, where it gives nothing.

    Examples
    --------
    >>> import warnings
    >>> from bayescause.study.hearing import heard
    >>> def find() -> str:
    ...     raise SpecError("There are none.")
    >>> with warnings.catch_warnings(record=True), heard() as spoken:
    ...     left_out(find, "Slices")
    >>> spoken
    ['Slices are left out: There are none.']
    """

    def tell(reason: str) -> None:
        warn(f"{what} are left out: {reason}", BayescauseWarning)

    return withheld(find, tell)
