"""Warnings that are heard while something is done, so that a report can repeat them."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from bayescause.errors import BayescauseWarning

__all__ = ["heard"]


@contextmanager
def heard() -> Iterator[list[str]]:
    """Our own warnings as sentences, each once. All warnings are given again when everything is done.

    Examples
    --------
    >>> from bayescause.errors import GraphWarning
    >>> with warnings.catch_warnings(record=True):
    ...     with heard() as spoken:
    ...         warnings.warn("An arrow stands twice.", GraphWarning)
    >>> spoken
    ['An arrow stands twice.']
    """
    spoken: list[str] = []
    caught: list[warnings.WarningMessage] = []
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield spoken
    finally:
        ours = [str(one.message) for one in caught if isinstance(one.message, BayescauseWarning)]
        spoken.extend(dict.fromkeys(ours))
        for one in caught:
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
