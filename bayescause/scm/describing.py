"""A model in words: the text of its graph and formulas, then each mechanism with its coefficients, priors and units."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bayescause.graph.formula import OFFSET, Factor, Formula
from bayescause.graph.writing import write_text
from bayescause.scm.abilities import WithDriveLinks, is_by_terms, shape_of
from bayescause.scm.centred import told_centred
from bayescause.scm.design import INTERCEPT, RAW_INTERCEPT, Design, MechanismDesign
from bayescause.scm.mechanism import Mechanism
from bayescause.scm.pooling import scale_name
from bayescause.scm.priors import Prior
from bayescause.scm.terms import column_names

if TYPE_CHECKING:
    from bayescause.scm.structural_model import StructuralModel, Variable

__all__ = ["coefficient_units", "describe"]

SCALES: Mapping[str, str] = {"logit": "log odds", "probit": "probits", "cloglog": "log rate", "log": "log"}
"""Unit of a drive that is not in the unit of its response."""

LONGEST_LIST = 40
"""Coefficients of one mechanism that are printed; the dummies of more levels than that are counted."""


def describe(model: "StructuralModel", design: Design | None = None) -> str:
    """The model as text that ``StructuralModel.parse`` reads back, with its mechanisms as comments.

    Parameters
    ----------
    model : StructuralModel
    design : Design, optional
        With it, every coefficient is listed with its prior and its unit; without it, priors that come from rules are
        called so, because their scale comes from the data.

    Examples
    --------
    >>> from bayescause.scm.structural_model import StructuralModel
    >>> print(describe(StructuralModel.parse("y ~ x", priors={"y": {"x": "normal(0, 5)"}})))
    y ~ x
    <BLANKLINE>
    # y: default family of its kind
    #   intercept  by rule
    #   x          normal(0, 5)
    """
    measured = {name: variable for name, variable in model.variables.items() if name not in model.graph.latent}
    formulas = {name: Formula(name, variable.terms) for name, variable in measured.items() if variable.terms}
    blocks = [write_text(model.graph, formulas)]
    if design is None:
        told = (each for each in measured.values() if each.terms or each.priors or each.mechanism is not None)
        blocks += ["\n".join(_declared(variable)) for variable in told]
    else:
        blocks += ["\n".join(_resolved(model, task, design)) for task in design.mechanisms.values()]
    return "\n\n".join(blocks)


def coefficient_units(model: "StructuralModel", task: MechanismDesign, design: Design) -> Mapping[str, str]:
    """Unit of each coefficient and dispersion parameter of ``task``: ``kg per cigarette``; empty where it is unknown.

    Examples
    --------
    >>> from bayescause.scm.structural_model import StructuralModel
    >>> from bayescause.scm.mechanisms.gaussian import Gaussian
    >>> import numpy as np
    >>> model = StructuralModel.parse("weight ~ dose", units={"weight": "kg", "dose": "mg"})
    >>> terms = model.variables["weight"].terms
    >>> task = MechanismDesign("weight", "weight", Gaussian(), terms, ("dose",), np.zeros(1), np.ones(1), {})
    >>> coefficient_units(model, task, Design({}, {}, {}))["dose"]
    'kg per mg'
    """
    own = model.variables[task.variable].unit or ""
    scales = {name: _scale(task.mechanism, name, own) for name in task.mechanism.predictors}
    steps = {INTERCEPT: ""}
    for term in (each for each in task.terms if each.group is None):
        steps |= dict.fromkeys(column_names(term, design), _step(term.factors, model, design))
    for pool in task.pools:
        step = _step(pool.term.factors[:-1], model, design)
        steps |= dict.fromkeys((pool.name, *task.columns[pool.start : pool.stop]), step)
    named = {name: _per(scales[drive], steps.get(column, "")) for name, (drive, column) in task.places.items()}
    pooled = {pool.name: _per(scales[pool.predictor], steps[pool.name]) for pool in task.pools}
    return named | {name: own if name in ("sd", "scale") else "" for name in task.mechanism.dispersion} | pooled


def _scale(mechanism: Mechanism, predictor: str, unit: str) -> str:
    """Unit of one drive of a response that has ``unit``."""
    if mechanism.is_affine:
        return unit
    links = mechanism.drive_links if isinstance(mechanism, WithDriveLinks) else {}
    link = links.get(predictor, mechanism.link)
    return SCALES.get(link, f"{link} scale")


def _step(factors: Sequence[Factor], model: "StructuralModel", design: Design) -> str:
    """Unit of a column that is the product of ``factors``."""
    return " ".join(part for factor in factors if (part := _unit(factor, model, design)))


def _per(scale: str, step: str) -> str:
    return f"{scale} per {step}" if scale and step else scale


def _declared(variable: "Variable") -> Iterator[str]:
    family = "default family of its kind" if variable.mechanism is None else _family(variable)
    yield _comment(f"{_title(variable)}: {family}")
    if variable.mechanism is not None and not is_by_terms(variable.mechanism):
        yield from _in_function(variable.mechanism)
        return
    own = dict(variable.priors)
    lines = {} if RAW_INTERCEPT in own else {INTERCEPT: _written(own.pop(INTERCEPT, None))}
    ordinary = [term for term in variable.terms if term.group is None]
    lines |= {str(term): OFFSET if term.is_offset else _written(own.pop(str(term), None)) for term in ordinary}
    dispersion = () if variable.mechanism is None else variable.mechanism.dispersion
    scales = [scale_name(term.varying, term.group) for term in variable.terms if term.group is not None]
    lines |= {name: _written(own.pop(name, None)) for name in (*dispersion, *scales)}
    yield from _aligned(
        [(name, prior, "") for name, prior in (lines | {k: _written(p) for k, p in own.items()}).items()]
    )


def _resolved(model: "StructuralModel", task: MechanismDesign, design: Design) -> Iterator[str]:
    variable = model.variables[task.variable]
    title = _title(variable) if task.key == task.variable else task.key
    if not is_by_terms(task.mechanism):
        yield _comment(f"{title}: {_family(variable)}")
        yield from _in_function(task.mechanism)
        return
    yield _comment(f"{title}: {task.mechanism.short}, {task.mechanism.link} link")
    units = coefficient_units(model, task, design)
    is_raw = RAW_INTERCEPT in variable.priors and task.key == task.variable
    rows = [
        (f"{name.removesuffix(INTERCEPT)}{RAW_INTERCEPT}" if is_raw and column == INTERCEPT else name, name)
        for name, (_, column) in task.places.items()
        if name in task.priors
    ]
    hidden = len(rows) - LONGEST_LIST
    pooled = [
        (
            f"{task.coefficients[task.effects_of(pool)][0]} and {pool.stop - pool.start - 1:,} more",
            f"normal(0, {pool.name})",
            units[pool.name],
        )
        for pool in task.pools
    ]
    listed = [(shown, _rounded(task.priors[name]), units[name]) for shown, name in rows[:LONGEST_LIST]]
    dispersion = [(name, _rounded(task.priors[name]), units[name]) for name in task.dispersion]
    yield from _aligned([*listed, *pooled, *dispersion])
    yield from (_comment(f"  {words}") for words in told_centred(task, design))
    if hidden > 0:
        yield _comment(f"  and {hidden} coefficients more, from {rows[LONGEST_LIST][0]} to {rows[-1][0]}")


def _title(variable: "Variable") -> str:
    facts = ", ".join(fact for fact in (variable.label, variable.unit and f"in {variable.unit}") if fact)
    return f"{variable.name} ({facts})" if facts else variable.name


def _family(variable: "Variable") -> str:
    mechanism: Any = variable.mechanism
    if mechanism is None:
        return ""
    return f"{mechanism.short}" if not mechanism.predictors else f"{mechanism.short}, {mechanism.link} link"


def _in_function(mechanism: Mechanism) -> Iterator[str]:
    """The free parameters of a Python function, with their shapes: their priors stand in it."""
    shapes = {name: shape_of(mechanism, name) for name in mechanism.dispersion}
    rows = [(name, "prior in the function", f"shape {shape}" if shape else "") for name, shape in shapes.items()]
    if rows:
        yield from _aligned(rows)


def _written(prior: Prior | None) -> str:
    return "by rule" if prior is None else str(prior)


def _rounded(prior: Prior) -> str:
    return str(Prior(prior.family, tuple(float(f"{number:.4g}") for number in prior.parameters)))


def _aligned(rows: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    first, second = (max(len(row[place]) for row in rows) for place in (0, 1))
    for name, prior, unit in rows:
        yield _comment(f"  {name:<{first}}  {prior:<{second}}  {unit}".rstrip())


def _comment(line: str) -> str:
    # Labels and units are the user's: one that holds a line break must not become a statement.
    return "# " + " ".join(line.splitlines())


def _unit(factor: Factor, model: "StructuralModel", design: Design) -> str:
    variable = model.variables.get(factor.variable)
    unit = (variable.unit if variable else None) or f"unit of {factor.variable}"
    is_code = factor.variable in design.levels or (variable is not None and variable.kind == "binary")
    match factor.function:
        case "factor" | "spline" | "cell":
            return ""
        case None | "center":
            return "" if is_code else unit
        case "square":
            return f"({unit})²" if " " in unit else f"{unit}²"
        case "standardize":
            return f"sd of {factor.variable}"
        case function:
            return f"{function}({factor.variable})"
