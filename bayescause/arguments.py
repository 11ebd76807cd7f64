"""What is given in a call, looked at once at the edge: whether it is of the right kind, and what to say if it is not.

Public functions say what each of their arguments has to be, as in ``require(effect=(effect, EFFECT))``. Nouns have
their kind beside their class: ``EFFECT`` is in ``bayescause.query.effect``.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, permutations
from math import isfinite
from numbers import Integral, Real
from os import PathLike
from typing import TYPE_CHECKING, Any

from bayescause.errors import BayescauseError, SpecError
from bayescause.surface import is_in_file

if TYPE_CHECKING:
    import numpy as np

__all__ = [
    "BOOLEAN",
    "FUNCTION",
    "NAMES",
    "NUMBER",
    "PATH",
    "PROBABILITY",
    "SEED",
    "TEXT",
    "Kind",
    "Seed",
    "closest",
    "faults_of",
    "instance",
    "is_number",
    "mapping",
    "one_of",
    "optional",
    "require",
    "seed_of",
    "several",
    "shown",
    "whole",
]

WIDEST = 60
"""Characters of a user's value that a message shows."""

MOST = 10**30
"""From which number on it is not written out."""


LARGEST_SEED = 2**31
"""Seeds that a Generator gives are below it: every sampler takes those."""

type Seed = int | np.random.Generator
"""What a seed may be."""

BRACKETS = {"list": ("[", "]"), "tuple": ("(", ")")}


def _nothing(_name: str, _given: Any) -> str:
    return ""


@dataclass(frozen=True)
class Kind:
    """What an argument has to be.

    Parameters
    ----------
    words : str
        With what to write, such as ``"a finite number"`` or ``"an Effect, as `ask` gives it"``.
    is_one : function
        Whether a value is one.
    remedy : function, optional
        What to write instead of a value that is none, by the argument's name and the value: a sentence, or nothing.
    """

    words: str
    is_one: Callable[[Any], bool]
    remedy: Callable[[str, Any], str] = _nothing


def require(error: type[BayescauseError] = SpecError, /, **given: tuple[Any, Kind]) -> None:
    """Refuse arguments that are of another kind, all at once.

    Parameters
    ----------
    error : type
        What is raised.
    **given
        By the argument's name: its value, and what it has to be.

    Raises
    ------
    SpecError
        Or the ``error`` that is asked for: with each argument, what was given, and what it has to be.

    Examples
    --------
    >>> require(gain=(2.5, NUMBER), act=(1, TEXT))
    Traceback (most recent call last):
    ...
    bayescause.errors.SpecError: `act` is 1; it must be text in quotes.
    """
    faults = faults_of(**given)
    if faults:
        raise error(*faults)


def faults_of(**given: tuple[Any, Kind]) -> list[str]:
    """What is wrong with arguments, a sentence each, and which of them were swapped.

    Examples
    --------
    >>> faults_of(benchmarks=("age", NAMES), against=("much", NUMBER))[1]
    "`against` is 'much'; it must be a finite number."
    >>> faults_of(act=(2, TEXT), gain=("buy", NUMBER))
    ["`act` is 2 and `gain` is 'buy': they are swapped. Write `act` and `gain` the other way round."]
    """
    wrong = {name: pair for name, pair in given.items() if not pair[1].is_one(pair[0])}
    for one, other in permutations(wrong, 2):
        (first, first_kind), (second, second_kind) = wrong[one], wrong[other]
        if first_kind.is_one(second) and second_kind.is_one(first):
            swapped = f"`{one}` is {shown(first)} and `{other}` is {shown(second)}: they are swapped."
            rest = {name: pair for name, pair in wrong.items() if name not in (one, other)}
            return [f"{swapped} Write `{one}` and `{other}` the other way round.", *faults_of(**rest)]
    return [_fault(name, value, kind) for name, (value, kind) in wrong.items()]


def _fault(name: str, value: Any, kind: Kind) -> str:
    return f"`{name}` is {shown(value)}; it must be {kind.words}.{kind.remedy(name, value)}"


def shown(value: Any, *, widest: int = WIDEST) -> str:
    """A user's value in a few words: as it was written if it is plain, cut where it is long; else what it is.

    Examples
    --------
    >>> shown("much"), shown([1, None]), shown(Kind), shown(require), shown(object())
    ("'much'", '[1, None]', 'the class Kind', 'the function require', 'an object')
    """
    if isinstance(value, type):
        return f"the class {value.__name__}"
    words = _written(value)
    return words if len(words) <= widest else f"{words[:widest]}..."


def _written(value: Any) -> str:
    match value:
        case str():
            return repr(str(value))
        case None | bytes():
            return repr(value)
        case Real() | complex():
            return _as_number(value)
        case list() | tuple() | set() | frozenset():
            kind = "list" if is_in_file() else type(value).__name__
            first, last = BRACKETS.get(kind, ("{", "}"))
            return f"{first}{_several(map(shown, value))}{',' if first == '(' and len(value) == 1 else ''}{last}"
        case dict():
            return f"{{{_several(f'{shown(key)}: {shown(one)}' for key, one in value.items())}}}"
        case PathLike():
            return f"the path {value}"
        case _ if callable(value) and hasattr(value, "__name__"):
            return f"the function {value.__name__}"
        case _:
            return _typed(value)


def _as_number(value: Any) -> str:
    if isinstance(value, int) and abs(value) >= MOST:
        return "a number of very many digits"
    told = str(value)  # NumPy's numbers say their type in their repr
    return told.lower() if isinstance(value, bool) and is_in_file() else told


