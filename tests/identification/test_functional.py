from bayescause.identification.functional import (
    Law,
    Product,
    Ratio,
    Sum,
    free_variables,
    product_of,
    ratio_of,
    sum_of,
)


def test_a_law_whose_variable_occurs_nowhere_else_sums_to_one():
    assert sum_of(("b",), product_of([Law(("a",)), Law(("b",), ("a",))])) == Law(("a",))
    assert sum_of(("b",), Law(("a", "b"), ("c",))) == Law(("a",), ("c",))


def test_what_does_not_depend_on_a_sum_is_taken_out_of_it():
    body = product_of([Law(("c",)), Law(("a",)), Law(("y",), ("a", "c"))])
    assert sum_of(("a",), body) == Product((Law(("c",)), Sum(("a",), Product((Law(("a",)), Law(("y",), ("a", "c")))))))


def test_common_factors_cancel():
    assert ratio_of(Product((Law(("a",)), Law(("b",)))), Law(("a",))) == Law(("b",))
    assert ratio_of(Law(("a",)), Law(("a",))) == Product(())


def test_summed_variables_are_not_free():
    assert free_variables(Ratio(Sum(("a",), Law(("a", "b"))), Law(("c",)))) == {"b", "c"}
