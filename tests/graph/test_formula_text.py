import pytest

from bayescause.errors import GraphError
from bayescause.graph.formula_text import terms_of
from bayescause.graph.tokens import tokens

GROUPS = {"g": ("a", "b"), "h": ("c", "d")}


def read_terms(text, groups=()):
    return terms_of([token for token in tokens(text) if token.kind != "end"], dict(groups), line=1)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("1", []),
        ("1 + x", ["x"]),
        ("x*z", ["x", "z", "x:z"]),
        ("x:z + z:x", ["x:z"]),
        ("a*b*c", ["a", "b", "c", "a:b", "a:c", "b:c", "a:b:c"]),
        ("x*g", ["x", "a", "b", "x:a", "x:b"]),
        ("a*g", ["a", "b", "a:b"]),
        ("g:h", ["a:c", "a:d", "b:c", "b:d"]),
        ("square(g, x)", ["square(a)", "square(b)", "square(x)"]),
        ("spline(x, df=4)", ["spline(x, df=4)"]),
        ("factor(x)*log(z)", ["factor(x)", "log(z)", "factor(x):log(z)"]),
        ("x + square(x) + x", ["x", "square(x)"]),
        ('"body weight" + x', ["body weight", "x"]),
        ("x + offset(z) + offset(log(g))", ["x", "offset(z)", "offset(log(a))", "offset(log(b))"]),
        ("x + offset(x)", ["x", "offset(x)"]),
        ("offset + offset:x", ["offset", "offset:x"]),
    ],
)
def test_terms_are_expanded_in_order_and_each_once(text, terms):
    assert [str(term) for term in read_terms(text, GROUPS)] == terms


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "nothing stands after `~`"),
        ("x +", "has nothing on one side"),
        ("x*x", "`x` is multiplied by itself. Write `square.x.`"),
        ("0 + x", "`0` would leave out the intercept"),
        ("x + 2", "`2` is a number, not a column"),
        ("x - z", "terms are only added"),
        ("(a + b)*x", "brackets only follow a function"),
        ("x:(1 | school)", "stands in a bracket of its own"),
        ("x | school", "stands in a bracket of its own"),
        ("(0 | school)", "says nothing that varies"),
        ("(school | school)", "cannot vary over its own levels"),
        ("(1 | school + class)", "behind the bar stands one column"),
        ("(1 | school | class)", "more than one bar"),
        ("x z", "Join terms with"),
        ("squre(x)", "Did you mean `square`"),
        ("log(square(x))", "takes columns only"),
        ("log(x) y", "nothing may follow its bracket"),
        ("log()", "`log..` needs a column"),
        ("log(x, base=2)", "`log` has no option `base`"),
        ("spline(x)", "Write `spline.x, df=4.`"),
        ("spline(x, df=0)", "whole number from 1 to 100, not `0`"),
        ("square(2)", "takes columns, not `2`"),
        ("x*offset(z)", "an offset is only added, by itself"),
        ("offset(z):x", "an offset is one column"),
        ("offset(x:z)", "an offset is one column"),
        ("offset(spline(x, df=3))", "an offset is one column"),
        ("offset()", "an offset is one column"),
        ("offset(z, x)", "an offset is one column"),
        ("offset(2*z)", "the coefficient of an offset is 1"),
        ("offset(2)", "the coefficient of an offset is 1"),
        ("(offset(x) | g)", "an offset is only added"),
        ("*".join(f"v{i}" for i in range(40)), "more than 10,000 terms"),
    ],
)
def test_what_is_not_in_the_grammar_is_refused_with_what_to_write(text, message):
    with pytest.raises(GraphError, match=message):
        read_terms(text)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("(1 | g)", ["(1 | g)"]),
        ("(x | g)", ["(1 | g)", "(0 + x | g)"]),
        ("(x || g)", ["(1 | g)", "(0 + x | g)"]),
        ("(1 + x + z | g)", ["(1 | g)", "(0 + x | g)", "(0 + z | g)"]),
        ("(0 + x | g)", ["(0 + x | g)"]),
        ("(x*z | g)", ["(1 | g)", "(0 + x | g)", "(0 + z | g)", "(0 + x:z | g)"]),
        ("(square(x) | g)", ["(1 | g)", "(0 + square(x) | g)"]),
        ("(1 | g) + (x | g)", ["(1 | g)", "(0 + x | g)"]),
    ],
)
def test_a_bracket_with_a_bar_is_a_coefficient_for_each_level(text, terms):
    assert [str(term) for term in read_terms(text)] == terms