def _several(words: Iterable[str]) -> str:
    return ", ".join(islice(words, WIDEST))


def _typed(value: Any) -> str:
    name = type(value).__name__.lstrip("_")
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name that ``name`` was probably meant to be, in whatever case; None if none is.

    The same letters in another order come first.

    Examples
    --------
    >>> closest("aet", ["ate", "atu"]), closest("slaes", ["sales"]), closest("weather", ["sales"])
    ('ate', 'sales', None)
    """
    from difflib import get_close_matches

    folded = {candidate.casefold().strip(): candidate for candidate in reversed(list(known))}
    sought = name.casefold().strip()
    near = get_close_matches(sought, folded, n=3)
    turned = (one for one in near if sorted(one) == sorted(sought))
    found = next(turned, near[0] if near else None)
    return None if found is None else folded[found]


def is_number(given: Any) -> bool:
    """Whether ``given`` is one finite number: also an array without dims, but no truth value.

    Examples
    --------
    >>> is_number(2.5), is_number(True), is_number("2"), is_number(float("nan")), is_number(10**400)
    (True, False, False, False, False)
    """
    if isinstance(given, bool) or not (isinstance(given, Real) or getattr(given, "ndim", None) == 0):
        return False
    try:
        return isfinite(given)
    except (OverflowError, TypeError, ValueError):
        return False


def whole(least: int) -> Kind:
    """A whole number of at least ``least``."""

    def is_one(given: Any) -> bool:
        return not isinstance(given, bool) and isinstance(given, Integral) and int(given) >= least

    return Kind(f"a whole number of at least {least}", is_one)


def instance(noun: type[Any], origin: str) -> Kind:
    """A ``noun``, which comes from ``origin``, in words: ``"as `ask` gives it"``."""
    article = "an" if noun.__name__[0] in "AEIOU" else "a"
    return Kind(f"{article} {noun.__name__}{f', {origin}' if origin else ''}", lambda given: isinstance(given, noun))


def one_of(known: Iterable[str]) -> Kind:
    """One of the names in ``known``."""
    names = tuple(known)
    listed = " or ".join((", ".join(map(repr, names[:-1])), repr(names[-1]))) if len(names) > 1 else repr(names[0])
    return Kind(listed, lambda given: isinstance(given, str) and given in names)


def optional(kind: Kind) -> Kind:
    """The same, or None."""
    return Kind(kind.words, lambda given: given is None or kind.is_one(given), kind.remedy)


def several(words: str, is_one: Callable[[Any], bool], remedy: Callable[[str, Any], str] | None = None) -> Kind:
    """A list, or another collection, of values that are ``is_one``; one text is none."""

    def are(given: Any) -> bool:
        # A data frame is a collection of the names of its columns, and never meant as one.
        is_other = isinstance(given, str | bytes | Mapping) or hasattr(type(given), "columns")
        return (
            not is_other
            and isinstance(given, Collection)
            and getattr(given, "ndim", 1) == 1
            and all(map(is_one, given))
        )

    return Kind(words, are, remedy or _nothing)


def mapping(example: str, values: Kind | None = None, hint: str = "") -> Kind:
    """Names with values that are of a kind, as in ``example``; ``hint`` says where other values go."""

    def strange(given: Any) -> Iterator[str]:
        yield from (f"{shown(key)} is no name." for key in given if not isinstance(key, str))
        odd = ((key, one) for key, one in given.items() if values is not None and not values.is_one(one))
        yield from (f"Under {shown(key)} stands {shown(one)}." for key, one in odd)

    def is_one(given: Any) -> bool:
        return isinstance(given, Mapping) and not any(True for _ in strange(given))

    def remedy(_: str, given: Any) -> str:
        found = next(strange(given), "") if isinstance(given, Mapping) else ""
        return "".join(f" {words}" for words in (found, hint) if words)

    return Kind(f"names with values, such as {example}", is_one, remedy)


def _is_seed(given: Any) -> bool:
    return whole(0).is_one(given) or _is_random(given)


def _is_random(given: Any) -> bool:
    return hasattr(given, "bit_generator") and hasattr(given, "integers")


def seed_of(given: "Seed") -> int:
    """The whole number that everything drawn depends on: ``given`` itself, or the next one of a NumPy Generator.

    A Generator moves on, so that two calls with the same one are drawn anew. The number is what results record, and it
    gives the same draws again.

    Raises
    ------
    SpecError
        If it is neither.

    Examples
    --------
    >>> import numpy as np
    >>> random = np.random.default_rng(1)
    >>> seed_of(7), seed_of(random), seed_of(random)
    (7, 1016164991, 1099128569)
    """
    require(seed=(given, SEED))
    drawn: Any = given.integers(LARGEST_SEED) if not isinstance(given, int) and _is_random(given) else given
    return int(drawn)


def _as_list(name: str, given: Any) -> str:
    return f" Write {name}=[{given!r}]." if isinstance(given, str) else ""


TEXT = Kind("text in quotes", lambda given: isinstance(given, str))
NUMBER = Kind("a finite number", is_number)
PROBABILITY = Kind("a number between 0 and 1, such as 0.89", lambda given: is_number(given) and 0 < given < 1)
SEED = Kind("a whole number of at least 0, or a NumPy Generator", _is_seed)
BOOLEAN = Kind("True or False", lambda given: isinstance(given, bool))
FUNCTION = Kind("a function", callable)
NAMES = several("a list of names", TEXT.is_one, _as_list)
PATH = Kind("the path of a file", lambda given: isinstance(given, str | PathLike))
