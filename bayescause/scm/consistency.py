"""Whether what is said of a variable can be true: terms and arrows agree, the family fits, the priors are possible."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.names import nearest
from bayescause.plugins import find, names
from bayescause.scm.abilities import OfLevels, is_by_terms
from bayescause.scm.constants import CODED
from bayescause.scm.design import INTERCEPT, RAW_INTERCEPT
from bayescause.scm.offsets import family_fault, product_faults
from bayescause.scm.pooling import scale_name
from bayescause.scm.priors import Prior, support

if TYPE_CHECKING:
    from bayescause.scm.structural_model import Variable

__all__ = ["DIRECTIONS", "KINDS", "variable_faults"]

KINDS = ("continuous", "binary", "count", "proportion", "categorical", "ordinal")
"""Kinds of variable."""

DIGITS = "0123456789"

DIRECTIONS = ("higher", "lower")
"""Which direction of an outcome is good."""


def variable_faults(variable: "Variable", graph: CausalGraph) -> tuple[str, ...]:
    """What cannot be true of ``variable`` in ``graph``, a sentence or two for each fault."""
    own = variable.mechanism
    priors = _prior_faults if own is None or is_by_terms(own) else _function_faults
    return (
        *_term_faults(variable, graph),
        *_pooling_faults(variable),
        *_offset_faults(variable),
        *_kind_faults(variable),
        *_family_faults(variable, graph),
        *priors(variable, graph),
    )


def _term_faults(variable: "Variable", graph: CausalGraph) -> Iterator[str]:
    name, parents = variable.name, graph.parents(variable.name)
    used = dict.fromkeys(column for term in variable.terms for column in term.variables)
    inputs = tuple(getattr(variable.mechanism, "inputs", ()))
    for column in inputs:
        if column in graph.nodes and column not in parents:
            yield (
                f"The family of {name!r} uses {column!r}, which is in the graph and not a cause of {name!r} there. "
                f"Add the arrow {column} -> {name}, or take {column} out of the graph."
            )
    for parent in parents:
        if parent not in used and parent not in inputs:
            yield (
                f"The terms of {name!r} leave out its cause {parent!r}. "
                f"Add {parent} to the formula, or take away the arrow {parent} -> {name}."
            )
    for column in used:
        if column not in parents:
            near = nearest(column, parents) if column not in graph.nodes else ""
            yield (
                f"The terms of {name!r} use {column!r}, which is not a cause of {name!r} in the graph.{near} "
                f"Add the arrow {column} -> {name}, or take {column} out of the formula."
            )


def _pooling_faults(variable: "Variable") -> Iterator[str]:
    plain = {tuple(sorted(map(str, term.factors))): str(term) for term in variable.terms if term.group is None}
    for term in variable.terms:
        twin = plain.get(tuple(sorted(map(str, term.factors))))
        if term.group is not None and twin is not None:
            yield (
                f"{variable.name!r} has the same coefficients twice: `{twin}` without pooling and `{term}` with it. "
                "Keep one of the two."
            )


def _offset_faults(variable: "Variable") -> Iterator[str]:
    yield from product_faults(variable.name, variable.terms)
    families = [family for family in _families(variable) if hasattr(family, "short") and is_by_terms(family)]
    faults = [family_fault(variable.name, variable.terms, family) for family in families]
    if faults and all(faults):
        yield from filter(None, faults[:1])
    offsets = {str(term): term for term in variable.terms if term.is_offset}
    for key in variable.priors:
        for term in (offsets[part] for part in dict.fromkeys(_without_drive(key, variable)) if part in offsets):
            yield (
                f"{variable.name!r}: the coefficient of {term} is known, so {key!r} has no prior. Take the prior "
                f"away, or write {', '.join(term.variables)} as an ordinary term."
            )


def _kind_faults(variable: "Variable") -> Iterator[str]:
    name, kind = variable.name, variable.kind
    if kind is not None and kind not in KINDS:
        yield f"{name!r}: there is no kind {kind!r}.{nearest(kind, KINDS)} Known: {', '.join(KINDS)}."
    if variable.better is not None and variable.better not in DIRECTIONS:
        yield f"{name!r}: better is {variable.better!r}. Write 'higher' or 'lower'."
    repeated = sorted({level for level in variable.levels if variable.levels.count(level) > 1})
    if repeated:
        yield f"{name!r}: the level {repeated[0]!r} is named twice. Give each level its own name."
    if kind != "binary" and len(variable.levels) == 1:
        yield f"{name!r} has one level, {variable.levels[0]!r}. Name two or more, the reference first."
    if kind == "binary" and len(variable.levels) not in (0, 2):
        yield f"{name!r} is binary and has {len(variable.levels)} levels. Name two, the reference first."
    if variable.levels and kind not in (None, "binary", *CODED):
        yield f"{name!r} is {kind}, so it has no levels. Take `levels` away, or make it categorical."


def _family_faults(variable: "Variable", graph: CausalGraph) -> Iterator[str]:
    name, mechanism = variable.name, variable.mechanism
    if mechanism is None:
        return
    if not hasattr(mechanism, "short"):
        if name in graph.latent:
            yield f"{name!r} was not measured, so it cannot have a mechanism. Take it away, or `latent {name}`."
        else:
            yield (
                f"{name!r}: {getattr(mechanism, '__name__', mechanism)!r} is neither a family nor a function. Give a "
                f"family ({', '.join(names('bayescause.scm.mechanisms'))}), or a function (name, parents, dims) that "
                "returns a PyMC random variable."
            )
        return
    if name in graph.latent:
        yield f"{name!r} was not measured, so it cannot have a family. Take the family away, or `latent {name}`."
    if variable.kind is not None and variable.kind not in mechanism.kinds:
        yield (
            f"{name!r} is {variable.kind}; the {mechanism.short} family describes "
            f"{' or '.join(mechanism.kinds)} variables. Change one of them."
        )


def _function_faults(variable: "Variable", graph: CausalGraph) -> Iterator[str]:
    """What a Python function leaves no room for: terms that say how, priors, and names that it gives itself."""
    name, mechanism = variable.name, variable.mechanism
    for term in variable.terms:
        if term.group is not None or len(term.factors) > 1 or term.factors[0].function is not None:
            yield (
                f"The mechanism of {name!r} is a function, which says itself how its causes act: write {name} ~ "
                f"{' + '.join(graph.parents(name))} in place of {term}."
            )
    if variable.priors:
        yield f"The priors of {name!r} are in its function. Take those of {', '.join(variable.priors)} away."
    for parameter in getattr(mechanism, "dispersion", ()):
        if f"{name}_{parameter}" in graph.nodes:
            yield (
                f"The function of {name!r} has a parameter {parameter!r}, which compiled models call "
                f"{name}_{parameter}, like a variable of the graph. Call it otherwise."
            )


def _prior_faults(variable: "Variable", graph: CausalGraph) -> Iterator[str]:
    name = variable.name
    if variable.priors and name in graph.latent:
        yield f"{name!r} was not measured, so nothing of it has a prior. Take `priors` away, or `latent {name}`."
        return
    pooled = [scale_name(term.varying, term.group) for term in variable.terms if term.group is not None]
    dispersion = (*_dispersion(variable), *pooled)
    if INTERCEPT in variable.priors and RAW_INTERCEPT in variable.priors:
        yield (
            f"{name!r} has priors on intercept and raw_intercept, which are one parameter. Keep {INTERCEPT} (the "
            f"mean of {name} where its predictors are at their means) or {RAW_INTERCEPT} (where they are zero)."
        )
    for key, prior in variable.priors.items():
        parts = list(_without_drive(key, variable))
        if key in dispersion or any(_is_scale(part, pooled) for part in parts):
            yield from _dispersion_faults(name, key, prior)
        elif sought := next(filter(None, (_scale_of(part, variable) for part in parts)), None):
            yield (
                f"{name!r}: {key!r} is pooled: it has the prior normal(0, {sought}), as all levels have. "
                f"Give {sought!r} a prior."
            )
        elif key == RAW_INTERCEPT or any(_is_coefficient(part, variable) for part in parts):
            yield from _coefficient_faults(name, key, prior)
        elif not _awaits_levels(key, variable, pooled):
            known = [INTERCEPT, *dict.fromkeys(str(term) for term in variable.terms if term.group is None), *pooled]
            hint = nearest(key, [*known, *dispersion])
            yield f"{name!r} has no coefficient {key!r}.{hint} It has {', '.join(known)}{_of_family(variable)}."


def _dispersion(variable: "Variable") -> tuple[str, ...]:
    """Names that may be meant."""
    return tuple(dict.fromkeys(name for family in _families(variable) for name in getattr(family, "dispersion", ())))


def _of_family(variable: "Variable") -> str:
    """The parameters of the family, or of each that the data may turn out to ask for, after those of the terms."""
    own = {family.short: getattr(family, "dispersion", ()) for family in _families(variable)}
    if len(own) == 1:
        return "".join(f", {parameter}" for parameters in own.values() for parameter in parameters)
    told = [f"{' and '.join(parameters)} of {family}" for family, parameters in own.items() if parameters]
    return f"; by its family also {', or '.join(told)}" if told else ""


def _families(variable: "Variable") -> list[Any]:
    """The family, with its levels where they are declared; without one, every default family of the kind."""
    if variable.mechanism is not None:
        families: list[Any] = [variable.mechanism]
    else:
        package, kinds = "bayescause.scm.mechanisms", KINDS if variable.kind is None else (variable.kind,)
        every = [find(package, short) for short in names(package)]
        families = [family() for family in every if set(kinds) & set(family.default_for)]
    levels = variable.levels
    return [family.with_levels(levels) if levels and isinstance(family, OfLevels) else family for family in families]


def _awaits_levels(key: str, variable: "Variable", pooled: Sequence[str]) -> bool:
    """Whether ``key`` may name a parameter of a level that only the data will tell: ``north.dose``, ``gap3``."""
    families = [family for family in _families(variable) if isinstance(family, OfLevels)]
    if variable.levels or not families:
        return False
    numbered = {name.rstrip(DIGITS) for name in _dispersion(variable) if name[-1] in DIGITS}
    ends = (key[place + 1 :] for place, sign in enumerate(key) if sign == ".")
    return key.rstrip(DIGITS) in numbered or any(
        _is_coefficient(end, variable) or _is_scale(end, pooled) for end in ends
    )


def _without_drive(key: str, variable: "Variable") -> Iterator[str]:
    """The key of a prior as it stands, and without the name of a drive before it."""
    yield key
    for family in _families(variable):
        drives = getattr(family, "predictors", ())
        yield from (
            key.removeprefix(f"{drive}.") for drive in drives if len(drives) > 1 and key.startswith(f"{drive}.")
        )


def _is_coefficient(key: str, variable: "Variable") -> bool:
    """Whether ``key`` names the intercept, a term in any order of its factors, or one of a term's columns."""
    if key == INTERCEPT:
        return True
    # Which levels a column has is not known yet.
    parts = sorted(key.split(":"))
    plain = [term for term in variable.terms if term.group is None]
    if any(parts == sorted(map(str, term.factors)) for term in plain):
        return True
    return any(f"{factor}[" in key for term in plain for factor in term.factors)


