import pytest

from bayescause.identification.functional import Law, Mean, Product, Ratio, Sum
from bayescause.identification.functional_text import grouped, latex_of, text_of, unicode_of


def test_a_whole_group_is_told_by_its_name():
    groups = [("g", ("a", "b")), ("h", ("a", "b", "c"))]
    assert grouped(("x", "a", "b"), groups) == ("x", "g")
    assert grouped(("x", "b", "c", "a"), groups) == ("x", "h")
    assert grouped(("a",), groups) == ("a",)


def test_a_value_that_is_summed_over_gets_a_prime_where_it_is_also_fixed():
    inner = Sum(("x",), Product((Law(("x",)), Law(("y",), ("x", "z")))))
    front_door = Sum(("z",), Product((inner, Law(("z",), ("x",)))))
    assert text_of(front_door, fixed="xy") == "sum over z of P(z | x) sum over x' of P(x') P(y | x', z)"
    assert unicode_of(front_door, fixed="xy") == "Σ_z P(z ∣ x) Σ_{x′} P(x′) P(y ∣ x′, z)"


@pytest.mark.parametrize(
    ("expression", "text", "sign", "latex"),
    [
        (Mean("y", ("x",)), "E[y | x]", "E[y ∣ x]", r"E[\text{y} \mid \text{x}]"),
        (
            Ratio(Law(("a", "b")), Law(("b",))),
            "[P(a, b)] / [P(b)]",
            "[P(a, b)] / [P(b)]",
            r"\frac{P(\text{a}, \text{b})}{P(\text{b})}",
        ),
        (Law(("a_1%",)), "P(a_1%)", "P(a_1%)", r"P(\text{a\_1\%})"),
        (
            Sum(("a", "b"), Law(("a", "b"))),
            "sum over a, b of P(a, b)",
            "Σ_{a, b} P(a, b)",
            r"\sum_{\text{a}, \text{b}} P(\text{a}, \text{b})",
        ),
        (Product(()), "1", "1", "1"),
    ],
)
def test_expressions_are_written_as_text_with_signs_and_as_latex(expression, text, sign, latex):
    assert text_of(expression) == text
    assert unicode_of(expression) == sign
    assert latex_of(expression) == latex
