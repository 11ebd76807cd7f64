"""A graph and its formulas, written back in the grammar of graph texts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.formula import GROUP, OFFSET, Factor, Formula, Term
from bayescause.graph.names import quoted

__all__ = ["write_text"]

type Groups = Mapping[str, tuple[str, ...]]


def write_text(graph: CausalGraph, formulas: Mapping[str, Formula]) -> str:
    """Text that ``read_text`` reads back into the same graph, in the same order of nodes, and the same formulas.

    Examples
    --------
    >>> from bayescause.graph.text import read_text
    >>> declared = read_text("y ~ square(x, z); x <-> z")
    >>> print(write_text(declared.graph, declared.formulas))
    y ~ square(x, z)
    x <-> z
    """
    groups = dict(graph.groups)
    hidden = [([name], f"latent {quoted(name)}") for name in graph.nodes if name in graph.latent]
    sets = [(members, f"{quoted(name)} = {_set(members, always=True)}") for name, members in graph.groups]
    equations = [
        ((formula.outcome, *formula.variables), f"{quoted(formula.outcome)} ~ {_right(formula.terms, groups)}")
        for formula in formulas.values()
    ]
    arrows = [
        ((cause, *effects), f"{quoted(cause)} -> {_set(_named(effects, groups))}")
        for cause in graph.nodes
        if (effects := tuple(effect for effect in graph.children(cause) if effect not in formulas))
    ]
    statements = [*hidden, *sets, *equations, *arrows, *_double_arrows(graph, groups)]
    mentioned = dict.fromkeys(name for names, _ in statements for name in names)
    alone = [name for name in graph.nodes if name not in mentioned]
    # Names are read in the order in which they first occur; where that differs, a first line lists them.
    texts, single = [text for _, text in statements], list(map(quoted, alone))
    if (*mentioned, *alone) == graph.nodes:
        return "\n".join([*texts, *single])
    first = single if (*alone, *mentioned) == graph.nodes else [_set(graph.nodes, always=True)]
    return "\n".join([*first, *texts])


def _double_arrows(graph: CausalGraph, groups: Groups) -> list[tuple[Sequence[str], str]]:
    left = dict.fromkeys(graph.bidirected)
    place = {name: index for index, name in enumerate(graph.nodes)}
    statements: list[tuple[Sequence[str], str]] = []
    for group, members in groups.items():
        ordered = sorted(members, key=place.__getitem__)
        pairs = list(combinations(ordered, 2))
        if len(members) > 1 and all(pair in left for pair in pairs):
            statements.append((members, f"{quoted(group)} <-> {quoted(group)}"))
            left = {pair: None for pair in left if pair not in set(pairs)}
    return [*statements, *(((a, b), f"{quoted(a)} <-> {quoted(b)}") for a, b in left)]


def _named(names: Sequence[str], groups: Groups) -> tuple[str, ...]:
    same = [group for group, members in groups.items() if len(members) > 1 and set(members) == set(names)]
    return (same[0],) if same else tuple(names)


def _set(names: Iterable[str], *, always: bool = False) -> str:
    words = [quoted(name) for name in names]
    return words[0] if len(words) == 1 and not always else f"{{{' '.join(words)}}}"


def _right(terms: Sequence[Term], groups: Groups) -> str:
    """Sum of ``terms``; runs that a group, a product with ``*`` or one function spells shorter are written so."""
    written: list[str] = []
    done: set[frozenset[Factor]] = set()
    index = 0
    while index < len(terms):
        text, length = _longest_run(terms[index:], done, groups)
        written.append(text)
        done |= {frozenset(term.factors) for term in terms[index : index + length]}
        index += length
    return " + ".join(written) or "1"


def _longest_run(terms: Sequence[Term], done: Collection[frozenset[Factor]], groups: Groups) -> tuple[str, int]:
    if terms[0].group is not None:
        return _pooled_run(terms)
    for group, members in groups.items():
        new = [Factor(member) for member in members if frozenset([Factor(member)]) not in done]
        if len(new) > 1 and [term.factors for term in terms[: len(new)]] == [(factor,) for factor in new]:
            return quoted(group), len(new)
    is_plain = all(term.group is None for term in terms[:3])
    if (
        len(terms) > 2
        and is_plain
        and len(terms[2].factors) == 2
        and terms[2].factors == terms[0].factors + terms[1].factors
    ):
        return f"{_factor(terms[0].factors[0])}*{_factor(terms[1].factors[0])}", 3
    first = terms[0].factors[0]
    alike = 0
    while alike < len(terms) and _is_like(terms[alike], first):
        alike += 1
    if first.function is None or first.is_offset or alike < 2:
        return ":".join(map(_factor, terms[0].factors)), 1
    names = [quoted(term.factors[0].variable) for term in terms[:alike]]
    return f"{first.function}({', '.join(names)}{_options(first)})", alike


def _pooled_run(terms: Sequence[Term]) -> tuple[str, int]:
    """One bracket for as many terms of one group as it can hold: its own level first, then slopes."""
    group, length = terms[0].group, 1
    while length < len(terms) and terms[length].group == group and len(terms[length].factors) > 1:
        length += 1
    has_level = len(terms[0].factors) == 1
    slopes = [":".join(_factor(factor) for factor in term.factors[:-1]) for term in terms[int(has_level) : length]]
    left = " + ".join(slopes if has_level and slopes else ["1" if has_level else "0", *slopes])
    return f"({left} | {quoted(str(group))})", length


def _is_like(term: Term, first: Factor) -> bool:
    only = term.factors[0]
    return len(term.factors) == 1 and only == replace(first, variable=only.variable)


def _factor(factor: Factor) -> str:
    if factor.is_offset:
        return f"{OFFSET}({_factor(replace(factor, is_offset=False))})"
    if factor.function in (None, GROUP):
        return quoted(factor.variable)
    return f"{factor.function}({quoted(factor.variable)}{_options(factor)})"


def _options(factor: Factor) -> str:
    return "" if factor.degrees is None else f", df={factor.degrees}"
