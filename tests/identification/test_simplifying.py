import pytest

from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.functional import Law, Mean, Product, Ratio, Sum
from bayescause.identification.functional_text import unicode_of
from bayescause.identification.general import functional_of
from bayescause.identification.simplifying import mean_of, readable


def test_laws_that_the_chain_rule_joins_are_written_as_one():
    chain = Product((Law(("a",), ("d",)), Law(("b",), ("a", "d")), Law(("c",), ("b",))))
    assert readable(chain, "dabc") == Product((Law(("c",), ("b",)), Law(("a", "b"), ("d",))))


def test_what_a_joined_law_is_summed_over_goes_from_it():
    assert readable(Sum(("w",), Product((Law(("w",)), Law(("x",), ("w",))))), "wx") == Law(("x",))


def test_a_law_divided_by_its_own_margin_is_conditional():
    assert readable(Ratio(Law(("a", "b"), ("c",)), Law(("a",), ("c",))), "abc") == Law(("b",), ("a", "c"))


@pytest.mark.parametrize(
    ("text", "of", "on", "given", "written"),
    [
        ("x -> z -> y; x <-> y", "x", "y", "", "Σ_z P(z ∣ x) Σ_{x′} P(y ∣ x′, z) P(x′)"),
        ("z -> {x y}; x -> y", "x", "y", "", "Σ_z P(y ∣ z, x) P(z)"),
        ("z -> {x y}; x -> y", "x", "y", "z", "P(y ∣ z, x)"),
        ("x -> z -> y; x <-> z", "x", "y", "z", "P(y ∣ z)"),
        (
            "w -> z -> x -> y; w <-> x; w <-> y",
            "x",
            "y",
            "",
            "[Σ_w P(x, y ∣ w, z) P(w)] / [Σ_w P(x ∣ w, z) P(w)]",
        ),
    ],
)
def test_functionals_of_well_known_graphs_read_as_in_the_books(text, of, on, given, written):
    functional = functional_of(CausalGraph.parse(text), of, on, given)
    assert unicode_of(functional, fixed=of + on) == written


def test_a_mean_takes_the_place_of_the_law_of_the_outcome():
    napkin = Ratio(Sum(("w",), Product((Law(("x", "y"), ("w",)), Law(("w",))))), Law(("x",)))
    parts = Product((Mean("y", ("w", "x")), Law(("x",), ("w",)), Law(("w",))))
    assert mean_of(napkin, "y") == Ratio(Sum(("w",), parts), Law(("x",)))


def test_an_outcome_that_is_conditioned_on_has_no_mean_of_this_form():
    assert mean_of(Product((Law(("y",)), Law(("z",), ("y",)))), "y") is None
    assert mean_of(Ratio(Law(("y", "z")), Law(("y",))), "y") is None