def _is_scale(key: str, pooled: Sequence[str]) -> bool:
    """Whether ``key`` is a scale, or that of one column of a product with levels: ``sd(education[3]|school)``."""
    return key in pooled or any(
        key.endswith(name[name.index("|") :]) and re.sub(r"\[[^]]*\]", "", key) == name for name in pooled
    )


def _scale_of(key: str, variable: "Variable") -> str | None:
    """The scale of a pooled coefficient ``school[a]``; None if ``key`` is no such thing."""
    parts = sorted(re.sub(r"\[[^]]*\]$", "", key).split(":"))
    pooled = [term for term in variable.terms if term.group is not None]
    found = [term for term in pooled if parts == sorted(map(str, term.factors))]
    return scale_name(found[0].varying, str(found[0].group)) if found else None


def _dispersion_faults(name: str, key: str, prior: Prior) -> Iterator[str]:
    low, high = support(prior)
    if low < 0 or high <= 0:
        yield (
            f"{name!r}: {key!r} is above zero, and {prior} does not keep it there. "
            "Write half_normal(scale), exponential(rate), lognormal(mean, sd) or fixed(value)."
        )
    if prior.family == "beta":
        yield f"{name!r}: {key!r} is not bounded by 1, as {prior} says. Write half_normal(scale) or exponential(rate)."


def _coefficient_faults(name: str, key: str, prior: Prior) -> Iterator[str]:
    if prior.family == "beta":
        yield f"{name!r}: {key!r} is not bounded by 0 and 1, as {prior} says. Write normal(mean, sd)."
