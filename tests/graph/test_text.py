import warnings

import pytest

from bayescause.errors import GraphError, GraphWarning
from bayescause.graph.text import read_text

NHEFS = """
    baseline = {sex race age wt71}
    baseline <-> baseline                       # how these hang together is left open
    qsmk    ~ baseline
    wt82_71 ~ qsmk*age + baseline +
              square(age, wt71)
"""


def terms(text, outcome="y"):
    return " + ".join(str(term) for term in read_text(text).formulas[outcome].terms)


def faults(text):
    with pytest.raises(GraphError) as caught:
        read_text(text)
    return caught.value.faults


def test_a_group_is_a_set_in_arrows_and_a_sum_in_formulas():
    declared = read_text(NHEFS)
    assert declared.graph.nodes == ("sex", "race", "age", "wt71", "qsmk", "wt82_71")
    assert len(declared.graph.bidirected) == 6
    assert terms(NHEFS, "wt82_71") == "qsmk + age + qsmk:age + sex + race + wt71 + square(age) + square(wt71)"
    assert declared.graph.groups == (("baseline", ("sex", "race", "age", "wt71")),)


def test_lines_are_those_of_the_text():
    graph = read_text(NHEFS).graph
    assert graph.lines["<->", "sex", "race"] == 3
    assert graph.lines["->", "qsmk", "wt82_71"] == 5
    assert read_text("a -> b", first_line=12).graph.lines["->", "a", "b"] == 12


def test_a_formula_gives_an_arrow_from_every_variable_in_it():
    graph = read_text("sales ~ traffic + promo:price + log(loyalty); traffic ~ 1").graph
    assert graph.parents("sales") == ("traffic", "promo", "price", "loyalty")
    assert graph.parents("traffic") == ()


@pytest.mark.parametrize(
    ("text", "arrows"),
    [
        ("a -> b -> c", [("a", "b"), ("b", "c")]),
        ("a <- b", [("b", "a")]),
        ("{a b} -> {c, d}", [("a", "c"), ("a", "d"), ("b", "c"), ("b", "d")]),
        ("a ->\n  b", [("a", "b")]),
        ("{a\n b} -> c", [("a", "c"), ("b", "c")]),
        ("a -> b; # why\n\nb -> c", [("a", "b"), ("b", "c")]),
        ('"body weight" -> "a\\"b"', [("body weight", 'a"b')]),
        ("größe → y", [("größe", "y")]),
        ("g = {a b}; h = {g c}; h -> y", [("a", "y"), ("b", "y"), ("c", "y")]),
    ],
)
def test_arrows_are_read(text, arrows):
    assert list(read_text(text).graph.directed) == arrows


def test_hidden_causes_join_all_pairs_of_different_names():
    assert read_text("{a b c} <-> {a b c}").graph.bidirected == (("a", "b"), ("a", "c"), ("b", "c"))
    assert read_text("a <-> {b c}").graph.bidirected == (("a", "b"), ("a", "c"))


def test_latent_variables_and_names_alone_are_declared():
    graph = read_text("latent u v; u -> x; alone").graph
    assert graph.latent == {"u", "v"}
    assert "alone" in graph.nodes
    assert read_text("a, b; {c d}").graph.nodes == ("a", "b", "c", "d")


def test_a_variable_may_be_called_latent_if_an_arrow_follows():
    assert read_text("latent -> y").graph.parents("y") == ("latent",)


def test_an_arrow_on_two_lines_is_kept_once_with_a_warning():
    with pytest.warns(GraphWarning, match="`a -> b` stands on line 1 and again on line 3"):
        read_text("a -> b\n\na -> b")


def test_duplicates_through_groups_merge_silently():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        graph = read_text("g = {a b}; g -> y; a -> y; g <-> g; a <-> b").graph
    assert len(graph.directed) == 2
    assert len(graph.bidirected) == 1


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("promo -> sales\n? traffic   # promo first?", "line 2: `? traffic` is not sorted yet."),
        ("a ~~ b", "line 1: `a ~~ b` is another program's sign for a hidden common cause: write `a <-> b`."),
        (
            "y := a*b",
            "line 1: `y := ...` defines a quantity in other programs; leave it out, and ask for the effect of one",
        ),
        ("f =~ x", "line 1: `f =~ x` measures a factor"),
        ("a -- b", "line 1: `--` has no direction: write `a -> b`"),
        ("a --> b", "line 1: `-->` has no direction: write `a -> b`"),
        ("a => b", "line 1: `=>` is not an arrow here"),
        ("a -> ", "line 1: `->` has nothing on one side"),
        ("my var -> y", 'line 1: `my var` is more than one name. For one name with spaces write `"my var"`'),
        ("+ a", "line 1: a line begins with `+`."),
        ("a b", "line 1: `a b` says nothing about arrows."),
        ("g = a + b", "line 1: `g = ...` names a group: write `g = {a b c}`; for a formula write `g ~ a + b`."),
        ("{a b -> c", "line 1: the bracket `{` is not closed."),
        ("a) -> c", "line 1: `)` closes a bracket that was not opened."),
        ('"a -> b', 'line 1: `"` cannot be read here. A quote is not closed on its line.'),
        ("a/b -> c", "line 1: `/` cannot be read here. Names that hold spaces or signs stand in double quotes."),
        ("y ~ x\n + z", "line 2: a line begins with `+`. Put the `+` at the end of the line before it"),
        ("sales ~ promo\nprice -> sales", "`sales` has a formula (line 1) and an arrow (line 2). Put `price` into"),
        ("y ~ a\ny ~ b", "line 2: `y` already has a formula (line 1). Join the two with `+`."),
        ("g = {a b}; g ~ x", "line 1: `g` is a group and has no formula."),
        ("g = {a g}; g -> y", "line 1: the group `g` contains itself."),
        ("g = {a}\ng = {b}", "line 2: the group `g` is already given on line 1."),
        ("{} -> y", "line 1: an empty set."),
        ("latent u\nlatent u; u -> y", "`u` is declared on line 1 and again on line 2."),
        ("x\nx -> y\nx", "`x` is declared on line 1 and again on line 3."),
        ("a -> b\nb -> a", "The arrows form a loop: a -> b -> a (lines 1, 2)."),
        ("y ~ y", "`y` -> `y` (line 1) leads from a variable to itself."),
        ("# nothing", "The graph is empty."),
        ("Age -> y; age -> y", "`Age` and `age` look alike"),
        ('"" -> y', "A variable has an empty name."),
        ("401 -> y", 'line 1: `401` is a number; as a name it stands in double quotes: "401".'),
        ("a -> b ~ c", "line 1: an arrow and a formula stand in one statement."),
    ],
)
def test_faults_say_where_and_what_to_write(text, fault):
    assert any(found.startswith(fault) for found in faults(text)), faults(text)


def test_all_faults_of_a_text_come_at_once():
    found = faults("a ~~ b\n? c\nx -> x\np -> q; q -> p\ny ~ log(")
    assert [fault[:7] for fault in found[:3]] == ["line 1:", "line 2:", "line 5:"]
    assert len(found) == 5


def test_a_huge_text_is_refused_by_a_cap():
    with pytest.raises(GraphError, match="at most 5,000,000 are read"):
        read_text("a" * 5_000_001)


def test_hostile_names_stay_names():
    name = "<script>alert(1)</script>\u202e"
    assert read_text(f'"{name}" -> y').graph.parents("y") == (name,)
