"""What is asked, checked once at the edge: a model, and questions that are some."""

from collections.abc import Iterable, Mapping
from typing import Any

from bayescause.arguments import shown
from bayescause.errors import SpecError
from bayescause.scm.structural_model import StructuralModel

__all__ = ["check_asked", "check_model", "is_question"]


def check_asked(questions: Any) -> tuple[Any, ...]:
    """``questions`` as a tuple; none for None, and one question alone is one of one.

    Raises
    ------
    SpecError
        If something among them is no question, or asks the same as another.

    Examples
    --------
    >>> check_asked(None)
    ()
    >>> check_asked(["ate"])
    Traceback (most recent call last):
    ...
    bayescause.errors.SpecError: 'ate' is no question. Write one as AverageEffect(of=..., on=...).
    """
    if questions is None or is_question(questions):
        return () if questions is None else (questions,)
    several = isinstance(questions, Iterable) and not isinstance(questions, str | Mapping)
    given = tuple(questions) if several else (questions,)
    strange = [question for question in given if not is_question(question)]
    if strange and isinstance(strange[0], list | tuple) and strange[0] and all(map(is_question, strange[0])):
        raise SpecError("Several questions were given where one is asked. Ask one at a time, or give all to `fit`.")
    if strange:
        raise SpecError(f"{shown(strange[0])} is no question. Write one as AverageEffect(of=..., on=...).")
    twice = [question for at, question in enumerate(given) if question in given[:at]]
    SpecError.raise_if([f"{question} is asked twice. Leave one of the two out." for question in twice])
    return given


def check_model(model: Any) -> None:
    """Refuse what is no model.

    Raises
    ------
    SpecError
        That says how one is written.

    Examples
    --------
    >>> check_model("y ~ x")
    Traceback (most recent call last):
    ...
    bayescause.errors.SpecError: The model is 'y ~ x'. Write it as StructuralModel.parse("sales ~ promo").
    """
    if not isinstance(model, StructuralModel):
        raise SpecError(f'The model is {shown(model)}. Write it as StructuralModel.parse("sales ~ promo").')


def is_question(given: Any) -> bool:
    """Whether ``given`` is a question, such as ``AverageEffect(of="promo", on="sales")``."""
    # Data frames have a method of this name.
    return not isinstance(given, type) and hasattr(given, "query") and not callable(given.query)
