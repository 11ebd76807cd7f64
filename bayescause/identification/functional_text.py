"""How a functional is written: in plain text, with the signs of mathematics, in LaTeX."""

from collections.abc import Collection, Sequence

from bayescause.identification.functional import At, Expression, Law, Mean, Product, Ratio, Sum, renamed

__all__ = ["grouped", "latex_of", "text_of", "unicode_of"]

type Groups = Sequence[tuple[str, tuple[str, ...]]]


def text_of(expression: Expression, *, groups: Groups = (), fixed: Collection[str] = ()) -> str:
    """``expression`` in plain text; a whole group is written by its name, a value that is summed over gets a prime.

    Parameters
    ----------
    expression : Expression
    groups : sequence of (str, tuple of str)
    fixed : collection of str
        Variables whose values the question fixes: treatments and outcomes.

    Examples
    --------
    >>> text_of(Sum(("x",), Product((Law(("y",), ("x", "z")), Law(("x",))))), fixed={"x", "y"})
    "sum over x' of P(y | x', z) P(x')"
    """
    return _Plain(groups).written(expression, dict.fromkeys(fixed, 0))


def latex_of(expression: Expression, *, groups: Groups = (), fixed: Collection[str] = ()) -> str:
    r"""``expression`` in LaTeX.

    Examples
    --------
    >>> print(latex_of(Law(("y",), ("x_1",))))
    P(\text{y} \mid \text{x\_1})
    """
    return _Latex(groups).written(expression, dict.fromkeys(fixed, 0))


def unicode_of(expression: Expression, *, groups: Groups = (), fixed: Collection[str] = ()) -> str:
    """``expression`` with the signs of mathematics, in one line.

    Examples
    --------
    >>> print(unicode_of(Sum(("x",), Product((Law(("y",), ("x", "z")), Law(("x",))))), fixed={"x", "y"}))
    Σ_{x′} P(y ∣ x′, z) P(x′)
    """
    return _Unicode(groups).written(expression, dict.fromkeys(fixed, 0))


def grouped(names: Sequence[str], groups: Groups) -> tuple[str, ...]:
    """``names`` with each whole group replaced by the group's name.

    Examples
    --------
    >>> grouped(("x", "a", "b"), [("both", ("a", "b"))])
    ('x', 'both')
    """
    shown = list(names)
    for group, members in sorted(groups, key=lambda pair: -len(pair[1])):
        if len(members) > 1 and set(members) <= set(shown):
            first = min(shown.index(member) for member in members)
            shown = [group if index == first else name for index, name in enumerate(shown)
                     if index == first or name not in members]  # fmt: skip
    return tuple(shown)


class _Plain:
    """The plain-text way of writing; ``primes`` says how many primes a variable carries at a place."""

    joint = " "
    bar = " | "
    prime = "'"

    def __init__(self, groups: Groups) -> None:
        self.groups = groups

    def written(self, expression: Expression, primes: dict[str, int]) -> str:
        match expression:
            case Law(variables, given):
                return self.law("P(", variables, given, ")", primes)
            case Mean(variable, given):
                return self.law("E[", (variable,), given, "]", primes)
            case Product(factors):
                return self.product(factors, primes)
            case Ratio(top, bottom):
                return self.ratio(self.written(top, primes), self.written(bottom, primes))
            case Sum(over, body):
                inner = primes | {name: primes[name] + 1 if name in primes else 0 for name in over}
                return self.sum(self.names(over, inner), self.written(body, inner))
            case At(variable, level, body):
                return self.written(renamed(body, variable, level), primes)

    def product(self, factors: Sequence[Expression], primes: dict[str, int]) -> str:
        # A sum reaches as far as its text goes, so it stands last or in brackets.
        if not factors:
            return "1"
        ordered = sorted(factors, key=lambda factor: isinstance(factor, Sum))
        parts = [
            f"[{text}]" if isinstance(factor, Sum) and index < len(ordered) - 1 else text
            for index, factor in enumerate(ordered)
            for text in [self.written(factor, primes)]
        ]
        return self.joint.join(parts)

    def law(
        self, opening: str, variables: Sequence[str], given: Sequence[str], closing: str, primes: dict[str, int]
    ) -> str:
        bar = self.bar if given else ""
        return f"{opening}{self.names(variables, primes)}{bar}{self.names(given, primes)}{closing}"

    def names(self, names: Sequence[str], primes: dict[str, int]) -> str:
        plain = tuple(name for name in names if not primes.get(name))
        shown = iter(grouped(plain, self.groups))
        if len(plain) < len(names):
            return ", ".join(self.name(name) + self.prime * primes.get(name, 0) for name in names)
        return ", ".join(map(self.name, shown))

    def name(self, name: str) -> str:
        return name

    def ratio(self, top: str, bottom: str) -> str:
        return f"[{top}] / [{bottom}]"

    def sum(self, over: str, body: str) -> str:
        return f"sum over {over} of {body}"


class _Unicode(_Plain):
    """The way of writing with the signs of mathematics."""

    bar = " ∣ "
    prime = "′"

    def sum(self, over: str, body: str) -> str:
        return f"Σ_{over} {body}" if over.isalnum() else f"Σ_{{{over}}} {body}"


class _Latex(_Plain):
    """The LaTeX way of writing."""

    joint = r"\, "
    bar = r" \mid "

    def name(self, name: str) -> str:
        special = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
        escaped = "".join(special.get(letter, f"\\{letter}" if letter in "_{}$&#%" else letter) for letter in name)
        return rf"\text{{{escaped}}}"

    def ratio(self, top: str, bottom: str) -> str:
        return rf"\frac{{{top}}}{{{bottom}}}"

    def sum(self, over: str, body: str) -> str:
        return rf"\sum_{{{over}}} {body}"
