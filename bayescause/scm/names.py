"""Names that PyMC, xarray's trees and netCDF files can all hold, for names that users are free to choose."""

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import count
from types import MappingProxyType

from bayescause.plugins import find, names

__all__ = ["RESERVED", "parameter_names", "safe_names"]

RESERVED = frozenset(
    [
        *("chain", "draw", "sample", "obs_id", "unit", "row", "slice", "grid", "variable"),
        *("posterior", "prior", "posterior_predictive", "prior_predictive", "predictions", "log_likelihood"),
        *("log_prior", "sample_stats", "sample_stats_prior", "observed_data", "constant_data", "causal_effect"),
        *("predictions_constant_data", "unconstrained_posterior", "warmup_posterior", "warmup_sample_stats"),
    ]
)
"""Names of dims, coords and groups: a variable of that name would be lost when it is saved."""

ENDINGS = ("coefficient", "term", "data", "weight_data", "repeats")
"""What compiled models put behind a name, besides the names of dispersion parameters."""

FAMILIES = "bayescause.scm.mechanisms"

LONGEST = 100
"""Characters of the longest name that is kept."""


def safe_names(wanted: Iterable[str]) -> Mapping[str, str]:
    """A name for each of ``wanted`` that can be compiled, saved and loaded; the name itself wherever it can.

    Replaced by ``v001``, ``v002`` and so on are names that are empty, very long, reserved, not in Unicode's NFC form,
    hold a slash, a backslash, a colon or a sign without a shape, begin or end with a space or a dot, or equal another
    name with an ending that compiled models use (``sales_data`` beside ``sales``). No two names become one.

    Examples
    --------
    >>> dict(safe_names(["sales", "cost/unit", "chain"]))
    {'sales': 'sales', 'cost/unit': 'v001', 'chain': 'v002'}
    """
    return _safe(tuple(dict.fromkeys(wanted)))


@lru_cache(maxsize=256)
def _safe(given: tuple[str, ...]) -> Mapping[str, str]:
    endings = _endings(tuple(names(FAMILIES)))
    derived = {f"{name}_{ending}" for name in given for ending in endings}
    fresh = _fresh(given)
    return MappingProxyType({name: name if _is_safe(name, derived) else next(fresh) for name in given})


def parameter_names(safe: str, names: Iterable[str]) -> Mapping[str, str]:
    """Names of a task's dispersion parameters in compiled models and draws: ``sales_sd``, ``sales_sd(1|shop)``.

    Examples
    --------
    >>> dict(parameter_names("sales", ["sd", "sd(1|shop)"]))
    {'sd': 'sales_sd', 'sd(1|shop)': 'sales_sd(1|shop)'}
    """
    return MappingProxyType({name: f"{safe}_{own}" for name, own in safe_names(names).items()})


@cache
def _endings(families: tuple[str, ...]) -> tuple[str, ...]:
    dispersions = {name for family in families for name in find(FAMILIES, family)().dispersion}
    # Some families have as many parameters of a kind as their response has levels: gap2, gap3 and so on.
    return (*ENDINGS, *sorted({_unnumbered(name) for name in dispersions}))


def _unnumbered(name: str) -> str:
    return name.rstrip("0123456789")


def _fresh(taken: Collection[str]) -> Iterator[str]:
    numbered = (f"v{number:03d}" for number in count(1))
    return (name for name in numbered if not any(other == name or other.startswith(f"{name}_") for other in taken))


def _is_safe(name: str, derived: Collection[str]) -> bool:
    return (
        0 < len(name) <= LONGEST
        and name not in RESERVED
        and not {name, _unnumbered(name)}.intersection(derived)
        and name == unicodedata.normalize("NFC", name)
        and name == name.strip(" .")
        and not any(sign in "/\\:" or (unicodedata.category(sign)[0] in "CZ" and sign != " ") for sign in name)
    )
