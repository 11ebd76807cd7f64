import pytest

from bayescause.identification.functional import (
    Law,
    Mean,
    Product,
    Ratio,
    Sum,
    free_variables,
    grouped,
    latex_of,
    product_of,
    ratio_of,
    sum_of,
    text_of,
)


def test_a_whole_group_is_told_by_its_name():
    groups = [("g", ("a", "b")), ("h", ("a", "b", "c"))]
    assert grouped(("x", "a", "b"), groups) == ("x", "g")
    assert grouped(("x", "b", "c", "a"), groups) == ("x", "h")
    assert grouped(("a",), groups) == ("a",)


def test_a_value_that_is_summed_over_gets_a_prime_where_it_is_also_fixed():
    inner = Sum(("x",), Product((Law(("x",)), Law(("y",), ("x", "z")))))
    assert text_of(Sum(("z",), Product((inner, Law(("z",), ("x",))))), fixed="xy") == (
        "sum over z of P(z | x) sum over x' of P(x') P(y | x', z)"
    )


def test_a_law_whose_variable_occurs_nowhere_else_sums_to_one():
    assert sum_of(("b",), product_of([Law(("a",)), Law(("b",), ("a",))])) == Law(("a",))


def test_what_does_not_depend_on_a_sum_is_taken_out_of_it():
    body = product_of([Law(("c",)), Law(("a",)), Law(("y",), ("a", "c"))])
    assert sum_of(("a",), body) == Product((Law(("c",)), Sum(("a",), Product((Law(("a",)), Law(("y",), ("a", "c")))))))


def test_common_factors_cancel():
    assert ratio_of(Product((Law(("a",)), Law(("b",)))), Law(("a",))) == Law(("b",))
    assert text_of(ratio_of(Law(("a",)), Law(("a",)))) == "1"


@pytest.mark.parametrize(
    ("expression", "text", "latex"),
    [
        (Mean("y", ("x",)), "E[y | x]", r"E[\text{y} \mid \text{x}]"),
        (Ratio(Law(("a", "b")), Law(("b",))), "[P(a, b)] / [P(b)]", r"\frac{P(\text{a}, \text{b})}{P(\text{b})}"),
        (Law(("a_1%",)), "P(a_1%)", r"P(\text{a\_1\%})"),
    ],
)
def test_expressions_are_written_as_text_and_as_latex(expression, text, latex):
    assert text_of(expression) == text
    assert latex_of(expression) == latex


def test_summed_variables_are_not_free():
    assert free_variables(Ratio(Sum(("a",), Law(("a", "b"))), Law(("c",)))) == {"b", "c"}
