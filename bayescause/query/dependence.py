"""What an expected outcome depends on: what has to be integrated over, and which columns have to be known of a unit."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from bayescause.compilation.particulars import particulars
from bayescause.compilation.plan import Route
from bayescause.graph.formula import Factor, Term
from bayescause.scm.design import Design, MechanismDesign
from bayescause.scm.remembered import remembered
from bayescause.scm.terms import has_dummies

if TYPE_CHECKING:
    from bayescause.query.effect import Effect

__all__ = [
    "AFFINE",
    "alike_by",
    "integrated",
    "is_affine",
    "is_linear_in_one",
    "moved_by",
    "moving_covariates",
    "needed_covariates",
    "told_alike",
]

AFFINE = (None, "center", "standardize")
"""Functions of a column that are affine in it."""


def integrated(design: Design, route: Route) -> tuple[str, ...]:
    """Variables between treatment and outcome that are integrated over: something downstream is not affine in them."""
    return tuple(name for name in route.order[:-1] if moved_by(design, route, name) is None)


def is_affine(design: Design, route: Route) -> bool:
    """Whether the outcome's mean is affine in everything on the causal paths."""
    tasks = [design.mechanisms[route.keys[name]] for name in route.order]
    return all(task.mechanism.is_affine for task in tasks) and not integrated(design, route)


def moved_by(design: Design, route: Route, variable: str) -> tuple[str, ...] | None:
    """What ``variable`` moves, itself first, if all of it is affine in it; None otherwise."""
    return _moved_by(design, route.order, _keys(route), variable)


@remembered
def _moved_by(design: Design, order: tuple[str, ...], keys: tuple[str, ...], variable: str) -> tuple[str, ...] | None:
    moved, path, start = {variable: None}, set(order), order.index(variable) + 1
    for name, key in zip(order[start:], keys[start:], strict=True):
        task = design.mechanisms[key]
        if moved.keys() & task.mechanism.inputs and name != order[-1]:
            return None
        touched = [term for term in task.terms if moved.keys() & term.variables]
        if not touched:
            continue
        if not task.mechanism.is_affine or not all(is_linear_in_one(term, path, design) for term in touched):
            return None
        moved[name] = None
    return tuple(moved)


def is_linear_in_one(term: Term, path: set[str], design: Design) -> bool:
    """Whether ``term`` holds one variable of the ``path``, and follows it in a straight line."""
    random = [factor for factor in term.factors if factor.variable in path]
    return len(random) == 1 and random[0].function in AFFINE and not has_dummies(random[0], design)


def needed_covariates(design: Design, route: Route, fixed: tuple[str, ...]) -> tuple[str, ...]:
    """Columns that must be known of a unit to give its mean outcome, besides the ``fixed`` and the simulated ones."""
    return _needed_covariates(design, route.order, _keys(route), route.natural, fixed)


@remembered
def _needed_covariates(
    design: Design, order: tuple[str, ...], keys: tuple[str, ...], natural: tuple[str, ...], fixed: tuple[str, ...]
) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for variable, key in zip(order, keys, strict=True):
        task = design.mechanisms[key]
        set_here = () if variable in natural else fixed
        found = (*(name for term in task.terms for name in term.variables), *task.mechanism.inputs)
        names.update(dict.fromkeys(name for name in found if name not in set_here))
    return tuple(name for name in names if name not in order)


def _keys(route: Route) -> tuple[str, ...]:
    return tuple(route.keys[name] for name in route.order)


def moving_covariates(design: Design, route: Route, fixed: tuple[str, ...]) -> tuple[str, ...]:
    """Columns on which a unit's *effect* depends; whatever else is in the mechanisms cancels between the worlds.

    On a straight scale these are the columns that meet the treatment, or what it moves, in a product; where the
    treatment meets a variable on its way in a product, or that variable is bent, also whatever that variable's level
    depends on. Behind a curved link everything counts.
    """
    levels: dict[str, dict[str, None]] = {}
    changes: dict[str, dict[str, None]] = {}
    for variable in route.order:
        task = design.mechanisms[route.keys[variable]]
        set_here = () if variable in route.natural else fixed
        levels[variable], changes[variable] = _dependence(task, design, set_here, levels, changes)
    return tuple(changes[route.order[-1]])


def _dependence(
    task: MechanismDesign,
    design: Design,
    fixed: tuple[str, ...],
    levels: Mapping[str, dict[str, None]],
    changes: Mapping[str, dict[str, None]],
) -> tuple[dict[str, None], dict[str, None]]:
    """Columns that the mean of a response depends on, and those that its change between the worlds depends on."""
    level: dict[str, None] = {}
    change: dict[str, None] = {}
    is_touched = False
    inputs = (Term((Factor(name),)) for name in task.mechanism.inputs)
    for term in (*task.terms, *inputs):
        moved = [name for name in term.variables if name in levels]
        is_set = bool(set(fixed).intersection(term.variables))
        is_touched |= is_set or bool(moved)
        own = dict.fromkeys(name for name in term.variables if name not in (*fixed, *moved))
        # Between the worlds x1 m1 - x0 m0 keeps the level of m; m1 - m0 keeps its change only.
        carried = changes if not is_set and is_linear_in_one(term, set(levels), design) else levels
        level |= own | _together(levels, moved)
        change |= own | _together(carried, moved) if is_set or moved else {}
    return level, level if is_touched and not task.mechanism.is_affine else change


def _together(found: Mapping[str, dict[str, None]], names: Iterable[str]) -> dict[str, None]:
    return {column: None for name in names for column in found[name]}


def alike_by(effect: "Effect") -> tuple[str, ...]:
    """Effect modifiers that the question asks by, and on which the effect of no unit can depend in this model."""
    told, route = particulars(effect.estimand), effect.route
    if effect.posterior is None or route is None or not route.is_by_unit or not told.is_of_mean:
        return ()
    moving = moving_covariates(effect.posterior.design, route, route.query.of)
    return tuple(name for name in told.given if name not in moving)


def told_alike(of: str, by: str, moving: Sequence[str]) -> str:
    """That groups made ``by`` something cannot differ in the effect of ``of``, but by what is ``moving`` it.

    Examples
    --------
    >>> told_alike("promo", "season", ["loyalty"])
    'same by construction: no product of promo and season; it differs only through loyalty'
    """
    through = f"; it differs only through {', '.join(moving)}" if moving else ""
    return f"same by construction: no product of {of} and {by}{through}"
