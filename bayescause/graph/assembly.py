"""Statements put together: groups expanded, formulas turned into terms and arrows, all faults collected."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bayescause.errors import GraphError, GraphWarning, warn
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.formula import Formula
from bayescause.graph.formula_text import terms_of
from bayescause.graph.names import quoted
from bayescause.graph.statements import Alone, Chain, Equation, GroupOf, Hidden, Parsed
from bayescause.graph.validity import LARGEST_DRAWING, MOST_ARROWS

__all__ = ["assembled"]

type Key = tuple[str, str, str]


@dataclass
class _Drawing:
    nodes: dict[str, None] = field(default_factory=dict)
    lines: dict[Key, int] = field(default_factory=dict)
    statements: dict[Key, str] = field(default_factory=dict)
    is_through_group: dict[Key, bool] = field(default_factory=dict)
    declared: dict[tuple[str, str], int] = field(default_factory=dict)
    latent: dict[str, None] = field(default_factory=dict)
    formulas: dict[str, Formula] = field(default_factory=dict)
    arrow_into: dict[str, tuple[int, str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)


def assembled(statements: Sequence[Parsed], faults: Sequence[str] = ()) -> tuple[CausalGraph, Mapping[str, Formula]]:
    """Graph and formulas of ``statements``.

    Raises
    ------
    GraphError
        With ``faults`` and all that were found here.

    Warns
    -----
    GraphWarning
        If an arrow stands in two places.
    """
    drawing = _Drawing(faults=list(faults))
    groups = _resolved([each for each in statements if isinstance(each, GroupOf)], drawing.faults)
    for statement in statements:
        try:
            _draw(statement, groups, drawing)
        except GraphError as error:
            drawing.faults.extend(error.faults)
    _refuse_formula_and_arrow(drawing)
    graph = _graph(drawing, groups)
    for twice in drawing.twice:
        warn(twice, GraphWarning)
    return graph, drawing.formulas


def _graph(drawing: _Drawing, groups: Mapping[str, tuple[str, ...]]) -> CausalGraph:
    if not drawing.nodes:
        GraphError.raise_if(drawing.faults)
    if len(drawing.nodes) > LARGEST_DRAWING:
        raise GraphError(f"The graph has {len(drawing.nodes):,} variables; at most {LARGEST_DRAWING:,} are read.")
    try:
        graph = CausalGraph(
            tuple(drawing.nodes),
            tuple((a, b) for kind, a, b in drawing.lines if kind == "->"),
            tuple((a, b) for kind, a, b in drawing.lines if kind == "<->"),
            latent=frozenset(drawing.latent),
            groups=tuple(groups.items()),
            lines=drawing.lines,
            statements=drawing.statements,
        )
    except GraphError as error:
        raise GraphError(*drawing.faults, *error.faults) from None
    GraphError.raise_if(drawing.faults)
    return graph


def _draw(statement: Parsed, groups: Mapping[str, tuple[str, ...]], drawing: _Drawing) -> None:
    match statement:
        case Chain():
            for key, is_through_group in _arrows(statement, groups):
                _add(key, statement.line, statement.text, drawing, is_through_group=is_through_group)
        case Equation():
            _add_formula(statement, groups, drawing)
        case Hidden() | Alone():
            _declare(statement, groups, drawing)
        case GroupOf(name):
            drawing.nodes |= dict.fromkeys(groups.get(name, ()))


def _arrows(chain: Chain, groups: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[Key, bool]]:
    for left, arrow, right in zip(chain.ends, chain.arrows, chain.ends[1:], strict=False):
        causes, effects = (right, left) if arrow == "<-" else (left, right)
        is_through_group = any(name in groups for name in (*left, *right))
        froms, tos = _expanded(causes, groups), _expanded(effects, groups)
        if len(froms) * len(tos) > MOST_ARROWS:
            raise GraphError(f"line {chain.line}: more than {MOST_ARROWS:,} arrows in one statement.")
        kind = "<->" if arrow == "<->" else "->"
        is_one_name = kind == "<->" and len(froms) == len(tos) == 1 and not is_through_group
        for a in froms:
            for b in tos:
                if kind == "->" or a != b or is_one_name:
                    yield (kind, a, b), is_through_group


def _add(key: Key, line: int, text: str, drawing: _Drawing, *, is_through_group: bool) -> None:
    kind, a, b = key
    drawing.nodes.setdefault(a)
    drawing.nodes.setdefault(b)
    known = (kind, b, a) if kind == "<->" and (kind, b, a) in drawing.lines else key
    if known in drawing.lines:
        is_plain = not (is_through_group or drawing.is_through_group[known])
        if is_plain and (drawing.lines[known], drawing.statements[known]) != (line, text):
            drawing.twice.append(
                f"`{a} {kind} {b}` stands on line {drawing.lines[known]} and again on line {line}; one is kept."
            )
        return
    drawing.lines[key] = line
    drawing.statements[key] = text
    drawing.is_through_group[key] = is_through_group
    if kind == "->":
        drawing.arrow_into.setdefault(b, (line, a))


def _add_formula(equation: Equation, groups: Mapping[str, tuple[str, ...]], drawing: _Drawing) -> None:
    outcome, line = equation.outcome, equation.line
    if outcome in groups:
        raise GraphError(f"line {line}: `{outcome}` is a group and has no formula. Write one for each of its members.")
    if outcome in drawing.formulas:
        raise GraphError(
            f"line {line}: `{outcome}` already has a formula (line {drawing.formulas[outcome].line}). "
            "Join the two with `+`."
        )
    drawing.nodes.setdefault(outcome)
    formula = Formula(outcome, terms_of(equation.right, groups, line=line), line)
    drawing.formulas[outcome] = formula
    for cause in formula.variables:
        drawing.nodes.setdefault(cause)


def _refuse_formula_and_arrow(drawing: _Drawing) -> None:
    for outcome, formula in drawing.formulas.items():
        if outcome in drawing.arrow_into:
            line, cause = drawing.arrow_into[outcome]
            drawing.faults.append(
                f"`{outcome}` has a formula (line {formula.line}) and an arrow (line {line}). "
                f"Put `{quoted(cause)}` into the formula."
            )
        else:
            keys = [("->", cause, outcome) for cause in formula.variables]
            drawing.lines |= dict.fromkeys(keys, formula.line or 0)
            drawing.statements |= dict.fromkeys(keys, f"{quoted(outcome)} ~ ...")


def _declare(statement: Hidden | Alone, groups: Mapping[str, tuple[str, ...]], drawing: _Drawing) -> None:
    for name in _expanded(statement.names, groups):
        drawing.nodes.setdefault(name)
        kind = type(statement).__name__
        if (kind, name) in drawing.declared:
            drawing.faults.append(
                f"`{name}` is declared on line {drawing.declared[kind, name]} and again on line {statement.line}. "
                "Delete one of the two."
            )
        drawing.declared[kind, name] = statement.line
        if isinstance(statement, Hidden):
            drawing.latent[name] = None


def _expanded(names: Iterable[str], groups: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(member for name in names for member in groups.get(name, (name,))))


def _resolved(definitions: Sequence[GroupOf], faults: list[str]) -> dict[str, tuple[str, ...]]:
    known: dict[str, GroupOf] = {}
    for group in definitions:
        if group.name in known:
            faults.append(
                f"line {group.line}: the group `{group.name}` is already given on line {known[group.name].line}. "
                "Rename one."
            )
        known.setdefault(group.name, group)
    resolved: dict[str, tuple[str, ...]] = {}
    for name in known:
        _resolve(name, known, resolved, faults)
    return {name: resolved[name] for name in known if resolved.get(name)}


def _resolve(name: str, known: Mapping[str, GroupOf], resolved: dict[str, tuple[str, ...]], faults: list[str]) -> None:
    waiting = [name]
    while waiting:
        group = known[waiting[-1]]
        inner = [member for member in group.members if member in known and member not in resolved]
        if group.name in resolved or not inner:
            resolved.setdefault(group.name, _expanded(group.members, resolved))
            waiting.pop()
        elif group.name in inner or set(inner) & set(waiting):
            faults.append(f"line {group.line}: the group `{group.name}` contains itself. Take it out.")
            resolved[group.name] = tuple(member for member in group.members if member not in known)
            waiting.pop()
        else:
            waiting.append(inner[0])
